"""Strokes along circles and rectangles are written as such."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.primitives import closed, primitive


@pytest.mark.parametrize("k", range(4))
def test_a_circle_is_round(k: int) -> None:
    points = np.reshape(closed.ellipse(3.0, 4.0, 10.0, 10.0), (-1, 2))
    a, b, c, d = points[3 * k : 3 * k + 4]
    t = np.linspace(0.0, 1.0, 20)[:, None]
    curve = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    np.testing.assert_allclose(np.linalg.norm(curve - [3.0, 4.0], axis=1), 10.0, atol=0.003)


@pytest.mark.parametrize(
    ("points", "tag", "geometry"),
    [
        (closed.ellipse(30.25, 20.5, 12.0, 12.0), "circle", {"cx": 30.25, "cy": 20.5, "r": 12.0}),
        (closed.ellipse(30.0, 20.5, 12.0, 9.0), "ellipse", {"cx": 30.0, "cy": 20.5, "rx": 12.0, "ry": 9.0}),
        (closed.rectangle(10.0, 8.0, 40.0, 30.0, 0.0), "rect", {"x": 10.0, "y": 8.0, "width": 40.0, "height": 30.0}),
        (
            closed.rectangle(10.0, 8.0, 40.0, 30.0, 6.0),
            "rect",
            {"x": 10.0, "y": 8.0, "width": 40.0, "height": 30.0, "rx": 6.0},
        ),
    ],
)
def test_simple_outlines_are_elements(points: tuple[float, ...], tag: str, geometry: dict[str, float]) -> None:
    written = primitive("stroke").svg((*points, 4.0))
    assert written[0] == tag
    assert {key: written[1][key] for key in geometry} == pytest.approx(geometry)
    scene = sr.Scene(60, 50, [sr.Layer("stroke", [(*points, 4.0)], [(0.0, 0.0, 0.0)])])
    again = sr.from_svg(sr.to_svg(scene))
    assert [layer.kind for layer in again.layers] == ["stroke"]
    np.testing.assert_allclose(sr.render(again), sr.render(scene), atol=0.02)


def test_what_is_nearly_a_circle_is_a_closed_path() -> None:
    points = list(closed.ellipse(30.0, 20.0, 12.0, 12.0))
    points[6] += 0.3
    tag, attributes = primitive("stroke").svg((*points, 4.0))
    assert tag == "path"
    assert attributes["d"].closed
