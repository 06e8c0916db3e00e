"""Colours that change from stop to stop, as those of SVG gradients do, and the adjoint of it.

A colour of n stops is ``c_0 + sum over k of (c_{k+1} - c_k) w_k``, with ``w_k`` rising from 0 to 1 between the offsets
``o_k`` and ``o_{k+1}``. The last offset is 1, and the first may be 0; the others are values of the colour, which
optimisers may move. As in SVG each is held from that before it to 1. There is no branch in it, so that pixel loops are
vectorised. Numba cannot build a tuple in a loop (see `engine.compile.tuples`): functions are written out for each n.
Stops of a fixed number, unused ones repeated, would need no such functions, but take the time of all in every gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

FEWEST, MOST = 2, 8  # stops
EDGE = 1e-6  # of t: stops that are closer are so far apart, which is a hard edge


class Ramp(NamedTuple):
    """Plain functions of the values of a colour, which begin with the colours of the stops."""

    mix: Callable[..., Any]
    """``mix(color, t) -> (r, g, b)``"""
    mix_adjoint: Callable[..., Any]
    """``mix_adjoint(color, t, g) -> (g_stops, g_t, g_offsets)``: tuples of 3 n values, and of one for every offset"""


@cache
def ramp(stops: int, place: int, starts: bool = False) -> Ramp:
    """Write the functions for so many stops; their offsets begin at `place`, with that of the first if it `starts`."""
    n, given = stops, range(0 if starts else 1, stops - 1)
    lines = ["" if starts else "o0 = 0.0", f"o{n - 1} = 1.0"]
    for i, k in enumerate(given):
        lines.append(f"o{k} = min(max(color[{place + i}], {f'o{k - 1}' if k else 0.0}), 1.0)")
    for k in range(n - 1):
        lines.append(f"u{k} = 1.0 / max(o{k + 1} - o{k}, {EDGE})")
        lines.append(f"p{k} = (t - o{k}) * u{k}")
        lines.append(f"w{k} = min(max(p{k}, 0.0), 1.0)")
    mixed = [
        " + ".join([f"color[{c}]", *(f"(color[{3 * k + 3 + c}] - color[{3 * k + c}]) * w{k}" for k in range(n - 1))])
        for c in range(3)
    ]

    back = ["s0 = 1.0 - w0", *(f"s{k} = w{k - 1} - w{k}" for k in range(1, n - 1)), f"s{n - 1} = w{n - 2}"]
    for k in range(n - 1):
        change = " + ".join(f"g[{c}] * (color[{3 * k + 3 + c}] - color[{3 * k + c}])" for c in range(3))
        back.append(f"m{k} = ({change}) * u{k}")
        back.append(f"m{k} = m{k} if p{k} == w{k} else m{k} - m{k}")  # beyond both stops t and offsets do not matter
    for k in given:  # (t - o_k) / (o_{k+1} - o_k) falls by (1 - w_k) u_k with o_k, and by w_k u_k with o_{k+1}
        back.append(f"g{k} = {f'-m{k - 1} * w{k - 1}' if k else '0.0'} - m{k} * (1.0 - w{k})")
    for i, k in reversed(list(enumerate(given))):  # one that is held is the one before it
        raw = f"color[{place + i}]"
        if i:
            back.append(f"g{k - 1} = g{k - 1} + g{k} if {raw} < o{k - 1} else g{k - 1}")
        back.append(f"g{k} = g{k} if {raw} == o{k} else g{k} - g{k}")
    g_stops = [f"g[{c}] * s{k}" for k in range(n) for c in range(3)]
    g_t = " + ".join(f"m{k}" for k in range(n - 1))
    pulled = f"{_tuple(g_stops)}, {g_t}, {_tuple([f'g{k}' for k in given])}"
    return Ramp(
        _define("mix(color, t)", lines, _tuple(mixed)), _define("mix_adjoint(color, t, g)", lines + back, pulled)
    )


def _tuple(terms: list[str]) -> str:
    return "(" + "".join(f"{term}, " for term in terms) + ")"


def _define(head: str, lines: list[str], value: str) -> Any:
    scope: dict[str, Any] = {}
    exec(f"def {head}:\n " + "\n ".join([*filter(None, lines), f"return {value}"]), scope)
    return scope[head[: head.index("(")]]
