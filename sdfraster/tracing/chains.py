"""Borders that two regions share, from junction to junction, and where the junctions are.

A *junction* is a corner of pixels where borders meet or cross: three or four cracks end there. The corners of the
picture count too. Between two junctions runs a *chain* of cracks, with one region on either side of all of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .borders import Loop
from .outlines import MEETING
from .palette import Pixels

OUTSIDE = -1  # what is across the frame of the picture
REACH = 8.0  # pixels from a junction of what tells where a border runs on
FEWEST, MANY = 4, 7  # points that do; for a parabola
HOME = 0.05  # weight of the corner of pixels at a junction, beside those of the borders that meet there
ASTRAY = 1.5  # pixels that a junction may be off that corner

Corner = tuple[int, int]  # of pixels: x and y


class Use(NamedTuple):
    """A chain as a part of a loop."""

    chain: int
    forward: bool  # whether the loop follows it as the first loop that uses it does, not the other way
    cracks: NDArray[np.int64]  # (N,): of the loop


class Chains(NamedTuple):
    """The chains of a picture."""

    loops: list[Loop]  # with the same points on both sides of a border
    uses: list[list[Use]]  # chains of every loop, in order; the first begins at a junction, if there is one
    junctions: NDArray[np.bool_]  # (H + 1, W + 1): corners of pixels
    framed: list[bool]  # chains that are part of the frame of the picture


def find_chains(labels: NDArray[np.int32], loops: list[Loop]) -> Chains:
    """Return the chains of the loops of regions (H, W)."""
    junctions = _junctions(labels)
    codes = [(loop.corner + np.roll(loop.corner, -1, axis=0)) @ [1, 2 * labels.shape[1] + 3] for loop in loops]
    known: dict[int, int] = {}  # chain by the least code of its cracks
    framed: list[bool] = []
    uses: list[list[Use]] = []
    for loop, code in zip(loops, codes, strict=True):
        uses.append([])
        starts = np.flatnonzero(junctions[loop.corner[:, 1], loop.corner[:, 0]])
        first = int(starts[0]) if len(starts) else 0
        for cracks in np.split((first + np.arange(len(code))) % len(code), starts[1:] - first):
            key = int(code[cracks].min())
            forward = key not in known
            if forward:
                known[key] = len(framed)
                framed.append(bool(loop.across[cracks[0]] == OUTSIDE))
            uses[-1].append(Use(known[key], forward, cracks))
    return Chains(_agreed(loops, np.concatenate(codes)), uses, junctions, framed)


def _junctions(labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which corners of pixels (H + 1, W + 1) are junctions."""
    frame = np.pad(labels, 1, constant_values=OUTSIDE)
    upright, level = frame[:, 1:] != frame[:, :-1], frame[1:] != frame[:-1]
    cracks = upright[1:].astype(int) + upright[:-1] + level[:, 1:] + level[:, :-1]
    junctions: NDArray[np.bool_] = cracks > 2
    junctions[[0, 0, -1, -1], [0, -1, 0, -1]] = True
    return junctions


def _agreed(loops: list[Loop], code: NDArray[np.int64]) -> list[Loop]:
    """Return loops with the points of every crack, of some code, from the side on which they are known better."""
    at, between, good = (np.concatenate([getattr(loop, name) for loop in loops]) for name in ("at", "between", "good"))
    order = np.lexsort([-good, code])
    first = np.concatenate([[True], np.diff(code[order]) != 0])
    best = np.empty(len(code), np.int64)
    best[order] = order[np.flatnonzero(first)[np.cumsum(first) - 1]]
    parts = np.split(best, np.cumsum([len(loop.across) for loop in loops])[:-1])
    return [
        loop._replace(at=at[mine], between=between[mine], good=good[mine])
        for loop, mine in zip(loops, parts, strict=True)
    ]


class Meeting(NamedTuple):
    """A junction."""

    place: Pixels  # (2,): where the lines meet along which its borders run on
    ways: dict[int, Pixels]  # direction (2,) in which a chain leaves, if that is known


def find_meetings(chains: Chains) -> dict[Corner, Meeting]:
    """Return what the borders tell of every junction that ends there."""
    ways: dict[Corner, dict[int, Pixels]] = {(int(x), int(y)): {} for y, x in np.argwhere(chains.junctions)}
    left = {corner: HOME * np.eye(2) for corner in ways}
    right = {corner: HOME * np.array(corner, np.float64) for corner in ways}
    for loop, uses in zip(chains.loops, chains.uses, strict=True):
        for use in uses:
            if not use.forward or chains.framed[use.chain] or loop.square:
                continue
            points = loop.at[use.cracks[loop.good[use.cracks] > 0]]
            for corner, outward in ((start_of(loop, use), points), (end_of(loop, use), points[::-1])):
                tail = _tail(outward, corner) if corner in ways else None
                if tail is None:
                    continue
                place, way = tail
                normal = np.array([-way[1], way[0]])
                ways[corner][use.chain] = way
                left[corner] = left[corner] + np.outer(normal, normal)
                right[corner] = right[corner] + normal * (normal @ place)
    height, width = chains.junctions.shape
    found = {}
    for corner in ways:
        home = np.array(corner, np.float64)
        place = home + np.clip(np.linalg.solve(left[corner], right[corner]) - home, -ASTRAY, ASTRAY)
        framed = (home == 0.0) | (home == [width - 1, height - 1])
        found[corner] = Meeting(np.where(framed, home, place), ways[corner])
    return found


def _tail(points: Pixels, corner: Corner) -> tuple[Pixels, Pixels] | None:
    """Return where points that lead away from a junction start, by a line or a parabola through them, and which way."""
    away = np.linalg.norm(points - corner, axis=1)
    near = (away > MEETING) & (away <= REACH)
    if near.sum() < FEWEST:
        return None
    t = away[near]
    rows = np.stack([np.ones(len(t)), t, t * t], axis=1)[:, : 3 if len(t) >= MANY else 2]
    fit = np.linalg.lstsq(rows, points[near], rcond=None)[0]
    length = float(np.linalg.norm(fit[1]))
    return (fit[0], fit[1] / length) if length > 0.0 else None


def start_of(loop: Loop, use: Use) -> Corner:
    """Return the corner of pixels where a chain begins."""
    x, y = loop.corner[use.cracks[0]]
    return int(x), int(y)


def end_of(loop: Loop, use: Use) -> Corner:
    """Return the corner of pixels where a chain ends."""
    x, y = loop.corner[(use.cracks[-1] + 1) % len(loop.corner)]
    return int(x), int(y)
