"""What an objective is beside a loss if that is a squared error: residuals, equations, errors, the worth of shapes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .engine.tiles import unpack
from .mesh import Mesh
from .plan import NormalEquations
from .prepared.pool import PlanPool
from .prepared.targets import Target
from .scene import Array
from .vectors import SceneVectors

if TYPE_CHECKING:
    from .uncertainty import Uncertainty

SQUARES = "mse"  # the loss that is a sum of squares of residuals


class LeastSquares(SceneVectors, ABC):
    """The part of `Objective` that is for squared errors."""

    _pool: PlanPool
    _loss: str
    _weight: Array | None
    _terms: tuple[str, ...]
    _filter_radius: float

    @abstractmethod
    def render(self, x: ArrayLike, *, out: Array | None = None) -> Array:
        """Return the picture of a vector (height, width, C)."""

    @abstractmethod
    def _tiles(self, target: Target | None) -> Array:
        """Return what is compared with, in tiles."""

    @abstractmethod
    def _radius(self, filter_radius: float | None) -> float:
        """Return the filter radius of a call."""

    def residuals(self, x: ArrayLike, target: Target | None = None) -> Array:
        """Return the picture less the target (height, width, C), times the roots of the weights.

        The loss ``"mse"`` is the sum of their squares, divided by the number of channels and the sum of the weights.

        Raises
        ------
        ValueError
            As for a call; and if the loss is another one, or has regularisers: then it is no sum of squares.
        """
        self._check_squares("residuals")
        difference = self.render(x) - self._picture(target)
        if self._weight is not None:
            difference *= np.sqrt(self._weight[..., None])
        return difference

    def normal_matrix(self, x: ArrayLike, target: Target | None = None, *, common: bool = False) -> NormalEquations:
        """Return what a step of Gauss and Newton is made of; J is the derivative of the `residuals` r by the vector.

        Parameters
        ----------
        x : array_like, shape (n,)
            Values of a scene.
        target : optional
            Another picture than that of the objective.
        common : bool
            Whether r is the sum over the channels of each pixel. Then J'J is the covariance of J'r for an error that
            the channels have in common.

        Returns
        -------
        NormalEquations
            ``matrix``, J'J as a sparse matrix (n, n) in float64, with values where shapes meet; ``gradient``, J'r
            (n,); and ``square``, r'r. What belongs to values that are held is 0.

        Raises
        ------
        ValueError
            As for `residuals`.

        Notes
        -----
        All are exact, from the derivative of every pixel, and the same bits for any number of threads. They are
        computed on the CPU, in the dtype of the scene, and added up in float64.
        """
        self._check_squares("normal_matrix")
        vector, tiles = self._checked(x), self._tiles(target)
        with self._pool.lend() as plan:
            equations = plan.normal_equations(vector, tiles, self._filter_radius, common)
        return equations if self._held is None else equations.without(self._held)

    def leave_one_out(
        self, x: ArrayLike, target: Target | None = None, *, filter_radius: float | None = None
    ) -> NDArray[np.float64]:
        """Return by how much the squared error, with the weights of pixels, would grow without each shape (N,).

        All else stays as it is. It is exact, and computed on the CPU wherever the objective is; what matters least can
        go. The shapes are those of the top layer, which must not be a mesh.
        """
        layers = self._layout.template.layers
        if not layers or isinstance(layers[-1], Mesh):
            raise ValueError("leave_one_out is for scenes whose top layer has shapes, and is no mesh")
        vector, tiles, rho = self._checked(x), self._tiles(target), self._radius(filter_radius)
        with self._pool.lend() as plan:
            return plan.leave_one_out(vector, tiles, rho)

    def uncertainty(self, x: ArrayLike, noise: float | None = None, target: Target | None = None) -> Uncertainty:
        """Return how well the values of a scene are known that was fitted to a picture with noise.

        Parameters
        ----------
        x : array_like, shape (n,)
            Where the squared error is least.
        noise : float, optional
            Standard deviation of the values of the picture, where the weight is 1; weights are taken for inverse
            variances. By default it is estimated from the residuals.
        target : optional
            Another picture than that of the objective.

        Returns
        -------
        Uncertainty
            Standard errors, covariance, and what the picture does not determine. Values that are held have no error.
            The noise of different pixels is taken to be independent, and that of the channels of a pixel as well,
            unless the picture is grey: then they are one measurement.

        Raises
        ------
        ValueError
            As for `residuals`, or if the noise is not above 0.
        DataError
            If the noise is not given and the picture has too few values to estimate it.
        """
        from .uncertainty import uncertainty

        self._check_squares("uncertainty")
        equations, picture = self.normal_matrix(x, target), self._picture(target)
        grey = picture.shape[2] == 3 and bool((picture == picture[..., :1]).all())
        common = self.normal_matrix(x, target, common=True).matrix if grey else None
        pixels = picture[..., 0].size if self._weight is None else np.count_nonzero(self._weight)
        free = np.ones(self.x.size, bool) if self._held is None else ~self._held
        return uncertainty(self._layout, equations, int(pixels) * picture.shape[2], noise, free, common)

    def _picture(self, target: Target | None) -> Array:
        """Return what is compared with (height, width, C)."""
        template = self._layout.template
        return unpack(self._tiles(target), template.width, template.height)

    def _check_squares(self, name: str) -> None:
        """Refuse a loss that is no sum of squares."""
        if self._loss.strip() != SQUARES or self._terms:
            other = f"regularizers {', '.join(self._terms)}" if self._terms else f"loss {self._loss!r}"
            raise ValueError(f"{name} is for loss {SQUARES!r} alone, a sum of squares, not for {other}")
