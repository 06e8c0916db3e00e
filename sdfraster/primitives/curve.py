"""Cubic Bezier segments and their flattening, for the kinds whose outline is a list of edges."""

from __future__ import annotations

from math import ceil, sqrt

TOLERANCE = 0.05  # pixels between a curve and its pieces
MOST_PIECES = 256.0  # of one curve; reached at about 50,000 pixels of bend


def bernstein(t):
    """Return the weights of the four control points at parameter t."""
    u = 1.0 - t
    return u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t


def pieces(x0, y0, x1, y1, x2, y2, x3, y3):
    """Return the number of pieces, equal in the parameter, that stay within `TOLERANCE` of a cubic curve.

    A chord over 1/n of the parameter is off by at most ``max |B''| / (8 n^2)``, and ``|B''|`` is at most 6 times the
    largest second difference of the control points (Wang's formula; Goldman, "Pyramid algorithms", 2003).
    """
    ax, ay = x0 - 2.0 * x1 + x2, y0 - 2.0 * y1 + y2
    bx, by = x1 - 2.0 * x2 + x3, y1 - 2.0 * y2 + y3
    bend = sqrt(max(ax * ax + ay * ay, bx * bx + by * by))
    return max(ceil(min(sqrt(0.75 / TOLERANCE * bend), MOST_PIECES)), 1)
