"""Strokes with more pieces, where those they have cannot follow what was drawn.

Short lines have few cuts, or none: a bend between two crossings begins as a straight line, and an arc that rounds the
corner beside a crossing as a corner. Pixels tell once the strokes have moved: along such a piece they are off.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates
from scipy.spatial import cKDTree

from ..curves import make_curve
from ..drawing import around
from ..palette import Pixels
from .chains import Chain
from .strokes import Stroke, along, controls, nearest, samples

OFF, SQUARE = 0.15, 0.3  # share of a pixel that tells, and sum of the squares along a piece that is off
ASTRAY, COARSE = 0.5, 0.25  # widths from a chain: of a stroke that does not follow it, and of lines that shall
CORNER = np.radians(45.0)  # by which such lines turn, if they shall not become one curve
DEEP = 0.35  # widths from the rim to the middle of a stroke that is right
ROUND = 1.0  # pixels: radius of corners that turn out to be round
SAME = 1e-6  # pixels between numbers that are one


def following(stroke: Stroke, chain: Chain, width: float, depth: NDArray[np.float64]) -> Stroke:
    """Return the stroke along a chain, or lines that follow it, if that stroke does not.

    Where lines meet at sharp angles, or are hardly longer than wide, few cuts are good and may tell nothing of a bend.
    Thinning bends chains where they meet others; a stroke that stays deep in the region, near its chain, is right.
    """
    far = float(nearest(stroke, chain.points).distance.max())
    if far <= ASTRAY * width or (far <= width and _is_inside(stroke, DEEP * width, depth)):
        return stroke
    points = np.concatenate([chain.points, chain.points[:1]]) if chain.closed else chain.points
    return _through(_thinned(points, COARSE * width), chain.closed)


def _through(nodes: Pixels, closed: bool) -> Stroke:
    """Return the stroke through nodes, the last of which is the first again if it is closed, with clear corners."""
    steps = np.diff(nodes, axis=0)
    ways = steps / np.maximum(np.linalg.norm(steps, axis=1), SAME)[:, None]
    before = np.roll(ways, 1, axis=0)
    smooth = (ways * before).sum(axis=1) > np.cos(CORNER)
    if not closed:
        smooth[0] = False
    after = np.append(smooth[1:], smooth[0] and closed)
    bend = np.where(smooth[:, None], ways + before, ways)
    leave = bend / np.linalg.norm(bend, axis=1)[:, None]
    arrive = np.where(after[:, None], np.roll(leave, -1, axis=0), ways)
    third = np.linalg.norm(steps, axis=1)[:, None] / 3.0
    control = np.stack([nodes[:-1], nodes[:-1] + third * leave, nodes[1:] - third * arrive, nodes[1:]], axis=1)
    return along_pieces(control, ~(smooth | after), smooth, closed)


def _is_inside(stroke: Stroke, least: float, depth: NDArray[np.float64]) -> bool:
    """Return whether a stroke is everywhere so deep in a region, whose pixels (H, W) are so far from its rim."""
    x, y = (samples(as_curve(stroke))[2] - 0.5).T
    return bool((map_coordinates(depth, [y, x], order=1) >= least).all())


def _thinned(points: Pixels, far: float) -> Pixels:
    """Return the fewest of some points, about, from lines between which none is farther (Douglas and Peucker)."""
    first, last = points[0], points[-1]
    way = last - first
    length = float(np.hypot(*way))
    off = np.abs((points - first) @ [-way[1], way[0]]) / length if length > SAME else np.hypot(*(points - first).T)
    k = int(off.argmax())
    if off[k] <= far:
        return points[[0, -1]]
    return np.concatenate([_thinned(points[: k + 1], far)[:-1], _thinned(points[k:], far)])


def divided(
    strokes: list[Stroke], widths: NDArray[np.float64], group: NDArray[np.int64], error: NDArray[np.float64]
) -> list[Stroke]:
    """Return strokes of which pieces are divided that are off: lines become cubics, and cubics two.

    Parameters
    ----------
    strokes : list of Stroke
        After they have moved.
    widths : ndarray, shape (G,)
        Their widths.
    group : ndarray, shape (S,)
        Which of them each stroke has.
    error : ndarray, shape (H, W)
        How much of every pixel they cover, less what they should.
    """
    shown = [as_curve(stroke) for stroke in strokes]
    found = [samples(stroke) for stroke in shown]
    places = np.argwhere(np.abs(error) > OFF)
    if len(places) == 0:
        return strokes
    square = error[places[:, 0], places[:, 1]] ** 2
    near = [cKDTree(points).query(places[:, ::-1] + 0.5) for _, _, points in found]
    whose = np.argmin([far - 0.5 * widths[k] for (far, _), k in zip(near, group, strict=True)], axis=0)
    result = list(strokes)
    for k, stroke in enumerate(shown):
        mine = whose == k
        piece = found[k][0][near[k][1][mine]]
        off = np.bincount(piece, square[mine], minlength=len(controls(stroke))) > SQUARE
        if off.any():
            result[k] = _rounded(strokes[k]) if _is_sharp(strokes[k]) else _divided(stroke, off)
    return result


def _is_sharp(stroke: Stroke) -> bool:
    """Return whether a stroke is a rectangle whose corners are held sharp."""
    return stroke.kind == "rectangle" and not stroke.free[5]


def _rounded(stroke: Stroke) -> Stroke:
    """Return a rectangle whose corners may become round."""
    free = stroke.free.copy()
    free[5] = True
    return stroke._replace(numbers=np.append(stroke.numbers[:5], ROUND), free=free)


def as_curve(stroke: Stroke) -> Stroke:
    """Return a stroke as one along a curve."""
    if stroke.curve is not None:
        return stroke
    control = around(stroke.kind, *stroke.numbers.tolist())
    control = control[np.linalg.norm(control[:, 3] - control[:, 0], axis=1) > SAME]
    every = np.ones(len(control), bool)
    return along_pieces(control, ~every, every, closed=True)


def _divided(stroke: Stroke, off: NDArray[np.bool_]) -> Stroke:
    """Return a stroke some pieces of which are divided."""
    curve, control = stroke.shown, controls(stroke)
    made: list[Pixels] = []
    line: list[bool] = []
    smooth: list[bool] = []
    for k, piece in enumerate(control):
        parts = _halves(piece) if off[k] and not curve.line[k] else [piece]
        made += parts
        line += [bool(curve.line[k]) and not off[k]] * len(parts)
        smooth += [bool(curve.smooth[k]), True][: len(parts)]
    return along_pieces(np.array(made), np.array(line), np.array(smooth), stroke.kind == "path")


def _halves(control: Pixels) -> list[Pixels]:
    """Return both halves of a cubic (de Casteljau)."""
    a, b, c, d = control
    ab, bc, cd = 0.5 * (a + b), 0.5 * (b + c), 0.5 * (c + d)
    abc, bcd = 0.5 * (ab + bc), 0.5 * (bc + cd)
    middle = 0.5 * (abc + bcd)
    return [np.array([a, ab, abc, middle]), np.array([middle, bcd, cd, d])]


def along_pieces(
    control: Pixels, line: NDArray[np.bool_], smooth: NDArray[np.bool_], closed: bool, level: float = SAME
) -> Stroke:
    """Return the stroke along pieces (K, 4, 2); lines are level that are so to within some pixels."""
    nodes, handles = control[:, 0], np.stack([control[:, 1] - control[:, 0], control[:, 3] - control[:, 2]], axis=1)
    if not closed:  # a line leads back
        nodes, handles = np.concatenate([nodes, control[-1:, 3]]), np.concatenate([handles, np.zeros((1, 2, 2))])
        line, smooth = np.append(line, True), np.append(smooth, False)
        smooth[0] = False
    return along(make_curve(nodes, line, smooth, handles, level), "path" if closed else "stroke")
