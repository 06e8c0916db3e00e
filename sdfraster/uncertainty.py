"""How well values of a scene are known that were fitted to a noisy picture: their covariance, in first order.

Errors of the residuals with variance s^2 and no correlation become errors of the values with covariance ``s^2 N^-1``,
N = J'J (Gauss). If the channels of a pixel have one error in common, as those of a grey picture have, it is
``s^2 N^-1 M N^-1`` with M formed from the sums over channels. What changes nothing in the picture is no part of it.

Values are coupled where shapes overlap, and all of them by the background. So N is inverted group by group of shapes
that touch each other, and the background is put between them (Schur's complement): a thousand discs take no more than
a thousand times as long as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .lazy import Lazy
from .named import NamedValues, named_values, where_in
from .plan import NormalEquations
from .vector import Layout

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]

TOLERANCE = {4: 1e-5, 8: 1e-9}  # eigenvalue of the scaled J'J below which nothing is known, by bytes of the dtype
CROWDED = 60  # values that one may be coupled to before it is taken for a border between groups
FEW = 3  # values that a message names


@dataclass(frozen=True, eq=False, repr=False)
class Uncertainty:
    """How well the values of a scene are known.

    Attributes
    ----------
    noise : float
        Standard deviation of the values of the picture, in units of colour, of pixels of weight 1.
    estimated : bool
        Whether it was estimated from the residual.
    standard_error : ndarray, shape (n,)
        Of every value, in its unit: pixels, radians, colour. It is 0 for values that are held, and infinite for those
        that the picture does not determine.
    undetermined : ndarray of bool, shape (n,)
        Which these are.
    degrees_of_freedom : float
        Values of the picture, less those of the scene that were found.
    """

    noise: float
    estimated: bool
    standard_error: Vector
    undetermined: Mask
    degrees_of_freedom: float
    layout: Layout
    inverse: Inverse

    def __repr__(self) -> str:
        known = self.standard_error[np.isfinite(self.standard_error) & (self.standard_error > 0.0)]
        errors = f"{known.min():.2g} to {known.max():.2g}" if known.size else "none"
        return f"Uncertainty(noise {self.noise:.3g}, standard errors {errors}; {self.statement})"

    @property
    def named(self) -> NamedValues:
        """The standard errors by layer and name, as `Objective.named` has values."""
        return named_values(self.layout, self.standard_error)

    @Lazy
    def covariance(self) -> NDArray[np.float64]:
        """Covariance of all values (n, n); of those that are not determined, only what is."""
        return self.noise**2 * self.inverse.dense()

    @property
    def statement(self) -> str:
        """What the picture does not determine, in words, and what to do."""
        names = list(dict.fromkeys(where_in(self.layout, int(k)) for k in np.flatnonzero(self.undetermined)))
        if not names:
            return "all values that are free are determined"
        more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
        roles = {name.split(" of ")[0] for name in names}
        advice = "hold what is known, and leave out what cannot be seen"
        if "opacity" in roles and roles & {"color", "background"}:
            advice = "colour and opacity have the same effect: hold opacities (opaque, or fixed opacity=1)"
        return f"not determined: {', '.join(names[:FEW])}{more}; {advice}"


class Inverse(NamedTuple):
    """What N^-1 M N^-1 is made of: N^-1 is ``blocks + spread border spread'``."""

    blocks: Any  # sparse (n, n): inverse of every group of values, were the border known
    spread: Vector  # (n, b): by how much values change with the border
    border: Vector  # (b, b): covariance of the border
    middle: Any  # None, or sparse (n, n): M, where it is not N

    def dense(self) -> Vector:
        """Return it as a matrix (n, n)."""
        full: Vector = self.blocks.toarray() + self.spread @ self.border @ self.spread.T
        return full if self.middle is None else full @ (self.middle @ full)

    def diagonal(self) -> Vector:
        """Return its diagonal (n,)."""
        blocks, spread, border, middle = self
        if middle is None:
            own: Vector = blocks.diagonal() + _row_sums(spread @ border, spread)
            return own
        seen = middle @ spread  # (n, b)
        inner = border @ (spread.T @ seen) @ border
        within = np.asarray((blocks @ middle).multiply(blocks).sum(axis=1)).ravel()
        whole: Vector = within + 2.0 * _row_sums(blocks @ seen @ border, spread) + _row_sums(spread @ inner, spread)
        return whole

    def found(self, matrix: Any) -> float:
        """Return the trace of N^-1 M: how many values of the picture are used up by what was found."""
        middle = matrix if self.middle is None else self.middle
        within = self.blocks.multiply(middle).sum()
        return float(within + _row_sums(self.border @ self.spread.T, (middle @ self.spread).T).sum())


