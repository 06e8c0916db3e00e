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
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from .axes import find_symmetries, points_of
from .curves import Curve, derived
from .drawing import Drawing, Shape, controls
from .fitting import Tolerance
from .groups import Element, Symmetry
from .lines.descent import Steps, descended
from .lines.moves import Lines, joined, lines_of, meetings, rows_of, seen_near, state_of
from .lines.strokes import ROUGH, Stroke, along, is_straight, shape_of, with_numbers
from .orbits import outlines_of
from .refine import Target
from .stack import Sheet, share_in, sheet_of
from .symmetry import STEP, Judged, bar_of, numbers_of
from .ties import tie_of

MANY = 60  # lines: more are a pattern
MOST = 2  # parts of which all others may be images, that are tried
ROUNDS = 6
NEAR = 1.5  # pixels from the image of a line to that which it is
TURNED = 0.05  # radians, the same
SAME = 1e-6  # between numbers that are one


class _Linear(NamedTuple):
    """Numbers as ``matrix @ free + offset``."""

    matrix: NDArray[np.float64]  # (X, F)
    offset: NDArray[np.float64]  # (X,)


class _Tied(NamedTuple):
    """Lines that are images of each other."""

    symmetry: Symmetry
    strokes: list[Stroke]
    numbers: _Linear  # those of the strokes, of numbers y: the centre, and more
    y: NDArray[np.float64]  # (Y,)
    free: NDArray[np.float64]  # (Y, F): how these may change
    equal: _Linear  # what always holds of them: ``matrix @ y == offset``


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
            found, free = _moved(tied, known, lines, target, drawing)
            if bar.passes(_judged(found, target, drawing), free, symmetry):
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
    blocks: dict[int, _Linear] = {}
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
        blocks[k] = _Linear(np.eye(count, count + len(y), len(y)), np.zeros(count))
        y += strokes[k].numbers.tolist()
    matrix = np.concatenate([_wide(blocks[k].matrix, len(y)) for k in range(len(strokes))])
    offset = np.concatenate([blocks[k].offset for k in range(len(strokes))])
    starts = np.cumsum([0, *(len(stroke.numbers) for stroke in strokes)])
    rows, right = [np.zeros(matrix.shape[1])], [0.0]
    for k in others:
        for element in [*symmetry.turns[1:], *symmetry.mirrors]:
            image = _image(k, others, strokes, lines.group, symmetry, element)
            if image is None:
                return None
            _equal(image, element, strokes, starts, matrix, rows, right)
        fixed = np.flatnonzero(~strokes[k].free)
        rows += list(matrix[starts[k] + fixed])
        right += strokes[k].numbers[fixed].tolist()
    equal = _Linear(np.array(rows), np.array(right))
    start, free = _solved(equal, np.array(y))
    if np.abs(equal.matrix @ start - equal.offset).max() > SAME:
        return None
    return _Tied(symmetry, strokes, _Linear(matrix, offset), start, free, equal)


