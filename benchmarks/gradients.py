"""How exact gradients are: ``python -m benchmarks.gradients [SCENES] [KIND ...]``.

Draws random small scenes in float64, and compares the adjoint with differences over five points, block by block:
geometry, colours (flat ones, and the slopes or stops of others), opacities and background, each along a random one.
The loss is a random linear function of the picture, so that all its pixels count. Errors are relative to the length of
the gradient of the block. Prints a table: for every kind, composite and filter the median, 99.9 % and largest error of
each block, and rows of what is hard. Where the picture has a crease between the points of a difference, no derivative
is there to compare with; the share of these is the last column.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import sdfraster as sr
from sdfraster.model.composite import COMPOSITES
from sdfraster.model.coverage import FILTERS
from sdfraster.model.shading import CONSTANT, SHADINGS
from tests.gradcheck import difference

SIDE, SHAPES, SCENES = 24, 3, 10_000
STEP = 1e-4  # over five points: wrong by some 1e-17 f''''' and 1e-12 of rounding
BLOCKS = ("params", "color", "opacity", "background")
Rng = np.random.Generator
Vector = NDArray[Any]


class Sample(NamedTuple):
    """One comparison: its error, or that there is a crease."""

    error: float
    crease: bool


def random_layer(
    rng: Rng, kind: str, composite: str, shading: str, sizes: tuple[float, float] = (2.0, 12.0)
) -> sr.Layer:
    """Return a few shapes of any size and place, half transparent."""
    shape = sr.primitive(kind)
    params = [shape.sample(rng, *rng.uniform(0, SIDE, 2), rng.uniform(*sizes)) for _ in range(SHAPES)]
    color = rng.uniform(0.1, 0.9, (SHAPES, *SHADINGS[shading].shape))
    rule = {} if shading == CONSTANT else {"shading": shading}
    return sr.Layer(kind, np.array(params), color, rng.uniform(0.2, 0.8, SHAPES), composite, **rule)


def shadings(composite: str) -> list[str]:
    """Return the rules of colour that a composite can paint."""
    return [name for name, rule in SHADINGS.items() if not COMPOSITES[composite].grouped or rule.rebase is not None]


def random_scene(kind: str, composite: str, rng: Rng) -> sr.Scene:
    """Return a scene of one kind, in colours of any rule."""
    layer = random_layer(rng, kind, composite, rng.choice(shadings(composite)))
    return sr.Scene(SIDE, SIDE, layer, rng.uniform(0.1, 0.9, 3))


def tiny(rng: Rng) -> sr.Scene:
    """Return shapes of about a pixel."""
    return sr.Scene(
        SIDE, SIDE, random_layer(rng, str(rng.choice(sr.kinds())), "over", CONSTANT, (0.3, 1.0)), np.ones(3) / 2
    )


def crossing(rng: Rng) -> sr.Scene:
    """Return polygons whose outlines cross themselves."""
    params = rng.uniform(2, SIDE - 2, (SHAPES, 12))
    return sr.Scene(SIDE, SIDE, sr.Layer("polygon", params, rng.uniform(0, 1, (SHAPES, 3)), 0.5), np.ones(3) / 2)


def coincident(rng: Rng) -> sr.Scene:
    """Return triangles that share an edge, to the bit, in a *mean* layer."""
    a, b, c, d = rng.uniform(2, SIDE - 2, (4, 2))
    params = np.array([[*a, *b, *c], [*b, *a, *d]])
    return sr.Scene(SIDE, SIDE, sr.Layer("triangle", params, rng.uniform(0, 1, (2, 3)), 0.5, "mean"), np.ones(3) / 2)


HARD: dict[str, Callable[[Rng], sr.Scene]] = {
    "shapes of a pixel": tiny,
    "outlines that cross themselves": crossing,
    "two edges that coincide": coincident,
}


def moved(objective: sr.Objective, x: Vector, v: Vector, g_image: Vector, t: float) -> float:
    """Return the loss at x + t v."""
    return float((g_image * objective.render(x + t * v)).sum())


def samples(rng: Rng, scene: sr.Scene, filter: str) -> Iterator[tuple[str, Sample]]:
    """Yield block and comparison for each block of a scene."""
    objective = sr.Objective(scene, filter=filter)
    g_image = rng.normal(size=objective.shape)
    x = np.array(objective.x)
    g = objective.vjp(x, g_image)
    ends = np.cumsum([0, *(array.size for array in scene.values)])
    names = [*BLOCKS[:3] * len(scene.layers), BLOCKS[3]]
    for name, low, high in zip(names, ends[:-1], ends[1:], strict=True):
        v = np.zeros_like(x)
        v[low:high] = rng.normal(size=high - low)
        v /= np.linalg.norm(v)

        slope, smooth = difference(partial(moved, objective, x, v, g_image), 0.0, STEP)
        length = max(float(np.linalg.norm(g[low:high])), 1e-3)
        yield name, Sample(abs(float(g @ v) - slope) / length, not smooth)


def row(title: str, found: dict[str, list[Sample]]) -> str:
    """Return a row of the table."""
    cells, creases = [], []
    for name in BLOCKS:
        errors = [sample.error for sample in found[name] if not sample.crease]
        creases += [sample.crease for sample in found[name]]
        quantiles = np.quantile(errors, [0.5, 0.999, 1.0]) if errors else [np.nan] * 3
        cells.append(" / ".join(f"{value:.0e}" for value in quantiles))
    return f"| {title} | {' | '.join(cells)} | {100 * np.mean(creases):.1f} % |"


def main(count: int = SCENES, kinds: tuple[str, ...] = sr.kinds()) -> None:
    """Print the table for that many scenes in all."""
    print("| scenes | geometry | colour | opacity | background | creases |\n|---|---|---|---|---|---|")
    cases: list[tuple[str, str, Callable[[Rng], sr.Scene]]] = []
    for kind in kinds:
        for composite in sorted(COMPOSITES):
            for filter in sorted(FILTERS):
                cases.append((f"{kind}, {composite}, {filter}", filter, partial(random_scene, kind, composite)))
    cases += [(title, "parabolic", make) for title, make in HARD.items()]
    for title, filter, make in cases:
        rng = np.random.default_rng(0)
        found: dict[str, list[Sample]] = defaultdict(list)
        for _ in range(max(1, count // len(cases))):
            for name, sample in samples(rng, make(rng), filter):
                found[name].append(sample)
        print(row(title, found), flush=True)


if __name__ == "__main__":
    wanted = tuple(sys.argv[2:]) or sr.kinds()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SCENES, wanted)
