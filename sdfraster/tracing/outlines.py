"""What a curve has to follow of the loops of a region, and where it may run as it likes, beneath shapes above."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from .borders import Loop
from .palette import Pixels

MEETING = 1.6  # pixels around a place where three regions meet, of which rows of pixels tell nothing
BENEATH = 1.2  # pixels by which a border goes on beneath a shape above
TAIL = 6.0  # pixels of a border that tell where it goes on
DEPTHS, ROOM = (1.5, 2.5, 4.0, 6.0), 2.0  # pixels that a hidden way may be off what it follows, and room it keeps there
MARGIN = 0.6  # pixels that a hidden line keeps from what it must not cover
BETWEEN = 4  # pixels that may lie between a hidden line and the way that it replaces, at its ends
SMALL = 32  # cracks of a loop that is too small for rows of pixels
FEWEST = 0.4  # share of its cracks that must tell of it
GAP = 24  # cracks in a row that may tell nothing: in sharp logos up to 20 do, around sharpened edges half of an outline


class Outline(NamedTuple):
    """A closed border to follow."""

    points: Pixels  # (N, 2)
    fixed: NDArray[np.bool_]  # (N,): corners, whatever they look like
    seen: NDArray[np.bool_]  # (N,): points of the picture, the others are hidden
    whole: bool  # whether all of it is seen
    hole: bool
    exact: bool  # whether rows of pixels told the points; they did not if it is thin
    sure: Pixels  # (M, 2): points of the picture that rows of pixels told


def find_outline(loop: Loop, hidden: NDArray[np.bool_], beneath: NDArray[np.bool_]) -> Outline | None:
    """Return what to follow of a loop, or None if it need not be drawn.

    Parameters
    ----------
    loop : Loop
        The loop.
    hidden : ndarray, shape (R,)
        Regions that are painted later than that of the loop, so that it may reach beneath them.
    beneath : ndarray, shape (H, W)
        Pixels of these regions.
    """
    hole = loop.area < 0.0
    n = len(loop.across)
    covered = (loop.across >= 0) & hidden[loop.across]
    if covered.all():
        if hole:
            return _hidden_hole(loop, beneath)
        covered = np.zeros(n, bool)
    middle = np.asarray(0.5 * (loop.corner + np.roll(loop.corner, -1, axis=0)), np.float64)
    points, use, exact, sure = told(loop, covered)
    if not covered.any():
        whole = np.ones(int(use.sum()), bool)
        return Outline(points[use], whole if loop.square else ~whole, whole, True, hole, exact, sure)
    parts: list[tuple[Pixels, Pixels]] = []  # points of stretches that are seen, and hidden cracks after them
    start = int(np.flatnonzero(covered & ~np.roll(covered, -1))[0]) + 1  # the first crack of a stretch that is seen
    order = (start + np.arange(n)) % n
    changes = np.flatnonzero(np.diff(covered[order].astype(int))) + 1
    bounds = [0, *changes.tolist(), n]
    for a, b, c in zip(bounds[0::2], bounds[1::2], bounds[2::2], strict=False):
        seen, under = order[a:b], order[b:c]
        if loop.square:
            parts.append((_squarely(loop, seen), _deeper(loop, under, beneath)))
            continue
        kept = seen[use[seen]]
        followed = np.asarray(points[kept] if len(kept) >= 2 else middle[seen], np.float64)
        corners = loop.corner[seen]
        ends = corners[0], loop.corner[(seen[-1] + 1) % n]
        parts.append((_extended(followed, *ends), _deeper(loop, under, beneath)))
    points_list: list[Pixels] = []
    fixed: list[NDArray[np.bool_]] = []
    seen_list: list[NDArray[np.bool_]] = []
    for number, (stretch, stops) in enumerate(parts):
        after = parts[(number + 1) % len(parts)][0]
        way = _beneath(stretch[-1], after[0], stops, beneath)
        mark = np.full(len(stretch) + len(way), loop.square)
        mark[0] = True
        mark[len(stretch) - 1 :] = True
        shown = np.zeros(len(mark), bool)
        shown[1 : len(stretch) - 1] = True
        points_list.append(np.concatenate([stretch, way]))
        fixed.append(mark)
        seen_list.append(shown)
    return Outline(
        np.concatenate(points_list), np.concatenate(fixed), np.concatenate(seen_list), False, hole, exact, sure
    )


def _hidden_hole(loop: Loop, beneath: NDArray[np.bool_]) -> Outline | None:
    """Return what to follow of a hole of which nothing is seen, or None if all in it lies beneath others."""
    corner = loop.corner.astype(np.float64)
    if _Blocks.around(corner, ~beneath).left_of(corner, np.roll(corner, -1, axis=0)).sum() == 0:
        return None
    start, *stops = _deeper(loop, np.arange(len(loop.corner)), beneath)
    points = np.concatenate([[start], _beneath(start, start, np.array(stops), beneath)])
    mark = np.ones(len(points), bool)
    return Outline(points, mark, ~mark, False, True, True, points[:0])


class Told(NamedTuple):
    """What the pixels tell of a loop."""

    points: Pixels  # (N, 2)
    use: NDArray[np.bool_]  # (N,): points to follow
    exact: bool  # whether rows of pixels told them
    sure: Pixels  # (M, 2): points that rows of pixels told


def told(loop: Loop, covered: NDArray[np.bool_]) -> Told:
    """Return what the pixels tell of a loop, without the cracks (N,) that are covered."""
    n = len(loop.across)
    near = np.zeros(n, bool)
    for k in np.flatnonzero(loop.across != np.roll(loop.across, -1)):
        place = loop.corner[(k + 1) % n]
        around = (k + np.arange(-3, 5)) % n
        near[around] |= np.linalg.norm(loop.at[around] - place, axis=1) < MEETING
    use = (loop.good > 0) & ~covered & (~near | (loop.good == 3))
    missed = _longest_run(~use & ~covered)
    if loop.square:
        return Told(loop.corner.astype(np.float64), loop.turns & ~covered, True, loop.at[use])
    exact, sure = bool(n >= SMALL and use.sum() >= FEWEST * (~covered).sum() and missed <= GAP), loop.at[use]
    if exact:
        return Told(loop.at, use, True, sure)
    points = loop.between.copy()
    points[loop.good == 3] = loop.at[loop.good == 3]
    return Told(points, ~covered, False, sure)


def _longest_run(mark: NDArray[np.bool_]) -> int:
    """Return the length of the longest run of a cyclic sequence that is marked."""
    ends = np.flatnonzero(~mark)
    return len(mark) if len(ends) == 0 else int(np.diff(ends, append=ends[0] + len(mark)).max()) - 1


def _deeper(loop: Loop, which: NDArray[np.int64], beneath: NDArray[np.bool_]) -> Pixels:
    """Return points out of the region across some cracks, as far as there is room to go on beneath."""
    start = loop.corner[which]
    way = loop.corner[(which + 1) % len(loop.corner)] - start
    middle, out = start + 0.5 * way, np.stack([way[:, 1], -way[:, 0]], axis=1)
    (x0, y0), (x1, y1) = (np.maximum(start.min(axis=0) - 12, 0), start.max(axis=0) + 12)
    depth = distance_transform_edt(beneath[y0:y1, x0:x1])
    points = middle + 0.5 * out
    for far in DEPTHS:
        tried = middle + far * out
        x, y = (np.floor(tried).astype(int) - [x0, y0]).T
        there = (x >= 0) & (y >= 0) & (x < depth.shape[1]) & (y < depth.shape[0])
        room = np.where(there, depth[y.clip(0, depth.shape[0] - 1), x.clip(0, depth.shape[1] - 1)], 0.0)
        better = room >= min(far, ROOM)
        points[better] = tried[better]
    return points


def _extended(points: Pixels, first: NDArray[np.int64], last: NDArray[np.int64]) -> Pixels:
    """Return the points of a stretch with both ends continued beyond where it meets the shape above."""
    return np.concatenate([_onward(points[::-1], first)[None], points, _onward(points, last)[None]])


def _squarely(loop: Loop, seen: NDArray[np.int64]) -> Pixels:
    """Return where a stretch turns, with both ends continued straight on beyond where it meets the shape above."""
    ahead = loop.corner[(seen + 1) % len(loop.corner)]
    start, end = loop.corner[seen[0]], ahead[-1]
    first, last = start - BENEATH * (ahead[0] - start), end + BENEATH * (end - loop.corner[seen[-1]])
    return np.concatenate([[first], loop.corner[seen[1:][loop.turns[seen[1:]]]], [last]])


def _onward(points: Pixels, meeting: NDArray[np.int64]) -> Pixels:
    """Return a point beyond the last of some points, in the direction in which they run."""
    end = points[-1]
    tail = points[np.linalg.norm(points - end, axis=1) <= TAIL]
    gap = float(np.linalg.norm(meeting - end)) + BENEATH
    way = end - tail.mean(axis=0) if len(tail) > 1 else meeting - end
    if len(tail) >= 5:  # a parabola over the chord
        t = (
            np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(tail, axis=0), axis=1))])
            - np.linalg.norm(np.diff(tail, axis=0), axis=1).sum()
        )
        rows = np.stack([np.ones(len(t)), t, t * t], axis=1)
        fit = np.linalg.lstsq(rows, tail, rcond=None)[0]
        onward: Pixels = np.array([1.0, gap, gap * gap]) @ fit
        return onward
    return np.asarray(end + gap * way / max(float(np.linalg.norm(way)), 1e-9))


def _beneath(start: Pixels, end: Pixels, under: Pixels, beneath: NDArray[np.bool_]) -> Pixels:
    """Return the points of a hidden way between two, as few as it needs to stay where it is beneath.

    A line may replace a part of the way if nothing but what is beneath lies between both.
    """
    stops = np.concatenate([[start], under, [end]])
    must = _Blocks.around(stops, ~beneath)
    passed = np.concatenate([[0], np.cumsum(must.left_of(stops[:-1], stops[1:]))])
    found: list[Pixels] = []
    at = 0
    while at < len(stops) - 1:
        ahead = len(stops) - 1
        while ahead > at + 1 and not (
            _free(stops[at], stops[ahead], beneath)
            and abs(must.left_of(stops[[at]], stops[[ahead]])[0] - (passed[ahead] - passed[at])) <= BETWEEN
        ):
            ahead -= max(1, (ahead - at) // 8)
        if ahead < len(stops) - 1:
            found.append(stops[ahead])
        at = ahead
    return np.array(found).reshape(-1, 2)


class _Blocks(NamedTuple):
    """How many marked pixels lie to the left of places of a window."""

    corner: NDArray[np.int64]  # (2,): of its first column and row
    before: NDArray[np.int64]  # (H, W + 1): in a row

    @classmethod
    def around(cls, points: Pixels, marked: NDArray[np.bool_]) -> _Blocks:
        """Return those of the pixels around some points (N, 2)."""
        size = np.array(marked.shape[::-1])
        low = np.clip(np.floor(points.min(axis=0)).astype(int), 0, size - 1)
        high = np.clip(np.ceil(points.max(axis=0)).astype(int), low + 1, size)
        window = marked[low[1] : high[1], low[0] : high[0]]
        return cls(low, np.pad(np.cumsum(window, axis=1, dtype=np.int64), ((0, 0), (1, 0))))

    def left_of(self, a: Pixels, b: Pixels) -> NDArray[np.int64]:
        """Return how many pixels lie to the left of lines from a to b (N, 2), less than none if they run upwards.

        Two ways that meet at both ends differ by what lies between them (Green's theorem).
        """
        (ax, ay), (bx, by) = (a - self.corner).T, (b - self.corner).T
        ends = np.ceil(np.sort([ay, by], axis=0) - 0.5).astype(int)  # rows whose middle lies between
        first, last = np.clip(ends, 0, len(self.before))
        count = last - first
        line = np.repeat(np.arange(len(a)), count)
        row = np.arange(len(line)) + np.repeat(first - np.cumsum(count) + count, count)
        slope = np.divide(bx - ax, by - ay, out=np.zeros(len(a)), where=ay != by)
        column = np.rint(ax[line] + (row + 0.5 - ay[line]) * slope[line]).astype(int)
        sums = np.bincount(line, self.before[row, column.clip(0, self.before.shape[1] - 1)], len(a))
        return np.asarray(np.rint(sums * np.sign(by - ay)), np.int64)


def _free(a: Pixels, b: Pixels, beneath: NDArray[np.bool_]) -> bool:
    """Return whether a straight line stays on pixels that are beneath, with some margin but at its ends."""
    way = b - a
    length = float(np.linalg.norm(way))
    if length < 1e-6:
        return True
    side = np.array([way[1], -way[0]]) / length * MARGIN
    t = np.linspace(0.0, 1.0, max(2, int(2.0 * length)) + 1)
    line = a + t[:, None] * way
    inner = (t * length > 1.5) & ((1.0 - t) * length > 1.5)
    line = np.concatenate([line[inner] + side, line[inner] - side, line[inner]])
    x = np.floor(line[:, 0]).astype(int).clip(0, beneath.shape[1] - 1)
    y = np.floor(line[:, 1]).astype(int).clip(0, beneath.shape[0] - 1)
    return bool(beneath[y, x].all())
