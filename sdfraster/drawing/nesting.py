"""Contours that lie in each other, filled by evenodd, as ones that are filled the same by nonzero.

Where contours do not cross, both rules agree once each runs against the one that it lies in: what is inside of an odd
number of them is wound around once then, and what is inside of an even number not at all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .clipping import flattened
from .contour import Contour, Points
from .geometry import area

MOST = 2**22  # pairs of lines that are compared


def as_nonzero(contours: Sequence[Contour]) -> list[Contour] | None:
    """Return closed contours filled by evenodd as ones filled by nonzero; None if they cross, or are too many to see.

    Of contours that touch, all is as if they did not.
    """
    outlines = [flattened(contour).nodes for contour in contours]
    lines = np.concatenate([np.stack([p[:-1], p[1:]], axis=1) for p in outlines])
    if len(lines) ** 2 > MOST or _cross(lines):
        return None
    found = []
    for contour, own in zip(contours, outlines, strict=True):
        around = sum(_holds(other, own) for other in outlines if other is not own)
        found.append(contour if (area(own[:-1]) > 0.0) == (around % 2 == 0) else contour.reversed())
    return found


def _cross(lines: NDArray[np.float64]) -> bool:
    """Return whether any two of some lines (n, 2, 2) cross; those that touch do not."""
    a, b = lines[:, 0], lines[:, 1]
    along = b - a
    from_a, from_b = (_beside(along, p[None] - a[:, None]) for p in (a, b))  # [line, of which other]
    apart = from_a * from_b < 0.0  # whether the ends of the other are on both sides of a line
    return bool((apart & apart.T).any())


def _beside(along: Points, away: NDArray[np.float64]) -> NDArray[np.float64]:
    out: NDArray[np.float64] = along[:, None, 0] * away[..., 1] - along[:, None, 1] * away[..., 0]
    return out


def _holds(outer: Points, inner: Points) -> bool:
    """Return whether an outline (n + 1, 2) is around most of another one, which it does not cross."""
    points = 0.5 * (inner[1:] + inner[:-1])
    a, b = outer[:-1], outer[1:]
    x, y = points[:, None, 0], points[:, None, 1]
    over = (a[:, 1] > y) != (b[:, 1] > y)
    with np.errstate(all="ignore"):  # of lines that are level, and not asked
        right = x < a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
    inside = (over & right).sum(axis=1) % 2
    return bool(2 * inside.sum() > len(points))
