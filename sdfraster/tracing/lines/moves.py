"""Lines of one colour that move at once, to what the other shapes of a drawing leave to them.

A renderer paints them over each other: what they leave of a pixel is the product of what each leaves. So one of them
has no say where another covers all, and where the end of one lies on the middle of another is not for pixels to tell.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ..drawing import Shape
from ..kernels.arrays import Laid
from ..palette import Pixels
from ..refine import Target
from .descent import Steps, descended
from .graph import NONE
from .pixels import NEAR, depth_of, half_plane
from .strokes import Stroke, reached, shape_of, stroke_of, touching, width_of, with_numbers

ROUNDS = 6
BAND = 3.0  # pixels on either side of the edges of lines that are looked at
MEETS, CLOSE = 0.05, 0.5  # pixels from an end to the line that it meets, before lines move and after
STAYS = 0.01  # weight of a number that stays, in pixels: an end that others hide would jump to where it is seen
THINNEST = 0.5  # of a width, that must be left of it
TINY = 1e-9  # share of a pixel that is nothing


class Lines(NamedTuple):
    """Strokes that move together."""

    strokes: list[Stroke]
    widths: NDArray[np.float64]  # (G,)
    group: NDArray[np.int64]  # (S,): which of these each stroke has


class Around(NamedTuple):
    """The pixels that a line may come to."""

    which: NDArray[np.int64]  # (n,)
    more: NDArray[np.float64]  # (n,): what it covers of them beyond what half-planes tell, as at its round ends


class Seen(NamedTuple):
    """Pixels that tell."""

    places: Pixels  # (N, 2): their middles
    share: NDArray[np.float64]  # (N,): what lines should cover
    counts: NDArray[np.float64]  # (N,): root of the weight, 1 at most
    bare: NDArray[np.float64]  # (N,): what lines that stay leave
    around: list[Around]  # each line

    def only(self, some: NDArray[np.bool_]) -> Seen:
        """Return some of the pixels (N,)."""
        number = np.cumsum(some) - 1
        around = [Around(number[which[some[which]]], more[some[which]]) for which, more in self.around]
        return Seen(self.places[some], self.share[some], self.counts[some], self.bare[some], around)


class Near(NamedTuple):
    """What a stroke covers of the pixels near it."""

    which: NDArray[np.int64]  # (n,)
    covered: NDArray[np.float64]  # (n,)
    slope: NDArray[np.float64]  # (n,): derivative of that by the depth in the stroke
    rows: NDArray[np.float64]  # (n, Z): derivative of the distance by the numbers of the stroke


class State(NamedTuple):
    """Strokes on the way."""

    near: list[Near]
    bare: NDArray[np.float64]  # (N,): what all of them leave
    off: NDArray[np.float64]  # (N,): what they cover, less what they should, weighted
    square: float


def lines_of(shapes: list[Shape]) -> Lines:
    """Return lines of a drawing; those of one width share it."""
    widths = np.array([width_of(shape) for shape in shapes])
    some, group = np.unique(widths, return_inverse=True)
    return Lines([stroke_of(shape) for shape in shapes], some, group)


def moved(shapes: list[Shape], drawn: list[Laid], target: Target) -> list[Shape]:
    """Return lines of one colour after they have moved to what they should cover; what meets still does.

    Parameters
    ----------
    shapes : list of Shape
        The lines.
    drawn : list of Laid
        What each of them covers.
    target : Target
        How much they should cover together.
    """
    lines = lines_of(shapes)
    seen = seen_near(lines, drawn, target)
    found, _ = fitted_over(lines, seen, ROUNDS)
    if (found.widths < THINNEST * lines.widths).any():
        return shapes
    strokes = joined(found.strokes, meetings(lines.strokes))
    widths = found.widths[lines.group].tolist()
    return [shape_of(stroke, s.paint, width) for stroke, s, width in zip(strokes, shapes, widths, strict=True)]


def seen_near(lines: Lines, drawn: list[Laid], target: Target) -> Seen:
    """Return the pixels of a target near the edges of lines, each of which covers some sheet."""
    near = (np.abs(depth_of(*lines, target)) < BAND) & (target.counts > 0.0)
    y, x = np.nonzero(near)
    places = np.stack([x + target.left + 0.5, y + target.top + 0.5], axis=1)
    counts = target.counts[near] / max(float(target.counts.max(initial=0.0)), TINY)
    around = []
    for stroke, k, laid in zip(lines.strokes, lines.group, drawn, strict=True):
        half = 0.5 * float(lines.widths[k])
        which, found = reached(stroke, places, half + NEAR + BAND)
        covered, _ = half_plane(half - found.distance, found.normal)
        around.append(Around(which, _share_at(laid, x[which] + target.left, y[which] + target.top) - covered))
    return Seen(places, target.share[near], counts, np.ones(len(places)), around)


def _share_at(laid: Laid, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what a sheet covers of some pixels (N,) of the picture."""
    height, width = laid.share.shape
    share = np.zeros(len(x))
    x, y = x - laid.left, y - laid.top
    there = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    share[there] = laid.share[y[there], x[there]]
    return share


