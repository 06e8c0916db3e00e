"""How exact coverage is: ``python -m benchmarks.coverage``.

Draws 37 shapes in white on black, at places that lie on no edge of a pixel, and compares every pixel with the mean of
64 x 64 samples in it, which are inside or outside of the same outline, flattened finely. Prints the mean error of
all 48 x 48 pixels, and the largest, for every filter and beside resvg and Skia as far as they are
installed (``pip install resvg-py skia-python matplotlib``). The parabolic filter has radius 0.645, the tent
1 / sqrt(2), the box 0.5: the variance of a pixel's square, or its width.
"""

from __future__ import annotations

import importlib
import math
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import sdfraster as sr

from . import arguments, renderers

Array = NDArray[Any]
SIDE, SAMPLES = 48, 64
FILTERS = {"parabolic": 0.645, "tent": math.sqrt(0.5), "box": 0.5}


class Case(NamedTuple):
    """A shape: its group, a layer that draws it, and its contours as polygons."""

    group: str
    layer: sr.Layer
    contours: list[Array]


def squares() -> list[Case]:
    """Return squares at eight angles."""
    found = []
    for k in range(8):
        angle = k * math.pi / 16
        turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * 10.0 @ turn + (23.7, 24.2)
        found.append(Case("squares", layer("rectangle", [23.7, 24.2, 20, 20, angle, 0]), [corners]))
    return found


def discs() -> list[Case]:
    """Return discs of six radii."""
    turn = np.linspace(0, 2 * math.pi, 4001)[:-1]
    circle = np.column_stack([np.cos(turn), np.sin(turn)])
    return [
        Case("discs", layer("circle", [23.6, 24.3, r]), [circle * r + (23.6, 24.3)]) for r in (0.4, 0.8, 1.6, 4, 10, 20)
    ]


def polygons(group: str, shapes: list[Array]) -> list[Case]:
    """Return polygons as cases."""
    return [Case(group, layer("polygon", points.ravel()), [points]) for points in shapes]


def stars() -> list[Case]:
    """Return stars of 5, 7 and 12 points."""
    found = []
    for points in (5, 7, 12):
        turn = np.arange(2 * points) * math.pi / points + 0.1
        radius = np.where(np.arange(2 * points) % 2, 8.0, 20.0)
        found.append(np.column_stack([23.4 + radius * np.cos(turn), 24.1 + radius * np.sin(turn)]))
    return polygons("stars", found)


def needles() -> list[Case]:
    """Return triangles 40 pixels long with a base of 4 to half a pixel."""
    found = []
    for base, angle in ((4, 0.1), (2, 0.5), (1, 0.9), (0.5, 1.3)):
        along, across = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
        start = np.array([24.3, 23.8]) - 20 * along
        found.append(np.array([start - across * base / 2, start + across * base / 2, start + 40 * along]))
    return polygons("needles", found)


def hairlines() -> list[Case]:
    """Return rectangles 40 pixels long, as wide as a pixel down to an eighth."""
    found = []
    for width, angle in ((1, 0.0), (1, 0.3), (0.5, 0.7), (0.25, 1.1), (0.125, 0.2)):
        turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        corners = np.array([[-20, -width / 2], [20, -width / 2], [20, width / 2], [-20, width / 2]]) @ turn + (
            24.2,
            23.7,
        )
        found.append(Case("hairlines", layer("rectangle", [24.2, 23.7, 40, width, angle, 0]), [corners]))
    return found


def glyphs() -> list[Case]:
    """Return letters of DejaVu, as Matplotlib brings it, as paths with holes."""
    try:
        paths, font = importlib.import_module("matplotlib.textpath"), importlib.import_module("matplotlib.font_manager")
    except ModuleNotFoundError:
        print("no glyphs: Matplotlib is not installed")
        return []
    found = []
    for letter in "agB8&@eQSRX":
        outline = paths.TextPath((0, 0), letter, size=40, prop=font.FontProperties(family="DejaVu Sans"))
        contours, flat = cubics(outline)
        low, high = np.vstack(flat).min(axis=0), np.vstack(flat).max(axis=0)
        scale = 40 / (high - low).max()

        def place(points: Array, low: Array = low, high: Array = high, scale: float = scale) -> Array:
            return (points - (low + high) / 2) * (scale, -scale) + (24.3, 23.6)

        path = sr.Layer("path", [[place(points).ravel() for points in contours]], [[1.0, 1.0, 1.0]])
        found.append(Case("glyphs", path, [place(points) for points in flat]))
    return found


