"""The working image: square tiles of planar pixels, so that every inner loop runs over contiguous memory.

An image of H x W pixels and C channels is held as an array ``(tiles, C, PIXELS)``, tiles and pixels in row order. Tiles
that stick out at the right and at the bottom are complete; their outer pixels are computed and never used.
"""

from __future__ import annotations

import numpy as np

from ..scene import Array

TILE = 16  # side in pixels
PIXELS = TILE * TILE


def tile_grid(width: int, height: int, side: int = TILE) -> tuple[int, int]:
    """Return the number of tile columns and rows."""
    return -(-width // side), -(-height // side)


def pack(image: Array, side: int = TILE) -> Array:
    """Return an image (H, W, C) as tiles (T, C, pixels), zero outside the image."""
    height, width, channels = image.shape
    columns, rows = tile_grid(width, height, side)
    padded = np.zeros((rows * side, columns * side, channels), image.dtype)
    padded[:height, :width] = image
    tiles = padded.reshape(rows, side, columns, side, channels).transpose(0, 2, 4, 1, 3)
    return np.ascontiguousarray(tiles).reshape(rows * columns, channels, side * side)


def unpack(tiles: Array, width: int, height: int, side: int = TILE) -> Array:
    """Return tiles (T, C, pixels) as an image (H, W, C)."""
    columns, rows = tile_grid(width, height, side)
    channels = tiles.shape[1]
    planes = tiles.reshape(rows, columns, channels, side, side).transpose(2, 0, 3, 1, 4)
    image = np.empty((rows, side, columns, side, channels), tiles.dtype)
    for channel in range(channels):  # NumPy's own order, with the few channels innermost, takes twice as long
        image[..., channel] = planes[channel]
    return np.ascontiguousarray(image.reshape(rows * side, columns * side, channels)[:height, :width])


def fill(plane, value):
    """Set all pixels of a plane; for kernels, in which assigning to a slice is slow to compile."""
    for i in range(PIXELS):
        plane[i] = value
