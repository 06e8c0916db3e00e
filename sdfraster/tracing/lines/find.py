"""The lines that a region is made of, if it is one of lines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, distance_transform_edt, median
from scipy.spatial import cKDTree

from ..drawing import Shape
from ..fitting import Tolerance
from ..forms import form_of
from ..gradients import Paint
from ..palette import Pixels
from ..refine import Target, covered, every
from .bends import as_curve, divided, following
from .chains import find_chains
from .graph import NONE, Graph, find_graph
from .pixels import MISSED, Fit, deepest, fitted, missed
from .rest import missing
from .sections import Sections, find_sections
from .strokes import Stroke, controls, is_straight, make_stroke, samples, shape_of, touching
from .ways import Brush, find_way

THICK = 0.65  # mean depth of a region over area by length of its rim: 1/2 for a line, 2/3 for a disc or a square
# Cubics of a region. Renderers draw strokes less exactly than outlines: resvg is off by up to 0.1 pixels along bends.
# A gear of 27 cubics, drawn by resvg, has 35.8 dB, as outlines 38.2 dB; 40.8 dB if resvg draws its lines much larger.
BENDS = 24
ROUGH = 2.0  # times the noise, in which corners are found
LEAST = 3.0  # pixels of a line: of thinner ones, as in small letters, pixels tell too little
UNEVEN_LEAST, UNEVEN = 1.0, 0.15  # pixels, and share of it, by which the distance of a rim from the middle is unusual
UNEVEN_SHARE = 0.35  # of the rim: 0 to 0.33 of what is made of lines, more of most that is not
EVEN = 0.25  # share of all cuts that must be as wide as most
OTHER, MANY_CUTS = 0.4, 12  # pixels by which a line differs from others, and cuts that tell that it does
RMS, WORST = 0.09, 0.5  # share of a pixel that lines may miss: of those along edges, and of any
FEW, ROOM = 3, 2.0  # lines that may be short; square widths that each of more has in the mean
SURE = 0.07  # share that lines may miss once there are more of them or more pieces: letters with serifs come to 0.074
SPOT = 0.05  # square widths that may stay wrong, such as a notch that is nearly closed
MANY_NUMBERS = 5.0  # in a square width of what is made of lines: 1 to 4
TWICE = 1.3  # times what is covered: lines that lie on each other are made up
HOPE = (0.28, 0.17, 0.11, 0.09, 0.0)  # share that lines may miss after each attempt, to be worth another one,
MORE = 0.6  # or after the first, if some of them were not known
LESS = 0.85  # of what they missed before
DOT, LONG = 0.2, 2.0  # widths: a straight line that is alone and shorter is a disc, or may as well be a rectangle
CLEAR = 0.04  # share of the pixels along its edges that such a line may miss
CLOSE = 0.5  # pixels from an end to the line that it meets, once lines have moved


def find_lines(target: Target, paint: Paint, limits: Tolerance) -> list[Shape]:
    """Return the lines that cover what a region does, none if it is not made of lines.

    Parameters
    ----------
    target : Target
        How much of every pixel the region covers.
    paint : Paint
        Of the region. What is not opaque would be seen twice where lines cross.
    limits : Tolerance
        How exactly lines follow it.
    """
    share = target.share
    depth = _depth(share)
    if paint.kind != "flat" or depth is None:
        return []
    graph = find_graph(share, 2.0 * depth)
    if graph is None:
        return []
    if not is_even(graph, share):
        return []
    cuts = [find_sections(branch.points, branch.closed, share, graph.half) for branch in graph.branches]
    chains = find_chains(graph, cuts)
    if len(chains) > 1 and paint.colors[0, 3] < 1.0:
        return []
    sections = [find_sections(chain.points, chain.closed, share, graph.half) for chain in chains]
    if np.concatenate([cuts.good for cuts in sections]).mean() < EVEN:
        return []
    widths, group = _widths(sections)
    if widths.min() < LEAST or (len(chains) > FEW and len(chains) * ROOM * widths.min() ** 2 > share.sum()):
        return []
    rough = ROUGH * limits.noise
    ways = [
        find_way(chain, cuts, graph.places, Brush(share, float(widths[k])), rough)
        for chain, cuts, k in zip(chains, sections, group, strict=True)
    ]
    depths = distance_transform_edt(np.pad(share > 0.5, 1))[1:-1, 1:-1]
    strokes = [
        following(make_stroke(way, limits), chain, float(widths[k]), depths)
        for way, chain, k in zip(ways, chains, group, strict=True)
    ]
    if sum(int((~stroke.curve.line).sum()) for stroke in strokes if stroke.curve is not None) > BENDS:
        return []
    strokes = _joined(strokes, [chain.ends for chain in chains], 2.0 * graph.half)
    found = _moved(_Drawn(strokes, group, [chain.ends for chain in chains]), widths, target, limits)
    if found is None:
        return []
    fit, drawn = found
    if _is_other(fit, target, paint) or brushed(fit.strokes, fit.widths[drawn.group]) > TWICE * share.sum():
        return []
    strokes = _joined(fit.strokes, drawn.ends, CLOSE)
    corner = np.array([target.left, target.top], np.float64)
    shapes = [
        shape_of(_moved_by(stroke, corner), paint, width)
        for stroke, width in zip(strokes, fit.widths[drawn.group].tolist(), strict=True)
    ]
    return [_if_short(shapes[0])] if len(shapes) == 1 else shapes


class _Drawn(NamedTuple):
    """Strokes of a region."""

    strokes: list[Stroke]
    group: NDArray[np.int64]  # (S,): which of the widths each has
    ends: list[tuple[int, int]]  # what each begins and ends at, NONE where it is free


class _Missed(NamedTuple):
    """By how much lines miss what a region covers."""

    rms: float  # share of the pixels along edges
    rest: float  # the same without those that are wrong
    wrong: int  # pixels that are off by half


NEVER = _Missed(MORE, np.inf, 0)


def _moved(drawn: _Drawn, widths: NDArray[np.float64], target: Target, limits: Tolerance) -> tuple[Fit, _Drawn] | None:
    """Return strokes that have moved to what a region covers, with more of them, or more bent, if that explains it."""
    here, before = target._replace(left=0, top=0), np.inf
    for hope in HOPE:
        first = before == np.inf
        fit = fitted(drawn.strokes, widths, drawn.group, here)
        if fit is None:
            off, strokes, error = NEVER, drawn.strokes, missed(drawn.strokes, widths, drawn.group, here)
        else:
            off, strokes, error, widths = _missed(fit.error, target), fit.strokes, fit.error, fit.widths
            if off.rms <= (RMS if first else SURE) and off.wrong == 0:
                return fit, drawn
        more = missing(target.share, error, strokes, float(widths[0]), limits.level)
        if off.rms > min(MORE if first and more else hope, LESS * before):
            return (fit, drawn) if fit is not None and _nearly(off, float(widths[0])) else None
        before = off.rms
        if not more:
            strokes = divided(strokes, widths, drawn.group, error)
        group = np.append(drawn.group, np.zeros(len(more), np.int64))
        drawn = _Drawn([*strokes, *more], group, [*drawn.ends, *[(NONE, 0)] * len(more)])
        if sum(len(stroke.numbers) for stroke in drawn.strokes) > MANY_NUMBERS * target.share.sum() / widths[0] ** 2:
            return None
    return None


def _nearly(off: _Missed, width: float) -> bool:
    """Return whether lines explain all but a spot or two."""
    return off.rest <= SURE and off.wrong <= SPOT * width * width


def _depth(share: NDArray[np.float64]) -> float | None:
    """Return the mean distance of a region from its rim, if half of what it covers is near that, as lines have it."""
    inside = share > 0.5
    if not inside.any():
        return None
    framed = np.pad(share, 1)
    rim = np.hypot(np.diff(framed, axis=0)[:, :-1], np.diff(framed, axis=1)[:-1]).sum()
    depth = float(distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1][inside].mean()) - 0.5
    return depth if depth * rim <= THICK * share.sum() else None


def is_even(graph: Graph, share: NDArray[np.float64]) -> bool:
    """Return whether a region is as wide as its lines: most of its rim, and a round brush reaches all of it."""
    inside = share > 0.5
    rim = np.argwhere(inside & ~binary_erosion(inside))[:, ::-1]
    line = np.repeat(np.arange(len(graph.branches)), [len(branch.points) for branch in graph.branches])
    far, nearest = cKDTree(np.concatenate([branch.points for branch in graph.branches])).query(rim)
    usual = median(far, line[nearest], np.arange(len(graph.branches)))[line[nearest]]
    off = np.abs(far - usual) > np.maximum(UNEVEN_LEAST, UNEVEN * usual)
    return bool(off.mean() <= UNEVEN_SHARE) and _reached(inside, float(usual.min()))


def _reached(inside: NDArray[np.bool_], half: float) -> bool:
    """Return whether a round brush of half a width that stays inside a region reaches all of it, nearly."""
    inside = np.pad(inside, 1)
    middles = distance_transform_edt(inside) >= half
    return deepest(inside & (distance_transform_edt(~middles) > half + 1.0)) <= MISSED


def _widths(sections: list[Sections]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the widths of lines, and which of them each line has."""
    whole = float(np.median(np.concatenate([cuts.widths[cuts.good] for cuts in sections])))
    widths, group = [whole], []
    for cuts in sections:
        own = float(np.median(cuts.widths[cuts.good])) if cuts.good.any() else whole
        near = int(np.abs(np.array(widths) - own).argmin())
        if abs(widths[near] - own) > OTHER and cuts.good.sum() >= MANY_CUTS:
            near = len(widths)
            widths.append(own)
        group.append(near)
    return np.array(widths), np.array(group)


