"""Calls of a plan with arrays that are on the device already, also those of other libraries: nothing is copied.

Such arrays speak the CUDA array interface, as those of PyTorch, CuPy, JAX and Numba do. Values are checked on the
device. One that is not finite counts as 0, so that kernels meet none, and the report of the step says where it was.
"""

from __future__ import annotations

from functools import cache
from math import isfinite
from typing import Any

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from ..engine.tiles import PIXELS, TILE
from ..vector import LARGEST
from .canvas import clear_kernel
from .compile.kernel import CudaKernel
from .compile.memory import empty
from .plan import PLACE, CudaPlan
from .shapes import THREADS, blocks


class NotFiniteError(ValueError):
    """A value is not finite; `args` holds its place."""


class Exchange:
    """The calls of a plan with arrays on the device.

    Parameters
    ----------
    plan : CudaPlan
        The plan.
    held : ndarray of bool, shape (n,), optional
        Values that get no gradient.
    """

    def __init__(self, plan: CudaPlan, held: NDArray[np.bool_] | None = None) -> None:
        self._plan, self._held = plan, held
        scene = plan.layout.template
        self._picture = scene.height, scene.width, 4 if scene.background is None else 3

    def render(self, x: Any, rho: float, out: Any = None) -> Any:
        """Return the picture (height, width, C) of values (n,), or write it to `out`."""
        picture = self._room("out", out, self._picture)
        self._take(x)
        canvas = self._plan.draw(rho)
        self._check()
        picture_kernel()(len(canvas), PIXELS, canvas, picture)
        return picture if out is None else out

    def vjp(self, x: Any, g_picture: Any, rho: float, out: Any = None) -> Any:
        """Return the gradient (n,) by the values, given that by the picture, or write it to `out`."""
        gradient = self._room("out", out, (self._plan.x.size,))
        g_picture = self._room("g_image", g_picture, self._picture)
        self._take(x)
        self._plan.pull(rho, lambda canvas: tiles_kernel()(len(canvas), PIXELS, g_picture, canvas))
        self._give(gradient)
        return gradient if out is None else out

    def value_and_grad(self, x: Any, target: Any, rho: float, out: Any = None) -> tuple[float, Any]:
        """Return the loss against a target in tiles, which are on the host, and the gradient (n,)."""
        gradient = self._room("out", out, (self._plan.x.size,))
        self._take(x)
        value = self._plan.evaluate(target, rho)
        self._give(gradient)
        return value, gradient if out is None else out

    def _take(self, x: Any) -> None:
        """Take values from the device, and let the report say if one is not finite."""
        n, report = self._plan.x.size, self._plan.report
        x = self._room("x", x, (n,))
        clear_kernel()(1, 1, report[PLACE : PLACE + 1])
        take_kernel(self._plan.x.dtype)(blocks(n), THREADS, x, self._plan.x, report)

    def _check(self) -> None:
        """Raise NotFiniteError if a value was not finite, as the step that is done has reported."""
        place = int(self._plan.reported[PLACE])
        if place > 0:
            raise NotFiniteError(place - 1)

    def _give(self, out: Any) -> None:
        """Write the gradient, without that of what is held."""
        self._check()
        held = np.zeros(1, np.bool_) if self._held is None else self._held
        give_kernel()(blocks(self._plan.x.size), THREADS, self._plan.g, cuda.to_device(held), out)

    def _room(self, name: str, array: Any, shape: tuple[int, ...]) -> Any:
        """Return an array on the device as Numba has it: a new one for None; ValueError unless it has a shape."""
        if array is None:
            return empty(shape, self._plan.x.dtype)
        if hasattr(array, "copy_to_host"):
            there = array
        elif hasattr(array, "__cuda_array_interface__"):
            there = cuda.as_cuda_array(array)
        else:
            raise ValueError(f"{name} must be on the GPU, as x is, not {type(array).__name__}")
        if there.shape != shape or there.dtype.kind != "f":
            raise ValueError(f"{name} must be a float array of shape {shape}, not {there.dtype} of shape {there.shape}")
        return there


@cache
def take_kernel(dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the taking of values within what kernels can work with; a thread for a value."""
    largest = dtype.type(LARGEST)

    def take(
        given,  # (n,)
        x,  # (n,) out
        report,  # out at `PLACE`: a place that is not finite, counted from 1, if there is any
    ):
        i = cuda.grid(1)
        if i < len(x):
            value = given[i]
            if isfinite(value):
                x[i] = min(max(value, -largest), largest)
            else:
                x[i] = 0.0
                report[PLACE] = i + 1

    return CudaKernel(take, dtype, exact=True)


@cache
def give_kernel() -> CudaKernel:
    """Compile the copy of a gradient, 0 for what is held; a thread for a value."""

    def give(
        g,  # (n,)
        held,  # (n,), or (1,) if nothing is
        out,  # (n,) out
    ):
        i = cuda.grid(1)
        if i < len(g):
            out[i] = 0.0 if i < len(held) and held[i] else g[i]

    return CudaKernel(give, np.dtype(np.float64))


def place(t, i, width):
    """Return the row and the column of pixel i of tile t in a picture of that width."""
    columns = (width + TILE - 1) // TILE
    return t // columns * TILE + i // TILE, t % columns * TILE + i % TILE


@cache
def picture_kernel() -> CudaKernel:
    """Compile the copy of tiles to a picture; a block for a tile, a thread for a pixel."""

    def to_picture(
        canvas,  # (T, C, PIXELS)
        picture,  # (H, W, C) out
    ):
        t, i = cuda.blockIdx.x, cuda.threadIdx.x
        row, column = place(t, i, picture.shape[1])
        if row < picture.shape[0] and column < picture.shape[1]:
            for channel in range(picture.shape[2]):
                picture[row, column, channel] = canvas[t, channel, i]

    return CudaKernel(to_picture, np.dtype(np.float64))


@cache
def tiles_kernel() -> CudaKernel:
    """Compile the copy of a picture to tiles, 0 outside of it; a block for a tile, a thread for a pixel."""

    def to_tiles(
        picture,  # (H, W, C)
        canvas,  # (T, C, PIXELS) out
    ):
        t, i = cuda.blockIdx.x, cuda.threadIdx.x
        row, column = place(t, i, picture.shape[1])
        inside = row < picture.shape[0] and column < picture.shape[1]
        for channel in range(picture.shape[2]):
            canvas[t, channel, i] = picture[row, column, channel] if inside else 0.0

    return CudaKernel(to_tiles, np.dtype(np.float64))
