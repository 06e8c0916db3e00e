"""Regularisers of curves: that do not cross themselves, and bend little.

A curve is a list of cubic Bezier pieces with control points a, b, c, d; what is wanted of one is wanted of all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..engine.outlines.arrays import FIRST, FROM, LAST, TO
from ..engine.outlines.crossings import crossings
from ..engine.outlines.curves import curves_of
from ..layer import Layer
from ..primitives import primitive
from ..shapes import Array
from ..vector import LayerView

SLOW = 0.5  # pixels per unit of the parameter: speeds below do not count as sharper bends
CHORDS = 16  # of each Bezier, for crossings
UNIT = 10.0  # pixels, of crossings: see docs/decisions/fit-regularizers.md
NODES, WEIGHTS = np.polynomial.legendre.leggauss(6)

Regularizer = Callable[[LayerView, LayerView, float], float]


def crossing(layer: Layer) -> Regularizer:
    """Want curves that do not cross themselves: the mean over shapes of the root of what is too much, in 10 px.

    Of a path that is the area in which the winding number of a contour is neither 0 nor that of its inside. A contour
    is looked at by itself, and may lie on others. It is 0 if and only if no two parts of a contour cross, of one Bezier
    curve or of two. Of a stroke it is the areas of its loops, each with a root of its own. Loops that are too small for
    16 straight pieces for each curve are not seen.
    """
    t = np.arange(CHORDS) / CHORDS
    s = 1.0 - t
    by_control = np.stack([s**3, 3.0 * s * s * t, 3.0 * s * t * t, t**3])  # (4, K)
    outline = primitive(layer.kind).outline
    assert outline is not None
    closed = outline.closed

    def value_and_grad(control: Array) -> tuple[float, Array]:
        n, pieces = control.shape[:2]
        points = np.empty((n, pieces * CHORDS + 1, 2))
        points[:, :-1] = np.einsum("nsid,ik->nskd", control, by_control).reshape(n, -1, 2)
        points[:, -1] = control[:, -1, 3]
        values, g_points = crossings(points, closed)
        g = np.einsum("nskd,ik->nsid", g_points[:, :-1].reshape(n, pieces, CHORDS, 2), by_control)
        g[:, -1, 3] += g_points[:, -1]
        return float(values.sum() / n) / UNIT, g / (n * UNIT)

    return _of_pieces(layer, value_and_grad)


def curvature(layer: Layer, pixel: float = 1.0) -> Regularizer:
    """Want little bending: the mean over shapes of the integral of the squared curvature along the curve, times 1 px.

    A circle of radius R has 2 pi / R. Corners between pieces are free. Lengths of the layer count as `pixel` times as
    large.
    """
    slow = SLOW / pixel
    t = 0.5 * (NODES + 1.0)
    s = 1.0 - t
    by_velocity = 3.0 * np.array([-s * s, s * s - 2.0 * s * t, 2.0 * s * t - t * t, t * t])  # (4, Q)
    by_change = 6.0 * np.array([s, t - 2.0 * s, s - 2.0 * t, t])

    def value_and_grad(control: Array) -> tuple[float, Array]:
        velocity = np.einsum("nsid,iq->nsqd", control, by_velocity)
        change = np.einsum("nsid,iq->nsqd", control, by_change)
        turn = _cross(velocity, change)
        square = (velocity**2).sum(axis=-1) + slow**2
        share = 0.5 * WEIGHTS / (len(control) * pixel)
        g_turn = share * 2.0 * turn * square**-2.5
        g_square = share * -2.5 * turn**2 * square**-3.5
        g_velocity = g_turn[..., None] * _turned(change) + 2.0 * g_square[..., None] * velocity
        g_change = -g_turn[..., None] * _turned(velocity)
        g = np.einsum("nsqd,iq->nsid", g_velocity, by_velocity) + np.einsum("nsqd,iq->nsid", g_change, by_change)
        return float((share * turn**2 * square**-2.5).sum()), g

    return _of_pieces(layer, value_and_grad)


def _of_pieces(layer: Layer, value_and_grad: Callable[[Array], tuple[float, Array]]) -> Regularizer:
    """Return the regulariser of a layer, given that of control points (N, pieces, 4, 2) of contours, by piece."""
    groups = _places(layer)

    def term(x: LayerView, g: LayerView, rho: float) -> float:
        flat, total = x.params.reshape(-1), 0.0
        g_flat = np.zeros(flat.shape)
        for places in groups:
            value, g_control = value_and_grad(np.stack([flat[places], flat[places + 1]], axis=-1))
            share = len(places) / len(layer)
            total += share * value
            for k in range(4):
                for axis in range(2):
                    g_flat[places[:, :, k] + axis] += share * g_control[:, :, k, axis]
        g.params[:] += g_flat.reshape(g.params.shape)
        return total

    return term


def _places(layer: Layer) -> list[NDArray[np.intp]]:
    """Return where in the flat parameters the x of control points are (contours, pieces, 4), by number of pieces."""
    curve = curves_of(layer).curve.astype(np.intp)
    first = curve[:, FROM]
    control = np.stack([first, first + 2, first + 4, curve[:, TO]], axis=1)
    begin = np.flatnonzero(curve[:, FIRST] == np.arange(len(curve)))
    pieces = curve[begin, LAST] - begin
    return [control[begin[pieces == count][:, None] + np.arange(count)] for count in np.unique(pieces)]


def _cross(a: Array, b: Array) -> Array:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def _turned(v: Array) -> Array:
    """Return the gradient of the cross product of u and v by u, which is minus that of v and u."""
    return np.stack([v[..., 1], -v[..., 0]], axis=-1)
