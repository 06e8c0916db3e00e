"""How exact gradients are: ``python -m benchmarks.gradients [--only TEXT] [--block NAME ...] [--scenes N]``.

Draws random small scenes in float64, and compares the adjoint with differences over five points, block by block:
geometry, colours (constant and linear ones), stops of gradients with their lines and circles, opacities and background,
each along a random direction, and the filter radius. The loss is a random linear function of the picture, so that all
its pixels count. Errors are relative to the length of the gradient of the block. Prints Markdown tables of the median,
99.9 % and largest error: of every block, of every kind, composite and filter, of what is hard, and of where a
derivative is one-sided by nature. Where the picture has a crease between the points of a difference, no derivative is
there to compare with; the share of these is the last column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

import sdfraster as sr
from sdfraster.mesh import MESH
from sdfraster.model.composite import COMPOSITES
from sdfraster.model.coverage import FILTERS
from sdfraster.model.shading import CONSTANT, SHADINGS, shading_of
from sdfraster.prepared.targets import PreparedTarget
from tests.gradcheck import difference
from tests.scenes import colors

from . import arguments
from .scenes import triangulated

SIDE, SHAPES, SCENES = 24, 3, 10_000
STEP = 1e-4  # over five points: wrong by some 1e-17 f''''' and 1e-12 of rounding
ONE_SIDED = np.array([-25.0, 48.0, -36.0, 16.0, -3.0]) / 12.0  # weights of f at 0, 1, ... 4 steps
LEAST = 1e-3  # length of a gradient that errors are relative to
RADIUS = "filter radius"
BLOCKS = ("geometry", "colour", "stops", "opacity", "background", RADIUS)
FIRST = "circle"  # goes through all rules of colours; what a kind, a filter and a rule do is independent of each other
RULES = {"box": ("gradient", "linear"), "parabolic": ("constant", "radial 3"), "tent": ("constant",)}
Rng = np.random.Generator
Vector = NDArray[Any]
Make = Callable[[Rng], sr.Scene]
Row = TypeVar("Row", "Case", "OneSided")


class Sample(NamedTuple):
    """One comparison: its error, or that there is a crease."""

    error: float
    crease: bool


class Case(NamedTuple):
    """A row of the table: its title, a filter, and what makes its scenes."""

    title: str
    filter: str
    make: Make


class OneSided(NamedTuple):
    """Scenes of one shape at a place where it has two derivatives, or one: which block, and the filter."""

    title: str
    block: str
    make: Make
    filter: str = "parabolic"
    radius: float = 1.0


def random_layer(
    rng: Rng, kind: str, composite: str, rule: str, sizes: tuple[float, float] = (2.0, 12.0)
) -> sr.Layer | sr.Mesh:
    """Return a few shapes of any size and place, half transparent."""
    if kind == MESH:
        vertices, faces = triangulated(rng, 2 * SHAPES, (2, 2), (SIDE - 2, SIDE - 2))
        return sr.Mesh(vertices, faces, colors(rng, rule, len(faces)), rng.uniform(0.2, 0.8, len(faces)), composite)
    shape = sr.primitive(kind)
    params = [shape.sample(rng, *rng.uniform(0, SIDE, 2), rng.uniform(*sizes)) for _ in range(SHAPES)]
    shading: dict[str, Any] = {} if rule == CONSTANT else {"shading": rule.partition(" ")[0]}
    return sr.Layer(
        kind, np.array(params), colors(rng, rule, SHAPES), rng.uniform(0.2, 0.8, SHAPES), composite, **shading
    )


def rules(kind: str, composite: str, filter: str) -> list[str]:
    """Return the rules of colours that a row is made of."""
    names = [*SHADINGS, "radial 3"] if kind == FIRST else RULES[filter]
    adding = COMPOSITES[composite].grouped or kind == MESH
    return [name for name in names if not adding or SHADINGS[name].rebase is not None]


def random_scene(kind: str, composite: str, filter: str, rng: Rng) -> sr.Scene:
    """Return a scene of one kind, in colours of any rule."""
    layer = random_layer(rng, kind, composite, str(rng.choice(rules(kind, composite, filter))))
    return sr.Scene(SIDE, SIDE, layer, rng.uniform(0.1, 0.9, 3))


def tiny(rng: Rng) -> sr.Scene:
    """Return shapes of about a pixel."""
    layer = random_layer(rng, str(rng.choice(sr.kinds())), "over", CONSTANT, (0.3, 1.0))
    return sr.Scene(SIDE, SIDE, layer, np.ones(3) / 2)


def crossing(fill_rule: str, rng: Rng) -> sr.Scene:
    """Return polygons whose outlines cross themselves and each other."""
    params = rng.uniform(2, SIDE - 2, (SHAPES, 12))
    layer = sr.Layer("polygon", params, rng.uniform(0, 1, (SHAPES, 3)), 0.5, fill_rule=fill_rule)
    return sr.Scene(SIDE, SIDE, layer, np.ones(3) / 2)


def coincident(composite: str, rng: Rng) -> sr.Scene:
    """Return triangles that share an edge, to the bit."""
    a, b, c, d = rng.uniform(2, SIDE - 2, (4, 2))
    params = np.array([[*a, *b, *c], [*b, *a, *d]])
    return sr.Scene(SIDE, SIDE, sr.Layer("triangle", params, rng.uniform(0, 1, (2, 3)), 0.5, composite), np.ones(3) / 2)


def between_pixels(rng: Rng) -> sr.Scene:
    """Return a rectangle whose edges are half a pixel from the centres of pixels."""
    (x0, y0), (x1, y1) = np.sort(rng.permuted(np.arange(2.0, SIDE - 1), axis=0)[:4].reshape(2, 2), axis=0)
    return alone(rng, "rectangle", [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0, 0.0, 0.0])


def on_diagonals(rng: Rng) -> sr.Scene:
    """Return a square on whose diagonals there are centres of pixels: two edges are as near to them."""
    side = rng.uniform(2.0, 12.0)
    return alone(rng, "rectangle", [SIDE / 2 + 0.5, SIDE / 2 + 0.5, side, side, 0.0, 0.0])


def at_stops(rng: Rng) -> sr.Scene:
    """Return a disc with a gradient whose stops are at centres of pixels, to the bit."""
    stops = [*rng.uniform(0, 1, (2, 3)), [1.0, 0.0, 0.5]]
    return alone(rng, "circle", [SIDE / 2 + 0.5, SIDE / 2 + 0.5, 8.0], stops, shading="gradient")


def alone(rng: Rng, kind: str, params: Any, color: Any = None, **more: Any) -> sr.Scene:
    """Return a scene of one shape."""
    color = rng.uniform(0, 1, 3) if color is None else color
    layer = sr.Layer(kind, np.array([params], np.float64), np.array([color]), 0.5, **more)
    return sr.Scene(SIDE, SIDE, layer, np.ones(3) / 2)


HARD = [
    Case("shapes of a pixel", "parabolic", tiny),
    Case("outlines that cross, nonzero", "parabolic", partial(crossing, "nonzero")),
    Case("outlines that cross, evenodd", "parabolic", partial(crossing, "evenodd")),
    Case("two edges that coincide, over", "parabolic", partial(coincident, "over")),
    Case("two edges that coincide, mean", "parabolic", partial(coincident, "mean")),
]
BY_NATURE = [
    OneSided("box filter, its border at centres of pixels", "geometry", between_pixels, "box", 0.5),
    OneSided("two edges as near to centres of pixels", "geometry", on_diagonals),
    OneSided("stops at centres of pixels", "stops", at_stops),
]


def blocks(scene: sr.Scene) -> Iterator[tuple[str, slice]]:
    """Yield the name of every block of values of a scene, and where it is in the vector."""
    names = []
    for layer in scene.layers:
        rule = CONSTANT if isinstance(layer, sr.Mesh) else shading_of(layer.color.shape, layer.shading)
        names += ["geometry", "stops" if SHADINGS[rule].stops else "colour", "opacity"]
    ends = np.cumsum([0, *(array.size for array in scene.values)]).tolist()
    for name, (low, high) in zip([*names, "background"], pairwise(ends), strict=True):
        yield name, slice(low, high)


def direction(rng: Rng, size: int, block: slice) -> Vector:
    """Return a random direction of length 1 that moves one block."""
    v: Vector = np.zeros(size)
    v[block] = rng.normal(size=block.stop - block.start)
    v /= np.linalg.norm(v)
    return v


def moved(objective: sr.Objective, x: Vector, v: Vector, g_image: Vector, t: float) -> float:
    """Return the loss at x + t v."""
    return float((g_image * objective.render(x + t * v)).sum())


def samples(rng: Rng, scene: sr.Scene, filter: str, wanted: Sequence[str]) -> Iterator[tuple[str, Sample]]:
    """Yield block and comparison for each block of a scene that is wanted."""
    objective = sr.Objective(scene, filter=filter)
    g_image = rng.normal(size=objective.shape)
    x = np.array(objective.x)
    g = objective.vjp(x, g_image)
    for name, block in blocks(scene):
        if name not in wanted:
            continue
        v = direction(rng, x.size, block)
        slope, smooth = difference(partial(moved, objective, x, v, g_image), 0.0, STEP)
        length = max(float(np.linalg.norm(g[block])), LEAST)
        yield name, Sample(abs(float(g @ v) - slope) / length, not smooth)
    if RADIUS in wanted:
        yield RADIUS, radius_sample(objective, x, g_image)


def radius_sample(objective: sr.Objective, x: Vector, g_image: Vector) -> Sample:
    """Compare the derivative by the filter radius, of a sum of squares whose gradient by the picture is `g_image`."""

    def loss(t: float) -> float:
        return float((g_image * objective.render(x, filter_radius=1.0 + t)).sum())

    slope, smooth = difference(loss, 0.0, STEP)
    target = PreparedTarget.of(objective.render(x) - g_image / 2)  # which may be far from 0..1
    g = g_image.size * objective.radius_gradient(x, target)
    return Sample(abs(g - slope) / max(abs(g), LEAST), not smooth)


def one_sided(rng: Rng, case: OneSided) -> tuple[float, float]:
    """Return how far our derivative is outside of the one-sided ones, and how far these are apart.

    Every pixel has its own two, and the adjoint may take either for each; so the bounds are sums over pixels.
    """
    scene = case.make(rng)
    objective = sr.Objective(scene, filter=case.filter, filter_radius=case.radius)
    g_image = rng.normal(size=objective.shape)
    x = np.array(objective.x)
    g = objective.vjp(x, g_image)
    block = dict(blocks(scene))[case.block]
    v = direction(rng, x.size, block)

    sides = []
    for step in (-STEP, STEP):
        pictures = [objective.render(x + k * step * v) for k in range(len(ONE_SIDED))]
        sides.append(g_image * np.tensordot(ONE_SIDED, pictures, 1) / step)
    low, high = float(np.minimum(*sides).sum()), float(np.maximum(*sides).sum())

    slope, length = float(g @ v), max(float(np.linalg.norm(g[block])), LEAST)
    return max(low - slope, slope - high, 0.0) / length, (high - low) / length


def quantiles(errors: list[float]) -> str:
    """Return the cell of a table: median, 99.9 % and largest."""
    if not errors:
        return "-"
    return " / ".join(f"{value:.0e}" if value else "0" for value in np.quantile(errors, [0.5, 0.999, 1.0]))


def row(title: str, found: dict[str, list[Sample]]) -> str:
    """Return a row of the table."""
    cells = [quantiles([sample.error for sample in found[name] if not sample.crease]) for name in BLOCKS]
    creases = [sample.crease for name in BLOCKS for sample in found[name]]
    return f"| {title} | {' | '.join(cells)} | {100 * np.mean(creases):.1f} % |"


def chosen(text: str, cases: Iterable[Row]) -> list[Row]:
    """Return the rows whose title holds the text."""
    return [case for case in cases if text in case.title]


def main() -> None:
    """Print the tables."""
    parser = arguments.parser(__doc__)
    parser.add_argument("--only", default="", help="rows whose title holds this; they are as among all others")
    parser.add_argument("--block", nargs="+", choices=BLOCKS, default=BLOCKS, help="what to differentiate by")
    parser.add_argument("--scenes", type=int, default=SCENES, help=f"how many in all rows  [default: {SCENES}]")
    given = parser.parse_args()
    cases = [
        Case(f"{kind}, {composite}, {filter}", filter, partial(random_scene, kind, composite, filter))
        for kind in (*sr.kinds(), MESH)
        for composite in sorted(COMPOSITES)
        for filter in sorted(FILTERS)
    ]
    count = ceil(given.scenes / (len(cases) + len(HARD) + len(BY_NATURE)))

    print(f"| {count} scenes each | {' | '.join(BLOCKS)} | creases |\n|---|{'---|' * (len(BLOCKS) + 1)}")
    together: dict[str, list[Sample]] = defaultdict(list)
    for case in chosen(given.only, (*cases, *HARD)):
        rng = np.random.default_rng(0)
        found: dict[str, list[Sample]] = defaultdict(list)
        for _ in range(count):
            for name, sample in samples(rng, case.make(rng), case.filter, given.block):
                found[name].append(sample)
                together[name].append(sample)
        print(row(case.title, found), flush=True)

    print("\n| all of these | comparisons | error | creases |\n|---|---|---|---|")
    for name in filter(together.get, BLOCKS):
        errors = [sample.error for sample in together[name] if not sample.crease]
        creases = 100 * np.mean([sample.crease for sample in together[name]])
        print(f"| {name} | {len(errors)} | {quantiles(errors)} | {creases:.1f} % |")

    print(f"\n| {count} scenes each | block | outside of the one-sided ones | these are apart, median |")
    print("|---|---|---|---|")
    for case_by_nature in chosen(given.only, BY_NATURE):
        rng = np.random.default_rng(0)
        outside, apart = zip(*(one_sided(rng, case_by_nature) for _ in range(count)), strict=True)
        cells = f"{case_by_nature.block} | {quantiles(list(outside))} | {np.median(apart):.2g}"
        print(f"| {case_by_nature.title} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
