"""Whether a round brush may have drawn a region: it leaves no corner that points outwards.

Looking for lines takes longer than all else that is done to a region, and most regions are none of lines. Corners of
outlines are found anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .corners import Run
from .outlines import Outline
from .palette import Pixels
from .refine import Target

FAR = 1.3, 2.0  # pixels, see `_is_beyond`: twice what is in reach, as ends of thin lines look like blunt corners
ROOM = 0.7  # of the radius of a disc, from its middle to the places that tell whether it is in a region
LEAST = 0.2  # sine of half an angle: of sharper corners the tip is looked at


def may_be_brushed(outlines: list[Outline], runs: list[list[Run]], target: Target) -> bool:
    """Return whether no corner tells that a region is none of lines.

    Parameters
    ----------
    outlines : list of Outline
        All that it has.
    runs : list of list of Run
        Their runs.
    target : Target
        How much of every pixel it covers.
    """
    rim = sum(float(np.linalg.norm(np.diff(run.points, axis=0), axis=1).sum()) for part in runs for run in part)
    half = float(target.share.sum()) / max(rim, 1.0)  # of the width, if it is made of lines
    return not any(
        _is_beyond(corner, half, target)
        for outline, part in zip(outlines, runs, strict=True)
        for corner in _corners(outline, part)
    )


class _Corner(NamedTuple):
    """A corner of an outline whose region is on its right."""

    place: Pixels  # (2,)
    turn: float  # to the right
    inward: Pixels  # (2,): direction between both sides


def _corners(outline: Outline, runs: list[Run]) -> Iterator[_Corner]:
    """Yield the corners of an outline that are seen."""
    hidden = {tuple(point) for point in outline.points[outline.fixed].tolist()}
    for before, after in pairwise([runs[-1], *runs]):
        place = after.points[0]
        if after.sharp and tuple(place.tolist()) not in hidden:
            arrive, leave = float(before.ways[-1, 1]), float(after.ways[0, 2])
            turn = (leave - arrive + np.pi) % (2.0 * np.pi) - np.pi
            middle = arrive + 0.5 * (turn + np.pi)
            yield _Corner(place, turn, np.array([np.cos(middle), np.sin(middle)]))


def _is_beyond(corner: _Corner, half: float, target: Target) -> bool:
    """Return whether a corner is the tip of what a disc of some radius fits into, and the tip beyond its reach.

    A disc that goes on towards the tip sticks out at the sides, by the sine of half the angle between them.
    """
    sine = float(np.cos(0.5 * corner.turn))
    if corner.turn <= 0.0 or half * (1.0 - sine) <= FAR[0] + FAR[1] * sine:
        return False
    middle = corner.place + half / max(sine, LEAST) * corner.inward - [target.left, target.top]
    x, y = np.floor(middle[:, None] + ROOM * half * np.array([[0, 1, 0, -1, 0], [0, 0, 1, 0, -1]])).astype(int)
    height, width = target.share.shape
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    return bool(inside.all() and (target.share[y, x] > 0.5).all())
