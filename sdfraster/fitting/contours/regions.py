"""Regions of near-constant colour in a picture.

The colours are those of flat places, not the mixtures along antialiased edges. A pixel of a mixture joins the neighbour
whose colour is nearest. Connected pixels of one colour are a region. The pixels of thin regions are shared out among
their neighbours, and `thin` finds these regions again.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, label, maximum_filter, minimum_filter

from ...shapes import Array
from ..strategy import ContourStrategy, FlatColors
from .merging import merge
from .slim import slim


class Regions(NamedTuple):
    """A picture in regions; region 0 is the background, which the frame around the picture belongs to."""

    labels: NDArray[np.int32]  # (H, W): region of every pixel
    pure: NDArray[np.bool_]  # (H, W): pixels that are no mixture of the colours of two regions
    colors: NDArray[np.float64]  # (R, C)


def find_regions(image: Array, count: int, background: Any, strategy: ContourStrategy) -> Regions:
    """Find at most `count` regions beside the background.

    Parameters
    ----------
    image : ndarray, shape (H, W, C)
        The picture, premultiplied if it has an alpha channel.
    count : int
        Largest number of regions.
    background : None or array_like of C numbers
        Colour around the picture; None for the one that most of its border has.
    strategy : ContourStrategy
        Which colours there are, and what is a region.
    """
    pixels = np.asarray(image, np.float64)
    colored = strategy.colors
    palette = _palette(pixels, colored)
    if background is None:
        rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        background = palette[np.bincount(_nearest(rim, palette)).argmax()]
    around = np.asarray(background, np.float64)
    palette = np.concatenate([[around], palette[np.linalg.norm(palette - around, axis=1) > colored.apart]])
    height, width, channels = pixels.shape
    index = _nearest(pixels.reshape(-1, channels), palette).reshape(height, width)
    pure = _pure(pixels, index, palette, colored)
    index = _join(pixels, index, pure, palette)
    index = np.pad(index, 1)
    labels = _connected(index)
    framed = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="edge")
    thin = slim(labels, np.pad(pure, 1), framed, strategy.slim)
    if thin.any():
        rows, columns = distance_transform_edt(thin, return_distances=False, return_indices=True)
        labels = _connected(index[rows, columns])
        pure = pure & ~thin[1:-1, 1:-1]
    framed = np.pad(pixels, ((1, 1), (1, 1), (0, 0)))
    merged, colors = merge(labels, framed, np.pad(pure, 1), count, around, strategy.regions)
    return Regions(merged[1:-1, 1:-1], pure, colors)


def _palette(pixels: NDArray[np.float64], strategy: FlatColors) -> NDArray[np.float64]:
    """Return the colours (K, C) that most flat places have, by vote and then k-means."""
    spread = maximum_filter(pixels, (3, 3, 1)) - minimum_filter(pixels, (3, 3, 1))
    rough = spread.max(axis=2)
    flat = pixels[rough <= max(strategy.flat, float(np.quantile(rough, 0.25)))]
    means, votes = _vote(flat, strategy.bins)
    chosen: list[int] = []
    for k in np.argsort(-votes, kind="stable"):
        if len(chosen) == strategy.most:
            break
        if not chosen or np.linalg.norm(means[chosen] - means[k], axis=1).min() > strategy.apart:
            chosen.append(int(k))
    palette = means[chosen]
    for _ in range(strategy.rounds):
        nearest = _nearest(means, palette)
        weight = np.bincount(nearest, votes, len(palette))
        for c in range(palette.shape[1]):
            palette[:, c] = np.bincount(nearest, votes * means[:, c], len(palette)) / weight
    return _with_thin(palette, pixels[rough > strategy.flat], strategy)


def _with_thin(palette: NDArray[np.float64], rest: NDArray[np.float64], strategy: FlatColors) -> NDArray[np.float64]:
    """Return the palette with the colours of lines too thin to have a flat place, found among other pixels (M, C).

    Those are far from every mixture of two colours that are known.
    """
    while len(palette) < strategy.few:
        rest = rest[_from_mixtures(rest, palette) > strategy.strange]
        means, votes = _vote(rest, strategy.bins)
        common = means[votes >= max(strategy.common, strategy.common_share * len(rest))]
        if len(common) == 0:
            break
        farthest = _from_mixtures(common, palette).argmax()
        palette = np.concatenate([palette, common[farthest : farthest + 1]])
    return palette


def _from_mixtures(colors: NDArray[np.float64], palette: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of colours (M, C) from the nearest segment between two colours of the palette."""
    least = np.full(len(colors), np.inf)
    for k, a in enumerate(palette):
        for b in palette[: k + 1]:
            t = np.clip((colors - a) @ (b - a) / max(float((b - a) @ (b - a)), 1e-12), 0.0, 1.0)
            least = np.minimum(least, ((colors - a - t[:, None] * (b - a)) ** 2).sum(axis=1))
    distance: NDArray[np.float64] = np.sqrt(least)
    return distance


def _vote(colors: NDArray[np.float64], size: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the mean colours (B, C) of the bins that colours (M, C) fall into, and how many fall into each.

    There are `size` bins for each channel.
    """
    bins = np.clip(colors * size, 0, size - 1).astype(np.int64) @ size ** np.arange(colors.shape[1])
    _, member, votes = np.unique(bins, return_inverse=True, return_counts=True)
    return np.stack([np.bincount(member, channel, len(votes)) / votes for channel in colors.T], axis=1), votes


def _nearest(colors: NDArray[np.float64], palette: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the index of the nearest colour of a palette, for colours (N, C)."""
    index: NDArray[np.int64] = ((palette**2).sum(axis=1) - 2.0 * colors @ palette.T).argmin(axis=1)
    return index


def _pure(
    pixels: NDArray[np.float64], index: NDArray[np.int64], palette: NDArray[np.float64], strategy: FlatColors
) -> NDArray[np.bool_]:
    """Return the pixels that are close to their colour, beside others of it."""
    close = np.linalg.norm(pixels - palette[index], axis=2) < strategy.pure
    height, width = index.shape
    marked = np.pad(np.where(close, index, -1), 1, mode="edge")
    alike = sum(
        (marked[1 + j : 1 + j + height, 1 + i : 1 + i + width] == index).astype(int)
        for j in (-1, 0, 1)
        for i in (-1, 0, 1)
        if (j, i) != (0, 0)
    )
    same: NDArray[np.bool_] = close & (alike >= strategy.alike)
    return same


def _join(
    pixels: NDArray[np.float64], index: NDArray[np.int64], pure: NDArray[np.bool_], palette: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Give every mixture the nearest colour among those of pure pixels up to two pixels away, if there are any."""
    height, width = index.shape
    best, found = np.full(index.shape, np.inf), index.copy()
    padded_index, padded_pure = np.pad(index, 2), np.pad(pure, 2)
    for j in range(5):
        for i in range(5):
            window = np.s_[j : j + height, i : i + width]
            error = np.linalg.norm(pixels - palette[padded_index[window]], axis=2)
            better = padded_pure[window] & (error < best)
            best[better], found[better] = error[better], padded_index[window][better]
    return np.where(pure, index, found)


def _connected(index: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the number of the connected region of every pixel; that of the first pixel is 0."""
    labels = np.zeros(index.shape, np.int32)
    count = 0
    for k in range(index.max() + 1):
        found, n = label(index == k)
        labels[found > 0] = found[found > 0] + count
        count += n
    return labels - 1
