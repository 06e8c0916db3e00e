"""Outlines of primitives as contours of few pieces: lines, and a cubic for each quarter of an oval.

Such a cubic is off the oval by at most 0.02 % of its radius.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..drawing.contour import Contour, bezier, joined, line
from .recognise import Found

HANDLE = 0.551915  # of the radius: as far inside the circle as outside of it
CORNERS = np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])
LEAST = 1e-6  # pixels of a line that is drawn


class _Rounded(NamedTuple):
    """A rectangle with round corners."""

    middle: NDArray[np.float64]  # (2,)
    half: NDArray[np.float64]  # (2,): half its sides
    radii: NDArray[np.float64]  # (2,): of the corners
    angle: float


def outlined(found: Found) -> Contour:
    """Return the outline of a circle, ellipse, rectangle or line, clockwise as seen."""
    middle, half, round_off, angle = _rounded(found)
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, s], [-s, c]])
    parts: list[Contour] = []
    for k, corner in enumerate(CORNERS):
        before, after = CORNERS[k - 1] - corner, CORNERS[(k + 1) % 4] - corner
        tip = corner * half
        first, last = tip + 0.5 * before * round_off, tip + 0.5 * after * round_off
        inner = first + HANDLE * (tip - first), last + HANDLE * (tip - last)
        straight = last, CORNERS[(k + 1) % 4] * half - 0.5 * after * round_off
        if round_off.any():
            parts.append(bezier(np.array([first, *inner, last]) @ turn + middle))
        if np.linalg.norm(straight[1] - straight[0]) > LEAST:
            parts.append(line(*(np.array(straight) @ turn + middle)))
    return joined(parts).as_closed()


def _rounded(found: Found) -> _Rounded:
    """Return a primitive as a rectangle with round corners."""
    p = found.params
    if found.kind == "line":
        way, half = 0.5 * (p[2:4] - p[:2]), 0.5 * p[4]
        length = float(np.linalg.norm(way)) + half
        angle = float(np.arctan2(way[1], way[0]))
        return _Rounded(0.5 * (p[:2] + p[2:4]), np.array([length, half]), np.array([half, half]), angle)
    if found.kind == "rectangle":
        return _Rounded(p[:2], 0.5 * p[2:4], np.array([p[5], p[5]]), float(p[4]))
    radii = np.array([p[2], p[2] if found.kind == "circle" else p[3]])
    return _Rounded(p[:2], radii, radii, 0.0 if found.kind == "circle" else float(p[4]))
