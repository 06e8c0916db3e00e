"""Which inks make the pixels that wide regions do not explain, and how much of each pixel they cover.

The strongest pixel that no ink explains yet is the next ink: lines have it where they cover a pixel most.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from ..strategy import Inks
from .trace import EVERYWHERE

Pixels = NDArray[np.float64]


class Mixtures(NamedTuple):
    """Pixels as mixtures of what is below and an ink."""

    number: NDArray[np.int64]  # (H, W): of the ink, or -1
    cover: Pixels  # (H, W): share of the ink
    inks: list[Pixels]  # (C,) each, the strongest first


def unmix(pixels: Pixels, below: list[Pixels], marked: NDArray[np.bool_], strategy: Inks) -> Mixtures:
    """Find the inks of a picture.

    Parameters
    ----------
    pixels : ndarray, shape (H, W, C)
        The picture.
    below : list of ndarray, shape (H, W, C)
        What may be below the ink; the first is what is drawn there, the others are for pixels that it cannot explain.
    marked : ndarray, shape (H, W)
        Pixels that need ink; those around may have some.
    strategy : Inks
        What an ink is.
    """
    near = binary_dilation(marked, EVERYWHERE, strategy.fading)
    colors, grounds = pixels[near], [ground[near] for ground in below]
    strength = np.where(marked[near], np.linalg.norm(colors - grounds[0], axis=1), 0.0)
    index, cover, best = np.full(len(colors), -1), np.zeros(len(colors)), np.full(len(colors), np.inf)
    inks: list[Pixels] = []
    while len(inks) < strategy.most:
        left = np.where(index < 0, strength, 0.0)
        if left.max(initial=0.0) == 0.0:
            break
        strongest = int(left.argmax())
        ink = colors[strongest]
        for k, ground in enumerate(grounds):
            which = np.flatnonzero((index < 0) | (k == 0))
            share, off = _on_the_way(colors[which], ground[which], ink, strategy)
            fits = np.isfinite(off) & ((index[which] < 0) | (off + strategy.clearly < best[which]))
            which = which[fits]
            index[which], cover[which], best[which] = len(inks), share[fits], off[fits]
        index[strongest] = len(inks)
        inks.append(ink)
    whole_index, whole_cover = np.full(marked.shape, -1), np.zeros(marked.shape)
    whole_index[near], whole_cover[near] = index, np.clip(cover, 0.0, 1.0)
    return Mixtures(whole_index, whole_cover, inks)


def _on_the_way(colors: Pixels, ground: Pixels, ink: Pixels, strategy: Inks) -> tuple[Pixels, Pixels]:
    """Return how far colours (M, C) are on the way from a ground to an ink, and how far off it; infinite if too far."""
    way, rest = ink - ground, colors - ground
    length = np.einsum("ij,ij->i", way, way)
    share = np.einsum("ij,ij->i", rest, way) / np.maximum(length, strategy.difference**2)
    rest = rest - share[:, None] * way
    off = np.sqrt(np.einsum("ij,ij->i", rest, rest))
    fits = (share > 0.0) & (share < strategy.over) & (length > strategy.difference**2)
    fits &= off < strategy.off + strategy.off_relative * np.sqrt(length) * share
    return share, np.where(fits, off, np.inf)
