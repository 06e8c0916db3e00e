"""Regularisers: gradients against differences, what they measure, and what they do to a fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.engine.plan import Plan
from sdfraster.engine.tiles import pack
from sdfraster.regularizers.registry import REGULARIZERS, RegularizedPlan, weighted_terms
from sdfraster.vector import Layout
from tests.gradcheck import check_gradient

SIZE = 40, 35
SAMPLES = [  # where a term applies, and combinations of kernels that other tests have compiled
    ("opacity", "circle", "constant"),
    ("size", "circle", "constant"),
    ("size", "rectangle", "linear"),
    ("size", "stroke", "linear"),
    ("size", "path", "constant"),
    ("gamut", "circle", "constant"),
    ("gamut", "circle", "linear"),
    ("gamut", "circle", "gradient"),
    ("crossing", "path", "constant"),
    ("crossing", "stroke", "constant"),
    ("curvature", "path", "constant"),
    ("curvature", "stroke", "constant"),
    ("overlap", "circle", "constant"),
]


def layer(kind: str, shading: str, rng: np.random.Generator) -> sr.Layer:
    """Return shapes large and small, with colours in and out of the gamut."""
    sizes = (14.0, 9.0, 4.0, 0.4, 0.6)
    params = [sr.primitive(kind).sample(rng, *(rng.uniform(5.0, 30.0, 2)), size) for size in sizes]
    if kind in ("path", "stroke"):  # with loops
        params = [np.array(p) + rng.normal(size=len(p)) * 0.4 * size for p, size in zip(params, sizes, strict=True)]
        params = [np.abs(p) for p in params]
    color = rng.uniform(-0.5, 1.5, (5, 3) if shading == "constant" else (5, 3, 3))
    rule = {} if shading == "constant" else {"shading": shading}
    return sr.Layer(kind, np.array(params), color, rng.uniform(0.1, 0.9, 5), **rule)


def value_of(name: str, shapes: sr.Layer) -> tuple[float, np.ndarray]:
    """Return a regulariser of a layer and its gradient as a vector."""
    layout = Layout(sr.Scene(*SIZE, shapes, None))
    x, g = layout.vector(layout.template), np.zeros(layout.size)
    term = REGULARIZERS[name](shapes, *SIZE)
    return term(layout.views(x)[0][0], layout.views(g)[0][0], 1.0), g


@pytest.mark.compiled
@pytest.mark.parametrize(("name", "kind", "shading"), SAMPLES)
def test_gradient_matches_differences(name: str, kind: str, shading: str, rng: np.random.Generator) -> None:
    shapes = layer(kind, shading, rng)
    layout = Layout(sr.Scene(*SIZE, shapes, None))
    x = layout.vector(layout.template)
    value, g = value_of(name, shapes)
    assert value > 0.0
    assert g.any()
    check_gradient(
        lambda x: value_of(name, layout.scene(x).layers[0])[0], x, g, rng, step=1e-6, tolerance=1e-6, least=0.0
    )


@pytest.mark.parametrize(
    ("name", "kind"), [(n, k) for n in ("size", "crossing", "curvature") for k in ("path", "stroke")]
)
def test_shapes_of_different_sizes_count_as_each_does(name: str, kind: str, rng: np.random.Generator) -> None:
    """The mean over shapes is that of layers of one shape each, and so is its gradient."""
    sample = sr.primitive(kind).sample
    params = [
        np.abs(sample(rng, 9.0, 9.0, size, n) + rng.normal(size=6 * n + 3 * (kind == "stroke")) * 0.4 * size)
        for size, n in ((6.0, 4), (0.2, 2), (8.0, 3))
    ]
    ragged, color = sr.Layer(kind, params, np.zeros((3, 3))), np.zeros((1, 3))
    value, g = value_of(name, ragged)
    alone = [value_of(name, sr.Layer(kind, p[None], color)) for p in params]
    assert value == pytest.approx(np.mean([each[0] for each in alone]), rel=1e-12)
    expected = np.concatenate([each[1][: p.size] for each, p in zip(alone, params, strict=True)]) / 3.0
    np.testing.assert_allclose(g[: ragged.geometry.size], expected, rtol=0.0, atol=1e-12)


@pytest.mark.parametrize("name", ["size", "crossing", "curvature", pytest.param("overlap", marks=pytest.mark.compiled)])
def test_gradient_of_outlines_of_several_contours(name: str, rng: np.random.Generator) -> None:
    sample = sr.primitive("path").sample
    blobs = [
        np.abs(sample(rng, 5.0, 5.0, size, n) + rng.normal(size=6 * n) * 0.9 * size)
        for size, n in ((3.0, 3), (2.0, 4), (4.0, 2))
    ]
    small = np.array(sample(rng, 4.0, 4.0, 0.3, 1))
    shapes = sr.Layer("path", [blobs[:2], [small], blobs[1:]], np.zeros((3, 3)), 0.9)
    layout = Layout(sr.Scene(12, 10, shapes, None))

    def of(x: np.ndarray) -> tuple[float, np.ndarray]:
        g = np.zeros(layout.size)
        return REGULARIZERS[name](shapes, 12, 10)(layout.views(x)[0][0], layout.views(g)[0][0], 1.0), g

    x = layout.vector(layout.template)
    assert of(x)[0] > 0.0
    check_gradient(lambda x: of(x)[0], x, of(x)[1], rng, step=1e-6, tolerance=1e-6, least=0.0)


def test_every_regularizer_is_tested() -> None:
    assert {name for name, _, _ in SAMPLES} == set(REGULARIZERS)


def test_what_they_measure() -> None:
    def value(name: str, kind: str, params: Any, color: Any = (0.5, 0.5, 0.5), opacity: Any = 1.0) -> float:
        params = np.array(params, np.float64)
        return value_of(name, sr.Layer(kind, params, np.broadcast_to(color, (len(params), 3)), opacity))[0]

    disc = [20.0, 18.0, 10.0]
    assert value("opacity", "circle", [disc, disc], opacity=[0.5, 1.0]) == 0.5
    assert value("size", "circle", [disc, [3.0, 3.0, 0.5]]) == 0.125
    assert value("size", "rectangle", [[9.0, 9.0, 5.0, 5.0, 0.0, 0.0]]) == 0.0  # whose corners are sharp
    assert value("gamut", "circle", [disc], (1.5, -0.5, 0.5)) == pytest.approx(0.5 / 3.0)
    loop, arc = [0, 0, 30, 20, -10, 20, 20, 0], [0, 0, 0, 11, 9, 20, 20, 20]
    assert value("crossing", "stroke", [[*loop, 1]]) > 0.1
    assert value("crossing", "stroke", [[*arc, 1]]) == 0.0
    corners = np.array([[0, 0], [20, 10], [20, 0], [0, 10]], np.float64)  # two of four simple curves cross
    assert value("crossing", "path", [straight(corners)]) == pytest.approx(np.sqrt(50.0) / 10.0)
    assert value("crossing", "path", [straight(corners[[0, 2, 1, 3]])]) == 0.0
    k = 0.5522847498 * 10.0
    circle = [10, 0, 10, k, k, 10, 0, 10, -k, 10, -10, k, -10, 0, -10, -k, -k, -10, 0, -10, k, -10, 10, -k]
    assert value("curvature", "path", [circle]) == pytest.approx(2.0 * np.pi / 10.0, rel=5e-3)
    alone, twice, faint = (
        value("overlap", "circle", [disc] * n, opacity=opacity) for n, opacity in ((1, 1.0), (2, 1.0), (2, 0.5))
    )
    assert alone < 1e-9
    assert twice == pytest.approx(np.pi * 100.0 / (40 * 35), rel=0.15)  # less at its rim
    assert faint < 1e-4


@pytest.mark.compiled
def test_a_plan_adds_them_with_their_weights(rng: np.random.Generator) -> None:
    shapes = layer("circle", "constant", rng)
    scene = sr.Scene(*SIZE, [shapes, shapes], (0.2, 0.7, 0.4))
    target = pack(rng.random((SIZE[1], SIZE[0], 3)))
    plain, regular = (
        Plan(scene, "parabolic"),
        RegularizedPlan(Plan(scene, "parabolic"), weighted_terms(scene, {"opacity": 0.5, "size": 2.0})),
    )
    x = plain.layout.vector(scene)
    loss, more = (plan.value_and_grad(x, target, 1.0) for plan in (plain, regular))
    terms = {name: value_of(name, shapes) for name in ("opacity", "size")}
    assert more - loss == pytest.approx(2.0 * (0.5 * terms["opacity"][0] + 2.0 * terms["size"][0]))
    expected = 0.5 * terms["opacity"][1] + 2.0 * terms["size"][1]
    np.testing.assert_allclose((regular.gradient - plain.gradient)[:-3], np.tile(expected, 2), rtol=1e-9, atol=1e-12)


@pytest.mark.compiled
def test_opacities_of_a_fit_are_decided(rng: np.random.Generator) -> None:
    target = rng.random((6, 6, 3)).repeat(5, axis=0).repeat(5, axis=1).astype(np.float32)
    between = []
    for weights in ({}, {"opacity": 0.02}):
        opacity = sr.fit(target, count=30, iterations=150, regularizers=weights).scene.layers[0].opacity
        between.append(((opacity > 0.05) & (opacity < 0.95)).mean())
    assert between[1] < 0.1 < between[0]


def straight(corners: np.ndarray) -> np.ndarray:
    """Return a path of straight curves from corner to corner."""
    edges = np.roll(corners, -1, axis=0) - corners
    return np.stack([corners, corners + edges / 3, corners + 2 * edges / 3], axis=1).ravel()


def crossings(shapes: sr.Layer) -> int:
    """Return how often curves cross themselves, cut finely."""
    outline = sr.primitive(shapes.kind).outline
    assert outline is not None
    t = np.linspace(0.0, 1.0, 40, endpoint=False)[:, None]
    found = 0
    for p in shapes.params.astype(np.float64):
        points = p[: len(p) // 2 * 2].reshape(-1, 2)
        points = np.concatenate([points, points[:1]]) if outline.closed else points
        curves = [points[k : k + 4] for k in range(0, len(points) - 1, 3)]
        cut = [(1 - t) ** 3 * a + 3 * (1 - t) * t * ((1 - t) * b + t * c) + t**3 * d for a, b, c, d in curves]
        q = np.concatenate([*cut, points[-1:]])
        start, e = q[:-1], np.diff(q, axis=0)
        away = start[None] - start[:, None]
        cross = e[:, None, 0] * e[None, :, 1] - e[:, None, 1] * e[None, :, 0]
        cross[cross == 0] = np.inf  # parallel pieces, and pieces of no length, do not cross
        s = (away[..., 0] * e[None, :, 1] - away[..., 1] * e[None, :, 0]) / cross
        u = (away[..., 0] * e[:, None, 1] - away[..., 1] * e[:, None, 0]) / cross
        inside = (s > 1e-9) & (s < 1 - 1e-9) & (u > 1e-9) & (u < 1 - 1e-9)
        found += int(np.triu(inside).sum())
    return found


@pytest.mark.compiled
@pytest.mark.parametrize(("kind", "left"), [("path", 0.05), ("stroke", 0.35)])
def test_curves_of_a_fit_cross_themselves_far_less(kind: str, left: float, rng: np.random.Generator) -> None:
    target = rng.random((6, 6, 3)).repeat(5, axis=0).repeat(5, axis=1).astype(np.float32)
    some = {"kind": kind, "count": 20, "iterations": 150}
    free, tidy = (  # at random, because contours of squares run along themselves
        crossings(sr.fit(target, init="random", regularizers=weights, **some).scene.layers[0])
        for weights in ({}, {"crossing": 0.1})
    )
    assert free > 30
    assert tidy < left * free


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"regularizers": {"beauty": 1.0}}, "regularizers must be among opacity, size, .*, not 'beauty'"),
        ({"regularizers": {"size": -1.0}}, "weights above 0, but that of size is -1.0"),
        ({"regularizers": {"crossing": 1.0}}, "crossing is for kinds made of curves, path and stroke, not circle"),
        ({"regularizers": {"size": 1.0}, "kind": "mesh"}, "regularizers of a mesh can only be angle"),
    ],
    ids=str,
)
def test_bad_regularizers(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sr.FitOptions(**options)
