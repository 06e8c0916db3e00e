"""Pictures that come while a batch waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sdfraster.batch.job import DONE, FAILED, SKIPPED, Job, Outcome
from sdfraster.batch.names import Taken
from sdfraster.batch.watch import arriving, missing
from sdfraster.batch.wish import Output


def test_a_picture_has_come_when_it_no_longer_grows(tmp_path: Path) -> None:
    taken = Taken([f"{tmp_path}/{{stem}}-art.png"])

    def job(name: str) -> Job:
        return Job(name, name, tuple(Output(path, "png") for path in taken.outputs(name)), None)  # type: ignore[arg-type]

    coming = arriving([str(tmp_path)], taken, job, scan=0.0)

    def heard() -> list[Any]:
        """Return what came in one look."""
        some = []
        for each in coming:
            if each is None:
                return some
            some.append(each)
        return some

    picture = tmp_path / "a.png"
    assert heard() == []
    picture.touch()
    assert (heard(), heard()) == ([], [])  # empty
    picture.write_bytes(b"1")
    assert heard() == []
    picture.write_bytes(b"12")
    assert heard() == []  # it has grown
    assert [each.picture for each in heard()] == [str(picture)]
    (tmp_path / "a-art.png").write_bytes(b"result")
    (tmp_path / "a.jpg").write_bytes(b"1")  # with a result of the same name
    heard()
    (failed,) = heard()
    assert (failed.status, failed.picture) == (FAILED, str(tmp_path / "a.jpg"))
    assert "would both be written to" in failed.error
    assert heard() == []


def test_a_folder_may_come_later(tmp_path: Path) -> None:
    coming = arriving([str(tmp_path / "later" / "*.png")], Taken(["{stem}.svg"]), lambda name: name, scan=0.0)  # type: ignore[arg-type,return-value]
    assert next(coming) is None
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "x.png").write_bytes(b"1")
    assert next(coming) is None
    assert next(coming) == str(tmp_path / "later" / "x.png")


def test_only_what_has_all_its_results_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.svg").touch()
    known = Outcome("k", DONE)
    jobs = [
        Job("a", "a", (Output(tmp_path / "a.svg", "svg"),), None),  # type: ignore[arg-type]
        Job("b", "b", (Output(tmp_path / "a.svg", "svg"), Output(tmp_path / "b.svg", "svg")), None),  # type: ignore[arg-type]
        None,
        known,
    ]
    first, *others = missing(jobs)
    assert isinstance(first, Outcome)
    assert (first.status, first.files) == (SKIPPED, (str(tmp_path / "a.svg"),))
    assert others == jobs[1:]