def fitted_over(lines: Lines, seen: Seen, rounds: int, *, held: bool = False) -> tuple[Lines, State]:
    """Return lines after steps of Gauss-Newton, and what they cover then; widths may be `held`."""
    x = np.concatenate([*(stroke.numbers for stroke in lines.strokes), lines.widths])
    many = len(x) - len(lines.widths)

    def state(x: NDArray[np.float64]) -> State:
        return state_of(Lines(with_numbers(lines.strokes, x), x[many:], lines.group), seen)

    def rows(state: State) -> Any:
        return rows_of(state, lines, seen, held=held)

    x, last = descended(x, Steps(state, rows, rounds, STAYS))
    return Lines(with_numbers(lines.strokes, x), x[many:], lines.group), last


def state_of(lines: Lines, seen: Seen) -> State:
    """Return what lines cover of some pixels."""
    near = [
        near_of(stroke, float(lines.widths[k]), around, seen.places)
        for stroke, k, around in zip(lines.strokes, lines.group, seen.around, strict=True)
    ]
    bare = seen.bare.copy()
    for which, covered, _, _ in near:
        bare[which] *= 1.0 - covered
    off = seen.counts * (1.0 - bare - seen.share)
    return State(near, bare, off, float(off @ off))


def near_of(stroke: Stroke, width: float, around: Around, places: Pixels) -> Near:
    """Return what a stroke covers of some places."""
    some, found = reached(stroke, places[around.which], 0.5 * width + NEAR)
    covered, slope = half_plane(0.5 * width - found.distance, found.normal)
    return Near(around.which[some], np.clip(covered + around.more[some], 0.0, 1.0), slope, found.rows)


def rows_of(state: State, lines: Lines, seen: Seen, *, held: bool) -> Any:
    """Return the derivative (N, Z), sparse, of the differences by all numbers of lines and their widths."""
    start, first = 0, sum(len(stroke.numbers) for stroke in lines.strokes)
    values, pixels, columns = [], [], []
    for stroke, group, (which, covered, slope, rows) in zip(lines.strokes, lines.group, state.near, strict=True):
        deeper = seen.counts[which] * slope * state.bare[which] / np.maximum(1.0 - covered, TINY)
        tells = deeper > TINY
        which, deeper, rows = which[tells], deeper[tells], rows[tells] * stroke.free
        row, column = np.nonzero(rows)
        values += [-deeper[row] * rows[row, column], 0.0 * deeper if held else 0.5 * deeper]
        pixels += [which[row], which]
        columns += [start + column, np.full(len(which), first + group)]
        start += len(stroke.numbers)
    where = np.concatenate(pixels), np.concatenate(columns)
    return csr_matrix((np.concatenate(values), where), shape=(len(state.off), first + len(lines.widths)))


def meetings(strokes: list[Stroke]) -> list[tuple[int, int, int]]:
    """Return which strokes, at which end, 0 or -1, meet which others."""
    found = [(k, end) for k, stroke in enumerate(strokes) if stroke.kind == "stroke" for end in (0, -1)]
    if not found:
        return []
    mine, ends = np.array(found).T
    places = np.array([_end(strokes[k], end) for k, end in found])
    far, met = np.full(len(found), MEETS), np.full(len(found), NONE)
    for k, stroke in enumerate(strokes):
        which, near = reached(stroke, places, MEETS)
        closer = (near.distance <= far[which]) & (mine[which] != k)
        far[which[closer]], met[which[closer]] = near.distance[closer], k
    return [(int(k), int(end), int(other)) for k, end, other in zip(mine, ends, met, strict=True) if other != NONE]


def joined(strokes: list[Stroke], met: list[tuple[int, int, int]]) -> list[Stroke]:
    """Return strokes that end in the middle of those that they met."""
    strokes = list(strokes)
    for k, end, other in met:
        strokes[k] = touching(strokes[k], end, [strokes[other]], CLOSE)
    return strokes


def _end(stroke: Stroke, end: int) -> Pixels:
    """Return where an open stroke begins, 0, or ends, -1."""
    curve = stroke.shown
    return np.array([curve.z[curve.x[end]], curve.z[curve.y[end]]])
