"""SVG files on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

import sdfraster as sr
from sdfraster.io import read_image, scaled

Run = Callable[..., Result]
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="12" height="8"><circle cx="6" cy="4" r="3" fill="#f80"/>{}</svg>'
)


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    path = tmp_path / "x.svg"
    path.write_text(DRAWING.format(""))
    return path


def test_drawings_are_drawn_sharp_at_any_size(tmp_path: Path, drawing: Path, run: Run) -> None:
    result = run("render", drawing, "-o", tmp_path / "x.png", "--scale", "2")
    assert (result.exit_code, result.output) == (0, f"wrote {tmp_path / 'x.png'}\n")
    expected = sr.render(scaled(sr.load(drawing), 2.0), 0.5, "box")
    np.testing.assert_allclose(read_image(tmp_path / "x.png"), expected, atol=1.5 / 255)
    run("render", drawing, "-o", tmp_path / "y.png", "--scale", "2", "--filter-radius", "1")
    softer = sr.render(scaled(sr.load(drawing), 2.0), 1.0)
    np.testing.assert_allclose(read_image(tmp_path / "y.png"), softer, atol=1.5 / 255)


@pytest.mark.filterwarnings("default::sdfraster.DataWarning")
def test_what_is_not_drawn(tmp_path: Path, drawing: Path, run: Run) -> None:
    drawing.write_text(DRAWING.format("<text>x</text>"))
    result = run("render", drawing, "-o", tmp_path / "x.json")
    assert (result.exit_code, result.stdout) == (0, f"wrote {tmp_path / 'x.json'}\n")
    assert f"warning: {drawing}: not drawn as it is in the file: text" in result.stderr
    refused = run("render", drawing, "-o", tmp_path / "y.json", "--strict")
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1
    assert not (tmp_path / "y.json").exists()


def test_drawings_are_compared_at_the_size_of_the_other(tmp_path: Path, drawing: Path, run: Run) -> None:
    run("render", drawing, "-o", tmp_path / "x.png", "--scale", "2")
    result = run("compare", drawing, tmp_path / "x.png")
    assert result.exit_code == 0
    assert float(result.stdout.split()[1]) > 45.0
    assert run("compare", drawing, drawing).stdout.startswith("PSNR inf")


@pytest.mark.compiled
def test_a_fit_starts_from_a_drawing(tmp_path: Path, drawing: Path, run: Run) -> None:
    target = sr.Scene(24, 16, sr.Layer("circle", [[12.3, 8.2, 6]], [[1, 0.5, 0]]), (1, 1, 1))
    sr.save(target, tmp_path / "t.png", filter_radius=0.645)
    result = run("fit", tmp_path / "t.png", "-o", tmp_path / "y.json", "--init", drawing, "--iterations", 5)
    assert result.exit_code == 0, result.output
    (layer,) = sr.load(tmp_path / "y.json").layers
    assert (layer.kind, len(layer)) == ("path", 1)
    assert np.asarray(layer.params).reshape(-1, 2).mean(axis=0) == pytest.approx([12.0, 8.0], abs=0.6)


@pytest.mark.compiled
def test_more_shapes_come_on_top_of_a_drawing(tmp_path: Path, drawing: Path, run: Run) -> None:
    white = sr.Scene(24, 16, [], (1, 1, 1))
    sr.save(white, tmp_path / "t.png")
    fit = ("fit", tmp_path / "t.png", "-o", tmp_path / "y.json", "--init", drawing)
    result = run(*fit, "--count", "3", "--iterations", "5")
    assert result.exit_code == 0, result.output
    (layer,) = sr.load(tmp_path / "y.json").layers
    assert (layer.kind, len(layer)) == ("circle", 3)
    np.testing.assert_allclose(layer.params[0], [12, 8, 6])
    refused = run(*fit, "--count", "3", "--palette", "2")
    assert refused.exit_code == 2
    assert "palette 2 contradicts init with more shapes than the scene has" in refused.output
