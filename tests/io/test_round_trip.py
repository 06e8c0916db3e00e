"""What is written as SVG and read again: the same picture, and the same text when it is written once more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.io import expressible
from sdfraster.metrics import psnr
from sdfraster.primitives import kinds, primitive

SIDE, COUNT = 120, 8
BACKGROUND = (0.2, 0.4, 0.6)


def colors(shading: str, rng: np.random.Generator) -> np.ndarray:
    """Return colours of a rule, for all shapes."""
    if shading == "gradient":
        values = rng.uniform(0.0, 1.0, (COUNT, 3, 3))
        values[:, 2] = (0.4, 0.2, 0.5)
    elif shading == "radial":
        values = rng.uniform(0.0, 1.0, (COUNT, 5, 3))
        values[:, 2:] = ((0.7, 0.1, 0.0), (0.0, 0.8, 0.1), (0.1, 0.2, 0.0))
    elif shading == "linear":
        values = rng.uniform(-0.1, 0.1, (COUNT, 3, 3))
        values[..., 2] = rng.uniform(0.3, 0.7, (COUNT, 3))
    else:
        values = rng.uniform(0.0, 1.0, (COUNT, 3))
    return values


def scene(kind: str, shading: str, background: Any = BACKGROUND) -> sr.Scene:
    rng = np.random.default_rng(3)
    params = [primitive(kind).sample(rng, *rng.uniform(20.0, 100.0, 2), 8.0) for _ in range(COUNT)]
    rule = {} if shading == "constant" else {"shading": shading}
    layer = sr.Layer(kind, np.array(params), colors(shading, rng), rng.uniform(0.3, 1.0, COUNT), **rule)
    return sr.Scene(SIDE, SIDE, layer, background)


@pytest.mark.parametrize("shading", ["constant", "linear", "gradient", "radial"])
@pytest.mark.parametrize("kind", kinds())
def test_written_read_and_written_is_the_same_text(kind: str, shading: str) -> None:
    text = sr.to_svg(scene(kind, shading, None if shading == "radial" else BACKGROUND))
    read = sr.from_svg(text)
    assert read.unsupported == ()
    assert sr.to_svg(read) == text


@pytest.mark.compiled
def test_the_picture_is_the_same() -> None:
    one = scene("circle", "constant")
    drawn, written = (sr.render(each) for each in (sr.from_svg(sr.to_svg(one)), expressible(one)))
    assert psnr(drawn, written.astype(np.float32)) > 60.0
