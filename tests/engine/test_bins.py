"""Bins: no pixel that a shape touches is missed, *inside* means completely covered, lists are in paint order."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.engine.arrays import Tile, TileHits, TileLists
from sdfraster.engine.bins import ALL_INSIDE, EDGE, INSIDE, OUTSIDE, classify, find_covers, sort_by_tile, tile_range
from sdfraster.engine.functions import pixels_of_box
from sdfraster.engine.tiles import PIXELS, TILE

COLUMNS, ROWS = 5, 4


def tile_at(row: int, rho: float) -> Tile:
    """Return a tile, in a row of tiles, of which only the rows of pixels are known."""
    return Tile(None, None, rho, 1.0 / rho, None, [row * TILE + 0.5], None, None)


def classes(kind: str, p: tuple[float, ...], rho: float) -> dict[tuple[int, int], int]:
    """Return the class of every tile in the shape's range of tiles."""
    shape = sr.primitive(kind)
    x0, y0, x1, y1 = shape.bounds(p)
    c0, c1 = tile_range(x0, x1, rho, COLUMNS)
    r0, r1 = tile_range(y0, y1, rho, ROWS)
    assert 0 <= c0 <= COLUMNS
    assert 0 <= c1 <= COLUMNS
    return {
        (c, r): classify(shape.distance(p, (c + 0.5) * TILE, (r + 0.5) * TILE), rho)
        for r in range(r0, r1)
        for c in range(c0, c1)
    }


@pytest.mark.compiled
@pytest.mark.parametrize("kind", sr.kinds())
def test_no_pixel_is_missed_and_inside_is_completely_covered(kind: str, rng: np.random.Generator) -> None:
    shape = sr.primitive(kind)
    count = {OUTSIDE: 0, EDGE: 0, INSIDE: 0, None: 0}
    for n in range(60):
        rho = (0.5, 1.0, 3.0)[n % 3]
        size = (0.3, 2.0, 9.0, 40.0, 120.0)[n % 5]
        p = shape.sample(rng, rng.uniform(-20.0, 100.0), rng.uniform(-20.0, 90.0), size)
        of = classes(kind, p, rho)
        box = np.array([shape.bounds(p)])
        for r in range(ROWS):
            low, high = pixels_of_box((), box, 0, tile_at(r, rho))
            for c in range(COLUMNS):
                places = rng.choice(PIXELS, 24, replace=False)
                corners = [0, TILE - 1, PIXELS - TILE, PIXELS - 1]
                kind_of_tile = of.get((c, r))
                count[kind_of_tile] += 1
                for i in [*places, *corners]:
                    d = shape.distance(p, c * TILE + i % TILE + 0.5, r * TILE + i // TILE + 0.5)
                    if d < rho:
                        assert kind_of_tile in (EDGE, INSIDE)
                        assert low <= i < high
                    if kind_of_tile == INSIDE:
                        assert d <= -rho
    assert min(count.values()) > 10


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_tile_range_is_tight(side: float) -> None:
    """A point whose filter just reaches, or just misses, the nearest pixel centres of the neighbours."""
    rho = 1.0
    just = side * 1e-9
    high = TILE + 0.5 - rho + just  # reaches the first centre of tile 1
    assert tile_range(10.0, high, rho, COLUMNS) == (0, 2 if side > 0 else 1)
    low = TILE - 0.5 + rho - just  # reaches the last centre of tile 0
    assert tile_range(low, 20.0, rho, COLUMNS) == (0 if side > 0 else 1, 2)


@pytest.mark.parametrize(("low", "high"), [(-90.0, -50.0), (200.0, 300.0), (-1e30, -1e20), (1e20, 1e30)])
def test_tile_range_is_empty_off_the_canvas(low: float, high: float) -> None:
    first, last = tile_range(low, high, 1.0, COLUMNS)
    assert first >= last


def test_tile_range_of_a_shape_larger_than_the_canvas() -> None:
    assert tile_range(-1e30, 1e30, 1.0, COLUMNS) == (0, COLUMNS)


def test_sort_by_tile_keeps_paint_order(rng: np.random.Generator) -> None:
    tiles, shapes = 6, 9
    touched = [np.sort(rng.choice(tiles, rng.integers(0, tiles), replace=False)) for _ in range(shapes)]
    shape_start = np.cumsum([0, *map(len, touched)])
    hit_tile = np.concatenate(touched)
    tile_start = np.full(tiles + 1, -7)  # left from an earlier run
    hit_inside = rng.integers(0, 2, len(hit_tile))
    tile_shape, tile_hit, hit_place = np.zeros((3, len(hit_tile)), int)
    places = TileLists(tile_start, tile_shape, tile_hit, hit_place, None, None)
    depth = sort_by_tile(TileHits(shape_start, hit_tile, hit_inside), places)
    lists = [[k for k in range(shapes) if t in touched[k]] for t in range(tiles)]
    assert depth == max(map(len, lists))
    assert tile_start[0] == 0
    for t in range(tiles):
        part = slice(tile_start[t], tile_start[t + 1])
        assert list(tile_shape[part]) == lists[t]
    for k in range(shapes):
        for e in range(shape_start[k], shape_start[k + 1]):
            j = hit_place[e]
            assert tile_start[hit_tile[e]] <= j < tile_start[hit_tile[e] + 1]
            assert (tile_shape[j], tile_hit[j]) == (k, ALL_INSIDE if hit_inside[e] else e)


def covers(opacity: list[float], inside: list[int], mean: bool, needed: int, above: int = 0) -> tuple[int, int, int]:
    """Return paint_from, gradient_from and the covers counted, on one tile that lists one layer's shapes in order."""
    n = len(opacity)
    covered, paint_from, gradient_from = np.array([above]), np.array([-7]), np.array([-7])
    start = np.array([0, n])
    hits = np.where(inside, ALL_INSIDE, np.arange(n))
    lists = TileLists(start, np.arange(n), hits, None, paint_from, gradient_from)
    find_covers(lists, np.array(opacity), mean, needed, covered)
    return int(paint_from[0]), int(gradient_from[0]), int(covered[0])


def test_painting_over_starts_at_the_topmost_cover_and_the_gradient_needs_one_more() -> None:
    opacity, inside = [1.0, 0.5, 1.0, 1.0, 0.5, 1.0, 0.9], [1, 1, 1, 0, 1, 1, 1]  # opaque and inside: 0, 2, 5
    assert covers(opacity, inside, False, 1) == (5, 5, 1)
    assert covers(opacity, inside, False, 2) == (2, 5, 2)
    assert covers(opacity, inside, False, 2, above=1) == (5, 7, 2)
    assert covers(opacity, inside, False, 1, above=1) == (7, 7, 1)
    assert covers(opacity, inside, False, 2, above=2) == (7, 7, 2)


def test_nothing_is_skipped_without_a_cover() -> None:
    for mean in (False, True):
        assert covers([0.5, 1.0, 0.99], [1, 0, 1], mean, 2) == (0, 0, 0)


def test_a_mean_layer_is_skipped_or_painted_as_a_whole() -> None:
    assert covers([1.0, 1.0, 1.0], [0, 1, 0], True, 2) == (0, 0, 1)
    assert covers([1.0, 1.0, 0.5], [0, 1, 0], True, 2) == (0, 0, 0)  # the translucent one lets the background through
    assert covers([1.0, 1.0], [0, 0], True, 2) == (0, 0, 0)
    assert covers([1.0, 1.0], [1, 1], True, 2, above=1) == (0, 2, 2)
    assert covers([1.0, 1.0], [1, 1], True, 1, above=1)[:2] == (2, 2)
