"""Pale colours of a JPEG are told apart, and gradients from them, by the places where there is no noise."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import sdfraster as sr
from sdfraster.tracing.calm import calm_parts
from sdfraster.tracing.squares import find_squares, planes_of

from .conftest import Draw

PALE = {"white": (255, 255, 255), "grey": (241, 243, 242), "blue": (225, 232, 237)}


def jpeg(image: Image.Image) -> Image.Image:
    """Return a picture as a JPEG of quality 75 has it."""
    data = io.BytesIO()
    image.convert("RGB").save(data, "JPEG", quality=75)
    return Image.open(data)


def picture(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a picture (H, W, 4), opaque, of colours (H, W, 3) from 0 to 255, with noise where x < 6."""
    noise = np.random.default_rng(0).integers(-6, 7, rgb.shape) * (np.arange(rgb.shape[1]) < 6)[:, None]
    return np.concatenate([np.clip(rgb + noise, 0, 255) / 255.0, np.ones((*rgb.shape[:2], 1))], axis=2)


def test_one_core_of_three_colours_is_three() -> None:
    rgb = np.repeat(np.repeat([[PALE["white"]], [PALE["grey"]], [PALE["blue"]]], 40, axis=0), 60, axis=1).astype(float)
    pixels = picture(rgb)
    parts = calm_parts(pixels, np.ones(pixels.shape[:2], bool), find_squares(planes_of(pixels)).step)
    assert parts is not None
    assert all(part.flat for part in parts)
    assert len(parts) == 3
    for part in parts:
        (row,) = {int(y) // 40 for y in np.nonzero(part.member[:, 10:])[0]}
        assert part.member[40 * row + 1 : 40 * row + 39, 10:].all()


def test_one_colour_with_noise_is_one() -> None:
    pixels = picture(np.full((50, 60, 3), 242.0))
    parts = calm_parts(pixels, np.ones((50, 60), bool), find_squares(planes_of(pixels)).step)
    assert parts is not None
    (part,) = parts
    assert part.flat
    assert part.member.all()


def test_a_faint_gradient_is_one() -> None:
    rgb = np.array([240.0, 150.0, 60.0]) + np.linspace(-15.0, 15.0, 80)[:, None, None] * np.array([0.3, 1.0, -0.5])
    pixels = picture(np.rint(np.broadcast_to(rgb, (80, 60, 3))))
    parts = calm_parts(pixels, np.ones((80, 60), bool), find_squares(planes_of(pixels)).step)
    assert parts is not None
    (part,) = parts
    assert not part.flat
    assert part.member.all()


def test_noise_alone_tells_nothing() -> None:
    rgb = np.random.default_rng(1).integers(200, 230, (20, 20, 3)).astype(float)
    pixels = picture(rgb)
    assert calm_parts(pixels, np.ones((20, 20), bool), find_squares(planes_of(pixels)).step) is None


@pytest.mark.compiled
def test_pale_shapes_in_a_jpeg(draw: Draw) -> None:
    white, grey, blue = ("#{:02x}{:02x}{:02x}".format(*color) for color in PALE.values())
    svg = f"""<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256">
    <rect width="256" height="256" fill="{white}"/><circle cx="110" cy="120" r="90" fill="{grey}"/>
    <rect x="90" y="60" width="90" height="110" fill="{blue}"/>
    <path d="M60 190h150v30H60z" fill="#992233"/></svg>"""
    drawing = sr.trace(jpeg(draw(svg))).drawing
    colors = np.rint(255.0 * np.array([shape.paint.colors[0, :3] for shape in drawing.shapes]))
    for name in ("grey", "blue"):
        assert np.abs(colors - PALE[name]).max(axis=1).min() <= 3.0, name
    assert 3 <= len(drawing.shapes) <= 5
