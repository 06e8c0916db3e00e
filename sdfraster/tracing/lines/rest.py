"""Lines that a graph does not show, because most of each lies on others: stubs, dots, and lines beside lines.

A round brush was only where a disc of its size fits into the region. So what strokes leave out was drawn between two of
these places: those are taken from which a straight line covers what is left, and little else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, find_objects, label
from scipy.spatial import cKDTree

from ..palette import EVERYWHERE, Pixels
from .strokes import Stroke, nearest, straight

LEFT = 0.5  # share of a pixel that strokes leave out
LEAST, MOST = 0.04, 2.0  # square widths that are left out: of less, strokes that are there may take care
MOST_LEFT = 0.15  # share of the region: strokes that are off by more are wrong
FITS = 0.7  # pixels that a disc may stick out of the region, whose rim is known to half a pixel
MOST_PLACES, MOST_POINTS = 40, 150  # of a disc, between which lines are tried; and what is looked at then
LENGTH = 0.05  # pixels that are covered rightly, which a pixel of length must bring
SHORT = 0.5  # widths: shorter lines go on to the middle of what they lie on
TINY = 0.1  # pixels: of a dot, so that it has a direction


def missing(
    share: NDArray[np.float64], error: NDArray[np.float64], strokes: list[Stroke], width: float, level: float
) -> list[Stroke]:
    """Return straight strokes for what others leave out.

    Parameters
    ----------
    share : ndarray, shape (H, W)
        How much of every pixel the region covers.
    error : ndarray, shape (H, W)
        How much of it the strokes that are there cover, less that.
    strokes : list of Stroke
        Those.
    width : float
        Of the brush.
    level : float
        Pixels by which a line may be off and be made level.
    """
    if (np.abs(error) > LEFT).sum() > MOST_LEFT * share.sum():
        return []
    inside = np.pad(share > 0.5, 1)
    depth = distance_transform_edt(inside)[1:-1, 1:-1] - 0.5
    fits = depth >= 0.5 * width - FITS
    parts, _ = label(error < -LEFT, EVERYWHERE)
    margin = int(np.ceil(width)) + 1
    found = []
    for k, box in enumerate(find_objects(parts)):
        left = np.argwhere(parts[box] == k + 1) + np.array([part.start for part in box])
        if not LEAST * width * width <= len(left) <= MOST * width * width:
            continue
        rows, columns = (slice(max(part.start - margin, 0), part.stop + margin) for part in box)
        corner = np.array([columns.start, rows.start])
        places = np.argwhere(fits[rows, columns])[:, ::-1] + corner + 0.5
        empty = np.argwhere(share[rows, columns] < 0.5)[:, ::-1] + corner + 0.5
        ends = _ends(places, left[:, ::-1] + 0.5, empty, width)
        if ends is not None:
            ends = _onward(ends, empty, strokes, width)
            found.append(straight(ends, level))
    return found


def _ends(places: Pixels, left: Pixels, empty: Pixels, width: float) -> Pixels | None:
    """Return the ends (2, 2), of some places, of the line that covers most of what is left and least of the empty."""
    if len(places) == 0:
        return None
    reached = cKDTree(left).query(places)[0] <= 0.5 * width
    places = places[reached]
    if len(places) == 0:
        return None
    places = places[np.linspace(0, len(places) - 1, min(len(places), MOST_PLACES)).astype(int)]
    first, last = np.triu_indices(len(places))
    a, b = places[first], places[last]
    score = _covered(a, b, left, width) - _covered(a, b, empty, width) - LENGTH * np.linalg.norm(b - a, axis=1)
    best = int(score.argmax())
    return np.stack([a[best], b[best]]) if score[best] > 0.5 * len(left) else None


def _covered(a: Pixels, b: Pixels, points: Pixels, width: float) -> NDArray[np.float64]:
    """Return how many of some points (N, 2), nearly, lines from ends a (M, 2) to b (M, 2) cover."""
    way = b - a
    square = np.maximum((way * way).sum(axis=1), 1e-9)
    count = np.zeros(len(a))
    some = points[:: 1 + len(points) // MOST_POINTS]
    for point in some:
        to = point - a
        t = np.clip((to * way).sum(axis=1) / square, 0.0, 1.0)
        count += np.linalg.norm(to - t[:, None] * way, axis=1) < 0.5 * width
    covered: NDArray[np.float64] = count * (len(points) / max(len(some), 1))
    return covered


def _onward(ends: Pixels, empty: Pixels, strokes: list[Stroke], width: float) -> Pixels:
    """Return the ends of a line; a short one goes on to the middle of a stroke, if nothing empty lies between."""
    way = ends[1] - ends[0]
    length = float(np.hypot(*way))
    if length > SHORT * width:
        return ends
    near = [(nearest(stroke, end[None]), end) for stroke in strokes for end in ends]
    to, end = min(near, key=lambda item: float(item[0].distance[0]))
    other = ends[1] if end is ends[0] else ends[0]
    middle = end - to.distance[0] * to.normal[0]
    long = np.stack([other, middle])
    if _covered(long[:1], long[1:], empty, width)[0] <= _covered(ends[:1], ends[1:], empty, width)[0]:
        return long
    return ends if length > TINY else np.stack([ends[0], ends[0] + TINY * to.normal[0]])
