"""What evaluates scenes of one layout, wherever it runs and whatever is added to the loss: the interface of plans.

`engine.plan.Plan` and `cuda.plan.CudaPlan` draw. `DerivedPlan` is the start of those that change the loss or the
gradient of another plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .shapes import Array
from .vector import Layout


class NormalEquations(NamedTuple):
    """What Gauss and Newton's step is made of: J is the derivative of the residuals r by a vector of n values."""

    matrix: Any  # J'J, sparse (n, n) in CSR, float64
    gradient: NDArray[np.float64]  # J'r (n,)
    square: float  # r'r
    weight: float  # sum of the weights of all residuals, with which r'r is the loss "mse" times it

    def without(self, held: NDArray[np.bool_]) -> NormalEquations:
        """Return them with zeros for values that are held (n,)."""
        from scipy import sparse

        free = sparse.diags((~held).astype(np.float64))
        matrix = (free @ self.matrix @ free).tocsr()
        matrix.eliminate_zeros()
        return self._replace(matrix=matrix, gradient=np.where(held, 0.0, self.gradient))


class ScenePlan(Protocol):
    """Everything needed to evaluate scenes of one layout again and again.

    A plan is for one thread at a time: it owns the arrays that it works on. Pictures go in and come out in tiles, see
    `engine.tiles`; `x` is a vector of the layout, and `rho` the radius of the pixel filter in pixels.
    """

    @property
    def layout(self) -> Layout:
        """Where the values of the scene stand in the vectors."""

    @property
    def gradient(self) -> Array:
        """The gradient last computed (layout.size,); overwritten by the next one."""

    @property
    def canvas(self) -> Array:
        """The picture (T, C, PIXELS) last painted by `render`, or by `value_and_grad` when asked."""

    def put_on(self, picture: Array) -> None:
        """Paint scenes on a picture in tiles, in place of their background, whose values then have no effect."""

    def render(self, x: Array, rho: float) -> Array:
        """Paint the scene of vector x and return the canvas."""

    def strips(self, x: Array, rho: float, rows: int) -> Iterator[Array]:
        """Paint the scene of vector x some rows of tiles at a time: yield the canvas of each strip, the same bits."""

    def value_and_grad(self, x: Array, target: Array, rho: float, picture: bool = False) -> float:
        """Return the loss against a target in tiles, and set `gradient`; with `picture`, set `canvas` too."""

    def vjp(self, x: Array, g_canvas: Array, rho: float) -> None:
        """Set `gradient` to that of a loss with gradient `g_canvas` (in tiles, overwritten, zero off the image)."""

    def radius_gradient(self, x: Array, target: Array, rho: float) -> float:
        """Return the derivative of the loss against a target in tiles by the radius of the filter."""

    def leave_one_out(self, x: Array, target: Array, rho: float) -> NDArray[np.float64]:
        """Return by how much the error against a target in tiles grows without each shape (N,) of the top layer.

        That is the squared error, with the weights of the loss, when everything else stays as it is.
        """

    def normal_equations(self, x: Array, target: Array, rho: float, common: bool = False) -> NormalEquations:
        """Return those of the picture of vector x less a target in tiles, whatever the loss is.

        Residuals are multiplied by the roots of the weights of their pixels. With `common` a residual is the sum over
        the channels of a pixel.
        """


class DerivedPlan:
    """A plan that does everything as another one; those made from it override what they do differently.

    Parameters
    ----------
    plan : ScenePlan
        The other one, with which `gradient` is shared.
    """

    def __init__(self, plan: ScenePlan) -> None:
        self._plan = plan
        self.layout, self.gradient = plan.layout, plan.gradient

    @property
    def canvas(self) -> Array:
        """The picture last painted."""
        return self._plan.canvas

    def put_on(self, picture: Array) -> None:
        """Paint scenes on a picture in tiles, in place of their background."""
        self._plan.put_on(picture)

    def render(self, x: Array, rho: float) -> Array:
        """Paint the scene of vector x and return the canvas."""
        return self._plan.render(x, rho)

    def strips(self, x: Array, rho: float, rows: int) -> Iterator[Array]:
        """Paint the scene of vector x some rows of tiles at a time."""
        return self._plan.strips(x, rho, rows)

    def value_and_grad(self, x: Array, target: Array, rho: float, picture: bool = False) -> float:
        """Return the loss against a target in tiles, and set `gradient`."""
        return self._plan.value_and_grad(x, target, rho, picture)

    def vjp(self, x: Array, g_canvas: Array, rho: float) -> None:
        """Set `gradient` to that of a loss of the picture alone."""
        self._plan.vjp(x, g_canvas, rho)

    def radius_gradient(self, x: Array, target: Array, rho: float) -> float:
        """Return the derivative of the loss by the radius of the filter, without what was added to it."""
        return self._plan.radius_gradient(x, target, rho)

    def leave_one_out(self, x: Array, target: Array, rho: float) -> NDArray[np.float64]:
        """Return by how much the squared error grows without each shape."""
        return self._plan.leave_one_out(x, target, rho)

    def normal_equations(self, x: Array, target: Array, rho: float, common: bool = False) -> NormalEquations:
        """Return the Gauss-Newton equations of the picture against a target in tiles."""
        return self._plan.normal_equations(x, target, rho, common)
