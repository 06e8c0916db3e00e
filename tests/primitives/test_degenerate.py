"""No shape and no point, however degenerate, makes a distance or a gradient that is not finite.

Plain Python shows where a formula divides by zero or overflows (NumPy warns, and warnings are errors here). The
compiled functions are tested beside it, because they may reorder operations and use estimates of division and root.
Kinds with any number of points have no compiled function of their own.
"""

from __future__ import annotations

from functools import cache
from math import pi
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sdfraster as sr
from sdfraster.engine.compile.kernel import serial
from sdfraster.engine.compile.tuples import tuple_functions
from sdfraster.model.shading import SHADINGS
from sdfraster.primitives import Parameter, Primitive
from tests.strategies import examples

POWERS = (15, 18, 19, 20, 21, 25, 30, 36)  # of 10, about the root of the largest float32 and beyond
SPECIAL = {  # few values, so that points coincide and lie on a line
    "x": st.sampled_from([0.0, 1.0, 3.5, 1e6, 1e6 + 1.0, -1e6]),
    "length": st.sampled_from([0.0, 1e-12, 1e-6, 1e-3, 1.0, 3.0, 1e6]),
    "angle": st.sampled_from([0.0, pi / 4, pi / 2, -pi, 1e3]),
}
ANY = {
    "x": st.floats(-200.0, 200.0),
    "length": st.floats(0.0, 200.0),
    "angle": st.floats(-10.0, 10.0),
}


def choices_of(item: Parameter) -> st.SearchStrategy[float]:
    """Return what a parameter may be."""
    name = item.role.name if item.role.axis is None else "x"
    return SPECIAL[name] | ANY[name] if name in ANY else st.floats(item.role.lower, item.role.upper)


@cache
def compiled(kind: str, dtype: np.dtype[Any]) -> Any:
    """Return a function that sets distances (1,) and gradients (1, P) at points (1, 2) of shapes (1, P)."""
    shape = sr.primitive(kind)
    distance, gradient = shape.distance, shape.gradient
    functions = tuple_functions(len(shape.parameters))
    load, store = functions.load, functions.store

    def evaluate(params, points, d, g):
        for i in range(len(params)):
            p = load(params, i)
            d[i] = distance(p, points[i, 0], points[i, 1])
            store(gradient(p, points[i, 0], points[i, 1]), g, i, 0)

    return serial(evaluate, dtype, f"test of {kind}")


@pytest.mark.compiled
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", [kind for kind in sr.kinds() if sr.primitive(kind).outline is None])
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_distance_and_gradient_are_finite(kind: str, dtype: type, data: st.DataObject) -> None:
    shape = sr.primitive(kind)
    values = [data.draw(choices_of(item), label=item.name) for item in shape.parameters]
    positions = [value for value, item in zip(values, shape.parameters, strict=True) if item.role.axis is not None]
    place = st.sampled_from(positions) | SPECIAL["x"] | ANY["x"]
    p = tuple(dtype(value) for value in values)
    x, y = dtype(data.draw(place, label="x")), dtype(data.draw(place, label="y"))

    d, g = np.empty(1, dtype), np.empty((1, len(p)), dtype)
    compiled(kind, np.dtype(dtype))(np.array([p]), np.array([[x, y]]), d, g)
    for distance, gradient in ((shape.distance(p, x, y), shape.gradient(p, x, y)), (d[0], tuple(g[0]))):
        assert np.isfinite(distance)
        assert np.isfinite(gradient).all()
        for value, item in zip(gradient, shape.parameters, strict=True):
            if item.role.scales:  # the distance is 1-Lipschitz in all that is measured in pixels
                assert abs(value) <= 1.0 + 1e-5, item.name
    size = max(1.0, *map(abs, map(float, (*p, x, y))))
    assert abs(float(d[0]) - float(shape.distance(p, x, y))) <= 50.0 * np.finfo(dtype).eps * size
    check_frame_and_bounds(shape, p, dtype)