def _missed(error: NDArray[np.float64], target: Target) -> _Missed:
    """Return by how much lines miss a target."""
    wrong = np.abs(error) > WORST
    edge = (target.share > 0.01) & (target.share < 0.99) | (np.abs(error) > 0.01)
    return _Missed(_mean(error[edge]), _mean(error[edge & ~wrong]), int(wrong.sum()))


def _mean(error: NDArray[np.float64]) -> float:
    """Return the mean of some errors (root of that of the squares)."""
    return float(np.sqrt((error**2).mean())) if len(error) else np.inf


def _is_other(fit: Fit, target: Target, paint: Paint) -> bool:
    """Return whether it is a single straight line that may as well be something else: short, or flat at its ends."""
    if len(fit.strokes) > 1 or not is_straight(fit.strokes[0]):
        return False
    ((a, _, _, b),) = controls(fit.strokes[0])
    way, width = b - a, float(fit.widths[0])
    length = float(np.hypot(*way))
    if length < DOT * width or (length < LONG * width and _missed(fit.error, target).rms > CLEAR):
        return True
    flat = length + 0.25 * np.pi * width  # as much area, but for the round ends
    params = np.array([*(0.5 * (a + b)), flat, width, np.arctan2(way[1], way[0]), 0.0])
    form = form_of(Shape("rectangle", params, [], paint))
    assert form is not None
    error = target.share - covered(form.derived(form.z), every(form), (0, 0), target.share.shape)
    return bool((target.counts * error**2).sum() < (target.counts * fit.error**2).sum())


