"""A picture in few colours: as if whoever drew it had had no others.

Pixels change, not only what regions are painted with: regions that get one colour are one, and every border between
others is where it was, because a mixed pixel keeps the shares that its two colours had in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..palette import find_palette, nearest
from .palette import Cores, Pixels
from .regions import Regions

BESIDE = 2  # pixels to the regions that a mixed pixel may be a mixture with
SEEN = 0.5 / 255.0  # opacity


def recolored(
    pixels: Pixels, regions: Regions, wanted: int | NDArray[np.float64], beside: int = BESIDE
) -> tuple[Pixels, Cores]:
    """Return a picture (H, W, 4), premultiplied, in few colours and their mixtures, and its cores.

    Parameters
    ----------
    pixels : ndarray, shape (H, W, 4)
        The picture.
    regions : Regions
        Its regions; one that is a gradient gets one colour.
    wanted : int or ndarray, shape (K, 3)
        How many colours at most, which are then some that the picture has, or the colours.
    beside : int
        Pixels to the regions that a mixed pixel may be a mixture with.
    """
    new = _painted(pixels, regions, wanted)
    ys, xs = np.nonzero(~regions.pure)
    mine = regions.labels[ys, xs]
    result = new[regions.labels]
    own, at = _color(regions, mine, xs, ys), pixels[ys, xs]
    off = ((at - own) ** 2).sum(axis=1)
    framed = np.pad(regions.labels, beside, mode="edge")
    size = 2 * beside + 1
    for dy, dx in np.ndindex(size, size):
        other = framed[ys + dy, xs + dx]
        base = _color(regions, other, xs, ys)
        way = own - base
        length = (way**2).sum(axis=1)
        share = np.clip(((at - base) * way).sum(axis=1) / np.maximum(length, 1e-9), 0.0, 1.0)[:, None]
        rest = ((at - base - share * way) ** 2).sum(axis=1)
        better = (rest < off) & (length > 0.0)
        off[better] = rest[better]
        result[ys[better], xs[better]] = (share * new[mine] + (1.0 - share) * new[other])[better]
    inks, index = np.unique(new, axis=0, return_inverse=True)
    models = np.zeros((len(inks), 3, 4))
    models[:, 0] = inks
    core = np.where(regions.pure, index.reshape(-1)[regions.labels], -1).astype(np.int32)
    return result, Cores(core, models, np.ones(len(inks), bool))


def held(regions: Regions, cores: Cores) -> Regions:
    """Return regions whose colours are the nearest ones of flat cores; those found where no core is near are others."""
    inks = cores.colors[:, 0]
    index = np.array([((model[0] - inks) ** 2).sum(axis=1).argmin() for model in regions.models])
    return regions._replace(models=cores.colors[index])


def _painted(pixels: Pixels, regions: Regions, wanted: int | NDArray[np.float64]) -> Pixels:
    """Return the new colour (R, 4) of every region, premultiplied, as opaque as it was."""
    labels, count = regions.labels.ravel(), len(regions.ink)
    sizes = np.bincount(labels, minlength=count)
    sums = np.stack([np.bincount(labels, channel, count) for channel in pixels.reshape(-1, 4).T], axis=1)
    old = np.where(regions.flat[:, None], regions.models[:, 0], sums / sizes[:, None])
    seen = old[:, 3] > SEEN
    colors = np.clip(old[seen, :3] / old[seen, 3:], 0.0, 1.0)
    if isinstance(wanted, int) and len(colors):
        middles = find_palette(colors, sizes[seen], wanted, np.random.default_rng(0))
        group = np.unique(nearest(colors, middles), axis=0, return_inverse=True)[1].reshape(-1)
        members = [np.flatnonzero(group == k) for k in range(group.max() + 1)]
        wanted = np.array([_largest(colors[each], sizes[seen][each]) for each in members])
    if len(colors):
        old[seen, :3] = nearest(colors, np.asarray(wanted)) * old[seen, 3:]
    return old


def _largest(colors: Pixels, sizes: NDArray[np.int64]) -> Pixels:
    """Return the one of some colours (N, 3) that covers most."""
    found, index = np.unique(colors, axis=0, return_inverse=True)
    largest: Pixels = found[np.bincount(index.reshape(-1), sizes).argmax()]
    return largest


def _color(regions: Regions, region: NDArray[np.int32], xs: NDArray[np.int64], ys: NDArray[np.int64]) -> Pixels:
    """Return the colour (N, 4) that a region has in each pixel."""
    model = regions.models[region]
    color: Pixels = model[:, 0] + (xs[:, None] + 0.5) * model[:, 1] + (ys[:, None] + 0.5) * model[:, 2]
    return color
