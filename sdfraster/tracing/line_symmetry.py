"""Lines that are images of themselves or of each other, where the picture holds.

All lines of one colour become so at once. Curves are made of a part and its images, as outlines are (`orbits`): an open
one counts as closed by a line that is not drawn. What is left, straight lines and simple shapes, is the image of what
is near its image. All of these are linear equations, so what moves then are the numbers that they leave free.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_diag
from scipy.spatial import cKDTree

from .axes import find_symmetries, points_of
from .curves import Curve, derived
from .drawing import Drawing, Shape, controls
from .fitting import Tolerance
from .groups import Symmetry
from .line_equations import SAME, Equations, Linear
from .lines.descent import Steps, descended
from .lines.moves import Lines, joined, lines_of, meetings, rows_of, seen_near, state_of
from .lines.strokes import ROUGH, Stroke, along, is_straight, shape_of, with_numbers
from .orbits import outlines_of
from .refine import Target
from .stack import share_in, sheet_of
from .symmetry import STEP, Judged, bar_of, numbers_of
from .ties import tie_of

MANY = 60  # lines: more are a pattern
MOST = 2  # parts of which all others may be images, that are tried
ROUNDS = 6


class _Tied(NamedTuple):
    """Lines that are images of each other."""

    symmetry: Symmetry
    strokes: list[Stroke]
    numbers: Linear  # those of the strokes
    y: NDArray[np.float64]  # (Y,): of which these follow: the centre, and more
    free: NDArray[np.float64]  # (Y, F): how they may change
    equations: Equations  # that always hold of them


def symmetrical_lines(lines: list[Shape], target: Target, drawing: Drawing, limits: Tolerance) -> list[Shape]:
    """Return lines of one colour as images of each other, if the picture holds, else as they are."""
    known = lines_of(lines)
    if len(lines) > MANY:
        return lines
    control = np.concatenate([pieces for shape in lines for pieces in controls(shape)])
    points = points_of(control, target)
    length = 2.0 * float(np.linalg.norm(np.diff(control, axis=1), axis=2).sum())  # of both edges
    bar = bar_of(_judged(lines, target, drawing), length, limits.loosened(ROUGH))
    for symmetry in find_symmetries(points, target, limits.curve):
        for choice in range(MOST):
            tied = _tied(known, symmetry, choice)
            if tied is None:
                break
            found = _Moving(tied, known, lines).done(target, drawing)
            if bar.passes(_judged(found, target, drawing), tied.free.shape[1], symmetry):
                return found
    return lines


def _judged(lines: list[Shape], target: Target, drawing: Drawing) -> Judged:
    """Return how well lines cover what they should."""
    height, width = target.share.shape
    window = np.s_[target.top : target.top + height, target.left : target.left + width]
    share = share_in(window, [sheet_of(shape, drawing) for shape in lines])
    pieces = [shape.curves[0].line[: len(control)] for shape in lines if shape.curves for control in controls(shape)]
    simple = sum(len(shape.params) for shape in lines if shape.params is not None)
    return Judged.of(share, target, numbers_of(pieces) + simple)


def _tied(lines: Lines, symmetry: Symmetry, choice: int) -> _Tied | None:
    """Return lines as images of each other, None if they cannot be."""
    strokes = list(lines.strokes)
    y: list[float] = symmetry.centre.tolist()
    blocks: dict[int, Linear] = {}
    curved = [k for k, stroke in enumerate(strokes) if stroke.curve is not None and not is_straight(stroke)]
    if choice > 0 and not curved:
        return None
    for kind in ("stroke", "path"):
        which = [k for k in curved if strokes[k].kind == kind]
        if which and not _tie_curves(strokes, which, symmetry, choice, blocks, y):
            return None
    others = [k for k in range(len(strokes)) if k not in curved]
    for k in others:
        count = len(strokes[k].numbers)
        blocks[k] = Linear(np.eye(count, count + len(y), len(y)), np.zeros(count))
        y += strokes[k].numbers.tolist()
    numbers = [Linear(_wide(blocks[k].matrix, len(y)), blocks[k].offset) for k in range(len(strokes))]
    equations = Equations([strokes[k] for k in others], lines.group[others].tolist(), [numbers[k] for k in others])
    equations.hold()
    if not all(equations.tie(symmetry, element) for element in [*symmetry.turns[1:], *symmetry.mirrors]):
        return None
    found = equations.solved(np.array(y))
    if found is None:
        return None
    matrix, offset = (np.concatenate(parts) for parts in zip(*numbers, strict=True))
    return _Tied(symmetry, strokes, Linear(matrix, offset), *found, equations)


def _wide(matrix: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return a matrix with more columns, of zeros."""
    return np.pad(matrix, ((0, 0), (0, count - matrix.shape[1])))


