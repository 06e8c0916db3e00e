"""Elliptical arcs as cubic Bezier curves.

From end points to the centre as in SVG 2, appendix B.2.4. A curve of an eighth of a turn is off its circle by
``4e-6`` of the radius at most, one of a sixteenth by ``7e-8``; as many are taken as the radius needs.
"""

from __future__ import annotations

from functools import lru_cache
from math import atan2, ceil, cos, hypot, isfinite, pi, radians, sin, sqrt, tan

ERROR = 1e-5  # user units
LEAST = 1e-3  # share of a quarter of a turn
QUARTER = 2.7e-4  # share of the radius by which one curve for a quarter of a turn is off; with the sixth power of it


def angle_step(radius: float) -> float:
    """Return the largest angle for one curve, a quarter of a turn at most."""
    share: float = (ERROR / max(QUARTER * radius, 1e-300)) ** (1.0 / 6.0)
    return 0.5 * pi * min(1.0, max(share, LEAST))


def unit_arc(start: float, turn: float, radius: float) -> list[complex]:
    """Return control points, 3 n + 1 of them, of an arc of the unit circle, to be stretched by `radius`."""
    return _unit_arc(start, turn, max(1, ceil(abs(turn) / angle_step(radius) - 1e-9)))


def _unit_arc(start: float, turn: float, count: int) -> list[complex]:
    step = turn / count
    arm = 4.0 / 3.0 * tan(step / 4.0)
    c, s = cos(start), sin(start)
    points = [complex(c, s)]
    for k in range(1, count + 1):
        points.append(complex(c - arm * s, s + arm * c))
        c, s = cos(start + k * step), sin(start + k * step)
        points += (complex(c + arm * s, s - arm * c), complex(c, s))
    return points


@lru_cache(64)
def ellipse(first: float, turn: float, radii: complex) -> tuple[complex, ...]:
    """Return control points of an arc of an upright ellipse about the origin, of which many are the same."""
    rx, ry = radii.real, radii.imag
    return tuple(complex(rx * p.real, ry * p.imag) for p in unit_arc(first, turn, hypot(rx, ry)))


def arc(start: complex, radii: complex, tilt: float, flags: tuple[bool, bool], end: complex) -> list[complex] | None:
    """Return control points, 3 n + 1 of them, of the arc from `start` to `end`.

    Parameters
    ----------
    start, end : complex
        Points.
    radii : complex
        Along the axes of the ellipse.
    tilt : float
        Of its first axis, in degrees.
    flags : pair of bool
        Whether it is the larger arc, and whether its angles grow.

    Returns
    -------
    list of complex, or None
        None if it is a straight line.
    """
    rx, ry = abs(radii.real), abs(radii.imag)
    if rx == 0.0 or ry == 0.0:
        return None
    large, sweep = flags
    axis = complex(cos(radians(tilt)), sin(radians(tilt)))
    half = 0.5 * (start - end) * axis.conjugate()
    x, y = half.real / rx, half.imag / ry  # on the unit circle, about the middle of both points
    square = x * x + y * y
    if square == 0.0:
        return None
    if square > 1.0:  # too small: stretched until they reach
        rx, ry = rx * sqrt(square), ry * sqrt(square)
        x, y = x / sqrt(square), y / sqrt(square)
        square = 1.0
    along = sqrt(max(1.0 / square - 1.0, 0.0)) * (1.0 if large != sweep else -1.0)
    cx, cy = along * y, -along * x
    first = atan2(y - cy, x - cx)
    turn = atan2(-y - cy, -x - cx) - first
    if sweep and turn < 0.0:
        turn += 2.0 * pi
    elif not sweep and turn > 0.0:
        turn -= 2.0 * pi
    if not isfinite(turn):  # of radii beyond all others
        return None
    middle = 0.5 * (start + end)
    points = [
        complex((p.real + cx) * rx, (p.imag + cy) * ry) * axis + middle for p in unit_arc(first, turn, hypot(rx, ry))
    ]
    points[0], points[-1] = start, end
    return points
