"""Whole scenes for property tests: any kinds, composites, rules of colour, meshes and backgrounds on each other.

They are small, because the engine runs as plain Python for them (see `tests.interpreted`): a new combination of kind,
composite, colour, filter and dtype would take seconds to compile.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

import sdfraster as sr
from sdfraster.layer import FILL_RULES
from sdfraster.mesh import MESH
from sdfraster.model.composite import COMPOSITES
from sdfraster.model.coverage import FILTERS
from sdfraster.model.shading import SHADINGS
from sdfraster.primitives import Parameter

SIDE = 20  # pixels, so that there are up to four tiles
ALL = 100  # examples of a test that does not say how many, unless a profile does
repeatable = settings(derandomize=True, deadline=None, database=None)
radii = st.sampled_from([1.0, 0.5, 0.645, 2.5])
filters = st.sampled_from(sorted(FILTERS))
unit = st.floats(0.0, 1.0)


def examples(count: int) -> int:
    """Return how many of `count` examples are tried: fewer in the logic part alone, as its profile says."""
    return max(1, count * settings().max_examples // ALL)


def values(parameter: Parameter) -> st.SearchStrategy[float]:
    """Return values of a parameter: whole ones too, so that points and edges lie on pixels and on each other."""
    reach = 1.3 * SIDE if parameter.role.scales else 7.0
    low, high = max(parameter.role.lower, -0.3 * reach), min(parameter.role.upper, reach)
    return st.integers(int(np.ceil(low)), int(high)).map(float) | st.floats(low, high)


@st.composite
def colors(draw: st.DrawFn, shading: str) -> Any:
    """Return a colour, also out of the gamut where it changes, with inner stops in any order."""
    rule = SHADINGS[shading]
    tones = {*rule.tones, *rule.offsets} if rule.held else {*rule.offsets}
    color = [draw(unit if k in tones else st.floats(-1.0, 1.0)) for k in range(rule.values)]
    return np.reshape(color, rule.shape).tolist()


@st.composite
def shapes(draw: st.DrawFn, kind: str, count: int, generic: bool) -> list[Any]:
    """Return the parameters of shapes: any, or generic ones, of which no two parts lie on each other.

    Outlines may differ in their numbers of points, and have several contours.
    """
    shape = sr.primitive(kind)
    if shape.outline is not None and draw(st.booleans()):
        return [draw(contours(shape, generic)) for _ in range(count)]
    if generic:
        rng = np.random.default_rng(draw(st.integers(0, 999)))
        noise = 0.0 if shape.outline is None else 2.0
        typical = [shape.sample(rng, *rng.uniform(0.0, SIDE, 2), rng.uniform(1.0, 0.5 * SIDE)) for _ in range(count)]
        return [[abs(value + noise * rng.normal()) for value in p] for p in typical]
    parameters = shape.parameters
    if shape.outline is not None:
        size = draw(st.integers(0, 2 if shape.outline.degree == 1 else 1))
        parameters = shape.parameters_of(shape.outline.counts[size])
    return [[draw(values(parameter)) for parameter in parameters] for _ in range(count)]


@st.composite
def contours(draw: st.DrawFn, shape: sr.Primitive, generic: bool) -> list[np.ndarray]:
    """Return the contours of one shape, as a `Layer` takes them."""
    outline = shape.outline
    assert outline is not None
    made = []
    for _ in range(draw(st.integers(1, 3 if outline.filled else 1))):
        segments = draw(st.integers(outline.fewest, outline.fewest + 1))
        if generic:
            rng = np.random.default_rng(draw(st.integers(0, 999)))
            place, size = rng.uniform(0.0, SIDE, 2), rng.uniform(1.0, 0.4 * SIDE)
            p = np.array(shape.sample(rng, *place, size, segments))
            made.append(np.abs(p + rng.normal(0.0, 1.0, p.shape)))
        else:
            made.append(np.array([draw(values(item)) for item in shape.parameters_of(outline.count(segments))]))
    return made


@st.composite
def layers(draw: st.DrawFn, kind: str, most: int, dtype: type, generic: bool) -> sr.Layer:
    """Return a layer of up to `most` shapes."""
    composite, count = draw(st.sampled_from(sorted(COMPOSITES))), draw(st.integers(1, most))
    adding = COMPOSITES[composite].grouped
    named = {**SHADINGS, **{name: SHADINGS[name] for name in ("gradient 3", "radial 4")}}
    shading = draw(st.sampled_from([name for name, rule in named.items() if not adding or rule.rebase is not None]))
    more: dict[str, Any] = {} if shading == "constant" else {"shading": shading.partition(" ")[0]}
    outline = sr.primitive(kind).outline
    if outline is not None and outline.filled:
        more["fill_rule"] = draw(st.sampled_from(FILL_RULES))
    params = as_dtype(draw(shapes(kind, count, generic)), dtype)
    color = [draw(colors(shading)) for _ in range(count)]
    opacity = [draw(st.just(1.0) | unit) for _ in range(count)]
    return sr.Layer(kind, params, color, opacity, composite, **more)


def as_dtype(params: list[Any], dtype: type) -> list[Any]:
    """Return the parameters of shapes as arrays of a dtype."""
    return [[part.astype(dtype) for part in p] if np.ndim(p[0]) else np.array(p, dtype) for p in params]


@st.composite
def meshes(draw: st.DrawFn, most: int, dtype: type, generic: bool) -> sr.Mesh:
    """Return a mesh of up to `most` faces around one vertex."""
    count = draw(st.integers(1, most))
    corners = 2 * (count + 2)
    vertices = np.random.default_rng(draw(st.integers(0, 999))).uniform(0.0, SIDE, corners)
    if not generic:
        vertices = np.array(draw(st.lists(st.floats(0.0, SIDE), min_size=corners, max_size=corners)))
    faces = [[0, k + 1, k + 2] for k in range(count)]
    shade = draw(st.sampled_from(["constant", "linear", "vertex"]))
    name, many = ("vertex_color", count + 2) if shade == "vertex" else ("color", count)
    color = [draw(colors("constant" if shade == "vertex" else shade)) for _ in range(many)]
    opacity = [draw(st.just(1.0) | unit) for _ in range(count)]
    composite = draw(st.sampled_from(sorted(COMPOSITES)))
    return sr.Mesh(vertices.reshape(-1, 2).astype(dtype), faces, opacity=opacity, composite=composite, **{name: color})


@st.composite
def scenes(
    draw: st.DrawFn,
    kinds: tuple[str, ...] = (),
    most: int = 4,
    dtype: type = np.float64,
    generic: bool = False,
    sides: tuple[int, int] = (SIDE, SIDE),
) -> sr.Scene:
    """Return a scene of up to `most` shapes and faces, of those kinds and of others, with or without a background."""
    wanted, parts = list(kinds), []
    while len(wanted) < most and draw(st.booleans()):
        wanted.insert(draw(st.integers(0, len(wanted))), draw(st.sampled_from([*sr.kinds(), MESH])))
    left = most - len(wanted)
    for kind in wanted:
        part = meshes(left + 1, dtype, generic) if kind == MESH else layers(kind, left + 1, dtype, generic)
        parts.append(draw(part))
        left -= len(parts[-1]) - 1
    width, height = (draw(st.integers(1, side)) for side in sides)
    background = draw(st.none() | colors("constant"))
    return sr.Scene(width, height, parts, None if background is None else np.array(background, dtype))
