"""Colours as CSS writes them."""

from __future__ import annotations

import re

OPAQUE = 1.0
FUNCTION = re.compile(r"(rgb|hsl)a?\((.*)\)")


def rgba(text: str) -> tuple[float, float, float, float]:
    """Return the red, green, blue and alpha, from 0 to 1, of a colour such as ``"navy"``, ``"#ff8000"`` or ``"#fff8"``.

    Raises
    ------
    ValueError
        If it is none.
    """
    from PIL.ImageColor import getrgb

    plain = text.strip().lower()
    if plain == "transparent":
        return 0.0, 0.0, 0.0, 0.0
    opacity = OPAQUE
    function = FUNCTION.fullmatch(plain)
    if function:  # Pillow knows no blanks between numbers, and takes alpha from 0 to 255
        name, values = function.groups()
        parts = [part for part in re.split(r"[\s,/]+", values) if part]
        if len(parts) == 4:
            last = parts.pop()
            opacity = float(last.rstrip("%")) / (100.0 if last.endswith("%") else 1.0)
            if not 0.0 <= opacity <= 1.0:
                raise ValueError(f"alpha must be from 0 to 1, not {last}")
        plain = f"{name}({','.join(parts)})"
    red, green, blue, *alpha = (value / 255.0 for value in getrgb(plain))
    return red, green, blue, alpha[0] if alpha else opacity
