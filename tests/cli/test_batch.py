"""`sdfraster fit` of many pictures."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

import sdfraster as sr
from sdfraster.batch import many
from sdfraster.fitting.checkpoint import read_checkpoint

from ..batch.test_many import Ready

Run = Callable[..., Result]
QUICK = ("--count", "3", "--iterations", "9")


def picture(path: Path, seed: int, width: int = 30, height: int = 20) -> None:
    Image.fromarray(np.random.default_rng(seed).integers(0, 255, (height, width, 3), np.uint8)).save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for k, name in enumerate(("a.png", "b.jpg", "c.png")):
        picture(tmp_path / "in" / name, k)
    return tmp_path


@pytest.mark.compiled
def test_each_picture_has_its_results_and_a_bad_one_is_reported(folder: Path, run: Run) -> None:
    (folder / "in" / "bad.png").write_bytes(b"no picture")
    (folder / "in" / "b.jpg").unlink()
    files = folder / "out" / "{stem}.json", folder / "out" / "{name}.svg"
    command = ("fit", folder / "in", "-o", files[0], "-o", files[1], *QUICK)
    result = run(*command, "--report", folder / "x.csv", "--report", folder / "y.json")
    assert result.exit_code == 1
    assert f"wrote {folder}/x.csv\nwrote {folder}/y.json\n" in result.stdout
    assert len(json.loads((folder / "y.json").read_text())) == 3
    assert f"sdfraster: error: {folder}/in/bad.png: not an image file" in result.stderr
    assert f"{folder}/in/a.png: 3 circles, PSNR" in result.stdout
    assert "3 pictures in" in result.stdout
    assert "2 done, 1 failed" in result.stdout
    there = sorted(path.name for path in (folder / "out").iterdir())
    assert there == ["a.json", "a.png.svg", "c.json", "c.png.svg"]
    with (folder / "x.csv").open() as table:
        rows = {Path(row["picture"]).name: row for row in csv.DictReader(table)}
    assert {name: row["status"] for name, row in rows.items()} == {
        "a.png": "done",
        "bad.png": "failed",
        "c.png": "done",
    }
    alone = sr.fit(str(folder / "in" / "a.png"), count=3, iterations=9, for_svg=True)  # the same bits
    batch = sr.load(folder / "out" / "a.json")
    np.testing.assert_array_equal(alone.scene.layers[0].params, batch.layers[0].params)

    (folder / "in" / "bad.png").unlink()
    (folder / "out" / "c.json").unlink()
    before = (folder / "out" / "a.json").stat().st_mtime_ns
    again = run(*command, "--skip-existing", "--json", "--report", folder / "x.html")
    assert again.exit_code == 0
    said = [json.loads(line) for line in again.stdout.splitlines()]
    assert sorted((Path(row["picture"]).name, row["status"]) for row in said) == [
        ("a.png", "skipped"),
        ("c.png", "done"),
    ]
    assert (folder / "out" / "a.json").stat().st_mtime_ns == before
    assert (folder / "x.html").read_text().count("<img ") == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["in", "-o", "x.svg"], "x.svg: many pictures need a name for each, with {stem}"),
        (["in", "-o", "{stem}-{n}.svg"], "there is no {n}"),
        (["in/a.png", "in/b.jpg", "-o", "-", "--format", "svg"], "- is standard output, which is for one picture"),
        (["in/a.png", "-", "-o", "{stem}.svg"], "- is standard input, which is one picture"),
        (["in/a.png", "in/a.jpg", "-o", "{stem}.svg"], "in/a.png and in/a.jpg would both be written to a.svg"),
        (["in", "-o", "in/{stem}.png"], "results in in would be taken for pictures"),
        (["in/a.png", "in/b.jpg", "-o", "in/{stem}.jpg"], "in/b.jpg is the picture itself"),
        (["in/a.png", "-o", "{stem}.svg", "--watch"], "--watch needs a folder, or a pattern such as 'photos/*.jpg'"),
        (["in", "-o", "{stem}.svg", "--report", "x.txt"], "its suffix must be one of .csv, .html, .json"),
    ],
)
def test_usage(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str) -> None:
    monkeypatch.chdir(folder)
    result = run("fit", *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert sorted(os.listdir(folder)) == ["in"]


def test_a_folder_without_pictures(folder: Path, data_error: Callable[..., str]) -> None:
    (folder / "empty").mkdir()
    assert "empty: no picture in this folder" in data_error("fit", folder / "empty", "-o", folder / "{stem}.svg")
    assert "no file matches" in data_error("fit", folder / "*.bmp", "-o", folder / "{stem}.svg")
    named = ("fit", folder / "in", "-o", folder / "{stem}.svg", "--report", folder / "nowhere" / "x.csv")
    assert "does not exist" in data_error(*named)


@pytest.mark.compiled
def test_one_picture_may_have_a_pattern(folder: Path, run: Run) -> None:
    result = run("fit", folder / "in" / "a.png", "-o", folder / "{stem}-{parent}.json", *QUICK)
    assert result.exit_code == 0, result.output
    assert (folder / "a-in.json").exists()


def started(*words: object, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sdfraster.cli.main", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.compiled
def test_a_full_disk_fails_what_does_not_fit_and_leaves_nothing_half_written(folder: Path) -> None:
    """Files of more than so many bytes cannot be written, as on a disk without room for them."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    words = ("fit", folder / "in", "-o", folder / "out" / "{stem}.json", "--count", 400, "--iterations", 0)
    with started(*words, preexec_fn=limited, env={**os.environ, "SDFRASTER_JIT": "off"}) as process:
        said, errors = process.communicate(timeout=300)
    assert process.returncode == 1, errors
    assert "3 pictures in" in said
    assert ": 3 failed" in said
    for name in "abc":
        assert f"{folder}/out/{name}.json: cannot be written (File too large)" in errors
    assert list((folder / "out").iterdir()) == []


