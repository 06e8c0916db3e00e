"""Tables and contact sheets."""

from __future__ import annotations

import csv
import json
import re
import tempfile
import tracemalloc
from pathlib import Path

import pytest

from sdfraster.batch.job import DONE, FAILED, SKIPPED, Outcome
from sdfraster.batch.summary import Summary
from sdfraster.errors import DataError
from sdfraster.io import atomic

FIGURES = {"width": 9, "height": 8, "kind": "circle", "count": 3, "psnr": 20.5, "ssim": 0.5, "iterations": 7}
OUTCOMES = (
    Outcome("in/a, b.jpg", DONE, ("out/a, b.svg",), "", 1.25, {**FIGURES, "svg_psnr": 20.4}, (b"target", b"result")),
    Outcome("in/<c>.jpg", FAILED, error="in/<c>.jpg: not an image", seconds=0.1),
    Outcome("in/d.jpg", SKIPPED, ("out/d.svg",)),
    Outcome("in/e.jpg", DONE, ("out/e #1.svg",), "", 1.0, {**FIGURES, "psnr": None}, (b"target", b"result")),
)


def written(path: Path) -> str:
    with Summary() as summary:
        for outcome in OUTCOMES:
            summary.add(outcome)
        assert summary.counts == {DONE: 2, FAILED: 1, SKIPPED: 1}
        summary.write(path)
        summary.write(path)  # the same again
    return path.read_text()


def test_csv(tmp_path: Path) -> None:
    rows = list(csv.DictReader(written(tmp_path / "x.csv").splitlines()))
    assert [row["status"] for row in rows] == [DONE, FAILED, SKIPPED, DONE]
    assert (rows[0]["picture"], rows[0]["psnr"], rows[0]["svg_psnr"], rows[0]["seconds"]) == (
        "in/a, b.jpg",
        "20.5",
        "20.4",
        "1.25",
    )
    assert (rows[3]["psnr"], rows[3]["files"], rows[1]["error"]) == ("", "out/e #1.svg", "in/<c>.jpg: not an image")


def test_json(tmp_path: Path) -> None:
    rows = json.loads(written(tmp_path / "x.json"))
    assert [row["picture"] for row in rows] == [outcome.picture for outcome in OUTCOMES]
    assert rows[0]["files"] == ["out/a, b.svg"]
    assert rows[2]["psnr"] is None


def test_contact_sheet(tmp_path: Path) -> None:
    text = written(tmp_path / "x.html")
    titles = re.findall(r"<h2>(.*?)</h2>", text)
    assert titles == ["in/&lt;c&gt;.jpg", "in/a, b.jpg", "in/d.jpg", "in/e.jpg"]  # what failed first
    assert text.count("<img ") == 4
    assert 'href="' in text
    assert "2 done, 1 failed, 1 skipped" in text
    assert "e%20%231.svg" in text
    assert "no error" in text


def test_a_sheet_of_many_pictures_is_not_held_in_memory(tmp_path: Path) -> None:
    outcome = Outcome("in/a.jpg", DONE, ("out/a.svg",), "", 1.0, FIGURES, (bytes(5000), bytes(5000)))
    with Summary() as summary:
        tracemalloc.start()
        for _ in range(500):
            summary.add(outcome)
        summary.write(tmp_path / "x.html")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (tmp_path / "x.html").stat().st_size > 6_000_000
    assert peak < 500_000


def test_a_full_folder_of_temporary_files_ends_no_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda prefix: open("/dev/full", "w+b"))  # noqa: SIM115
    with pytest.raises(
        DataError, match=r"x\.csv: cannot be written, for temporary files .*\(No space left on device\)"
    ):
        written(tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []


def test_no_folder_for_temporary_files_ends_no_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match=r"x\.csv: cannot be written, for temporary files .*\(No such file"):
        written(tmp_path / "x.csv")
    with Summary(kept=False) as summary:  # nobody wants it
        summary.add(OUTCOMES[0])
        assert summary.counts[DONE] == 1


def test_a_full_disk_leaves_the_old_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.csv").write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "replace", full)
    with pytest.raises(DataError, match=r"x\.csv: cannot be written \(No space left on device\)"):
        written(tmp_path / "x.csv")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x.csv", "old")]