def uncertainty(
    layout: Layout, equations: NormalEquations, counted: int, noise: float | None, free: Mask, common: Any = None
) -> Uncertainty:
    """Return how well the values of a scene are known.

    Parameters
    ----------
    layout : Layout
        That of the values.
    equations : NormalEquations
        At the values that were found.
    counted : int
        Values of the picture that have a weight.
    noise : float or None
        Standard deviation of one of them, of weight 1; None estimates it.
    free : ndarray of bool, shape (n,)
        Values that were not held.
    common : sparse matrix (n, n), optional
        M, if the channels of a pixel have one error in common.

    Raises
    ------
    ValueError
        If the noise is not above 0.
    DataError
        If it is not given and the picture has no more values than the scene.
    """
    if noise is not None and not 0.0 < noise < np.inf:
        raise ValueError(f"noise must be a standard deviation above 0, in units of colour, not {noise}")
    tolerance = TOLERANCE[layout.template.dtype.itemsize]
    inverse, unknown = inverted(equations.matrix, free, tolerance)
    inverse = inverse._replace(middle=common)
    degrees = counted - inverse.found(equations.matrix)
    if noise is None and not degrees > 0.5:
        raise DataError(f"noise must be given: {counted} values of the picture are too few to estimate it")
    deviation = float(np.sqrt(equations.square / degrees)) if noise is None else float(noise)
    error = deviation * np.sqrt(np.maximum(inverse.diagonal(), 0.0))
    error[unknown] = np.inf
    return Uncertainty(deviation, noise is None, error, unknown, degrees, layout, inverse)


def inverted(matrix: Any, free: Mask, tolerance: float) -> tuple[Inverse, Mask]:
    """Return the inverse of J'J by the values that are free, and which of those nothing is known of.

    A direction whose eigenvalue is below the tolerance, with all values scaled to have an effect of 1, is left out;
    its values are those whose share of it is above what rounding can make of 0, the root of the tolerance.
    """
    from scipy import sparse

    n = matrix.shape[0]
    size = np.sqrt(np.maximum(matrix.diagonal(), 0.0))
    acting = free & (size > 0.0)
    unknown = free & ~acting
    scale = np.divide(1.0, size, out=np.zeros(n), where=acting)
    scaled = (sparse.diags(scale) @ matrix @ sparse.diags(scale)).tocsr()
    border = np.flatnonzero(acting & _is_border(scaled))
    spread, between = np.zeros((n, len(border))), scaled[border][:, border].toarray()
    spread[border] = np.eye(len(border))
    rows, columns, values = [], [], []
    for places in _groups(scaled, np.setdiff1d(np.flatnonzero(acting), border)):
        block, null = _inverse(scaled[places][:, places].toarray(), tolerance)
        unknown[places] |= null
        coupled = scaled[places][:, border].toarray()
        spread[places] = -block @ coupled
        between += coupled.T @ spread[places]
        rows.append(np.repeat(places, len(places)))
        columns.append(np.tile(places, len(places)))
        values.append(block.ravel())
    covariance, null = _inverse(between, tolerance)
    unknown[border] |= null
    if null.any():
        unknown |= free & (np.abs(spread[:, null]) > np.sqrt(tolerance)).any(axis=1)
    i, j, data = (np.concatenate([np.zeros(0, int), *each]) for each in (rows, columns, values))
    blocks = sparse.csr_matrix((data * scale[i] * scale[j], (i, j)), shape=(n, n))
    return Inverse(blocks, scale[:, None] * spread, covariance, None), unknown


def _is_border(matrix: Any) -> Mask:
    """Return which values are coupled to so many others that groups are only found without them."""
    coupled = np.diff(matrix.indptr)
    is_border: Mask = coupled > max(CROWDED, 4 * int(np.median(coupled)) if len(coupled) else 0)
    return is_border


def _groups(matrix: Any, places: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Return places in groups of those that are coupled."""
    from scipy.sparse.csgraph import connected_components

    if len(places) == 0:
        return []
    _, label = connected_components(matrix[places][:, places], directed=False)
    order = np.argsort(label, kind="stable")
    return np.split(places[order], np.flatnonzero(np.diff(label[order])) + 1)


def _inverse(block: Vector, tolerance: float) -> tuple[Vector, Mask]:
    """Return the inverse of a symmetric matrix on what is known, and which rows have a part in what is not."""
    if len(block) == 0:
        return block, np.zeros(0, bool)
    eigenvalues, vectors = np.linalg.eigh(0.5 * (block + block.T))
    known = eigenvalues > tolerance
    inverse: Vector = (vectors[:, known] / eigenvalues[known]) @ vectors[:, known].T
    return inverse, np.linalg.norm(vectors[:, ~known], axis=1) > np.sqrt(tolerance)


def _row_sums(a: Any, b: Any) -> Vector:
    """Return the sums of the products of the rows of two matrices."""
    sums: Vector = np.einsum("ij,ij->i", np.asarray(a), np.asarray(b))
    return sums
