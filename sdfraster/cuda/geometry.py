"""Where the shapes of a layer are, on the device: their boxes in tiles, and the sum of what tiles say of them."""

from __future__ import annotations

from typing import Any

from ..engine.cpu import LayerSpec
from ..scene import Layer
from .bins import rect_kernel
from .jit import SIMULATED
from .memory import empty
from .rows import sum_kernel

THREADS = 32 if SIMULATED else 128


def blocks(items: int) -> int:
    """Return how many blocks of `THREADS` threads it takes."""
    return -(-items // THREADS)


class Formulas:
    """Shapes whose distance is a formula of their parameters.

    Attributes
    ----------
    rect : device array, shape (N, 4)
        First column and row of tiles that a shape can touch, and last + 1.
    lists : tuple of List
        None.
    """

    def __init__(self, layer: Layer, spec: LayerSpec, params: Any, grid: tuple[int, int]) -> None:
        self._spec, self._params, self._grid, self._count = spec, params, grid, len(layer)
        self.rect = empty((len(layer), 4), "int32")
        self.lists = ()

    @property
    def arrays(self) -> tuple[Any, ...]:
        """The geometry that the functions of the kind look into."""
        return (self._params,)

    def outline(self, rho: Any, report: Any) -> None:
        """Find the boxes."""
        if self._count:
            find = rect_kernel(self._spec.kind, self._spec.dtype)
            find(blocks(self._count), THREADS, self._params, rho, *self._grid, self.rect)

    def classify(self, rho: Any, entries: Any, tile_start: Any, report: Any) -> None:
        """Find out which entries are inside (known already)."""

    def start_adjoint(self, entries: Any) -> None:
        """Make ready for kernels that pull the gradient back."""

    def end_adjoint(self, rho: Any, tile_start: Any, entries: Any, rows: Any, color: Any, g: tuple[Any, ...]) -> None:
        """Add up the rows of every shape: set ``g``, its gradient by geometry, colour and opacity."""
        add_rows = sum_kernel(self._spec.kind, self._spec.linear, self._spec.dtype)
        tiles = self.rect, self._grid[0], tile_start, entries.tile_shape
        add_rows(self._count, 32, *tiles, rows, self._params, color, *g)
