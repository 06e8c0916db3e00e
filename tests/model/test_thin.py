"""Shapes thinner than the filter have the ink of their area; wider ones are what they were."""

from __future__ import annotations

from math import hypot, pi
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.model.coverage import FILTERS

pytestmark = pytest.mark.compiled

CANVAS = 40
WIDTHS = (0.05, 0.2, 0.5, 1.0, 1.5, 3.0)
every_filter = pytest.mark.parametrize("filter", FILTERS)


def ink(kind: str, params: Any, **options: Any) -> float:
    """Return the summed coverage of one shape, mean over sub-pixel phases."""
    rng = np.random.default_rng(5)
    position = np.array([item.role.axis is not None for item in sr.primitive(kind).parameters_of(len(params))])
    offsets = (
        np.where(position, np.resize([1.0, 0.0], len(params)), 0.0),
        np.where(position, np.resize([0.0, 1.0], len(params)), 0.0),
    )
    total = 0.0
    for dx, dy in rng.uniform(0.0, 1.0, (30, 2)):
        moved = np.array([params], np.float64) + dx * offsets[0] + dy * offsets[1]
        layer = sr.Layer(kind, moved, np.ones((1, 3)))
        total += float(sr.render(sr.Scene(CANVAS, CANVAS, layer), **options)[..., 0].sum())
    return total / 30


@every_filter
@pytest.mark.parametrize("width", WIDTHS)
def test_a_line_has_the_ink_of_its_area(filter: str, width: float) -> None:
    ends = (6.3, 9.1, 32.4, 27.9)
    length = hypot(ends[2] - ends[0], ends[3] - ends[1])
    area = width * length + pi / 4.0 * width**2
    assert ink("line", (*ends, width), filter=filter) == pytest.approx(area, rel=0.02)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_stroke_has_the_ink_of_its_area(width: float) -> None:
    points = (6.0, 8.0, 14.0, 8.0, 22.0, 8.0, 30.0, 8.0, 34.0, 14.0, 34.0, 22.0, 34.0, 30.0)
    shape = sr.primitive("stroke")
    assert shape.strip is not None
    _, length, _ = shape.strip((*points, 0.0))
    assert ink("stroke", (*points, width)) == pytest.approx(width * length + pi / 4.0 * width**2, rel=0.02)


@every_filter
@pytest.mark.parametrize("radius", [0.05, 0.1, 0.3, 0.5, 0.8])
def test_a_disc_has_the_ink_of_its_area(filter: str, radius: float) -> None:
    """Of any size, whatever the radius of the filter, but where its radius is near that of the filter."""
    assert ink("circle", (20.0, 20.0, radius), filter=filter) == pytest.approx(pi * radius**2, rel=0.02)
    assert ink("circle", (20.0, 20.0, 2 * radius), filter=filter, filter_radius=2.0) == pytest.approx(
        4 * pi * radius**2, rel=0.02
    )


@every_filter
@pytest.mark.parametrize(("rx", "ry"), [(0.05, 12.0), (0.3, 0.1), (3.0, 0.5), (12.0, 0.8), (0.4, 1.5)])
def test_an_ellipse_has_the_ink_of_its_area(filter: str, rx: float, ry: float) -> None:
    assert ink("ellipse", (20.0, 20.0, rx, ry, 0.4), filter=filter) == pytest.approx(pi * rx * ry, rel=0.05)


@every_filter
@pytest.mark.parametrize("corner", [0.0, 0.25, 0.5])
@pytest.mark.parametrize(("w", "h"), [(0.1, 24.0), (0.1, 0.2), (1.0, 1.0), (6.0, 0.8), (1.6, 20.0)])
def test_a_rectangle_has_the_ink_of_its_area(filter: str, w: float, h: float, corner: float) -> None:
    r = corner * min(w, h)
    area = w * h - (4.0 - pi) * r**2
    assert ink("rectangle", (20.0, 20.0, w, h, 0.4, r), filter=filter) == pytest.approx(area, rel=0.055)


@pytest.mark.parametrize("kind", [kind for kind in sr.kinds() if sr.primitive(kind).strip])
def test_ink_is_continuous_where_a_shape_gets_wider_than_the_filter(kind: str, rng: np.random.Generator) -> None:
    """There its coverage is what its distance alone says, as it is for all wider shapes."""
    shape = sr.primitive(kind)
    assert shape.strip is not None
    p = np.array(shape.sample(rng, 20.0, 20.0, 5.0))
    radius = 0.5 * shape.strip(p)[0]
    scene = sr.Scene(CANVAS, CANVAS, sr.Layer(kind, p[None], np.ones((1, 3))))
    below, above = (sr.render(scene, filter_radius=radius * factor) for factor in (1.0 - 1e-9, 1.0 + 1e-9))
    np.testing.assert_allclose(below, above, atol=1e-6)
    coverage = FILTERS["parabolic"].coverage
    expected = [[coverage(shape.distance(p, i + 0.5, j + 0.5) / (0.7 * radius)) for i in range(40)] for j in range(40)]
    np.testing.assert_allclose(sr.render(scene, filter_radius=0.7 * radius)[..., 0], expected, atol=1e-12)


def test_nothing_has_no_ink_and_a_finite_gradient() -> None:
    for kind, p in {
        "circle": (8.3, 8.1, 0.0),
        "line": (3.0, 4.0, 12.0, 9.0, 0.0),
        "ellipse": (8.0, 8.0, 0.0, 5.0, 0.3),
        "rectangle": (8.0, 8.0, 5.0, 0.0, 0.3, 0.0),
        "stroke": (3.0, 4.0, 5.0, 4.0, 7.0, 6.0, 9.0, 8.0, 0.0),
    }.items():
        scene = sr.Scene(16, 16, sr.Layer(kind, [p], [(1.0, 1.0, 1.0)]))
        assert np.abs(sr.render(scene)).max() < 1e-6
        g = sr.render_vjp(scene, np.ones((16, 16, 3), np.float32)).layers[0]
        assert all(np.isfinite(array).all() for array in (g.params, g.color, g.opacity))
