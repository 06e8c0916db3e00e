"""Ellipses and rectangles as closed cubic Beziers, and which of these a curve is, so that SVG can say so."""

from __future__ import annotations

from math import sqrt

KAPPA = 4.0 / 3.0 * (sqrt(2.0) - 1.0)  # handles of a quarter of a circle over its radius
OFF = 0.015  # pixels by which points of a curve may be off after rounding


def ellipse(cx, cy, rx, ry):
    """Return x0, y0, x1, y1, ... of an ellipse: 13 points."""
    k = KAPPA
    quarter = (1.0, 0.0), (1.0, k), (k, 1.0)
    points = [(x * c - y * s, x * s + y * c) for c, s in ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 0)) for x, y in quarter]
    return tuple(value for x, y in points[:13] for value in (cx + rx * x, cy + ry * y))


def rectangle(x, y, w, h, r):
    """Return x0, y0, x1, y1, ... of a rectangle with corners of radius r, or without: 25 points, or 13."""
    sides = (
        ((x + r, y), (x + w - r, y), (r, 0.0), (0.0, r)),
        ((x + w, y + r), (x + w, y + h - r), (0.0, r), (-r, 0.0)),
        ((x + w - r, y + h), (x + r, y + h), (-r, 0.0), (0.0, -r)),
        ((x, y + h - r), (x, y + r), (0.0, -r), (r, 0.0)),
    )
    points = []
    for (ax, ay), (bx, by), (ux, uy), (vx, vy) in sides:
        points += [ax, ay, ax + (bx - ax) / 3.0, ay + (by - ay) / 3.0, bx - (bx - ax) / 3.0, by - (by - ay) / 3.0]
        if r > 0.0:
            ex, ey = bx + ux + vx, by + uy + vy
            points += [bx, by, bx + KAPPA * ux, by + KAPPA * uy, ex - KAPPA * vx, ey - KAPPA * vy]
    return (*points, *points[:2])


def simple(points):
    """Return the SVG element that points x0, y0, ... run around: a circle, an ellipse or a rectangle; or None."""
    x, y = points[0::6], points[1::6]
    x0, x1, y0, y1 = min(x), max(x), min(y), max(y)
    w, h = x1 - x0, y1 - y0
    if len(points) == 26:
        cx, cy = x0 + 0.5 * w, y0 + 0.5 * h
        if _alike(points, ellipse(cx, cy, 0.25 * (w + h), 0.25 * (w + h))):
            return "circle", {"cx": cx, "cy": cy, "r": 0.25 * (w + h)}
        if _alike(points, ellipse(cx, cy, 0.5 * w, 0.5 * h)):
            return "ellipse", {"cx": cx, "cy": cy, "rx": 0.5 * w, "ry": 0.5 * h}
    corner = points[0] - x0
    if len(points) in (26, 50) and _alike(points, rectangle(x0, y0, w, h, corner)):
        rounded = {"rx": corner} if corner > 0.0 else {}
        return "rect", {"x": x0, "y": y0, "width": w, "height": h, **rounded}
    return None


def _alike(a, b):
    """Return whether numbers are the same but for rounding."""
    return len(a) == len(b) and all(abs(p - q) <= OFF for p, q in zip(a, b, strict=True))
