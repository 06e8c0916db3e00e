"""Images as tiles: every pixel in its place, and back."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.engine.tiles import PIXELS, TILE, pack, tile_grid, unpack

SIZES = [(1, 1), (16, 16), (17, 16), (16, 17), (15, 1), (49, 33)]


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_round_trip(width: int, height: int, channels: int, rng: np.random.Generator) -> None:
    image = rng.random((height, width, channels)).astype(np.float32)
    tiles = pack(image)
    columns, rows = tile_grid(width, height)
    assert tiles.shape == (columns * rows, channels, PIXELS)
    assert tiles.dtype == image.dtype
    assert tiles.flags.c_contiguous
    back = unpack(tiles, width, height)
    np.testing.assert_array_equal(back, image)
    assert back.flags.c_contiguous


def test_every_pixel_is_in_its_place_and_all_else_is_zero(rng: np.random.Generator) -> None:
    width, height = 35, 20
    image = rng.uniform(1.0, 2.0, (height, width, 3))
    columns, rows = tile_grid(width, height)
    expected = np.zeros((rows * columns, 3, PIXELS))
    for j in range(height):
        for i in range(width):
            expected[j // TILE * columns + i // TILE, :, j % TILE * TILE + i % TILE] = image[j, i]
    np.testing.assert_array_equal(pack(image), expected)


def test_packing_copies(rng: np.random.Generator) -> None:
    image = rng.random((TILE, TILE, 3))
    tiles = pack(image)
    assert not np.shares_memory(tiles, image)
    assert not np.shares_memory(unpack(tiles, TILE, TILE), tiles)


@pytest.mark.parametrize(
    ("width", "height", "grid"), [(1, 1, (1, 1)), (16, 32, (1, 2)), (17, 31, (2, 2)), (160, 161, (10, 11))]
)
def test_tile_grid(width: int, height: int, grid: tuple[int, int]) -> None:
    assert tile_grid(width, height) == grid
