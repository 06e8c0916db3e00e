"""Drawings in thin lines, and how much ink a scene has of one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import maximum_filter

import sdfraster as sr
from sdfraster.io.scale import scaled
from sdfraster.model.coverage import SVG_RADIUS

FINE = 8  # samples for each pixel and side
LARGE = 4  # times the size at which thin paths are drawn as wide as they are
RHO = SVG_RADIUS["parabolic"]
Color = tuple[float, float, float]
BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


def antialiased(draw: Callable[[ImageDraw.ImageDraw], None], side: int) -> np.ndarray:
    """Return how much of every pixel (side, side) is covered by what is drawn on a canvas `FINE` times as large."""
    canvas = Image.new("L", (side * FINE, side * FINE))
    draw(ImageDraw.Draw(canvas))
    return np.asarray(canvas, float).reshape(side, FINE, side, FINE).mean(axis=(1, 3)) / 255.0


def hard(draw: Callable[[ImageDraw.ImageDraw], None], side: int) -> np.ndarray:
    """Return which pixels (side, side) are set by what is drawn."""
    canvas = Image.new("L", (side, side))
    draw(ImageDraw.Draw(canvas))
    return np.asarray(canvas, float) / 255.0


def line(side: int, width: float, angle: float, phase: float) -> np.ndarray:
    """Return the cover of a straight line through the middle."""
    along = np.array([np.cos(angle), np.sin(angle)])
    across = 0.5 * width * np.array([-along[1], along[0]])
    middle, reach = np.array([side / 2 + phase, side / 2 + 0.7 * phase]), 0.35 * side * along
    corners = [middle - reach - across, middle + reach - across, middle + reach + across, middle - reach + across]
    return antialiased(lambda d: d.polygon([tuple(FINE * corner - 0.5) for corner in corners], fill=255), side)


def text(words: str, size: int) -> np.ndarray:
    """Return the cover of a text."""
    font = ImageFont.load_default(size)
    _, _, right, bottom = (int(x) for x in font.getbbox(words))
    canvas = Image.new("L", (right + 8, bottom + 8))
    ImageDraw.Draw(canvas).text((4, 4), words, fill=255, font=font)
    return np.asarray(canvas, float) / 255.0


def painted(cover: np.ndarray, ink: Color = BLACK, below: Color = WHITE) -> np.ndarray:
    """Return the picture of an ink on a background."""
    return np.array(below) + cover[..., None] * (np.array(ink) - np.array(below))


def transparent(cover: np.ndarray, ink: Color) -> np.ndarray:
    """Return the picture of an ink on nothing, premultiplied."""
    return cover[..., None] * np.array([*ink, 1.0])


def kept(scene: sr.Scene, image: np.ndarray) -> float:
    """Return the share of the ink of a picture that a scene has where the picture has some, or next to it.

    Ink is the distance from the colour of the first pixel.
    """
    drawn = exact(scene)
    ink = np.linalg.norm(image - image[0, 0], axis=2)
    near = maximum_filter(ink, 5) > 0.01
    return float(np.linalg.norm(drawn - image[0, 0], axis=2)[near].sum() / ink.sum())


def exact(scene: sr.Scene) -> np.ndarray:
    """Return the picture of a scene, drawn large: there coverage is exact for what is thin."""
    drawn = sr.render(scaled(scene, LARGE), RHO).clip(0.0, 1.0)
    return drawn.reshape(scene.height, LARGE, scene.width, LARGE, -1).mean(axis=(1, 3))
