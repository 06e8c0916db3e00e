"""Affine maps, and transformations as SVG and CSS write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from math import cos, hypot, radians, sin, sqrt, tan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .numbers import HUGE, NUMBER, Length, Measure, bounded, length, plain_numbers

Points = NDArray[np.float64]
SINGULAR = 1e-12  # share of the square of its size that the determinant of a map must have
SIMILAR = 1e-6  # share of its size by which a map may differ from a similarity
_FUNCTION = re.compile(r"[\s,]*([a-zA-Z]+)\s*\(([^()]*)\)")


class Affine(NamedTuple):
    """The map ``x' = a x + c y + e, y' = b x + d y + f``."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __matmul__(self, other: Affine) -> Affine:
        """Return the map that does `other` first."""
        if other is IDENTITY:
            return self
        if self is IDENTITY:
            return other
        a, b, c, d, e, f = self
        m = other
        return Affine(
            a * m.a + c * m.b,
            b * m.a + d * m.b,
            a * m.c + c * m.d,
            b * m.c + d * m.d,
            a * m.e + c * m.f + e,
            b * m.e + d * m.f + f,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return a point after the map."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def points(self, points: Any) -> Points:
        """Return points (..., 2) after the map."""
        p: Points = np.asarray(points, np.float64)
        if self == IDENTITY:
            return p
        linear, shift = _arrays(self)
        out: Points = p @ linear
        out += shift
        return out

    @property
    def determinant(self) -> float:
        """By how much it changes areas; negative if it mirrors."""
        return self.a * self.d - self.b * self.c

    @property
    def size(self) -> float:
        """By how much it changes lengths, in the mean of all directions."""
        return _facts(self).size

    @property
    def invertible(self) -> bool:
        """Whether it keeps planes from becoming lines, and its numbers are not huge."""
        a, b, c, d, e, f = self
        scale = max(abs(a), abs(b), abs(c), abs(d))
        return abs(a * d - b * c) > SINGULAR * scale * scale > 0.0 and max(scale, abs(e), abs(f)) < HUGE

    @property
    def inverse(self) -> Affine:
        """The map back, of one that is `invertible`."""
        a, b, c, d, e, f = self
        k = 1.0 / self.determinant
        return Affine(d * k, -b * k, -c * k, a * k, (c * f - d * e) * k, (b * e - a * f) * k)

    @property
    def similar(self) -> bool:
        """Whether circles stay circles."""
        return _facts(self).similar

    @property
    def upright(self) -> bool:
        """Whether horizontal lines stay horizontal and vertical ones vertical."""
        return _facts(self).upright


IDENTITY = Affine()


class _Facts(NamedTuple):
    """What is asked of the map of many shapes in a row."""

    size: float
    similar: bool
    upright: bool


@lru_cache(256)
def _facts(matrix: Affine) -> _Facts:
    a, b, c, d, *_ = matrix
    size = sqrt(abs(matrix.determinant))
    same = min(hypot(a - d, b + c), hypot(a + d, b - c))  # turned, or mirrored and turned
    return _Facts(size, same <= SIMILAR * size, abs(b) + abs(c) <= SIMILAR * size)


@lru_cache(256)
def _arrays(matrix: Affine) -> tuple[Points, Points]:
    """Return the linear part of a map, by which rows are multiplied, and its shift."""
    values = np.array(matrix)
    return values[:4].reshape(2, 2), values[4:]


def translation(x: float, y: float) -> Affine:
    """Return the shift by x and y."""
    return Affine(e=x, f=y)


def scaling(x: float, y: float) -> Affine:
    """Return the map that stretches about the origin."""
    return Affine(a=x, d=y)


def _rotation(angle: float, x: float = 0.0, y: float = 0.0) -> Affine:
    c, s = cos(radians(angle)), sin(radians(angle))
    if x == y == 0.0:
        return Affine(c, s, -s, c)
    return translation(x, y) @ Affine(c, s, -s, c) @ translation(-x, -y)


FUNCTIONS: dict[str, tuple[tuple[int, ...], Callable[..., Affine]]] = {
    "matrix": ((6,), Affine),
    "translate": ((1, 2), lambda x, y=0.0: translation(x, y)),
    "translatex": ((1,), lambda x: translation(x, 0.0)),
    "translatey": ((1,), lambda y: translation(0.0, y)),
    "scale": ((1, 2), lambda x, y=None: scaling(x, x if y is None else y)),
    "scalex": ((1,), lambda x: scaling(x, 1.0)),
    "scaley": ((1,), lambda y: scaling(1.0, y)),
    "rotate": ((1, 3), _rotation),
    "skewx": ((1,), lambda angle: Affine(c=tan(radians(angle)))),
    "skewy": ((1,), lambda angle: Affine(b=tan(radians(angle)))),
    "skew": ((1, 2), lambda x, y=0.0: Affine(b=tan(radians(y)), c=tan(radians(x)))),
}
ANGLES = {"deg": 1.0, "grad": 0.9, "rad": 57.29577951308232, "turn": 360.0}


@lru_cache(256)
def transformation(text: str, measure: Measure) -> Affine:
    """Return the map of a list of transformations.

    Raises
    ------
    ValueError
        If it is none.
    """
    total, at = IDENTITY, 0
    plain = text.strip()
    while at < len(plain) and plain != "none":
        match = _FUNCTION.match(plain, at)
        name = match.group(1).lower() if match else ""
        if match is None or name not in FUNCTIONS:
            raise ValueError(f"{text!r} is no transformation")
        counts, function = FUNCTIONS[name]
        turns = name.startswith(("rotate", "skew"))
        values = _arguments(match.group(2), measure, turns)
        if len(values) not in counts:
            raise ValueError(f"{match.group()!r} has {len(values)} values")
        total = total @ function(*values)
        at = match.end()
    return total


def _arguments(text: str, measure: Measure, turns: bool) -> list[float]:
    """Return the arguments of a function: numbers, lengths, or first an angle."""
    plain = plain_numbers(text)
    if plain is not None:
        return plain
    items = re.findall(rf"({NUMBER})(%|[a-zA-Z]*)", text)
    if re.sub(rf"{NUMBER}(%|[a-zA-Z]*)|[\s,]", "", text):
        raise ValueError(f"{text!r} are no numbers")
    values = []
    for k, (value, unit) in enumerate(items):
        if turns and unit.lower() in ANGLES:
            values.append(bounded(value) * ANGLES[unit.lower()])
        else:
            whole = measure.box.height if k else measure.box.width
            values.append(measure.pixels(length(value + unit) if unit else Length(bounded(value)), whole))
    return values