def _if_short(shape: Shape) -> Shape:
    """Return a line, if it is a short one as a rectangle with round ends: other shapes tell what it is (`agreed`)."""
    if shape.kind != "line" or shape.params is None:
        return shape
    ax, ay, bx, by, width = shape.params.tolist()
    length, angle = float(np.hypot(bx - ax, by - ay)), float(np.arctan2(by - ay, bx - ax))
    if length >= LONG * width:
        return shape
    params = np.array([0.5 * (ax + bx), 0.5 * (ay + by), length + width, width, angle, 0.5 * width])
    return shape._replace(kind="rectangle", params=params)


def brushed(strokes: list[Stroke], widths: NDArray[np.float64]) -> float:
    """Return the square pixels that brushes go over, those where lines cross more than once."""
    lengths = [np.linalg.norm(np.diff(samples(as_curve(s))[2], axis=0), axis=1).sum() for s in strokes]
    return float(np.dot(lengths, widths))


def _joined(strokes: list[Stroke], ends: list[tuple[int, int]], far: float) -> list[Stroke]:
    """Return strokes that end in the middle of those that they meet; NONE is what they do not meet."""
    joined = list(strokes)
    for k, met in enumerate(ends):
        others = strokes[:k] + strokes[k + 1 :]
        for end, node in zip((0, -1), met, strict=True):
            if node != NONE:
                joined[k] = touching(joined[k], end, others, far)
    return joined


def _moved_by(stroke: Stroke, corner: Pixels) -> Stroke:
    """Return a stroke in a window that begins at some corner, in the picture."""
    numbers = stroke.numbers.copy()
    if stroke.curve is None:
        numbers[:2] += corner
    else:
        numbers[np.unique(stroke.curve.x)] += corner[0]
        numbers[np.unique(stroke.curve.y)] += corner[1]
    return stroke._replace(numbers=numbers)
