"""Colours as CSS writes them."""

from __future__ import annotations

OPAQUE = 1.0


def rgba(text: str) -> tuple[float, float, float, float]:
    """Return the red, green, blue and alpha, from 0 to 1, of a colour such as ``"navy"``, ``"#ff8000"`` or ``"#fff8"``.

    Raises
    ------
    ValueError
        If it is none.
    """
    from PIL.ImageColor import getrgb

    if text.strip().lower() == "transparent":
        return 0.0, 0.0, 0.0, 0.0
    red, green, blue, *alpha = (value / 255.0 for value in getrgb(text))
    return red, green, blue, alpha[0] if alpha else OPAQUE