def cubics(outline: Any) -> tuple[list[Array], list[Array]]:
    """Return the contours of a path of Matplotlib as cubics, (3 segments, 2) points each, and as polygons."""
    contours: list[list[Array]] = []
    at, start = np.zeros(2), np.zeros(2)
    t = np.linspace(0, 1, 201)[1:, None]
    flat: list[list[Array]] = []

    def cubic(a: Array, b: Array, c: Array) -> None:
        contours[-1] += [at, a, b]
        s = 1 - t
        flat[-1].append(s**3 * at + 3 * s**2 * t * a + 3 * s * t**2 * b + t**3 * c)

    for points, code in outline.iter_segments(curves=True, simplify=False):
        p = np.asarray(points, float).reshape(-1, 2)
        if code == outline.MOVETO:
            contours.append([])
            flat.append([])
            start = p[0]
        elif code == outline.LINETO or (code == outline.CLOSEPOLY and np.abs(at - start).max() > 0):
            end = p[0] if code == outline.LINETO else start
            cubic(at + (end - at) / 3, at + 2 * (end - at) / 3, end)
            p = end[None]
        elif code == outline.CURVE3:
            cubic(at + 2 * (p[0] - at) / 3, p[1] + 2 * (p[0] - p[1]) / 3, p[1])
        at = start if code == outline.CLOSEPOLY else p[-1]
    return [np.array(points) for points in contours], [np.vstack(parts) for parts in flat]


def layer(kind: str, params: Any) -> sr.Layer:
    """Return one white shape."""
    return sr.Layer(kind, np.array([params], np.float64), [[1.0, 1.0, 1.0]])


def sampled(contours: list[Array]) -> Array:
    """Return how much of each pixel is inside, nonzero, from samples: row by row, from where the outline crosses it."""
    size = SIDE * SAMPLES
    columns = (np.arange(size) + 0.5) / SAMPLES
    found = np.zeros((SIDE, SIDE))
    starts = np.vstack(contours)
    ends = np.vstack([np.roll(points, -1, axis=0) for points in contours])
    for row in range(size):
        y = (row + 0.5) / SAMPLES
        crossing = (starts[:, 1] <= y) != (ends[:, 1] <= y)
        a, b = starts[crossing], ends[crossing]
        x = a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
        order = np.argsort(x)
        winding = np.concatenate([[0], np.cumsum(np.where(b[:, 1] > a[:, 1], 1, -1)[order])])
        inside = winding[np.searchsorted(x[order], columns)] != 0
        found[row // SAMPLES] += inside.reshape(SIDE, SAMPLES).mean(axis=1)
    return found / SAMPLES


def ours(filter: str) -> Callable[[Case], Array]:
    """Return our renderer with a filter."""
    return lambda case: sr.render(sr.Scene(SIDE, SIDE, case.layer), FILTERS[filter], filter)[..., 0]


def methods() -> dict[str, Callable[[Case], Array]]:
    """Return all renderers that are here."""
    found = {f"ours, {name} {radius:.3g}": ours(name) for name, radius in FILTERS.items()}
    for name, module, draw in (("resvg", "resvg_py", by_resvg), ("Skia", "skia", by_skia)):
        try:
            importlib.import_module(module)
            found[name] = draw
        except ModuleNotFoundError:
            print(f"no {name}: {module} is not installed")
    return found


def by_resvg(case: Case) -> Array:
    """Return what resvg draws."""
    return renderers.by_resvg(sr.to_svg(sr.Scene(SIDE, SIDE, case.layer)))[..., 0]


def by_skia(case: Case) -> Array:
    """Return what Skia draws on the CPU, antialiased, of the polygons."""
    import skia

    builder = skia.PathBuilder()
    for points in case.contours:
        builder.moveTo(*points[0])
        for x, y in points[1:]:
            builder.lineTo(x, y)
        builder.close()
    surface = skia.Surface(SIDE, SIDE)
    with surface as canvas:
        canvas.clear(skia.ColorBLACK)
        canvas.drawPath(builder.detach(), skia.Paint(AntiAlias=True, Color=skia.ColorWHITE))
    return np.asarray(surface.makeImageSnapshot().toarray())[..., 0] / 255.0


def main() -> None:
    """Print the table."""
    arguments.parser(__doc__).parse_args()
    cases = [*squares(), *discs(), *stars(), *needles(), *hairlines(), *glyphs()]
    draws = methods()
    errors: dict[tuple[str, str], list[Array]] = defaultdict(list)
    for case in cases:
        expected = sampled(case.contours)
        for name, draw in draws.items():
            error = np.abs(draw(case) - expected).ravel()
            errors[case.group, name].append(error)
            errors["all", name].append(error)
    groups = [*dict.fromkeys(case.group for case in cases), "all"]
    print(f"{len(cases)} shapes; mean / largest error of a pixel\n")
    print(f"| | {' | '.join(draws)} |\n|---|{'---|' * len(draws)}")
    for group in groups:
        cells = []
        for name in draws:
            found = np.concatenate(errors[group, name])
            cells.append(f"{found.mean():.1e} / {found.max():.2f}")
        print(f"| {group} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
