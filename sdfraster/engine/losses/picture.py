"""What a fit minimises: a sum of losses, written like ``"mse"`` or ``"mse + 0.2*ssim"``, with a weight for every pixel.

A single per-pixel loss is left to the fused step of the adjoint kernel. Everything else is the loss of a whole picture:
it is drawn, compared here, and the gradient by its pixels is pulled back.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...lazy import Lazy
from ...model.loss import LOSSES
from ...shapes import Array
from ..arrays import Comparison
from ..compile.kernel import worker_count
from ..tiles import TILE, pack, tile_grid, unpack
from .differences import Differences
from .pixelwise import compare_kernel
from .ssim import MultiScaleSsim, Ssim

Comparer = Callable[[Array, Array], tuple[float, Array]]

# name -> (weight, channels, dtype, delta) -> loss of a picture against a target, and its gradient
PICTURE_LOSSES: dict[str, Callable[[Array, int, np.dtype[Any], float], Comparer]] = {
    "ssim": lambda weight, channels, dtype, delta: Ssim(weight, channels, dtype),
    "ms_ssim": lambda weight, channels, dtype, delta: MultiScaleSsim(weight, channels, dtype),
    "gradient": lambda weight, channels, dtype, delta: Differences("mse", delta, weight, channels, dtype),
    "gradient_charbonnier": lambda weight, channels, dtype, delta: Differences(
        "charbonnier", delta, weight, channels, dtype
    ),
}
LOSS_NAMES = (*LOSSES, *PICTURE_LOSSES)


def parse_loss(loss: str) -> list[tuple[float, str]]:
    """Return the terms of a loss: factors and names.

    Raises
    ------
    ValueError
        If it is not a sum of known losses with factors above 0.
    """
    terms = []
    for term in str(loss).split("+"):
        factor, _, name = term.rpartition("*")
        try:
            number = float(factor or 1.0)
        except ValueError:
            number = 0.0
        if not 0.0 < number < inf or name.strip() not in LOSS_NAMES:
            raise ValueError(
                f"loss must be one of {', '.join(LOSS_NAMES)}, or a sum of them like 'mse + 0.2*ssim', not {loss!r}"
            )
        terms.append((number, name.strip()))
    return terms


def fused_loss(loss: str) -> str | None:
    """Return the name of the per-pixel loss that is all of a loss, but for a factor; the adjoint kernel computes it."""
    terms = parse_loss(loss)
    return terms[0][1] if len(terms) == 1 and terms[0][1] in LOSSES else None


class PictureLoss:
    """Compares pictures of one size with a target.

    Parameters
    ----------
    loss : str
        See `parse_loss`.
    delta : float
        Error at which Huber's and Charbonnier's losses become linear.
    weight : ndarray, shape (height, width), or None
        Weight of every pixel, not all 0.
    size : tuple of int
        Width and height of the pictures.
    channels : int
        Of the pictures.
    dtype : dtype
        Of the pictures.

    Attributes
    ----------
    fused : str or None
        Name of the per-pixel loss that the adjoint kernel can compute, which is all of the objective.
    pixel_terms : list of tuple
        Factors and names of the per-pixel losses.
    weights : TileWeights
        Factor on the error of every value in the tiles, with which they are sums.
    """

    def __init__(
        self, loss: str, delta: float, weight: Array | None, size: tuple[int, int], channels: int, dtype: np.dtype[Any]
    ) -> None:
        self._size, self._delta = size, dtype.type(delta)
        terms = parse_loss(loss)
        self.pixel_terms = [(dtype.type(factor), name) for factor, name in terms if name in LOSSES]
        self._picture_terms = [
            (dtype.type(factor), PICTURE_LOSSES[name](_weights(weight, size), channels, dtype, delta))
            for factor, name in terms
            if name in PICTURE_LOSSES
        ]
        self.fused = fused_loss(loss)
        factor = 1.0
        if self.fused is not None:
            factor = terms[0][0]
            self.pixel_terms = [(dtype.type(1.0), self.fused)]
        if weight is None:
            self.weights = uniform_weights(dtype.type(1.0 / (channels * size[0] * size[1]) * factor), size)
        else:
            share = (weight / (channels * weight.sum(dtype=np.float64)) * factor).astype(dtype)
            tiles = pack(share[..., None])[:, 0]
            self.weights = TileWeights(tiles, np.arange(len(tiles), dtype=np.int32))

    @Lazy
    def pixel_weight(self) -> Array:
        """The weights of all pixels (T, PIXELS), for a GPU."""
        tiles: Array = self.weights.tiles[self.weights.sort]
        return tiles

    @property
    def of_pictures(self) -> bool:
        """Whether there are terms that compare whole pictures."""
        return len(self._picture_terms) > 0

    def __call__(self, canvas: Array, target: Array) -> tuple[float, Array]:
        """Return the loss of a picture (T, C, PIXELS) against a target, and its gradient, all in tiles."""
        value, g_canvas = self.compare_pictures(canvas, target)
        g_tiles, tile_loss = np.empty_like(canvas), np.zeros(len(canvas))
        workers = worker_count()
        for factor, name in self.pixel_terms:
            comparison = Comparison(target, *self.weights, self._delta, tile_loss)
            compare_kernel(name, canvas.dtype)(workers, canvas, comparison, g_tiles)
            value += float(factor) * float(tile_loss.sum())
            g_canvas += factor * g_tiles
        return value, g_canvas

    def compare_pictures(self, canvas: Array, target: Array) -> tuple[float, Array]:
        """Return the terms that are not per pixel, and their gradient."""
        if not self.of_pictures:
            return 0.0, np.zeros_like(canvas)
        value, g_image = 0.0, np.zeros((), canvas.dtype)
        image, wanted = unpack(canvas, *self._size), unpack(target, *self._size)
        for factor, loss in self._picture_terms:
            term, g = loss(image, wanted)
            value += float(factor) * term
            g_image = g_image + factor * g
        return value, pack(g_image)


class TileWeights(NamedTuple):
    """How much every pixel counts in the loss: nothing outside the image."""

    tiles: Array  # (K, PIXELS), of K sorts of tiles
    sort: NDArray[np.int32]  # (T,): of every tile


def uniform_weights(weight: np.floating[Any], size: tuple[int, int]) -> TileWeights:
    """Return the weights of the pixels of a picture of a size that all have the same one.

    Only its last tiles, to the right and at the bottom, differ from the others: it is as a picture of 2 x 2 tiles.
    """
    few, sorts = [], []
    for length, count in zip(size, tile_grid(*size), strict=True):
        few.append(length - TILE * max(count - 2, 0))
        sorts.append((np.arange(count, dtype=np.int32) == count - 1) * np.int32(count > 1))
    (columns, rows), across = sorts, min(len(sorts[0]), 2)
    image = np.full((few[1], few[0], 1), weight)
    return TileWeights(pack(image)[:, 0], np.add.outer(rows * np.int32(across), columns).reshape(-1))


def _weights(weight: Array | None, size: tuple[int, int]) -> Array:
    """Return the weights of the pixels, also if all are the same."""
    return np.ones(size[::-1]) if weight is None else weight
