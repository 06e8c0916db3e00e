"""Where knots may be: everywhere along borders of usual length, and along very long ones where they bend."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.tracing.corners import Run
from sdfraster.tracing.fitting import EVERY, FEW, MANY, _places


def run(length: int) -> Run:
    """Return a level border with a point every pixel, and a half circle of 100 pixels in it."""
    x = np.arange(length, dtype=float)
    turn = np.clip((x - 0.6 * length) / 100.0, 0.0, 1.0) * np.pi
    points = np.cumsum(np.column_stack([np.cos(turn), np.sin(turn)]), axis=0)
    return Run(points, True, np.repeat(turn[:, None], 3, axis=1), points)


def test_a_border_of_usual_length_has_one_every_few_pixels() -> None:
    places = _places(run(3000))
    assert len(places) == 3000 / EVERY + 1
    assert np.diff(places).max() <= EVERY + 1


def test_a_very_long_border_has_few_but_where_it_bends() -> None:
    length = 20_000
    places = _places(run(length))
    assert (places[0], places[-1]) == (0, length - 1)
    assert FEW <= len(places) <= FEW + 50 < MANY
    bend = (places > 0.6 * length) & (places < 0.6 * length + 100)
    assert bend.sum() >= 20


@pytest.mark.compiled
def test_a_strip_is_drawn_in_two_shapes() -> None:
    """Its borders take no longer than others (they took minutes)."""
    y, x = np.mgrid[:40, :6000] + 0.5
    picture = np.ones((40, 6000, 3))
    picture[(y > 10) & (y < 16) & (x > 50) & (x < 5900)] = (0.0, 0.0, 0.5)
    cover = np.clip(y - (40.0 - x / 400.0) + 0.5, 0.0, 1.0)[..., None]
    picture = cover * (1.0, 0.5, 0.0) + (1.0 - cover) * picture
    scene = sr.trace(picture).scene
    assert sum(len(layer) for layer in scene.layers) == 2
    assert ((sr.render(scene, 0.5, "box") - picture) ** 2).mean() < 1e-5
