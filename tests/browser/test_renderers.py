"""SVG files look the same in resvg, Chromium and Inkscape, which share no code; what is not there is skipped."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import resvg_py
from PIL import Image

import sdfraster as sr
from sdfraster.io import Page
from sdfraster.metrics import psnr
from tests.browser.conftest import ARGUMENTS
from tests.scenes import colors

WIDTH, HEIGHT = 160, 120
AGREED = 38.0  # dB: their antialiasing differs; resvg and Chromium agree to 41.7, and one shape amiss costs ten


def drawing(rng: np.random.Generator) -> sr.Scene:
    """Return shapes of every kind, in plain colours and in gradients of all sorts, in rows."""
    layers = []
    for row, kind in enumerate(sr.kinds()):
        for column, shading in enumerate(("constant", "gradient", "gradient 4", "radial", "radial 3")):
            p = sr.primitive(kind).sample(rng, 32.0 * column + 16.0, 15.0 * row + 7.5, 6.0)
            rule: dict[str, Any] = {} if shading == "constant" else {"shading": shading.partition(" ")[0]}
            layers.append(sr.Layer(kind, [p], colors(rng, shading, 1), 0.9, **rule))
    return sr.Scene(WIDTH, HEIGHT, layers, (0.9, 0.9, 0.8))


def by_chromium(program: str, svg: Path, png: Path) -> None:
    size = f"--window-size={4 * WIDTH},{4 * HEIGHT}"  # with room for what a window has besides
    command = [program, *ARGUMENTS, size, f"--user-data-dir={png.parent}/profile", f"--screenshot={png}", svg.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=100)


def by_inkscape(program: str, svg: Path, png: Path) -> None:
    subprocess.run([program, str(svg), "-o", str(png)], check=True, capture_output=True, timeout=100)


RENDERERS: dict[str, Any] = {"chromium": by_chromium, "inkscape": by_inkscape}


def pixels(picture: Any) -> np.ndarray:
    with Image.open(picture) as opened:
        return np.asarray(opened.convert("RGB"), np.float64)[:HEIGHT, :WIDTH] / 255.0


@pytest.mark.slow
@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("group", ["none", "color"])
def test_they_agree(renderer: str, group: str, tmp_path: Path, rng: np.random.Generator) -> None:
    program = shutil.which(renderer)
    if program is None:
        pytest.skip(f"{renderer} is not there: apt-get install {renderer}")
    text = sr.to_svg(drawing(rng), page=Page(title="Rows", group=group))
    (tmp_path / "x.svg").write_text(text)
    RENDERERS[renderer](program, tmp_path / "x.svg", tmp_path / "x.png")
    theirs = pixels(tmp_path / "x.png")
    assert psnr(theirs, pixels(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=text))))) > AGREED
