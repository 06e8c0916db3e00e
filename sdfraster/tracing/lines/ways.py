"""The way of a pen as runs of points between corners, from the cuts across the line that it drew.

Cuts tell nothing next to a corner, at a crossing and at an end. A corner is where tangents from both sides meet at an
angle; a line runs on through a crossing; and an end is half a width before the region ends, as brushes are round.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..corners import Run, closed_run, open_run
from ..palette import Pixels
from .chains import Chain
from .graph import NONE
from .sections import Sections, reach

REACHES = (16.0, 10.0, 6.0, 4.0)  # pixels of a way that tell its direction
BENT = 5.0  # pixels, of fewer a line is enough
FEWEST = 3  # points on either side of a corner
LOOKED_AT = 40  # points on a side of a place, at most
TINY = 1e-9  # of equations, so that points in one place have a solution
TURN, CLEAR = np.radians(25.0), np.radians(50.0)  # least angle of a corner, and of those that are found first
CUT = 0.5  # pixels that an arc cuts off a corner
GAP = 1.6  # pixels between cuts, where some are missing
GLANCE, SHALLOW = np.radians(8.0), np.radians(15.0)  # of what is looked at there, and elsewhere
ROOM = 1.5  # pixels from where tangents meet to the cuts beside it, over those between these


class Side(NamedTuple):
    """One side of a place on a way."""

    place: Pixels  # (2,): its nearest point, without noise
    out: Pixels  # (2,): the direction away from the place


class Brush(NamedTuple):
    """What drew a region."""

    share: NDArray[np.float64]  # (H, W): how much of every pixel it covered
    width: float


class Way(NamedTuple):
    """The way of a pen."""

    runs: list[Run]
    points: Pixels  # (N, 2): middles of cuts
    closed: bool


def find_way(chain: Chain, sections: Sections, places: Pixels, brush: Brush, rough: float) -> Way:
    """Return the way along a chain.

    Parameters
    ----------
    chain : Chain
        Where it runs, about.
    sections : Sections
        Cuts across it.
    places : ndarray, shape (M, 2)
        Of the nodes of the graph.
    brush : Brush
        What drew it.
    rough : float
        Distance of points from a smooth curve that is noise.
    """
    points = sections.points[sections.good]
    if len(points) < FEWEST:
        return _short(chain, places)
    if not chain.closed:
        points = _ended(points, chain, places, brush, rough)
        if len(points) < 2 + FEWEST:
            return Way([open_run(points[[0, -1]], rough)], points, False)
    corners = _corners(points, chain.closed, rough)
    filled, stops = _filled(points, corners, chain.closed, rough, brush)
    if chain.closed and not stops:
        return Way([closed_run(filled, rough)], points, True)
    if chain.closed:
        filled, stops = np.roll(filled, -stops[0], axis=0), [k - stops[0] for k in stops]
        filled, stops = np.concatenate([filled, filled[:1]]), [*stops, len(filled)]
    else:
        stops = [0, *stops, len(filled) - 1]
    runs = [open_run(filled[a : b + 1], rough) for a, b in pairwise(stops)]
    return Way(runs, points, chain.closed)


def _short(chain: Chain, places: Pixels) -> Way:
    """Return the straight way between the ends of a chain that is too short for cuts."""
    ends = [chain.points[k] if node == NONE else places[node] for k, node in zip((0, -1), chain.ends, strict=True)]
    points = np.array(ends)
    return Way([open_run(points, 1.0)], points, False)


def _ended(points: Pixels, chain: Chain, places: Pixels, brush: Brush, rough: float) -> Pixels:
    """Return the points of an open way with its ends."""
    for node in chain.ends:
        side = _side(points, rough)
        if node == NONE:
            far = reach(side.place, -side.out, brush.share, 3.0 * brush.width) - 0.5 * brush.width
        else:
            far = float((side.place - places[node]) @ side.out)
        end = side.place - far * side.out
        points = points[np.argmax((points - end) @ side.out > 0.5) :]
        points = np.concatenate([end[None], points])[::-1]
    return points


def _side(points: Pixels, rough: float) -> Side:
    """Return what the first of some points, which lead away from a place, tell of it."""
    points = points[:LOOKED_AT]
    t = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    powers = t[:, None] ** np.arange(3)
    best = np.inf, Side(points[0], points[1] - points[0])
    for far in REACHES:
        count = int(np.searchsorted(t, far, side="right"))
        if count < FEWEST:
            break
        degree = 2 if far > BENT and count > FEWEST + 1 else 1
        rows, near = powers[:count, : degree + 1], points[:count]
        fit = np.linalg.solve(rows.T @ rows + TINY * np.eye(degree + 1), rows.T @ near)
        rms = float(np.sqrt(((rows @ fit - near) ** 2).sum(axis=1).mean()))
        if rms < best[0]:
            best = rms, Side(fit[0], fit[1])
        if rms <= rough:
            best = rms, Side(fit[0], fit[1])
            break
    side = best[1]
    return side._replace(out=side.out / max(float(np.linalg.norm(side.out)), 1e-9))


def _corners(points: Pixels, closed: bool, rough: float) -> dict[int, Pixels]:
    """Return corners by the point before them."""
    n = len(points)
    steps = np.roll(points, -1, axis=0) - points
    gap = np.linalg.norm(steps, axis=1)
    ahead = np.roll(points, -1 - FEWEST, axis=0) - np.roll(points, -1, axis=0)
    behind = points - np.roll(points, FEWEST, axis=0)
    turn = np.abs(np.arctan2(behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0], (behind * ahead).sum(axis=1)))
    looked = np.flatnonzero(turn > np.where(gap > GAP, GLANCE, SHALLOW))
    if not closed:
        looked = looked[(looked >= FEWEST - 1) & (looked < n - FEWEST)]
    found: dict[int, Pixels] = {}
    sides: dict[tuple[int, int], Side] = {}  # of a place, by the number of points, which is negative before it

    def side_of(k: int, count: int, points: Pixels) -> Side:
        if (k, count) not in sides:
            sides[k, count] = _side(points, rough)
        return sides[k, count]

    for least in (CLEAR, TURN):
        scored = []
        for k in map(int, looked):
            before, after = _between(points, k, found, closed)
            if min(len(before), len(after)) < FEWEST:
                continue
            a, b = side_of(k, -len(before), before), side_of(k, len(after), after)
            angle = float(np.arccos(np.clip(-(a.out @ b.out), -1.0, 1.0)))
            if angle < least:
                continue
            meet = _meeting(a, b)
            off = max(float(np.linalg.norm(meet - points[k])), float(np.linalg.norm(meet - points[(k + 1) % n])))
            if off < gap[k] + ROOM:
                scored.append((angle - 0.1 * off, k, meet))
        for _, k, meet in sorted(scored, key=lambda item: -item[0]):
            if all(np.linalg.norm(meet - other) > 2.0 * ROOM for other in found.values()):
                found[k] = meet
    return found


def _between(points: Pixels, k: int, stops: dict[int, Pixels], closed: bool) -> tuple[Pixels, Pixels]:
    """Return the points before the end of point k, backwards, and those after it, up to known corners."""
    n = len(points)
    count = min(LOOKED_AT, n // 2)
    back, onward = k - np.arange(count), k + 1 + np.arange(count)
    if not closed:
        back, onward = back[back >= 0], onward[onward < n]
    back, onward = back % n, onward % n
    known = np.array(list(stops), int)
    back = back[np.cumsum(np.isin(back, known) & (back != k)) == 0]
    past = np.isin(onward, known)
    onward = onward[np.cumsum(past) - past == 0]
    return points[back], points[onward]


def _meeting(a: Side, b: Side) -> Pixels:
    """Return where the tangents of both sides of a place meet."""
    t = np.linalg.lstsq(np.stack([a.out, -b.out], axis=1), b.place - a.place, rcond=None)[0]
    return np.asarray(0.5 * (a.place + t[0] * a.out + b.place + t[1] * b.out))


def _filled(
    points: Pixels, corners: dict[int, Pixels], closed: bool, rough: float, brush: Brush
) -> tuple[Pixels, list[int]]:
    """Return the points with more where cuts are missing; and which are corners."""
    n = len(points)
    result: list[Pixels] = []
    stops: list[int] = []
    passed = False  # whether a point is left out
    for k in range(n):
        if not passed:
            result.append(points[k])
        passed = False
        after = points[(k + 1) % n]
        gap = float(np.linalg.norm(after - points[k]))
        if (not closed and k == n - 1) or (k not in corners and gap < GAP):
            continue
        before_points, after_points = _between(points, k, corners, closed)
        if min(len(before_points), len(after_points)) < FEWEST:
            continue
        a, b = _side(before_points, rough), _side(after_points, rough)
        if k in corners:
            arc = _arc(corners[k], a, b, gap, brush)
            if len(arc) == 0:
                if gap > brush.width:
                    passed = _astray(after_points, rough)
                    if _astray(before_points, rough):
                        result.pop()
                result.append(corners[k])
                stops.append(len(result) - 1)
                continue
            result += list(arc)
            continue
        t = np.linspace(0.0, 1.0, max(round(gap), 1) + 1)[1:-1, None]
        s = 1.0 - t
        into, out = points[k] - gap / 3.0 * a.out, after - gap / 3.0 * b.out
        result += list(s**3 * points[k] + 3 * s * s * t * into + 3 * s * t * t * out + t**3 * after)
    return np.array(result), stops


def _astray(side: Pixels, rough: float) -> bool:
    """Return whether the nearest point on a side of a sharp corner is off the way there, but not the next one.

    A cut that just misses what is beside a corner, such as another line, seems to be as wide as others.
    """
    if len(side) < FEWEST + 2:
        return False
    way = _side(side[1:], rough)
    nearest, following = np.abs((side[:2] - way.place) @ [-way.out[1], way.out[0]])
    return bool(nearest > rough >= following)


def _arc(corner: Pixels, a: Side, b: Side, gap: float, brush: Brush) -> Pixels:
    """Return points of the arc that rounds a corner, none if it is sharp.

    A brush that goes round the corner ends half a width beyond it, or as much earlier as the arc cuts off.
    """
    half = 0.5 * brush.width
    inward = a.out + b.out
    cosine = max(float(np.linalg.norm(inward)) / 2.0, 1e-6)  # of half the angle between both sides
    inward /= 2.0 * cosine
    sine = max(np.sqrt(1.0 - min(cosine, 1.0) ** 2), 1e-3)
    start = corner + 0.9 * half * inward
    cut = 1.9 * half - reach(start, -inward, brush.share, 4.0 * half)
    radius = cut / max(1.0 / sine - 1.0, 1e-6)
    along = radius * cosine / sine  # from the corner to where the arc begins
    if cut < CUT or along > 0.5 * gap + ROOM:
        return np.empty((0, 2))
    middle = corner + radius / sine * inward
    first, last = corner + along * a.out - middle, corner + along * b.out - middle
    turn = np.arctan2(first[0] * last[1] - first[1] * last[0], first @ last)
    angles = np.linspace(0.0, turn, max(round(abs(turn) * radius), 3) + 1)
    return np.asarray(
        middle + np.outer(np.cos(angles), first) + np.outer(np.sin(angles), np.array([-first[1], first[0]]))
    )
