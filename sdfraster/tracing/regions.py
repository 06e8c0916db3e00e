"""Every pixel to a region: those of smooth places at once, mixed ones to the ink that they have most of."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label

from ..engine.compile.kernel import serial
from .kernels import mixtures
from .kernels.arrays import Explained
from .palette import CLEAN, Cores, Pixels

NEAR, FAR = 2, 10  # pixels to the inks that may explain a mixed one; if none is near, farther ones
# Between two inks there may be a fringe of a third one that lies beneath their common edge: up to a quarter of it.
FRINGE = 0.5
EXPLAINED = 0.05  # distance from a mixture with an ink of elsewhere
NEW_INKS = 12
NEW_PIXELS = 3  # that a new ink must explain
SEEN = 2.0 / 255.0  # of what is below


class Regions(NamedTuple):
    """A picture in connected regions."""

    labels: NDArray[np.int32]  # (H, W): region of every pixel
    pure: NDArray[np.bool_]  # (H, W): pixels that are no mixture
    models: Pixels  # (R, 3, 4): offset and slopes of the colour of every region, premultiplied RGBA
    ink: NDArray[np.int64]  # (R,): regions of one ink have one colour
    flat: NDArray[np.bool_]  # (R,)

    @property
    def opaque(self) -> NDArray[np.bool_]:
        """Regions (R,) that nothing shines through: what is below them cannot be seen."""
        height, width = self.labels.shape
        far = (
            self.models[:, 0, 3:]
            + self.models[:, 1, 3:] * [0, width, 0, width]
            + self.models[:, 2, 3:] * [0, 0, height, height]
        )
        opaque: NDArray[np.bool_] = far.min(axis=1) > 1.0 - SEEN
        return opaque

    @property
    def clear(self) -> NDArray[np.bool_]:
        """Regions (R,) that are wholly transparent."""
        clear: NDArray[np.bool_] = self.flat & (self.models[:, 0, 3] < 0.5 / 255.0)
        return clear


@cache
def _explain() -> Any:
    return serial(mixtures.explain, np.dtype(np.float64), "mixtures")


def find_regions(pixels: Pixels, cores: Cores, least: float, unknown: float = CLEAN.unknown) -> Regions:
    """Give every pixel of a picture (H, W, 4) to a region; those of fewer than `least` pixels join a neighbour.

    A pixel whose colour is off all mixtures of near inks by more than `unknown` may have another ink.
    """
    index, models, flat = cores.inks.copy(), cores.colors, cores.flat
    if len(models) == 0:  # nothing is smooth: the picture is one colour more or less
        models, flat = np.zeros((1, 3, 4)), np.ones(1, bool)
        models[0, 0] = np.median(pixels.reshape(-1, 4), axis=0)
        index[:] = 0
    pure = index >= 0
    index, models, flat = _give(pixels, index, models, flat, unknown)
    labels, ink = _connected(index)
    labels = _without_specks(labels, pixels, least)
    there = np.bincount(labels.ravel(), minlength=len(ink)) > 0
    renamed = (np.cumsum(there, dtype=np.int32) - 1)[labels]
    ink = ink[there]
    return Regions(renamed, pure, models[ink], ink, flat[ink])


def _give(
    pixels: Pixels, index: NDArray[np.int32], models: Pixels, flat: NDArray[np.bool_], unknown: float
) -> tuple[NDArray[np.int32], Pixels, NDArray[np.bool_]]:
    """Give mixed pixels to inks; what near inks do not explain may be that of a line too thin to have a core."""
    ys, xs = np.nonzero(index < 0)
    given = index.copy()
    found = _explained(pixels, index, ys, xs, NEAR)
    lost = found.first < 0
    if lost.any():
        for near, far in zip(found, _explained(pixels, index, ys[lost], xs[lost], FAR), strict=True):
            near[lost] = far
    first, rest = np.maximum(found.first, 0), found.rest  # where none is near, any will do
    given[ys, xs] = first
    odd = np.flatnonzero(rest > np.where(found.many > 1, np.maximum(FRINGE, unknown), unknown))
    if len(odd):
        colors, ground = pixels[ys[odd], xs[odd]], found.ground[odd]
        best, off = given[ys[odd], xs[odd]].copy(), rest[odd].copy()
        known = [model[0] for model in models[flat]]
        names = [int(k) for k in np.flatnonzero(flat)]
        added: list[Pixels] = []
        for _ in range(NEW_INKS + 1):
            for name, color in zip(names, known, strict=True):
                part, distance = _mixed(colors, ground, color)
                better = distance + 0.01 < off
                off[better] = distance[better]
                best[better] = np.where(part[better] >= 0.5, name, first[odd][better])
            left = np.flatnonzero(off > EXPLAINED)
            if len(left) < NEW_PIXELS or len(added) == NEW_INKS:
                break
            strongest = left[np.linalg.norm(colors[left] - ground[left], axis=1).argmax()]
            color = colors[strongest]
            names, known = [len(models) + len(added)], [color]
            added.append(color)
        given[ys[odd], xs[odd]] = best
        if added:
            more = np.zeros((len(added), 3, 4))
            more[:, 0] = added
            models, flat = np.concatenate([models, more]), np.concatenate([flat, np.ones(len(added), bool)])
    return given, models, flat


def _mixed(colors: Pixels, ground: Pixels, ink: Pixels) -> tuple[Pixels, Pixels]:
    """Return the share of an ink in colours (M, 4) over grounds (M, 4), and how far they are from that mixture."""
    way = ink - ground
    length = np.maximum((way * way).sum(axis=1), 1e-6)
    share = np.clip(((colors - ground) * way).sum(axis=1) / length, 0.0, 1.0)
    return share, np.linalg.norm(colors - ground - share[:, None] * way, axis=1)


def _explained(
    pixels: Pixels, index: NDArray[np.int32], ys: NDArray[np.int64], xs: NDArray[np.int64], reach: int
) -> Explained:
    """Return how inks at most `reach` away explain each pixel."""
    count = len(ys)
    first, many = np.empty(count, np.int64), np.empty(count, np.int64)
    found = Explained(first, np.empty(count), np.empty(count), np.zeros((count, 4)), many)
    _explain()(pixels, index, ys, xs, reach, np.empty((mixtures.MOST, 3), np.int64), found)
    return found


def _connected(index: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the number of the connected region of every pixel, and the ink of every region."""
    labels = np.zeros(index.shape, np.int32)
    inks: list[int] = []
    for k, box in enumerate(find_objects(index + 1)):
        if box is None:
            continue
        found, n = label(index[box] == k)
        mine = found > 0
        labels[box][mine] = found[mine] + len(inks)
        inks += [k] * n
    return labels - 1, np.array(inks, np.int64)