def check_frame_and_bounds(shape: Primitive, p: tuple[Any, ...], dtype: type) -> None:
    assert np.isfinite(shape.frame(p)).all()
    assert np.isfinite(shape.frame_adjoint(p, dtype(1.0), dtype(-2.0), dtype(3.0))).all()
    x0, y0, x1, y1 = shape.bounds(p)
    assert np.isfinite([x0, y0, x1, y1]).all()
    assert x0 <= x1
    assert y0 <= y1


@pytest.mark.parametrize("kind", [kind for kind in sr.kinds() if sr.primitive(kind).outline is not None])
@settings(max_examples=examples(100), deadline=None, derandomize=True, database=None)
@given(data=st.data(), dtype=st.sampled_from([np.float32, np.float64]))
def test_outlines_are_finite(kind: str, data: st.DataObject, dtype: type) -> None:
    """Points that coincide, edges without length, folds and cusps; where edges cross, nothing bounds the gradient.

    All is computed in float64; the dtype decides what numbers are given.
    """
    shape = sr.primitive(kind)
    assert shape.outline is not None
    count = shape.outline.counts[data.draw(st.integers(0, 2 if shape.outline.degree == 1 else 1), label="size")]
    items = shape.parameters_of(count)
    few = st.sampled_from([0.0, 1.0, 3.5, 8.0])
    points, lengths = few | SPECIAL["x"] | ANY["x"], SPECIAL["length"] | ANY["length"]
    if shape.outline.degree == 3 and data.draw(st.booleans(), label="small"):
        points = few
    p = tuple(dtype(data.draw(lengths if item.role.axis is None else points, label=item.name)) for item in items)
    place = st.sampled_from(p) | points
    x, y = dtype(data.draw(place, label="x")), dtype(data.draw(place, label="y"))
    for rule in (("nonzero",), ("evenodd",)) if shape.outline.filled else ((),):
        assert np.isfinite(shape.distance(p, x, y, *rule))
        gradient = shape.gradient(p, x, y, *rule)
        assert len(gradient) == count
        assert np.isfinite(gradient).all()
        if shape.outline.stroked:
            assert np.abs(gradient).max() <= 1.0 + 1e-12
    check_frame_and_bounds(shape, p, dtype)


def check_any_size(
    kind: str, shading: str, side: int, rng: np.random.Generator, powers: tuple[int, ...] = POWERS
) -> None:
    """Draw shapes in float32 with some or all coordinates so large that their squares are no numbers."""
    target = np.zeros((side, side, 3), np.float32)
    for power in powers:
        for share in (0.3, 1.1):
            p = np.array(sr.primitive(kind).sample(rng, 0.5 * side, 0.5 * side, 0.3 * side))
            large = rng.random(p.shape) < share
            p[large] *= 10.0**power / max(1.0, np.abs(p).max())
            shape = (1, *SHADINGS[shading].shape)
            color = rng.uniform(0.0, 1.0, shape) if shading == "constant" else rng.normal(0.0, 0.5, shape)
            rule = {} if shading == "constant" else {"shading": shading}
            scene = sr.Scene(side, side, sr.Layer(kind, p[None].astype(np.float32), color, **rule))
            assert np.isfinite(sr.render(scene)).all()
            loss, g = sr.value_and_grad(scene, target)
            assert np.isfinite(loss)
            assert all(np.isfinite(a).all() for a in (g.layers[0].params, g.layers[0].color, g.layers[0].opacity)), p


# Fits compile constant colours of every kind. What a kind and a rule of colours do with such numbers is independent,
# so few kinds are compiled with the others; `tests.interpreted` tries all.
@pytest.mark.compiled
@pytest.mark.parametrize(
    ("kind", "shading"),
    [
        *((kind, "constant") for kind in sr.kinds()),
        *((kind, shading) for kind in ("circle", "polygon") for shading in ("linear", "gradient")),
    ],
)
def test_shapes_of_any_size_are_drawn_with_a_finite_gradient(kind: str, shading: str, rng: np.random.Generator) -> None:
    check_any_size(kind, shading, 20, rng)
