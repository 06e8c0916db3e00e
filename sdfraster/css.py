"""Colours as CSS writes them (CSS Color 4)."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Callable
from functools import cache
from typing import Any

OPAQUE = 1.0
_FUNCTION = re.compile(r"([a-z]+)\(([^()]*)\)")
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_ANGLES = {"deg": 360.0, "grad": 400.0, "rad": 6.283185307179586, "turn": 1.0}


def rgba(text: str) -> tuple[float, float, float, float]:
    """Return the red, green, blue and alpha, from 0 to 1, of a colour such as ``"navy"``, ``"#ff8000"`` or ``"#fff8"``.

    Values out of their range are taken for its end, as CSS has it.

    Raises
    ------
    ValueError
        If it is none.
    """
    plain = text.strip().lower()
    if plain == "transparent":
        return 0.0, 0.0, 0.0, 0.0
    if _HEX.fullmatch(plain):
        if len(plain) == 7:
            r, g, b = bytes.fromhex(plain[1:])
            return r / 255.0, g / 255.0, b / 255.0, OPAQUE
        digits = plain[1:] if len(plain) > 5 else "".join(2 * digit for digit in plain[1:])
        red, green, blue, *alpha = (value / 255.0 for value in bytes.fromhex(digits))
        return red, green, blue, alpha[0] if alpha else OPAQUE
    function = _FUNCTION.fullmatch(plain)
    if function is None:
        return _named(plain)
    name, values = function.groups()
    parts = [part for part in re.split(r"[\s,/]+", values) if part]
    if name.startswith("rgb") and "," in values and len({part.endswith("%") for part in parts[:3]}) > 1:
        raise ValueError(f"{text!r} has numbers and percentages")
    convert = _COLORS.get(name, _COLORS.get(name.removesuffix("a")))
    wanted = 4 if convert is _space else 3
    if convert is None or len(parts) not in (wanted, wanted + 1):
        raise ValueError(f"{text!r} is no colour")
    alpha_of = _part(parts[wanted], 1.0) if len(parts) > wanted else OPAQUE
    red, green, blue = (min(max(value, 0.0), 1.0) for value in convert(*parts[:wanted]))
    return red, green, blue, min(max(alpha_of, 0.0), 1.0)


def as_numbers(name: str, colors: Any) -> Any:
    """Return a colour that is text, or a list of such, as numbers from 0 to 1; anything else as it is.

    Raises
    ------
    ValueError
        If a text is no colour, or one that can be seen through; the message begins with `name`.
    """
    if isinstance(colors, (list, tuple)) and any(isinstance(color, str) for color in colors):
        return [as_numbers(name, color) for color in colors]
    if not isinstance(colors, str):
        return colors
    try:
        *color, alpha = rgba(colors)
    except ValueError:
        raise ValueError(f"{name} must be a colour such as 'navy' or '#ff8000', or numbers, not {colors!r}") from None
    if alpha != OPAQUE:
        raise ValueError(f"{name} must be opaque, but {colors!r} has an alpha of {alpha:.3g}")
    return tuple(color)


@cache
def _names() -> dict[str, bytes]:
    """Return red, green and blue of every name; the table that Pillow has of them changes as it is used."""
    from PIL.ImageColor import colormap, getrgb

    return {name: bytes(getrgb(name)[:3]) for name in colormap}


def _named(name: str) -> tuple[float, float, float, float]:
    if name not in _names():
        raise ValueError(f"{name!r} is no colour")
    red, green, blue = _names()[name]
    return red / 255.0, green / 255.0, blue / 255.0, OPAQUE


def _part(text: str, whole: float) -> float:
    """Return a number as a share of `whole`, or a percentage as a share of 1; ``none`` is 0."""
    if text == "none":
        return 0.0
    value = float(text[:-1]) / 100.0 if text.endswith("%") else float(text) / whole
    if not abs(value) < 1e9:
        raise ValueError(f"{text!r} is no number")
    return value


def _within(text: str, whole: float) -> float:
    """Return the same, from 0 to 1."""
    return min(max(_part(text, whole), 0.0), 1.0)


def _turn(text: str) -> float:
    """Return an angle as a share of a turn."""
    if text == "none":
        return 0.0
    for unit, whole in _ANGLES.items():
        if text.endswith(unit) and not (unit == "rad" and text.endswith("grad")):
            return _part(text.removesuffix(unit), whole) % 1.0
    return _part(text, 360.0) % 1.0


def _rgb(red: str, green: str, blue: str) -> tuple[float, ...]:
    return _part(red, 255.0), _part(green, 255.0), _part(blue, 255.0)


def _hsl(hue: str, saturation: str, lightness: str) -> tuple[float, ...]:
    return colorsys.hls_to_rgb(_turn(hue), _within(lightness, 100.0), _within(saturation, 100.0))


def _hwb(hue: str, whiteness: str, blackness: str) -> tuple[float, ...]:
    white, black = _within(whiteness, 100.0), _within(blackness, 100.0)
    over = max(white + black, 1.0)
    white, black = white / over, black / over
    return tuple(white + (1.0 - white - black) * value for value in colorsys.hls_to_rgb(_turn(hue), 0.5, 1.0))


def _lab(lightness: str, a: str, b: str) -> tuple[float, ...]:
    from .css_spaces import from_lab

    return from_lab(100.0 * _within(lightness, 100.0), 125.0 * _part(a, 125.0), 125.0 * _part(b, 125.0))


def _lch(lightness: str, chroma: str, hue: str) -> tuple[float, ...]:
    from .css_spaces import from_lab, polar

    return from_lab(100.0 * _within(lightness, 100.0), *polar(150.0 * max(_part(chroma, 150.0), 0.0), _turn(hue)))


def _oklab(lightness: str, a: str, b: str) -> tuple[float, ...]:
    from .css_spaces import from_oklab

    return from_oklab(_within(lightness, 1.0), 0.4 * _part(a, 0.4), 0.4 * _part(b, 0.4))


def _oklch(lightness: str, chroma: str, hue: str) -> tuple[float, ...]:
    from .css_spaces import from_oklab, polar

    return from_oklab(_within(lightness, 1.0), *polar(0.4 * max(_part(chroma, 0.4), 0.0), _turn(hue)))


def _space(name: str, *values: str) -> tuple[float, ...]:
    from .css_spaces import SPACES, from_space

    if name not in SPACES:
        raise ValueError(f"{name!r} is no space of colours; they are {', '.join(SPACES)}")
    return from_space(name, [_part(value, 1.0) for value in values])


_COLORS: dict[str, Callable[..., tuple[float, ...]]] = {
    "rgb": _rgb,
    "hsl": _hsl,
    "hwb": _hwb,
    "lab": _lab,
    "lch": _lch,
    "oklab": _oklab,
    "oklch": _oklch,
    "color": _space,
}


@cache
def shortest(color: str) -> str:
    """Return the shortest text of a colour of the form #rrggbb: a name, #rgb, or itself."""
    short = "#" + color[1::2] if color[1::2] == color[2::2] else color
    names = [name for name, value in _names().items() if value.hex() == color[1:] and len(name) < len(short)]
    return min(names, key=len) if names else short
