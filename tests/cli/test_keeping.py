"""`sdfraster fit --checkpoint` and `--resume`: what is ended goes on, and what cannot is refused in a line."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image
from sdfraster.cli import fit as module
from sdfraster.cli.bar import Bar

import sdfraster as sr
from sdfraster.fitting import FitProgress
from sdfraster.fitting.checkpoint import read_checkpoint

Run = Callable[..., Result]
OPTIONS = ("--kind", "ellipse", "--count", 4, "--iterations", 30, "--background", "white", "--regularize", "size=0.1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Go to a folder with a picture and a mask."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 255, (16, 20, 3), np.uint8)).save("photo.png")
    Image.fromarray(rng.integers(9, 255, (16, 20), np.uint8)).save("mask.png")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # also under nohup
    yield tmp_path
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def ended(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder, with the checkpoint of a fit that Ctrl-C has ended after its 12th step."""

    class Ending(Bar):
        def __call__(self, progress: FitProgress) -> None:
            super().__call__(progress)
            if progress.iteration == 11:
                signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as change:
        change.setattr(module, "Bar", Ending)
        result = run("fit", "photo.png", "-o", "early.json", "--checkpoint", "a.ckpt", "--weight", "mask.png", *OPTIONS)
    assert result.exit_code == 130, result.output
    assert len(read_checkpoint("a.ckpt").parts["progress"]["history"]) == 12
    return folder


@pytest.mark.compiled
@pytest.mark.parametrize("said", [(), ("--count", "4", "--weight", "mask.png", "--background", "#fff")], ids=str)
def test_a_fit_that_was_ended_goes_on(ended: Path, run: Run, said: tuple[str, ...]) -> None:
    whole = run("fit", "photo.png", "-o", "whole.json", "--weight", "mask.png", *OPTIONS)
    assert whole.exit_code == 0
    result = run("fit", "photo.png", "-o", "x.json", "--resume", "a.ckpt", "--checkpoint", "a.ckpt", *said)
    assert result.exit_code == 0, result.output
    assert "30 iterations" in result.stdout
    assert Path("x.json").read_bytes() == Path("whole.json").read_bytes() != Path("early.json").read_bytes()
    assert len(read_checkpoint("a.ckpt").parts["progress"]["history"]) == 30
    more = run("fit", "photo.png", "-o", "x.json", "--resume", "a.ckpt", "--count", 6, "--iterations", 40)
    assert more.exit_code == 0, more.output
    assert len(sr.load("x.json").layers[0]) == 6


@pytest.mark.compiled
def test_one_command_for_the_first_time_and_all_others(folder: Path, run: Run) -> None:
    command = ("fit", "photo.png", "-o", "x.json", *OPTIONS, "--checkpoint", "a.ckpt", "--resume")
    for same in ((), ("a.ckpt",)):
        assert run(*command, *same).exit_code == 0


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("--resume", "a.ckpt", "--kind", "circle"), 2, "kind is 'ellipse' in a.ckpt, not 'circle'; leave it out, or"),
        (("--resume", "a.ckpt", "--count", "3"), 2, "count is 4 in a.ckpt and can only grow, not become 3"),
        (("--resume", "a.ckpt", "--weight", "photo.png"), 2, "weight is another one in a.ckpt, not another one; leave"),
        (("--resume", "a.ckpt", "--region", "1,1,5,5"), 2, "region is None in a.ckpt, not another one; leave it out"),
        (("--resume", "none.ckpt"), 1, "none.ckpt: cannot be read (No such file or directory)"),
        (("--resume", "mask.png"), 1, "mask.png: is no checkpoint of a fit"),
        (("--resume", "cut.ckpt"), 1, "cut.ckpt: is damaged; begin another fit, or take a copy of the checkpoint"),
        (("--resume", "-"), 2, "--resume needs the name of a file, not '-'"),
        (("--checkpoint", ""), 2, "--checkpoint needs the name of a file, not ''"),
        (("--checkpoint", "photo.png"), 2, "photo.png is the picture itself; choose another name for the result"),
        (("--checkpoint", "x.json"), 2, "x.json and x.json are one file; every result needs one of its own"),
        (("--checkpoint", "mask.png"), 1, "mask.png: is there, and is no checkpoint; choose another name for that"),
        (("--checkpoint", "no/a.ckpt"), 1, "no/a.ckpt: cannot be written, the folder no does not exist"),
        (("--resume", "a.ckpt", "--format", "json", "-o", "a.ckpt"), 2, "a.ckpt is the checkpoint itself; choose"),
        (("photo.png", "mask.png", "--checkpoint", "a.ckpt"), 2, "x.json: many pictures need a name for each"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(
    ended: Path, run: Run, arguments: tuple[str, ...], status: int, message: str
) -> None:
    Path("cut.ckpt").write_bytes(Path("a.ckpt").read_bytes()[:-1])
    before = {name: Path(name).read_bytes() for name in ("a.ckpt", "photo.png", "mask.png")}
    result = run("fit", "photo.png", "-o", "x.json", *arguments)
    assert result.exit_code == status
    assert message in result.stderr.splitlines()[-1]
    assert "fitting" not in result.stderr
    assert not os.path.exists("x.json")
    assert {name: Path(name).read_bytes() for name in before} == before


@pytest.mark.compiled
def test_another_picture_is_refused_before_the_work(ended: Path, run: Run, data_error: Callable[..., str]) -> None:
    Image.open("mask.png").convert("RGB").save("other.png")
    assert "a.ckpt: is of another picture" in data_error("fit", "other.png", "-o", "x.json", "--resume", "a.ckpt")


@pytest.mark.compiled
def test_a_mesh_goes_on_as_files_of_meshes(folder: Path, run: Run) -> None:
    mesh = ("--kind", "mesh", "--count", 8, "--iterations", 6)
    assert run("fit", "photo.png", "-o", "x.json", "--checkpoint", "a.ckpt", *mesh).exit_code == 0
    assert run("fit", "photo.png", "-o", "x.obj", "--resume", "a.ckpt").exit_code == 0
