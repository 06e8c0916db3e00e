"""The colour of a shape at a point of its frame, ``u = (x - cx)/l, v = (y - cy)/l``; each rule with its adjoint.

A rule is a module of `shadings` that defines ``SHADING``. It is added by adding its file. The number of stops of a
gradient follows from the shape of its colours, as that of points does from the shape of an outline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import prod
from types import MappingProxyType
from typing import Any

from ..registry import Registry
from .ramp import FEWEST, MOST

MIN_FRAME = 1e-3  # pixels: a frame's unit length is never taken to be smaller, so that degenerate shapes have a colour
CONSTANT = "constant"  # name of the rule of colours of shape (3,); its functions ignore the frame
CROSSED = 0.9  # radius in a frame of the circle that lines of gradients cross in a fit, see `fitting.shapes.limits`


@dataclass(frozen=True)
class Shading:
    """One rule: its functions, which are compiled, and what the rest of the package must know of its values.

    Attributes
    ----------
    shape : tuple of int
        Of one colour in a layer. The functions have its values as a flat tuple, and the indices below are of these.
    shade, shade_adjoint : callable
        ``shade(color, u, v) -> (r, g, b)``, and ``shade_adjoint(color, u, v, g)``, the gradient by the colour.
    frame_adjoint : callable
        ``frame_adjoint(color, g_color, unit)``: the gradient by the frame's cx, cy, l, given that by the colour, with
        `unit` = 1/l.
    start : callable
        ``start(colors, rng) -> values (N, *shape)``: what looks like plain colours (N, 3), for a fit to start from.
    paint : callable
        ``paint(primitive, p, color) -> Paint``: what SVG draws instead, see `paint`.
    rebase, rebase_adjoint : callable or None
        Of rules whose colours add up as their values do, which a composite of groups needs: ``rebase(color, u, v,
        unit)``, the same colour in a frame whose origin is (u, v) and whose unit length is `unit` of the old frame's,
        and ``rebase_adjoint(u, v, unit, g)``.
    framed : bool
        Whether the colour depends on the place in the frame.
    tones : tuple of int
        Values that are channels of colours.
    slopes : tuple of pairs of int
        For each of the tones, by how much it grows with u and with v, if it does without a limit.
    bent : tuple of int
        Values in which what is drawn is not linear.
    mirrored : tuple of int
        Values that change their sign in the mirror image of a shape at a vertical line.
    line : tuple of 3 int or None
        Slopes by u and by v, and offset, of what the colour ends to change with where it is below 0 or above 1.
    revive : callable or None
        ``revive(color, g)`` changes values (N, *shape), in place, that have no gradient g, and would never get one,
        so that they have; what is drawn stays the same.
    ranges : tuple of (int, float, float)
        Bent values that optimisers hold within a range, and it.
    offsets : tuple of int
        Values that are offsets of stops, the last ones.
    variant : callable or None
        Of rules of two stops: ``variant(stops)`` is the rule for that many.
    svg_loss : str
        What of it SVG cannot express, for people to read.
    """

    shape: tuple[int, ...]
    shade: Callable[..., Any]
    shade_adjoint: Callable[..., Any]
    frame_adjoint: Callable[..., Any]
    start: Callable[..., Any]
    paint: Callable[..., Any]
    rebase: Callable[..., Any] | None = None
    rebase_adjoint: Callable[..., Any] | None = None
    framed: bool = True
    tones: tuple[int, ...] = ()
    slopes: tuple[tuple[int, int], ...] = ()
    bent: tuple[int, ...] = ()
    mirrored: tuple[int, ...] = ()
    line: tuple[int, int, int] | None = None
    revive: Callable[..., Any] | None = None
    ranges: tuple[tuple[int, float, float], ...] = ()
    offsets: tuple[int, ...] = ()
    variant: Callable[[int], Shading] | None = None
    svg_loss: str = ""

    @property
    def values(self) -> int:
        """The number of values of a colour."""
        return prod(self.shape)

    @property
    def stops(self) -> int:
        """The number of stops of a gradient, or 0 of what is none."""
        return len(self.tones) // 3 if self.offsets or self.variant is not None else 0

    @property
    def held(self) -> tuple[int, ...]:
        """Values that optimisers hold within 0..1; those of colours that grow without a limit may leave it."""
        return () if self.slopes else self.tones


class Shadings(Registry[Shading]):
    """All rules by name; those of more than two stops, which are not listed, have the number in theirs: "radial 5"."""

    def __getitem__(self, name: str) -> Shading:
        family, _, stops = name.partition(" ")
        rule = super().__getitem__(family)
        if not stops:
            return rule
        if rule.variant is None or stops not in _NUMBERS:
            raise KeyError(name)
        return rule.variant(int(stops))


_NUMBERS = tuple(str(stops) for stops in range(FEWEST + 1, MOST + 1))
SHADINGS = Shadings(f"{__package__}.shadings", "SHADING", lambda name, module: {name: module.SHADING})


@cache
def rules_of(changing: str) -> Mapping[str, Shading]:
    """Return the rules that colours of a layer can have, by name; `changing` is that of those that are not plain."""
    more = _NUMBERS if SHADINGS[changing].variant is not None else ()
    names = (CONSTANT, changing, *(f"{changing} {stops}" for stops in more))
    return MappingProxyType({name: SHADINGS[name] for name in names})


def shading_of(shape: tuple[int, ...], changing: str) -> str:
    """Return the name of the rule of colours of a shape (N, ...) that there is."""
    if shape[1:] == SHADINGS[CONSTANT].shape:
        return CONSTANT
    return next(name for name, rule in rules_of(changing).items() if rule.shape == shape[1:])


def check_colors(shape: tuple[int, ...], count: int, changing: str) -> None:
    """Refuse colours of a shape that no rule has for so many shapes.

    Raises
    ------
    ValueError
        Says which there are.
    """
    known = [(count, *rule.shape) for rule in rules_of(changing).values()]
    if shape not in known:
        more = f"; or, for {FEWEST + 1} to {MOST} stops, {known[2]} to {known[-1]}" if known[2:] else ""
        hint = ": a colour for each shape, in a list even if it is one" if shape == (3,) else ""
        raise ValueError(f"color must have shape {known[0]} or {known[1]}{more}, not {shape}{hint}")
