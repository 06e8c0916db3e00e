"""Small ICC profiles, built from the numbers that define a colour space.

Pictures are written with the one of sRGB. Those of other spaces hand to LittleCMS what PNG files say in chunks of their
own. Pillow makes a profile of sRGB too, but with the date in it, so that no two runs would write the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

D50 = (0.9642, 1.0, 0.8249)  # white of every profile, as the ICC rounds it
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
Point = tuple[float, float]


class Primaries(NamedTuple):
    """Chromaticities (x, y) of white and of the three lights of a display."""

    white: Point
    red: Point
    green: Point
    blue: Point


D65 = (0.3127, 0.3290)
BT709 = Primaries(D65, (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))

Curve = Sequence[float]  # (g,): v**g; (g, a, b, c, d): (a v + b)**g from d on, c v below
SRGB_CURVE = (2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045)


def rgb_profile(primaries: Primaries, curve: Curve) -> bytes:
    """Return the profile of a display with some primaries, whose values become light by a curve."""
    tags = {b"wtpt": _xyz(D50)}
    for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), _colorants(primaries).T, strict=True):
        tags[name] = _xyz(column)
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _parametric(curve))
    return _assemble(b"RGB ", tags)


def grey_profile(curve: Curve) -> bytes:
    """Return the profile of grey values that become light by a curve."""
    return _assemble(b"GRAY", {b"wtpt": _xyz(D50), b"kTRC": _parametric(curve)})


@cache
def srgb_profile() -> bytes:
    """Return the profile of sRGB; always the same bytes."""
    return rgb_profile(BT709, SRGB_CURVE)


def _colorants(primaries: Primaries) -> NDArray[np.float64]:
    """Return XYZ of red, green and blue in columns, adapted to a white of D50."""
    white, *lights = (np.array([x / y, 1.0, (1.0 - x - y) / y]) for x, y in primaries)
    columns = np.stack(lights, axis=1)
    columns = columns * np.linalg.solve(columns, white)
    adaption = np.linalg.inv(BRADFORD) @ np.diag(BRADFORD @ D50 / (BRADFORD @ white)) @ BRADFORD
    matrix: NDArray[np.float64] = adaption @ columns
    return matrix


def _fixed(values: Sequence[float] | NDArray[np.float64]) -> bytes:
    """Return numbers as 16 bits before the point and 16 behind it."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _xyz(values: Sequence[float] | NDArray[np.float64]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(values)


def _parametric(curve: Curve) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", 0 if len(curve) == 1 else 3, 0) + _fixed(curve)


def _text(text: str) -> bytes:
    """Return a text in the one language there is."""
    encoded = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _assemble(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Return a profile of version 4; tags of equal content share it."""
    tags = {b"desc": _text("sdfraster"), b"cprt": _text("No copyright, use freely"), **tags}
    start = 128 + 4 + 12 * len(tags)
    table, body, places = struct.pack(">I", len(tags)), b"", dict[bytes, int]()
    for name, content in tags.items():
        if content not in places:
            places[content] = start + len(body)
            body += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", name, places[content], len(content))
    header = struct.pack(
        ">I4sI4s4s4s12x4s28x12s48x", start + len(body), b"", 0x04200000, b"mntr", space, b"XYZ ", b"acsp", _fixed(D50)
    )
    return header + table + body
