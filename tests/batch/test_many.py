"""`fit_many`, with processes of this machine."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import sdfraster as sr
from sdfraster.batch.crew import Crew, Said
from sdfraster.batch.job import DONE, ENDED, Job, Outcome, stored
from sdfraster.batch.many import carried_out
from sdfraster.batch.wish import Wish
from sdfraster.io.atomic import DiskFullError, write_atomic

QUICK: dict[str, Any] = {"count": 3, "iterations": 9}


def picture(seed: int) -> Any:
    return np.random.default_rng(seed).integers(0, 255, (20, 30, 3), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for seed, name in enumerate("ab"):
        Image.fromarray(picture(seed)).save(tmp_path / "in" / f"{name}.png")
    return tmp_path


@pytest.mark.compiled
def test_results_of_pictures_of_all_sorts(folder: Path) -> None:
    """They are those of `fit`; what cannot be read is reported, and the rest goes on."""
    pictures = {"array": picture(0), "path": folder / "in" / "b.png", "nothing": folder / "nothing.png"}
    found = {each.picture: each for each in sr.fit_many(pictures, **QUICK, workers=1)}
    assert {name: each.status for name, each in found.items()} == {"array": DONE, "path": DONE, "nothing": "failed"}
    assert found["nothing"].error == f"{folder}/nothing.png: there is no such file"
    for seed, name in enumerate(("array", "path")):
        result = found[name].result
        assert result is not None
        alone = sr.fit(picture(seed), **QUICK)
        np.testing.assert_array_equal(result.scene.layers[0].params, alone.scene.layers[0].params)
        assert (found[name].figures or {})["psnr"] == round(alone.psnr, 3)


@pytest.mark.compiled
def test_files_and_those_that_are_there(folder: Path) -> None:
    outputs = str(folder / "out" / "{stem}.svg"), str(folder / "{name}.json")
    done = list(sr.fit_many(folder / "in", outputs=outputs, workers=1, **QUICK))
    assert sorted(file for each in done for file in each.files) == sorted(
        str(folder / name) for name in ("out/a.svg", "out/b.svg", "a.png.json", "b.png.json")
    )
    assert [each.result for each in done] == [None, None]
    (folder / "out" / "b.svg").unlink()
    again = sr.fit_many(f"{folder}/in/*.png", outputs=outputs, skip_existing=True, workers=1, **QUICK)
    assert {Path(each.picture).name: each.status for each in again} == {"a.png": "skipped", "b.png": DONE}
    assert (folder / "out" / "b.svg").exists()


@pytest.mark.compiled
def test_pictures_go_on_from_their_checkpoints(folder: Path) -> None:
    checkpoint = str(folder / "ck" / "{stem}.ckpt")
    sr.fit(folder / "in" / "a.png", **QUICK, checkpoint=folder / "alone.ckpt")
    longer = sr.fit(folder / "in" / "a.png", resume=folder / "alone.ckpt", iterations=20)
    for iterations in (9, 20):
        many = sr.fit_many(folder / "in", count=3, iterations=iterations, checkpoint=checkpoint, resume=True, workers=1)
        found = {Path(each.picture).stem: each for each in many}
    assert {name: each.status for name, each in found.items()} == {"a": DONE, "b": DONE}
    result = found["a"].result
    assert result is not None
    np.testing.assert_array_equal(result.scene.layers[0].params, longer.scene.layers[0].params)


def test_arguments(folder: Path) -> None:
    for arguments, message in (
        ({"outputs": "x.svg"}, "many pictures need a name for each"),
        ({"outputs": "{stem}.xyz"}, "unknown suffix"),
        ({"workers": 0}, "workers must be a whole number, at least 1, not 0"),
        ({"scheduler": "nonsense"}, "scheduler must be an address such as tcp://10.0.0.7:8786, or local"),
        ({"scheduler": "tcp://10.0.0.7:8786", "workers": 2}, "workers is for those of this machine"),
        ({"resume": True}, "resume needs checkpoint"),
        ({"checkpoint": "a.ckpt"}, "many pictures need a name for each"),
        ({"checkpoint": "{stem}.ckpt", "scheduler": "local"}, "checkpoints are for processes of this machine"),
        ({"kind": "blob"}, "kind must be one of"),
    ):
        with pytest.raises(ValueError, match=message):
            sr.fit_many(folder / "in", **arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"a\.png and .*a\.png would both be written to a\.svg"):
        sr.fit_many([str(folder / "in" / "a.png"), "else/a.png"], outputs="{stem}.svg")
    with pytest.raises(sr.DataError, match="no picture in this folder"):
        sr.fit_many(folder)
    with pytest.raises(sr.DataError, match=r"mask\.png: there is no such file"):
        sr.fit_many(folder / "in", weight="mask.png")
    with pytest.raises(ValueError, match="pictures must be a folder, a pattern or pictures, not int"):
        sr.fit_many(3)  # type: ignore[arg-type]


class Ready(Crew):
    """Does jobs at once, by making a file of three bytes."""

    def __init__(self) -> None:
        self.said: list[Outcome] = []
        self.left = False

    def __enter__(self) -> Ready:
        return self

    def __exit__(self, *error: Any) -> None:
        self.left = True

    @property
    def busy(self) -> bool:
        return bool(self.said)

    @property
    def free(self) -> bool:
        return not self.said

    def start(self, job: Job) -> None:
        files = tuple(str(each.place) for each in job.outputs)
        self.said.append(Outcome(job.picture, DONE, files, contents=(b"svg",) * len(files)))

    def heard(self) -> Iterator[Said]:
        yield self.said.pop()

    def end(self) -> Iterator[Outcome]:
        yield from (Outcome(each.picture, ENDED) for each in self.said)


def jobs(folder: Path, names: str) -> Iterator[Job]:
    from sdfraster.batch.wish import Output

    for name in names:
        yield Job(name, [[0.0]], (Output(folder / f"{name}.svg", "svg"),), Wish(sr.FitOptions()))


def test_a_full_disk_ends_the_batch_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system says so when the second file is put in its place."""
    replace = os.replace

    def full(source: Any, target: Any) -> None:
        if Path(target).stem == "b":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    crew = Ready()
    with pytest.raises(DiskFullError) as caught:
        list(carried_out(jobs(tmp_path, "abc"), crew))
    said = f"{tmp_path}/b.svg: cannot be written (No space left on device); what is done is kept, and need not be done"
    assert str(caught.value) == f"{said} again"
    assert crew.left
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


