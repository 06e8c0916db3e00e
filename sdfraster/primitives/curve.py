"""Cubic Bezier segments and their flattening, for the kinds whose outline is a list of edges."""

from __future__ import annotations

from math import ceil, sqrt

TOLERANCE = 0.05  # pixels between a curve and its pieces
MOST_PIECES = 256.0  # of one curve; reached at about 50,000 pixels of bend


def bernstein(t):
    """Return the weights of the four control points at parameter t."""
    u = 1.0 - t
    return u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t


def pieces(p0, p1, p2, p3):
    """Return how many pieces keep within `TOLERANCE` of a cubic curve: (in all, 0), or those of its two halves.

    The control points are pairs (x, y). A chord over h of the parameter is off by at most ``h^2 max |B''| / 8``, and
    ``B''`` changes linearly from 6 times the first second difference of the control points to 6 times the last (Wang's
    formula; Goldman, "Pyramid algorithms", 2003). Halves of their own save 8 % of the pieces of random outlines.
    """
    ax, ay = p0[0] - 2.0 * p1[0] + p2[0], p0[1] - 2.0 * p1[1] + p2[1]
    bx, by = p1[0] - 2.0 * p2[0] + p3[0], p1[1] - 2.0 * p2[1] + p3[1]
    a, b = ax * ax + ay * ay, bx * bx + by * by
    middle = 0.25 * ((ax + bx) * (ax + bx) + (ay + by) * (ay + by))
    whole, first, second = needed(max(a, b), 1.0), needed(max(a, middle), 0.5), needed(max(middle, b), 0.5)
    return (first, second) if first + second < whole else (whole, 0)


def needed(square, share):
    """Return the number of pieces of a share of a curve with a given largest squared second difference."""
    number = min(share * sqrt(0.75 / TOLERANCE * sqrt(square)), MOST_PIECES)
    return max(int(ceil(number)), 1)  # noqa: RUF046 (compiled for a GPU it is a float)


def cut(i, first, second):
    """Return the parameter where piece i begins, of as many as `pieces` says."""
    if second == 0:
        return i / first
    return 0.5 * i / first if i < first else 0.5 + 0.5 * (i - first) / second