def _tie_curves(
    strokes: list[Stroke],
    which: list[int],
    symmetry: Symmetry,
    choice: int,
    blocks: dict[int, Linear],
    y: list[float],
) -> bool:
    """Replace strokes along curves by images of parts of them, and set how their numbers follow; return whether so."""
    outlines = list(islice(outlines_of([strokes[k].shown for k in which], symmetry, SAME), choice + 1))
    tie = tie_of(outlines[-1]) if outlines else None
    if tie is None:
        return False
    curves = outlines[-1].curves
    old, new = (np.array([_middle(curve) for curve in of]) for of in ([strokes[k].shown for k in which], curves))
    nearest = np.linalg.norm(new[:, None] - old, axis=2).argmin(axis=1)
    if len(set(nearest.tolist())) != len(which):
        return False
    first, columns = 0, [0, 1, *range(len(y), len(y) + len(tie.w) - 2)]
    y += tie.w[2:].tolist()
    for curve, place in zip(curves, nearest, strict=True):
        k, part = which[place], slice(first, first + len(curve.z))
        matrix = np.zeros((len(curve.z), len(y)))
        matrix[:, columns] = tie.matrix[part]
        blocks[k] = Linear(matrix, tie.offset[part])
        first = part.stop
        kind = strokes[k].kind
        strokes[k] = along(_opened(curve, strokes[k].shown) if kind == "stroke" else curve, kind)
    return True


def _middle(curve: Curve) -> NDArray[np.float64]:
    """Return the mean of the nodes of a curve."""
    middle: NDArray[np.float64] = derived(curve).control[:, 0].mean(axis=0)
    return middle


def _opened(curve: Curve, old: Curve) -> Curve:
    """Return a curve whose last piece is that which leads back in another one, and is not drawn."""
    control, closing = derived(curve).control[:, [0, 3]], derived(old).control[-1, [0, 3]]
    off = np.minimum(*(np.abs(control - ends).max(axis=(1, 2)) for ends in (closing, closing[::-1])))
    last = int(np.where(curve.line, off, np.inf).argmin())
    return curve.taken(np.roll(np.arange(curve.pieces), curve.pieces - 1 - last))


class _Moving:
    """Lines that are images of each other, on the way to what they should cover.

    What moves are numbers u: steps of y that are free, and the widths.
    """

    def __init__(self, tied: _Tied, known: Lines, shapes: list[Shape]) -> None:
        self._tied, self._known, self._shapes = tied, known, shapes
        self._widths = len(known.widths)
        matrix, offset = tied.numbers
        self._slopes = block_diag([matrix @ tied.free, np.eye(self._widths)], format="csr")
        self._start = np.append(matrix @ tied.y + offset, known.widths)

    def done(self, target: Target, drawing: Drawing) -> list[Shape]:
        """Return them after they have moved."""
        start = self._lines(self._start)
        seen = seen_near(start, [sheet_of(shape, drawing).laid for shape in self._shown(start)], target)

        def state(u: NDArray[np.float64]) -> Any:
            return state_of(self._lines(self._start + self._slopes @ u), seen)

        def rows(state: Any) -> Any:
            return rows_of(state, start, seen, held=False) @ self._slopes

        u, _ = descended(np.zeros(self._slopes.shape[1]), Steps(state, rows, ROUNDS))
        return self._shown(self._whole(u))

    def _lines(self, x: NDArray[np.float64]) -> Lines:
        """Return lines of some numbers and widths."""
        return Lines(with_numbers(self._tied.strokes, x), x[-self._widths :], self._known.group)

    def _whole(self, u: NDArray[np.float64]) -> Lines:
        """Return the lines whose centre has the digits of the file, which meet others that they met."""
        tied = self._tied
        y = tied.y + tied.free @ u[: -self._widths]
        rounded = np.append(np.round(y[:2] / STEP) * STEP, y[2:])
        found = tied.equations.solved(rounded, held=2)
        y = y if found is None else found[0]
        x = np.append(tied.numbers.matrix @ y + tied.numbers.offset, self._known.widths + u[-self._widths :])
        lines = self._lines(x)
        met = joined(lines.strokes, meetings(self._known.strokes))
        return lines._replace(strokes=met) if _is_own(met, tied.symmetry._replace(centre=y[:2])) else lines

    def _shown(self, lines: Lines) -> list[Shape]:
        """Return lines as shapes."""
        widths = lines.widths[lines.group].tolist()
        return [
            shape_of(stroke, shape.paint, width)
            for stroke, shape, width in zip(lines.strokes, self._shapes, widths, strict=True)
        ]


def _is_own(strokes: list[Stroke], symmetry: Symmetry) -> bool:
    """Return whether all images of ends are ends."""
    ends = np.concatenate([_ends(stroke) for stroke in strokes])
    images = np.concatenate([symmetry.image(element, ends) for element in symmetry.turns + symmetry.mirrors])
    return bool((cKDTree(ends).query(images)[0] < STEP).all())


def _ends(stroke: Stroke) -> NDArray[np.float64]:
    """Return the ends (2, 2) of an open stroke, none (0, 2) of others."""
    curve = stroke.curve
    if curve is None or stroke.kind != "stroke":
        return np.empty((0, 2))
    return np.stack([stroke.numbers[curve.x[[0, -1]]], stroke.numbers[curve.y[[0, -1]]]], axis=1)
