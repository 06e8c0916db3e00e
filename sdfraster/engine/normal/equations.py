"""The normal equations of a scene: J'J and J'r of its picture, from the Jacobian of some tiles at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...plan import NormalEquations
from ...scene import Array
from ..compile.kernel import worker_count
from ..expand import Expansion
from ..jacobian.arrays import Places
from ..layer import LayerPlan
from ..tiles import PIXELS
from .meshes import expansion_jacobian
from .pairs import Numbers, Owner, entries_of, pairs_of
from .products import Compared, Products, product_kernel
from .sums import BlockSums

MOST_BYTES = 64 * 2**20  # of the Jacobian of tiles that are visited at a time


class Picture(NamedTuple):
    """A picture as it was painted, and what it is compared with."""

    rho: float  # radius of the filter
    columns: int  # of tiles
    below: Sequence[Array]  # for every layer (T, C, PIXELS), or (1, C, PIXELS): the picture below it
    compared: Compared
    common: bool  # whether the channels of a pixel have one error in common, and so are added up
    given: bool  # whether what is below the bottom layer is no value of the scene, but was given


def equations(layers: Sequence[LayerPlan], expansion: Expansion, picture: Picture) -> NormalEquations:
    """Return the normal equations by the vector of the scene itself."""
    numbers: NDArray[Any] = np.arange(expansion.layout.size)
    owners = []
    views, background = expansion.layout.views(numbers)
    for layer, view in zip(layers, views, strict=True):
        others = np.concatenate([view.opacity[:, None], view.color.reshape(len(view.color), -1)], axis=1)
        geometry = np.split(view.params.ravel(), np.cumsum(layer.sizes - others.shape[1])[:-1])
        places = [part for each in zip(geometry, others, strict=False) for part in each]
        own = np.concatenate([*places, np.zeros(0)]).astype(np.int64)
        owners.append(Owner(own, layer.sizes, layer.box + picture.rho * np.array([-1, -1, 1, 1])))
    if background is not None and not picture.given:
        everywhere = np.array([[-np.inf, -np.inf, np.inf, np.inf]])
        owners.append(Owner(background.astype(np.int64), np.full(1, len(background)), everywhere))
    sums = _sums(layers, owners, picture, expansion.layout.size)
    matrix, gradient = sums.matrix, sums.gradient
    if not expansion.plain:
        jacobian = expansion_jacobian(expansion)
        matrix, gradient = (jacobian.T @ matrix @ jacobian).tocsr(), jacobian.T @ gradient
    total = float(picture.compared.weight.sum(dtype=np.float64)) * picture.compared.residual.shape[1]
    return NormalEquations(matrix, gradient, sums.square, total)


def _sums(layers: Sequence[LayerPlan], owners: list[Owner], picture: Picture, size: int) -> BlockSums:
    """Return J'J and J'r, by the vector of a scene without meshes.

    Parameters
    ----------
    layers : sequence of LayerPlan
        Those of the plan, binned, the bottom one first.
    owners : list of Owner
        Their shapes, and at the end the background, if it has values.
    picture : Picture
        What was painted.
    size : int
        Length of the vector.
    """
    (residual, weight), below = picture.compared, picture.below[0]
    channels, dtype, workers = below.shape[1], below.dtype, worker_count()
    if picture.common:
        residual = residual.sum(axis=1, keepdims=True)
    sums = BlockSums(owners, size)
    hits = [layer.gradient_hits() for layer in layers]
    if len(owners) > len(layers):  # the background is in every tile
        every = np.arange(len(residual))
        hits.append((every, np.zeros_like(every)))
    for tiles in _runs(_values(hits, owners, len(residual)), MOST_BYTES // (channels * PIXELS * dtype.itemsize)):
        within = [_within(tile, shape, tiles) for tile, shape in hits]
        entries = entries_of(within)
        sizes = entries.sizes(owners)
        start = np.concatenate([[0], np.cumsum(sizes)])
        tile_ends = np.arange(len(tiles) + 1)
        first = start[np.searchsorted(entries.tile, tile_ends)]
        rows = np.empty((start[-1], channels, PIXELS), dtype)
        values = [_values([each], [owner], len(tiles)) for each, owner in zip(within, owners, strict=True)]
        _fill(layers, picture, tiles, first, values, rows)
        if picture.common:
            rows = rows.sum(axis=1, keepdims=True)
        a, b = pairs_of(entries, entries.boxes(owners))
        place = np.concatenate([[0], np.cumsum(sizes[a] * sizes[b])])
        products = Products(
            tiles=tiles,
            first=first,
            pair=np.searchsorted(entries.tile[a], tile_ends),
            a=np.stack([start[a], sizes[a]], axis=1),
            b=np.stack([start[b], sizes[b]], axis=1),
            place=place[:-1],
            blocks=np.empty(place[-1], dtype),
            by_residual=np.empty(len(rows), dtype),
            square=np.empty(len(tiles)),
        )
        used = np.empty(rows.shape[:2], np.uint8)
        scratch = np.empty((workers, rows.shape[1] + 1, PIXELS), dtype)
        product_kernel(dtype)(workers, products, Compared(residual, weight), rows, used, scratch)
        sums.add_blocks(entries, (a, b), products.place, products.blocks)
        sums.add_gradient(entries, start[:-1], products.by_residual)
        sums.square += float(products.square.sum())
    return sums


def _values(hits: list[tuple[Numbers, Numbers]], owners: list[Owner], tiles: int) -> Numbers:
    """Return how many values there are in every tile."""
    total = np.zeros(tiles, np.int64)
    for (tile, shape), owner in zip(hits, owners, strict=True):
        np.add.at(total, tile, owner.sizes[shape])
    return total


def _within(tile: Numbers, shape: Numbers, tiles: NDArray[np.int32]) -> tuple[Numbers, Numbers]:
    """Return the hits in a run of tiles, which are counted from its first one."""
    part = slice(*np.searchsorted(tile, [tiles[0], tiles[-1] + 1]))
    return tile[part] - tiles[0], shape[part]


def _fill(
    layers: Sequence[LayerPlan],
    picture: Picture,
    tiles: NDArray[np.int32],
    first: Numbers,
    values: list[Numbers],
    rows: Array,
) -> None:
    """Write the Jacobian of some tiles, from the top layer down; the background has what all let through.

    Rows of a tile begin at its `first`, with as many of every owner as it has `values` there.
    """
    through = np.ones((len(tiles), PIXELS), rows.dtype)
    starts = first[:-1] + np.cumsum([np.zeros_like(first[:-1]), *values], axis=0)
    for layer, below, start in reversed([*zip(layers, picture.below, starts, strict=False)]):
        layer.jacobian(picture.rho, picture.columns, tiles, Places(below, through, start, rows))
    if len(values) > len(layers):
        for channel in range(3):
            rows[starts[len(layers)] + channel] = 0.0
            rows[starts[len(layers)] + channel, channel] = through


def _runs(counts: Numbers, most: int) -> Iterator[NDArray[np.int32]]:
    """Yield runs of tiles that have at most so many rows, if one alone has not more."""
    first, total = 0, 0
    for t, count in enumerate(counts.tolist()):
        if total + count > most and t > first:
            yield np.arange(first, t, dtype=np.int32)
            first, total = t, 0
        total += count
    yield np.arange(first, len(counts), dtype=np.int32)