@pytest.mark.parametrize("summary", ["x.csv", "x.html", "full.csv"])
def test_a_disk_that_gets_full_ends_the_batch_with_its_report(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, summary: str
) -> None:
    """The system says that there is no space when the second result is put in its place; a report may still fit."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(many, "hired", lambda *_: Ready())
    (folder / "full.csv").symlink_to("/dev/full")
    replace = os.replace

    def full(source: Path, target: Path) -> None:
        if Path(target).name == "b.svg":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    result = run("fit", "in", "-o", "out/{stem}.svg", "--report", summary)
    assert result.exit_code == 1
    assert os.listdir("out") == ["a.svg"]
    lines = ["in/a.png: done, out/a.svg", "2 pictures: 1 done, 1 failed"]
    error = "out/b.svg: cannot be written (No space left on device); what is done is kept, and need not be done again"
    if summary == "full.csv":
        error += "; full.csv: cannot be written (No space left on device)"
    else:
        lines.append(f"wrote {summary}")
        assert "b.svg: cannot be written" in Path(summary).read_text()
    assert re.sub(r" in [\d.]+ s", "", result.stdout).splitlines() == lines
    assert result.stderr.splitlines()[-1] == f"sdfraster: error: {error}"
    assert result.stderr.count("error") == 1


@pytest.mark.compiled
def test_new_pictures_are_done_as_they_come_until_a_signal(folder: Path) -> None:
    words = (
        "fit",
        folder / "in",
        "-o",
        folder / "out" / "{stem}.svg",
        *QUICK,
        "--watch",
        "--report",
        folder / "x.json",
    )
    with started(*words, "--jobs", 1) as process:
        for name in ("a", "b", "c", "later"):
            if name == "later":
                picture(folder / "in" / "later.png", 9)
            deadline = time.monotonic() + 120
            while not (folder / "out" / f"{name}.svg").exists():
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "later.png: 3 circles" in said
    rows = json.loads((folder / "x.json").read_text())
    assert {Path(row["picture"]).stem for row in rows} >= {"a", "b", "c"}


KEPT = ("--checkpoint", "ck/{stem}.ckpt", "--resume")
SLOW = ("--count", "40", "--iterations", "400", "--jobs", "2")


@pytest.mark.compiled
def test_a_batch_that_is_killed_goes_on_to_the_same_bytes(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (folder / "whole").mkdir()
    assert run("fit", "in", "-o", "whole/{stem}.svg", *SLOW).exit_code == 0
    words = ("fit", "in", "-o", "out/{stem}.svg", *SLOW, *KEPT, "--skip-existing")
    for _ in range(3):
        process = started(*words, start_new_session=True)
        before = {path.name: path.stat().st_mtime_ns for path in Path("ck").glob("*.ckpt")}
        while {path.name: path.stat().st_mtime_ns for path in Path("ck").glob("*.ckpt")} == before:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)  # with its workers, in the midst of pictures
        process.communicate()
        assert all(read_checkpoint(path).parts["progress"]["history"].size for path in Path("ck").glob("*.ckpt"))
    resumed = run(*words, "--json")
    assert resumed.exit_code == 0, resumed.output
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == {
        path.name: path.read_bytes() for path in Path("whole").iterdir()
    }


@pytest.mark.compiled
def test_pictures_with_a_checkpoint_go_on_from_it_and_others_begin(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    words = ("fit", "in", "-o", "out/{stem}.json", *KEPT, "--jobs", 1, "--count")
    assert run(*words, 3, "--iterations", 9).exit_code == 0
    assert sorted(os.listdir("ck")) == ["a.ckpt", "b.ckpt", "c.ckpt"]
    whole = Path("out/b.json").read_bytes()
    Path("ck/a.ckpt").write_bytes(Path("ck/a.ckpt").read_bytes()[:-1])
    Path("ck/c.ckpt").unlink()
    more = run(*words, 3, "--iterations", 20)
    assert more.exit_code == 1
    assert "sdfraster: error: in/a.png: ck/a.ckpt: is damaged" in more.stderr
    sr.fit("in/b.jpg", count=3, iterations=9, checkpoint="alone.ckpt")
    longer, begun = sr.fit("in/b.jpg", resume="alone.ckpt", iterations=20), sr.fit("in/c.png", count=3, iterations=20)
    for name, alone in (("b", longer), ("c", begun)):
        np.testing.assert_array_equal(sr.load(f"out/{name}.json").layers[0].params, alone.scene.layers[0].params)
    assert Path("out/b.json").read_bytes() != whole

    other = run(*words, 3, "--iterations", 20, "--kind", "ellipse")
    assert other.exit_code == 1
    assert "in/b.jpg: kind is 'circle' in ck/b.ckpt, not 'ellipse'; give it again, or begin another fit" in other.stderr
    fewer = run(*words, 2, "--iterations", 20)
    assert "in/c.png: count is 3 in ck/c.ckpt and can only grow, not become 2" in fewer.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--checkpoint", "a.ckpt"], "a.ckpt: many pictures need a name for each, with {stem}"),
        (["--checkpoint", "out/{stem}.svg"], "out/a.svg would be written twice for in/a.png; every file needs a name"),
        (["--checkpoint", "in/{name}"], "in/a.png is the picture itself; choose another name"),
        (["--resume"], "--resume needs the name of a file, or --checkpoint, whose file it is then"),
        (["--resume", "{stem}.ckpt"], "--resume {stem}.ckpt: many pictures go on from the files of --checkpoint"),
        (["--checkpoint", "x/{stem}.ckpt", "--scheduler", "local"], "checkpoints are for processes of this machine"),
    ],
)
def test_checkpoints_that_cannot_be_are_refused(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str
) -> None:
    monkeypatch.chdir(folder)
    result = run("fit", "in", "-o", "out/{stem}.svg", *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert sorted(os.listdir(folder)) == ["in"]
