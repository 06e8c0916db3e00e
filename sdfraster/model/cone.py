"""The t of a radial gradient: circles that grow from a focus to the circle of radius 1 around 0, and the adjoint of it.

The circle of t has the radius t and its centre at ``f (1 - t)``, f being the focus; a point q has the t of the circle
that it lies on. The focus is held inside of the last circle, or some points would lie on none.
"""

from __future__ import annotations

from math import sqrt

INSIDE = 0.99  # of the radius: a focus is not nearer to the circle, where t has no limit
SQUARE = 1e-12  # smallest that a root is taken of; its derivative has no limit


def held_focus(x, y):
    """Return the focus inside of the circle."""
    scale = min(1.0, INSIDE / sqrt(max(x * x + y * y, SQUARE)))
    return x * scale, y * scale


def held_focus_adjoint(x, y, g_x, g_y):
    length = sqrt(max(x * x + y * y, SQUARE))
    outward = (x * g_x + y * g_y) / (length * length)
    scale = INSIDE / length
    if length <= INSIDE:
        return g_x, g_y
    return (g_x - outward * x) * scale, (g_y - outward * y) * scale


def along(x, y, fx, fy):
    """Return t, and half the derivative by it of ``a t^2 - 2 b t - c``, of which it is the larger root.

    That is the square of ``|q - f (1 - t)| = t``, with d = q - f and a = 1 - f.f, b = d.f, c = d.d.
    """
    dx, dy = x - fx, y - fy
    a, b, c = 1.0 - fx * fx - fy * fy, dx * fx + dy * fy, dx * dx + dy * dy
    root = sqrt(max(b * b + a * c, SQUARE))
    return ((b + root) / a if b >= 0.0 else c / (root - b)), root


def along_adjoint(x, y, fx, fy, g_t):
    """Return the gradient by q, and by f.

    ``2 root dt = dc + 2 t db - t^2 da = 2 e.dq - 2 (1 - t) e.df``, with e from the centre of the circle to q.
    """
    t, root = along(x, y, fx, fy)
    w, s = g_t / root, 1.0 - t
    ex, ey = w * (x - fx * s), w * (y - fy * s)
    return (ex, ey), (-s * ex, -s * ey)
