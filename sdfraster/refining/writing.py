"""Numbers, points, path data and colours as text for attributes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..drawing.contour import Contour


def written(value: float, digits: int) -> str:
    """Return a number with so many digits after the point, at most."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def unlike(value: float, old: float, digits: int) -> bool:
    """Return whether a number has changed by more than what so many digits after the point can tell."""
    return abs(value - old) > 10.0**-digits


def points_text(points: Any, digits: int) -> str:
    """Return points (n, 2) as ``points`` has them."""
    return " ".join(f"{written(x, digits)},{written(y, digits)}" for x, y in points.tolist())


def path_text(contours: Iterable[Contour], digits: int) -> str:
    """Return contours as path data, in absolute coordinates."""
    parts = []
    for contour in contours:
        parts.append("M" + points_text(contour.points[:1], digits))
        last = len(contour.straight) - 1
        for k, straight in enumerate(contour.straight.tolist()):
            if straight and not (k == last and contour.closed and contour.ends_meet):  # which Z draws
                parts.append("L" + points_text(contour.points[3 * k + 3 : 3 * k + 4], digits))
            elif not straight:
                parts.append("C" + points_text(contour.points[3 * k + 1 : 3 * k + 4], digits))
        if contour.closed:
            parts.append("Z")
    return "".join(parts)


def color_text(color: Iterable[float], alpha: float = 1.0) -> str:
    """Return a colour as #rrggbb, or as rgba(...) if it is transparent."""
    levels = [round(255.0 * min(max(value, 0.0), 1.0)) for value in color]
    if alpha < 1.0:
        return f"rgba({levels[0]},{levels[1]},{levels[2]},{written(alpha, 4)})"
    return "#" + "".join(f"{level:02x}" for level in levels)
