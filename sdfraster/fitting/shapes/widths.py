"""What narrow parts of outlines keep in a fit that starts from a contour: their width.

Coverage comes from the distance to the nearer side of a part, and is too large where the other side is within the pixel
filter too. Steps that see only such a picture trade width for place: of a grid of lines some got half as wide and some
twice, which other renderers show. So the loss gets what the picture hides: how much wider or narrower a part is than at
the start. Both sides may still move together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from ...engine.outlines.arrays import FROM, SHAPE, TO
from ...engine.outlines.curves import curves_of
from ...layer import Layer
from ...primitives import primitive
from ...shapes import Array
from ...vector import LayerView

SPACING = 0.75  # pixels between places
NEIGHBORS = 24  # places nearby, among which one lies across
OPPOSITE = -0.7  # largest cosine between the normals of two sides
ACROSS = 0.8  # least cosine between a normal and the way to the other side
BETWEEN_SHAPES = 1e4  # pixels between shapes in the search: a shape is narrow by itself
TINY = 1e-12

Numbers = NDArray[np.float64]
Indices = NDArray[np.intp]


class Widths:
    """A term of the loss: the mean over the pixels of the squared error that changes of width make.

    Parameters
    ----------
    layer : Layer
        Closed outlines that have the widths to keep.
    pixels : int
        Number of pixels of the picture.
    narrow : float
        Width in pixels below which a part keeps it.
    """

    def __init__(self, layer: Layer, pixels: int, narrow: float) -> None:
        places = Places(layer)
        here, there = places.across(narrow)
        offset = places.matrix[there] - places.matrix[here]
        normal = places.normal[here]
        by_x, by_y = (offset.multiply(normal[:, [axis]]) for axis in (0, 1))
        self._by_points = csr_array(by_x), csr_array(by_y)  # width of a place by the x and the y of all points
        self._share = 0.5 * places.length[here] / pixels  # one half: every width is measured from both sides
        self._kept = self._measure(layer.geometry)

    def __len__(self) -> int:
        return len(self._kept)

    def __call__(self, x: LayerView, g: LayerView, rho: float) -> float:
        """Return the term for values x, and add its gradient to g."""
        change = self._measure(x.params) - self._kept
        slope = 2.0 * self._share * change
        g_points = np.stack([by.T @ slope for by in self._by_points], axis=1)
        g.params[:] += g_points.reshape(g.params.shape)
        return float(self._share @ change**2)

    def _measure(self, params: Array) -> Numbers:
        """Return the widths, with their sign, of shapes with given parameters, which are points."""
        by_x, by_y = self._by_points
        x, y = params.reshape(-1, 2).astype(np.float64).T
        widths: Numbers = by_x @ x + by_y @ y
        return widths


class Places:
    """Places along the closed outlines of a layer.

    Attributes
    ----------
    matrix : sparse array, shape (S, K)
        Weight of the points of all shapes in each place.
    normal : ndarray, shape (S, 2)
        Unit normals, to one side all along an outline.
    length : ndarray, shape (S,)
        Of the outline around each place, in pixels.
    """

    def __init__(self, layer: Layer) -> None:
        outline = primitive(layer.kind).outline
        assert outline is not None
        degree, points = outline.degree, layer.geometry.reshape(-1, 2).astype(np.float64)
        curve = curves_of(layer).curve.astype(np.intp)
        index = curve[:, [FROM]] // 2 + np.arange(degree + 1)
        index[:, degree] = curve[:, TO] // 2
        control = points[index]  # (all pieces, degree + 1, 2)
        counts = np.ceil(np.linalg.norm(np.diff(control, axis=1), axis=2).sum(axis=1) / SPACING).astype(np.intp)
        owner = np.repeat(np.arange(len(index)), counts)
        t = (np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + 0.5) / counts[owner]
        weight, slope = _basis(degree, t)
        starts = np.arange(len(owner) + 1) * (degree + 1)
        self.matrix = csr_array((weight.ravel(), index[owner].ravel(), starts), shape=(len(owner), len(points)))
        tangent = np.einsum("sk,ska->sa", slope, control[owner])
        speed = np.maximum(np.linalg.norm(tangent, axis=1), TINY)
        self.normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1) / speed[:, None]
        self.length = speed / counts[owner]
        self._point: Numbers = self.matrix @ points
        self._shape = curve[owner, SHAPE]

    def across(self, narrow: float) -> tuple[Indices, Indices]:
        """Return the places where an outline is narrow, and for each the nearest place on the other side."""
        count = len(self._point)
        spread = np.column_stack([self._point, BETWEEN_SHAPES * self._shape])
        reach = narrow + 0.5 * SPACING
        distance, near = cKDTree(spread).query(spread, np.arange(1, NEIGHBORS + 1), distance_upper_bound=reach)
        found = near < count
        near = np.where(found, near, 0)
        way = self._point[near] - self._point[:, None]
        width = np.abs(np.einsum("ska,sa->sk", way, self.normal))
        opposite = np.einsum("ska,sa->sk", self.normal[near], self.normal) < OPPOSITE
        valid = found & opposite & (width < narrow) & (width > ACROSS * distance)
        here = np.flatnonzero(valid.any(axis=1))
        return here, near[here, valid[here].argmax(axis=1)]  # the first is the nearest


def _basis(degree: int, t: Numbers) -> tuple[Numbers, Numbers]:
    """Return the Bernstein polynomials of degree 1 or 3 at t (S, degree + 1), and their derivatives."""
    s = 1.0 - t
    if degree == 1:
        one = np.ones_like(t)
        return np.stack([s, t], axis=1), np.stack([-one, one], axis=1)
    value = s**3, 3.0 * s * s * t, 3.0 * s * t * t, t**3
    lower = s * s, 2.0 * s * t, t * t
    slope = -lower[0], lower[0] - lower[1], lower[1] - lower[2], lower[2]
    return np.stack(value, axis=1), 3.0 * np.stack(slope, axis=1)
