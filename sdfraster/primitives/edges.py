"""An outline as a list of straight edges, and what is nearest on it: brute force, the oracle of the engine.

A curve is flattened at fixed parameters (see `curve`), so a vertex is a weighted sum of points of the shape and its
adjoint is exact for the flattened outline. Kernels never call these functions; they do the same with what one tile
needs. What depends on the shape only is kept, because whoever asks for one distance asks for many.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from math import hypot
from typing import NamedTuple

from .curve import bernstein, cut, pieces
from .outline import Outline, contours_of

KEPT = 512  # shapes
Weights = tuple[tuple[int, float], ...]  # (point, its weight)


class Edge(NamedTuple):
    """A straight piece of an outline from a to b, and the weights of the shape's points in both."""

    ax: float
    ay: float
    bx: float
    by: float
    start: Weights
    end: Weights

    def at(self, t: float) -> tuple[float, float]:
        """Return the point at parameter t."""
        return self.ax + t * (self.bx - self.ax), self.ay + t * (self.by - self.ay)

    def spread(self, t: float, g_x: float, g_y: float, g: list[float]) -> None:
        """Add to the gradient by the parameters that by the point at t: the adjoint of `at`."""
        for weights, share in ((self.start, 1.0 - t), (self.end, t)):
            for k, weight in weights:
                g[2 * k] += share * weight * g_x
                g[2 * k + 1] += share * weight * g_y


def edges(outline: Outline, p: Sequence[float]) -> tuple[Edge, ...]:
    """Return the edges of an outline in order, those without length too."""
    first, *others = edges_of_contours(outline, p)
    return tuple(chain(first, *others)) if others else first


def edges_of_contours(outline: Outline, p: Sequence[float]) -> tuple[tuple[Edge, ...], ...]:
    """Return the edges of every contour of an outline in order, those without length too."""
    return _edges(outline, tuple(map(float, p)), contours_of(outline, p))


@lru_cache(KEPT)
def _edges(outline: Outline, p: tuple[float, ...], contours: tuple[int, ...]) -> tuple[tuple[Edge, ...], ...]:
    ends = list(accumulate(contours, initial=0))
    return tuple(_contour(outline, p, start, end) for start, end in pairwise(ends))


def _contour(outline: Outline, p: tuple[float, ...], start: int, end: int) -> tuple[Edge, ...]:
    """Return the edges of the contour that is made of the points from `start` to `end`."""
    n = end - start
    points = {k: (p[2 * k], p[2 * k + 1]) for k in range(start, end)}
    last = n if outline.closed else n - 1
    vertices: list[tuple[float, float, Weights]] = [(*points[start], ((start, 1.0),))]
    for first in range(0, last, outline.degree):
        on = [start + (first + k) % n for k in range(outline.degree + 1)]
        if outline.degree == 3:
            counts = pieces(*(points[k] for k in on))
            for i in range(1, sum(counts)):
                weights = bernstein(cut(i, *counts))
                x = sum(w * points[k][0] for w, k in zip(weights, on, strict=True))
                y = sum(w * points[k][1] for w, k in zip(weights, on, strict=True))
                vertices.append((x, y, tuple(zip(on, weights, strict=True))))
        vertices.append((*points[on[-1]], ((on[-1], 1.0),)))
    return tuple(Edge(ax, ay, bx, by, start, end) for (ax, ay, start), (bx, by, end) in pairwise(vertices))


def bounds(outline: Outline, p: Sequence[float]) -> tuple[float, float, float, float]:
    """Return the box x0, y0, x1, y1 around the edges, and around the brush if the outline is stroked."""
    every = edges(outline, p)
    r = 0.5 * float(p[-1]) if outline.stroked else 0.0
    xs, ys = [edge.ax for edge in every] + [every[-1].bx], [edge.ay for edge in every] + [every[-1].by]
    return min(xs) - r, min(ys) - r, max(xs) + r, max(ys) + r


def length(outline: Outline, p: Sequence[float]) -> float:
    """Return the length of all edges."""
    return sum(hypot(edge.bx - edge.ax, edge.by - edge.ay) for edge in edges(outline, p))


def length_adjoint(outline: Outline, p: Sequence[float], g_length: float) -> tuple[float, ...]:
    """Return the gradient by the points, given that by the length."""
    g = [0.0] * (2 * outline.points(len(p)))
    for edge in edges(outline, p):
        ex, ey = edge.bx - edge.ax, edge.by - edge.ay
        along = g_length / max(hypot(ex, ey), 1e-12)
        edge.spread(0.0, -along * ex, -along * ey, g)
        edge.spread(1.0, along * ex, along * ey, g)
    return tuple(g)


def closest(edge: Edge, first: float, last: float, x: float, y: float) -> tuple[float, float]:
    """Return the squared distance to an edge between two of its parameters, and the closest parameter."""
    ex, ey = edge.bx - edge.ax, edge.by - edge.ay
    dx, dy = x - edge.ax, y - edge.ay
    square = ex * ex + ey * ey
    t = min(max((dx * ex + dy * ey) / square, first), last) if square > 0.0 else first
    qx, qy = dx - t * ex, dy - t * ey
    return qx * qx + qy * qy, t


def stroke_distance(outline: Outline, p: Sequence[float], x: float, y: float) -> float:
    """Return the signed distance to the edge of the brush; its width is the last parameter."""
    square = min(closest(edge, 0.0, 1.0, x, y)[0] for edge in edges(outline, p))
    d: float = square**0.5 - 0.5 * float(p[-1])
    return d


def stroke_gradient(outline: Outline, p: Sequence[float], x: float, y: float) -> tuple[float, ...]:
    """Return the derivative of `stroke_distance` by the parameters (zero by position on the curve itself).

    By the envelope theorem it is ``-n`` spread over the points by their weights in the closest point of the curve.
    """
    edge = min(edges(outline, p), key=lambda edge: closest(edge, 0.0, 1.0, x, y)[0])
    _, t = closest(edge, 0.0, 1.0, x, y)
    qx, qy = edge.at(t)
    inverse = 1.0 / max(hypot(x - qx, y - qy), 1e-12)
    g = [0.0] * (len(p) - 1)
    edge.spread(t, -inverse * (x - qx), -inverse * (y - qy), g)
    return (*g, -0.5)
