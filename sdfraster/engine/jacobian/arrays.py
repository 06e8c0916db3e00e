"""The arrays and functions of Jacobians, by name. Sizes in the comments are those of `engine.arrays`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Places(NamedTuple):
    """Where the Jacobian of some tiles goes, and what it needs of other layers."""

    below: Any  # (T, C, PIXELS), or (1, C, PIXELS): the picture below the layer
    through: Any  # (n, PIXELS), in, out: what layers above let through, then what this one does too
    first: Any  # (n,) int64: row of the first value of the tile
    rows: Any  # (all values, C, PIXELS), out: derivative of the pixels of its tile by each value


class By(NamedTuple):
    """How the pixels of a tile change with one shape; scratch."""

    coverage: Any  # (C, PIXELS)
    opacity: Any  # (C, PIXELS)
    color: Any  # (PIXELS,): with its own colour there, the same for all channels but alpha
    length: Any  # (PIXELS,): coverage with the length of a stroke


class CompositeSlopes(NamedTuple):
    """Plain functions of one composite, built for one kind."""

    slopes: Callable[..., Any]
    """``slopes(shape, tile, below, through, by)`` sets coverage, opacity and colour of a `By`, and lets through to the
    next shape what this one does; called from the top, after `paint` with a stack for all"""
    finish: Callable[..., Any]
    """``finish(tile, through)`` does the latter for a group"""


class KindSlopes(NamedTuple):
    """Plain functions of one kind, rule of colours and filter."""

    coverage: Callable[..., Any]
    """``coverage(shape, edges, tile, by, rows)`` adds the slope of coverage by parameter q to plane 0 of ``rows[q]``;
    ``edges`` is `EdgePoints`, and of kinds without them not used"""
    frame: Callable[..., Any]
    """``frame(shape, edges, g, rows, channel, i)`` adds what a colour says of the frame to rows of parameters: ``g`` is
    the gradient by colour of one channel of pixel i"""


class EdgePoints(NamedTuple):
    """Which points an edge follows, from `outlines.arrays.Flattened`; of kinds without edges nothing."""

    params: Any  # (V,)
    curves: Any  # `Curves`
    start: Any  # (N + 1,) int32: first edge of every shape
    curve: Any  # (M,) int32
    t: Any  # (M, 2): parameters of the ends on the curve