def _without_specks(labels: NDArray[np.int32], pixels: Pixels, least: float) -> NDArray[np.int32]:
    """Return the labels with the pixels of small regions given to the neighbour that looks most like them."""
    labels = labels.copy()
    for _ in range(4):
        flat = labels.ravel().astype(np.intp)
        sizes = np.bincount(flat)
        small = (sizes > 0) & (sizes < least)
        small[sizes.argmax()] = False  # what is larger than all others has no neighbour to join
        if not small.any():
            break
        total = np.stack([np.bincount(flat, channel.ravel()) for channel in np.moveaxis(pixels, 2, 0)], axis=1)
        mean = total / np.maximum(sizes, 1)[:, None]
        names, beside = _edges(labels, small)
        if len(names) == 0:
            break
        distance = np.linalg.norm(mean[names] - mean[beside], axis=1)
        to = np.arange(len(sizes), dtype=np.int32)
        for k in np.argsort(-distance, kind="stable"):
            to[names[k]] = beside[k]
        labels = to[labels]
    return labels


def _edges(labels: NDArray[np.int32], small: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return small regions (N,) and their neighbours (N,) that are not."""
    tiny, pairs = small[labels], []
    for one, other in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        for a, b in ((one, other), (other, one)):
            y, x = np.nonzero(tiny[a] & ~tiny[b])
            pairs.append(labels[a][y, x].astype(np.int64) * len(small) + labels[b][y, x])
    return np.divmod(np.unique(np.concatenate(pairs)), len(small))