def _wide(matrix: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return a matrix with more columns, of zeros."""
    return np.pad(matrix, ((0, 0), (0, count - matrix.shape[1])))


def _tie_curves(
    strokes: list[Stroke],
    which: list[int],
    symmetry: Symmetry,
    choice: int,
    blocks: dict[int, _Linear],
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
        blocks[k] = _Linear(matrix, tie.offset[part])
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


class _Image(NamedTuple):
    """A straight line, or a simple shape, and that which is its image."""

    of: int
    image: int
    back: bool  # whether a line leads the other way round, or lengths are swapped


def _image(
    k: int, others: list[int], strokes: list[Stroke], group: NDArray[np.int64], symmetry: Symmetry, element: Element
) -> _Image | None:
    """Return which stroke is the image of another one."""
    places = symmetry.image(element, _places(strokes[k]))
    best, least = None, NEAR
    for other in others:
        if (strokes[other].kind, group[other]) != (strokes[k].kind, group[k]):
            continue
        there = _places(strokes[other])
        for back in (False, True):
            off = float(np.abs(places - (there[::-1] if back else there)).max())
            if off < least and (len(there) > 1 or back == _is_swapped(strokes[k], strokes[other], element)):
                best, least = _Image(k, other, back), off
    return best


def _places(stroke: Stroke) -> NDArray[np.float64]:
    """Return the ends (2, 2) of a straight line, or the middle (1, 2) of a simple shape."""
    if stroke.curve is None:
        return stroke.numbers[None, :2]
    return np.stack([stroke.numbers[stroke.curve.x], stroke.numbers[stroke.curve.y]], axis=1)


def _is_swapped(stroke: Stroke, image: Stroke, element: Element) -> bool | None:
    """Return whether the width of a simple shape is the height of its image, None if they are not so turned."""
    if stroke.kind == "circle":
        return False
    quarters = (_turned(stroke, element) - image.numbers[4]) / (0.5 * np.pi)
    return bool(round(quarters) % 2) if abs(quarters - round(quarters)) * 0.5 * np.pi < TURNED else None


def _turned(stroke: Stroke, element: Element) -> float:
    """Return the angle of the image of a simple shape."""
    return float((-1.0 if element.mirrors else 1.0) * stroke.numbers[4] + element.angle)


def _equal(
    image: _Image,
    element: Element,
    strokes: list[Stroke],
    starts: NDArray[np.int64],
    matrix: NDArray[np.float64],
    rows: list[NDArray[np.float64]],
    right: list[float],
) -> None:
    """Add the equations of a line, or simple shape, and its image."""
    one, other = strokes[image.of], strokes[image.image]
    own, its = matrix[starts[image.of] :], matrix[starts[image.image] :]
    (a, b), (c, d) = element.matrix
    for (x, y), (u, v) in zip(_columns(one), _columns(other)[:: -1 if image.back else 1], strict=True):
        across, down = its[u] - a * own[x] - b * own[y], its[v] - c * own[x] - d * own[y]
        across[:2] -= [1.0 - a, -b]
        down[:2] -= [-c, 1.0 - d]
        rows += [across, down]
        right += [0.0, 0.0]
    if one.curve is not None:
        return
    lengths = [2] if one.kind == "circle" else [3, 2] if image.back else [2, 3]
    pairs = [*zip(lengths, [2, 3], strict=False), *([(5, 5)] if one.kind == "rectangle" else [])]
    rows += [its[v] - own[u] for u, v in pairs]
    right += [0.0] * len(pairs)
    if one.kind != "circle" and one.free[4]:
        sign = -1.0 if element.mirrors else 1.0
        quarters = round((_turned(one, element) - other.numbers[4]) / (0.5 * np.pi))
        rows.append(its[4] - sign * own[4])
        right.append(element.angle - 0.5 * np.pi * quarters)


def _columns(stroke: Stroke) -> list[tuple[int, int]]:
    """Return which numbers of a stroke are x and y of its ends, or of its middle."""
    return (
        [(0, 1)] if stroke.curve is None else list(zip(stroke.curve.x.tolist(), stroke.curve.y.tolist(), strict=True))
    )


def _solved(equal: _Linear, y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the numbers nearest to some for which equations hold, and all steps (Y, F) that leave them so."""
    values, vectors = np.linalg.eigh(equal.matrix.T @ equal.matrix)  # of few numbers, where equations are many
    told = values > SAME
    across = vectors[:, told]
    step = across @ ((across.T @ (equal.matrix.T @ (equal.offset - equal.matrix @ y))) / values[told])
    return np.asarray(y + step, np.float64), vectors[:, ~told]


def _moved(tied: _Tied, known: Lines, shapes: list[Shape], target: Target, drawing: Drawing) -> tuple[list[Shape], int]:
    """Return lines that are images of each other after they have moved, and how many numbers were free."""
    matrix, offset = tied.numbers
    y, free = tied.y, tied.free
    many, widths = len(offset), len(known.widths)

    def lines_at(x: NDArray[np.float64]) -> Lines:
        return Lines(with_numbers(tied.strokes, x), x[many:], known.group)

    def shown(x: NDArray[np.float64]) -> list[Shape]:
        lines = lines_at(x)
        return [
            shape_of(stroke, shape.paint, float(lines.widths[k]))
            for stroke, shape, k in zip(lines.strokes, shapes, known.group, strict=True)
        ]

    def numbers(u: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([matrix @ (y + free @ u[:-widths]) + offset, u[-widths:]])

    start = np.concatenate([np.zeros(free.shape[1]), known.widths])
    laid: list[Sheet] = [sheet_of(shape, drawing) for shape in shown(numbers(start))]
    seen = seen_near(lines_at(numbers(start)), [sheet.laid for sheet in laid], target)
    slopes = np.zeros((many + widths, len(start)))
    slopes[:many, :-widths], slopes[many:, -widths:] = matrix @ free, np.eye(widths)
    sparse = csr_matrix(slopes)

    def rows(state: Any) -> Any:
        return rows_of(state, lines_at(numbers(start)), seen, held=False) @ sparse

    u, _ = descended(start, Steps(lambda u: state_of(lines_at(numbers(u)), seen), rows, ROUNDS))
    y = y + free @ u[:-widths]
    held = np.eye(2, len(y))
    whole = _Linear(
        np.concatenate([tied.equal.matrix, held]), np.append(tied.equal.offset, np.round(y[:2] / STEP) * STEP)
    )
    y = _solved(whole, y)[0]
    x = np.append(matrix @ y + offset, u[-widths:])
    strokes = with_numbers(tied.strokes, x)
    met = joined(strokes, meetings(known.strokes))
    if met and _is_own(met, tied.symmetry._replace(centre=y[:2])):
        x[:many] = np.concatenate([stroke.numbers for stroke in met])
    return shown(x), free.shape[1]


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
