"""`sdfraster refine`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import sdfraster as sr

Run = Callable[..., Result]
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="12" height="8"><!-- kept -->'
    '<circle id="c" cx="6" cy="4" r="3" fill="#f80"/></svg>'
)


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    (tmp_path / "x.svg").write_text(DRAWING)
    return tmp_path / "x.svg"


def test_a_shape_moves_and_nothing_else(tmp_path: Path, drawing: Path, run: Run) -> None:
    target = sr.Scene(12, 8, sr.Layer("circle", [[6.5, 4, 3]], [[1, 0.5, 0]]), None)
    sr.save(target, tmp_path / "t.png", filter_radius=0.645)
    out = tmp_path / "y.svg"
    result = run("refine", drawing, "--target", tmp_path / "t.png", "-o", out, "--steps", 60, "--only", "geometry")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("loss ")
    assert result.stdout.endswith(f"; wrote {out}\n")
    found = run("compare", out, tmp_path / "t.png")
    assert found.stdout.splitlines()[0].removeprefix("PSNR ") in result.stdout
    text = out.read_text()
    (moved,) = sr.from_svg(text).layers
    assert moved.params[0].tolist() == pytest.approx([6.5, 4.0, 3.0], abs=0.1)
    parts = text.split('"')
    kept = DRAWING.split('"')
    assert [part for k, part in enumerate(parts) if k not in (9, 11, 13)] == [
        part for k, part in enumerate(kept) if k not in (9, 11, 13)
    ]


def test_what_cannot_be_refined(tmp_path: Path, drawing: Path, run: Run) -> None:
    sr.save(sr.Scene(12, 12), tmp_path / "t.png")
    output = ("--target", tmp_path / "t.png", "-o", tmp_path / "y.svg")
    refused = run("refine", drawing, *output)
    assert refused.exit_code == 1
    assert "at 12 pixels it is 8 high, but the target 12" in refused.stderr
    assert "no element with the id 'nobody'" in run("refine", drawing, *output, "--lock", "nobody").stderr
    assert run("refine", drawing, "--target", "t.png", "-o", tmp_path / "y.png").exit_code == 2
    assert run("refine", tmp_path / "no.svg", *output).exit_code == 1
    assert not (tmp_path / "y.svg").exists()


def test_nothing_that_is_read_is_written_over(tmp_path: Path, drawing: Path, run: Run) -> None:
    sr.save(sr.Scene(12, 8), tmp_path / "t.png")
    (tmp_path / "t.svg").symlink_to(tmp_path / "t.png")
    (tmp_path / "m.svg").symlink_to(tmp_path / "m.png")
    sr.save(sr.Scene(12, 8, background=(1, 1, 1)), tmp_path / "m.png")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for name, what in (("x", "drawing"), ("t", "target"), ("m", "mask")):
        options = ("--target", tmp_path / "t.png", "--weight", tmp_path / "m.png", "-o", tmp_path / f"{name}.svg")
        refused = run("refine", drawing, *options)
        assert refused.exit_code == 2
        assert f"{name}.svg is the {what} itself" in refused.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_is_not_better_is_said(tmp_path: Path, drawing: Path, run: Run) -> None:
    assert run("render", drawing, "-o", tmp_path / "t.png").stdout == f"wrote {tmp_path / 't.png'}\n"
    out = tmp_path / "y.svg"
    result = run("refine", drawing, "--target", tmp_path / "t.png", "-o", out, "--steps", 3)
    assert "nothing better was found" in result.stdout
    assert out.read_text() == DRAWING