def test_what_is_left_early_is_given_up(tmp_path: Path) -> None:
    crew = Ready()
    said = carried_out(jobs(tmp_path, "abc"), crew)
    first = next(said)
    assert isinstance(first, Outcome)
    assert first.picture == "a"
    said.close()
    assert crew.left


def test_a_folder_that_cannot_be_made_fails_its_picture(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    outcome = stored(Outcome("a", DONE, (str(tmp_path / "x" / "a.svg"),), seconds=2.0, contents=(b"svg",)))
    assert (outcome.status, outcome.seconds, outcome.files) == ("failed", 2.0, ())
    assert "Not a directory" in outcome.error or "File exists" in outcome.error


def test_other_errors_of_files_are_no_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def large(source: Any, target: Any) -> None:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))

    monkeypatch.setattr(os, "replace", large)
    with pytest.raises(sr.DataError, match="File too large") as caught:
        write_atomic(tmp_path / "a", b"1")
    assert not isinstance(caught.value, DiskFullError)


@pytest.mark.parametrize("library", ["dask", "distributed"])
def test_what_is_not_installed_is_named(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ModuleNotFoundError, match=r'a scheduler needs .* run pip install "sdfraster\[dask\]"'):
        sr.fit_many([picture(0)], scheduler="tcp://127.0.0.1:8786")
