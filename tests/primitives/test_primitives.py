"""What every primitive promises, checked for every kind in the registry: a new kind is tested by existing.

Derivatives are compared with differences where these can be trusted; elsewhere there is a crease (medial axis, corner)
within reach. Most points must be trustworthy.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import hypot, inf

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.primitives import Parameter, PathData, Primitive
from tests.gradcheck import check_where_smooth, difference

every_kind = pytest.mark.parametrize("kind", sr.kinds())


def unit_vectors(rng: np.random.Generator, count: int, size: int) -> np.ndarray:
    """Return random directions, as rows."""
    v = rng.normal(size=(count, size))
    return v / np.linalg.norm(v, axis=1, keepdims=True)


def parameters(shape: Primitive, p: tuple[float, ...]) -> Iterator[tuple[int, Parameter, float]]:
    for k, (parameter, value) in enumerate(zip(shape.parameters_of(len(p)), p, strict=True)):
        yield k, parameter, value


def axis(parameter: Parameter) -> int:
    """Return 0 for an x and 1 for a y; names of coordinates hold exactly one of the letters."""
    assert parameter.role.axis is not None
    assert ("x" in parameter.name, "y" in parameter.name) == (parameter.role.axis == 0, parameter.role.axis == 1)
    return parameter.role.axis


def moved(shape: Primitive, p: tuple[float, ...], dx: float, dy: float) -> tuple[float, ...]:
    return tuple(
        value + (dx, dy)[axis(parameter)] if parameter.role.axis is not None else value
        for _, parameter, value in parameters(shape, p)
    )


def shapes(shape: Primitive, rng: np.random.Generator, count: int = 12) -> list[tuple[float, ...]]:
    """Return typical shapes from 3 to 30 pixels large."""
    return [
        tuple(float(v) for v in shape.sample(rng, rng.uniform(10, 50), rng.uniform(10, 50), 3.0 * 10.0 ** (k / count)))
        for k in range(count)
    ]


def points(shape: Primitive, p: tuple[float, ...], rng: np.random.Generator, count: int) -> list[tuple[float, float]]:
    """Return random points in and around the shape."""
    x0, y0, x1, y1 = shape.bounds(p)
    mx, my = 0.4 * (x1 - x0) + 2.0, 0.4 * (y1 - y0) + 2.0
    return [(rng.uniform(x0 - mx, x1 + mx), rng.uniform(y0 - my, y1 + my)) for _ in range(count)]


def normal(shape: Primitive, p: tuple[float, ...], x: float, y: float) -> tuple[float, float, bool]:
    """Return the spatial gradient of the distance by differences, and whether it can be trusted."""
    nx, good_x = difference(lambda v: shape.distance(p, v, y), x)
    ny, good_y = difference(lambda v: shape.distance(p, x, v), y)
    return nx, ny, good_x and good_y


@every_kind
def test_gradient_matches_differences(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    kept = []
    for p in shapes(shape, rng):
        directions = unit_vectors(rng, 3, len(p))
        for x, y in points(shape, p, rng, 25):
            g = shape.gradient(p, x, y)
            assert isinstance(g, tuple)
            assert len(g) == len(p)
            kept += check_where_smooth(
                lambda p, x=x, y=y: shape.distance(p, x, y), p, g, directions, f"of {p} at {x, y}"
            )
    assert np.mean(kept) > 0.95


@every_kind
def test_frame_adjoint_matches_differences(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    kept = []
    for p in shapes(shape, rng, 40):
        weights = rng.normal(size=3)
        g = shape.frame_adjoint(p, *weights)
        assert isinstance(g, tuple)
        assert len(g) == len(p)
        directions = unit_vectors(rng, 3, len(p))
        kept += check_where_smooth(lambda p, w=weights: float(w @ shape.frame(p)), p, g, directions, f"of {p}")
    assert np.mean(kept) > 0.95


@pytest.mark.parametrize("kind", [kind for kind in sr.kinds() if sr.primitive(kind).strip])
def test_strip_has_the_depth_and_its_adjoint_matches_differences(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    strip, adjoint = shape.strip, shape.strip_adjoint
    assert strip is not None
    assert adjoint is not None
    kept = []
    for p in shapes(shape, rng, 40):
        width, length, rest = strip(p)
        assert width >= 0.0
        assert length > 0.0
        assert rest >= -1e-12
        if shape.outline is None:
            assert width == pytest.approx(2.0 * shape.frame(p)[2])  # whose unit is the depth
        weights = rng.normal(size=3)
        g = adjoint(p, *weights)
        assert len(g) == len(p)
        directions = unit_vectors(rng, 3, len(p))
        kept += check_where_smooth(lambda p, w=weights: float(w @ strip(p)), p, g, directions, f"of {p}")
    assert np.mean(kept) > 0.95


@pytest.mark.parametrize("kind", [kind for kind in sr.kinds() if sr.primitive(kind).outline is None])
def test_frame_is_centre_and_depth(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    for p in shapes(shape, rng):
        cx, cy, unit = shape.frame(p)
        assert unit > 0.0
        assert unit == pytest.approx(abs(shape.distance(p, cx, cy)))


@every_kind
def test_distance_is_eikonal(kind: str, rng: np.random.Generator) -> None:
    """The spatial gradient has length 1, and following it for the distance ends on the outline.

    From inside a stroke it may end inside, where the stroke overlaps itself.
    """
    shape = sr.primitive(kind)
    kept = total = 0
    for p in shapes(shape, rng):
        for x, y in points(shape, p, rng, 25):
            nx, ny, good = normal(shape, p, x, y)
            kept, total = kept + good, total + 1
            if good:
                assert hypot(nx, ny) == pytest.approx(1.0, abs=1e-6)
                d = shape.distance(p, x, y)
                reached = shape.distance(p, x - d * nx, y - d * ny)
                overlaps = shape.outline is not None and shape.outline.stroked and d < 0.0 and reached < 0.0
                assert overlaps or reached == pytest.approx(0.0, abs=1e-4)
    assert kept > 0.95 * total


@every_kind
def test_distance_is_one_lipschitz(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    for p in shapes(shape, rng):
        for (ax, ay), (bx, by) in pairwise(points(shape, p, rng, 100)):
            t = 10.0 ** rng.uniform(-4, 0)  # near pairs as well as far ones
            bx, by = ax + t * (bx - ax), ay + t * (by - ay)
            assert abs(shape.distance(p, ax, ay) - shape.distance(p, bx, by)) <= hypot(bx - ax, by - ay) + 1e-9


@every_kind
def test_bounds_contain_the_shape_and_touch_it(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    inside = 0
    for p in shapes(shape, rng):
        x0, y0, x1, y1 = shape.bounds(p)
        assert x0 < x1
        assert y0 < y1
        for x, y in points(shape, p, rng, 200):
            if shape.distance(p, x, y) <= 0.0:
                inside += 1
                assert x0 <= x <= x1
                assert y0 <= y <= y1
        count = 100
        for xs, ys in (
            (np.linspace(x0, x1, count), [y0] * count),
            (np.linspace(x0, x1, count), [y1] * count),
            ([x0] * count, np.linspace(y0, y1, count)),
            ([x1] * count, np.linspace(y0, y1, count)),
        ):
            d = [shape.distance(p, float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
            assert min(d) > -1e-9  # nothing sticks out
            assert min(d) < max(x1 - x0, y1 - y0) / (count - 1) + 0.01  # touches between two samples
    assert inside > 50


@every_kind
def test_distance_moves_with_the_positions(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    for p in shapes(shape, rng):
        dx, dy = rng.normal(scale=30.0, size=2)
        for x, y in points(shape, p, rng, 10):
            d = shape.distance(moved(shape, p, dx, dy), x + dx, y + dy)
            assert d == pytest.approx(shape.distance(p, x, y), abs=1e-9)


@every_kind
def test_distance_scales_with_what_is_in_pixels(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    for p in shapes(shape, rng):
        s = rng.uniform(0.2, 5.0)
        scaled = tuple(s * value if parameter.role.scales else value for _, parameter, value in parameters(shape, p))
        for x, y in points(shape, p, rng, 10):
            # curves may be flattened to another number of pieces, within 0.05 pixels before and after
            tolerance = 1e-9 if shape.outline is None else 0.05 * (1.0 + s)
            assert shape.distance(scaled, s * x, s * y) == pytest.approx(s * shape.distance(p, x, y), abs=tolerance)


@every_kind
def test_gradient_by_positions_is_minus_the_normal_on_the_outline_too(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    tested = 0
    for p in shapes(shape, rng):
        for x, y in points(shape, p, rng, 10):
            nx, ny, good = normal(shape, p, x, y)
            if not good:
                continue
            for share in (1.0, 1.0 - 1e-9):  # as near to the outline as rounding allows, and just off it
                d = shape.distance(p, x, y) * share
                g = shape.gradient(p, x - d * nx, y - d * ny)
                total = [0.0, 0.0]
                for k, parameter, _ in parameters(shape, p):
                    if parameter.role.axis is not None:
                        total[axis(parameter)] += g[k]
                if hypot(*total) == pytest.approx(1.0, abs=1e-3):
                    tested += 1
                assert hypot(*total) > 0.5, f"no derivative at {x - d * nx, y - d * ny} of {p}"
                assert hypot(*total) < 1.0 + 1e-6
    assert tested > 50


def degenerate(shape: Primitive, rng: np.random.Generator) -> Iterator[tuple[float, ...]]:
    """Yield shapes that a fit can reach: collapsed, flat, without size, far away."""
    typical = shapes(shape, rng, 1)[0]
    for far in (0.0, 1e6):
        yield moved(shape, typical, far, far)
        for keep_positions in (True, False):
            for keep_lengths in (True, False):
                for flat in (None, 0, 1):
                    yield tuple(
                        (far + value * (axis(parameter) != flat) if keep_positions else far + 3.5)
                        if parameter.role.axis is not None
                        else value
                        if keep_lengths or not parameter.role.scales
                        else max(parameter.role.lower, 0.0)
                        for _, parameter, value in parameters(shape, typical)
                    )


@every_kind
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_stays_finite_for_degenerate_shapes(kind: str, dtype: type, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    for values in degenerate(shape, rng):
        p = tuple(dtype(value) for value in values)
        cx, cy, unit = shape.frame(p)
        assert np.isfinite([cx, cy, unit]).all()
        assert unit >= 0.0
        assert np.isfinite(shape.frame_adjoint(p, dtype(1.0), dtype(-2.0), dtype(3.0))).all()
        x0, y0, x1, y1 = shape.bounds(p)
        assert -inf < x0 <= x1 < inf
        assert -inf < y0 <= y1 < inf
        at = [(p[0], p[1]), (cx, cy), (x0, y0), (dtype(cx + 0.25), cy), (cx, dtype(cy - 4.5)), (dtype(0.5), dtype(0.5))]
        for x, y in at:
            d, g = shape.distance(p, x, y), shape.gradient(p, x, y)
            assert np.isfinite(d), f"distance of {p} at {x, y}"
            assert np.isfinite(g).all(), f"gradient {g} of {p} at {x, y}"
            for k, parameter, _ in parameters(shape, p):
                if parameter.role.axis is not None:
                    assert abs(g[k]) <= 1.0 + 1e-5, f"gradient {g} of {p} at {x, y}"


@every_kind
def test_sample_is_valid_and_about_as_large_as_asked(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    for size in (1.0, 10.0, 100.0):
        for _ in range(20):
            p = tuple(float(v) for v in shape.sample(rng, 40.0, -70.0, size))
            for _, parameter, value in parameters(shape, p):
                assert parameter.role.lower <= value <= parameter.role.upper
            x0, y0, x1, y1 = shape.bounds(p)
            assert x0 - size < 40.0 < x1 + size
            assert y0 - size < -70.0 < y1 + size
            assert 0.5 * size < max(x1 - x0, y1 - y0) < 8.0 * size


@every_kind
def test_sample_is_reproducible(kind: str) -> None:
    first, again = (sr.primitive(kind).sample(np.random.default_rng(5), 1.0, 2.0, 3.0) for _ in range(2))
    assert tuple(first) == tuple(again)


@every_kind
def test_svg_is_an_element_with_finite_attributes(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    for p in shapes(shape, rng):
        tag, attributes = shape.svg(p)
        assert tag.isidentifier()
        assert attributes
        for name, value in attributes.items():
            assert name.replace("-", "").isalnum()
            if isinstance(value, PathData):
                value = value.points
            assert isinstance(value, str) or np.isfinite(np.asarray(value, dtype=float)).all()


@every_kind
def test_parameters_are_named_once_and_ranges_are_ranges(kind: str) -> None:
    shape = sr.primitive(kind)
    assert shape.kind == kind
    assert len(set(shape.params)) == len(shape.params)
    for parameter in shape.parameters:
        assert parameter.role.lower < parameter.role.upper
        if parameter.size or parameter.half_of:
            assert parameter.role.lower >= 0.0
            assert parameter.role.scales


def test_registry_is_sorted_and_holds_the_contract() -> None:
    assert list(sr.kinds()) == sorted(sr.kinds())
    assert sr.primitive("circle").params == ("cx", "cy", "r")
    assert sr.primitive("ellipse").params == ("cx", "cy", "rx", "ry", "angle")
    assert sr.primitive("rectangle").params == ("cx", "cy", "w", "h", "angle", "corner")
    assert sr.primitive("triangle").params == ("ax", "ay", "bx", "by", "cx", "cy")
    assert sr.primitive("line").params == ("ax", "ay", "bx", "by", "width")
    assert sr.primitive("polygon").signature == sr.primitive("path").signature == "x0 y0 x1 y1 ..."
    assert sr.primitive("stroke").signature == "x0 y0 x1 y1 ... width"


@every_kind
def test_parameters_of_a_count(kind: str) -> None:
    shape = sr.primitive(kind)
    assert shape.parameters_of(len(shape.parameters)) == shape.parameters
    for count in range(40):
        fits = {"polygon": count >= 6 and count % 2 == 0, "path": count >= 6 and count % 6 == 0}
        fits["stroke"] = count >= 9 and count % 6 == 3
        if fits.get(kind, count == len(shape.parameters)):
            names = [parameter.name for parameter in shape.parameters_of(count)]
            assert len(names) == count
            assert kind not in fits or names[:4] == ["x0", "y0", "x1", "y1"]
            assert (names[-1] == "width") == (kind in ("stroke", "line"))
        else:
            with pytest.raises(
                ValueError, match=rf"^a {kind} has \d+(, \d+, \d+, \.\.\.)? parameters \(.*\), not {count}$"
            ):
                shape.parameters_of(count)


def test_unknown_kind_lists_the_kinds() -> None:
    with pytest.raises(ValueError, match=f"unknown kind 'nope'; the kinds are {', '.join(sr.kinds())}"):
        sr.primitive("nope")
    with pytest.raises(ValueError, match="unknown kind"):
        sr.primitive("parameter")  # a module of the folder, but no kind
