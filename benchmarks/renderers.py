"""Pictures of SVG by renderers that share no code, as far as they are installed."""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[Any]  # (H, W, 3), from 0 to 1
MARGIN = 200  # pixels, for what a window has besides the picture
PATIENCE = 300  # seconds


def size_of(svg: str) -> tuple[int, int]:
    """Return the width and height that an SVG gives itself, in pixels."""
    root = ElementTree.fromstring(svg)
    return int(float(root.attrib["width"])), int(float(root.attrib["height"]))


def by_resvg(svg: str) -> Picture:
    """Return what resvg draws, over white."""
    import resvg_py

    return over_white(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg, dpi=96))))


def by_skia(svg: str) -> Picture:
    """Return what Skia draws on the CPU, over white."""
    import skia

    width, height = size_of(svg)
    drawing = skia.SVGDOM.MakeFromStream(skia.MemoryStream(svg.encode(), True))  # which it copies
    surface = skia.Surface(width, height)
    with surface as canvas:
        canvas.clear(skia.ColorWHITE)
        drawing.render(canvas)
    picture = surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)
    return np.asarray(picture)[..., :3] / 255.0


def by_chromium(svg: str) -> Picture:
    """Return a screenshot of Chromium."""
    from tests.browser.conftest import ARGUMENTS

    width, height = size_of(svg)
    with tempfile.TemporaryDirectory() as folder:
        drawing, picture = Path(folder, "drawing.svg"), Path(folder, "picture.png")
        drawing.write_text(svg)
        size = f"--window-size={width + MARGIN},{height + MARGIN}"
        output = [f"--user-data-dir={folder}/profile", f"--screenshot={picture}", drawing.as_uri()]
        subprocess.run(["chromium", *ARGUMENTS, size, *output], check=True, capture_output=True, timeout=PATIENCE)
        return over_white(picture)[:height, :width]


def by_inkscape(svg: str) -> Picture:
    """Return what Inkscape draws, over white."""
    with tempfile.TemporaryDirectory() as folder:
        drawing, picture = Path(folder, "drawing.svg"), Path(folder, "picture.png")
        drawing.write_text(svg)
        subprocess.run(["inkscape", drawing, "-o", picture], check=True, capture_output=True, timeout=PATIENCE)
        return over_white(picture)


def over_white(source: Any) -> Picture:
    """Return a picture file over white."""
    with Image.open(source) as opened:
        image = opened.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(white, image).convert("RGB")) / 255.0


ALL: dict[str, tuple[Callable[[str], Picture], Callable[[], bool], str]] = {
    "resvg": (by_resvg, lambda: importlib.util.find_spec("resvg_py") is not None, "pip install resvg-py"),
    "Skia": (by_skia, lambda: importlib.util.find_spec("skia") is not None, "pip install skia-python"),
    "Chromium": (by_chromium, lambda: shutil.which("chromium") is not None, "apt-get install chromium"),
    "Inkscape": (by_inkscape, lambda: shutil.which("inkscape") is not None, "apt-get install inkscape"),
}


def installed() -> dict[str, Callable[[str], Picture]]:
    """Return the renderers that are here, and print how to get the others."""
    found = {}
    for name, (draw, is_here, command) in ALL.items():
        if is_here():
            found[name] = draw
        else:
            print(f"no {name}: {command}")
    return found
