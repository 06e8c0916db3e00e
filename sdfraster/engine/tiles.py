"""The working image: square tiles of planar pixels, so that every inner loop runs over contiguous memory.

An image of H x W pixels and C channels is held as an array ``(tiles, C, PIXELS)``, tiles and pixels in row order. Tiles
that stick out at the right and at the bottom are complete; their outer pixels are computed and never used.
"""

from __future__ import annotations

import numpy as np

from ..shapes import Array
from .memory import zeros

TILE = 16  # side in pixels
PIXELS = TILE * TILE


def tile_grid(width: int, height: int, side: int = TILE) -> tuple[int, int]:
    """Return the number of tile columns and rows."""
    return -(-width // side), -(-height // side)


def pack(image: Array, side: int = TILE) -> Array:
    """Return an image (H, W, C) as tiles (T, C, pixels), zero outside the image."""
    height, width, channels = image.shape
    columns, rows = tile_grid(width, height, side)
    tiles = zeros((rows, columns, channels, side, side), image.dtype)
    whole = width // side  # columns of tiles that do not stick out
    for r in range(rows):  # some rows of pixels at a time stay in the cache of the processor
        strip = image[r * side : (r + 1) * side]
        inner = strip[:, : whole * side].reshape(len(strip), whole, side, channels)
        tiles[r, :whole, :, : len(strip)] = inner.transpose(1, 3, 0, 2)
        if whole < columns:
            rest = strip[:, whole * side :]
            tiles[r, whole, :, : len(strip), : rest.shape[1]] = rest.transpose(2, 0, 1)
    return tiles.reshape(rows * columns, channels, side * side)


def unpack(tiles: Array, width: int, height: int, side: int = TILE, out: Array | None = None) -> Array:
    """Return tiles (T, C, pixels) as an image (H, W, C): a new one, or `out`."""
    columns, rows = tile_grid(width, height, side)
    channels = tiles.shape[1]
    planes = tiles.reshape(rows, columns, channels, side, side)
    image = np.empty((height, width, channels), tiles.dtype) if out is None else out
    whole = width // side
    for r in range(rows):
        strip = image[r * side : (r + 1) * side]
        shape = len(strip), whole, side
        for channel in range(channels):  # NumPy's own order, with the few channels innermost, takes twice as long
            inner = strip[:, : whole * side, channel].reshape(shape)
            inner[:] = planes[r, :whole, channel, : len(strip)].transpose(1, 0, 2)
        if whole < columns:
            rest = planes[r, whole, :, : len(strip), : width - whole * side]
            strip[:, whole * side :] = rest.transpose(1, 2, 0)
    return image


def fill(plane, value):
    """Set all pixels of a plane; for kernels, in which assigning to a slice is slow to compile."""
    for i in range(PIXELS):
        plane[i] = value
