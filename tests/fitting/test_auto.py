"""Where fits start that are not told: flat art as its contours, if nothing speaks against them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting.fit import for_picture

from .drawings import antialiased, painted


def flat_art() -> np.ndarray:
    """Return a ring and a square on white, in flat colours."""
    ring = antialiased(lambda d: d.ellipse((80, 80, 640, 640), outline=255, width=120), 64)
    square = antialiased(lambda d: d.rectangle((600, 500, 963, 903), fill=255), 64)
    return painted(square, (0.1, 0.2, 0.7), painted(ring, (0.9, 0.3, 0.1)))


def photograph(rng: np.random.Generator) -> np.ndarray:
    x, y = np.meshgrid(np.arange(24), np.arange(20))
    waves = 0.5 + 0.3 * np.sin(x / 5.0) * np.cos(y / 4.0) + rng.normal(0.0, 0.02, (20, 24))
    return np.repeat(waves[..., None], 3, axis=2).clip(0.0, 1.0)


@pytest.mark.parametrize("kind", ["path", "polygon"])
def test_flat_art_starts_from_contours(kind: str) -> None:
    image, options = flat_art(), {"kind": kind, "count": 4, "iterations": 0}
    found, contours, scattered = (sr.fit(image, init=init, **options) for init in ("auto", "contour", "random"))
    assert found.options.init == "contour"
    assert found.options == contours.options
    np.testing.assert_array_equal(found.image, contours.image)
    assert found.psnr > scattered.psnr + 10.0


@pytest.mark.compiled
def test_photographs_start_as_before(rng: np.random.Generator) -> None:
    image, options = photograph(rng), {"kind": "path", "count": 4, "iterations": 1}
    found, scattered = sr.fit(image, **options), sr.fit(image, init="random", **options)
    assert found.options.init == "random"
    np.testing.assert_array_equal(found.image, scattered.image)


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "circle"},
        {"kind": "stroke"},
        {"kind": "mesh"},
        {"segments": 6},
        {"symmetric": True},
        {"composite": "mean"},
        {"optimizer": "lm"},
        {"background": "linear"},
        {"target_psnr": 30.0},
    ],
    ids=str,
)
def test_what_contours_cannot_do_starts_at_random(options: dict[str, Any]) -> None:
    asked = {"kind": "path", "count": 8, **options}
    assert for_picture(sr.FitOptions(**asked), flat_art()).init == "random"


def test_a_start_that_is_asked_for_is_kept() -> None:
    assert for_picture(sr.FitOptions(kind="path", init="error"), flat_art()).init == "error"


def test_an_outline_of_many_corners_has_them_all() -> None:
    """A region among few others may have more curves than the 32 of one among many."""
    corner = np.arange(60)
    radius = np.where(corner % 2, 400.0, 500.0)[:, None]
    points = 512.0 + radius * np.stack([np.cos(corner * np.pi / 30), np.sin(corner * np.pi / 30)], axis=1)
    star = antialiased(lambda d: d.polygon([tuple(point) for point in points], fill=255), 128)
    assert sr.fit(painted(star), kind="path", count=4, iterations=0).psnr > 30.0


@pytest.mark.parametrize(("count", "init"), [(9, "contour"), (8, "contour"), (5, "random"), (1, "random")])
@pytest.mark.parametrize("side", [10, 60])
def test_fewer_shapes_than_regions_start_at_random(count: int, init: str, side: int) -> None:
    """That is if what they leave out matters; large pictures are looked at as small ones."""
    square = np.pad(np.ones((side, side, 1)), ((side // 2,) * 2, (side // 2,) * 2, (0, 0)))
    colors = np.stack([np.linspace(0.0, 0.6, 9), np.linspace(0.6, 0.0, 9), np.full(9, 0.3)], axis=1)
    image = 1.0 - np.kron((1.0 - colors).reshape(3, 3, 3), square)
    assert for_picture(sr.FitOptions(kind="path", count=count), image).init == init
