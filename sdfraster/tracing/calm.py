"""Cores of a JPEG by their calm places: which are of one colour, which of several pale ones, and which are gradients.

What a JPEG leaves along edges is as large as the difference of two pale colours, so smooth places of both touch.
Farther from edges there is hardly any noise: most pixels of a flat place have its colour exactly or nearly so, while
those of a gradient are spread evenly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

CALM = 5.0 / 255.0  # largest difference in a calm square of 2 x 2 pixels
LEAST, LEAST_SHARE = 64, 0.01  # calm pixels of a colour, a block of the JPEG, and share of those of its core
TIGHT, LOOSE = 2.5 / 255.0, 7.5 / 255.0  # from a colour to its pixels, and to those that would be of a gradient
TIGHTLY = 0.5  # share of the latter that the former must be: a third in an even gradient
MOSTLY = 0.85  # share of calm pixels that are of some colour, if a core is no gradient
EXPLAINED = 0.4  # share of the variance that a plane may leave of a gradient
MOST = 6  # colours
BROAD = 3.0  # pixels from the rim to the middle of a calm place of a colour: along edges there are strips
NEAR = 6.0 / 255.0  # from a pixel to the nearest calm one, if it has its colour
SAMPLES = 20_000  # pixels that colours are found with


class Part(NamedTuple):
    """What belongs together of a core."""

    member: NDArray[np.bool_]  # (h, w)
    flat: bool  # whether it is of one colour


def calm_parts(pixels: NDArray[np.float64], member: NDArray[np.bool_], steps: NDArray[np.float32]) -> list[Part] | None:
    """Return the parts of a core of a JPEG, or None if calm places do not tell.

    Parameters
    ----------
    pixels : ndarray, shape (h, w, 4)
        The picture around it.
    member : ndarray, shape (h, w)
        Its pixels.
    steps : ndarray, shape (h - 1, w - 1)
        The largest difference of a channel in every square of 2 x 2 pixels.
    """
    calm = np.zeros(member.shape, bool)
    for rows in (slice(None, -1), slice(1, None)):
        for columns in (slice(None, -1), slice(1, None)):
            calm[rows, columns] |= steps <= CALM
    calm &= member
    shown = pixels[calm]
    if len(shown) < LEAST:
        return None
    colors, share = _colors(shown[:: 1 + len(shown) // SAMPLES], len(shown))
    if share < MOSTLY:
        return [Part(member, False)] if _changes(shown, np.argwhere(calm)) else None
    places = [calm & (np.abs(pixels - color).max(axis=2) <= TIGHT) for color in colors]
    places = [place for place in places if distance_transform_edt(np.pad(place, 1)).max() >= BROAD]
    if len(places) < 2:
        return [Part(member, True)]
    known, mode = np.any(places, axis=0), np.argmax(places, axis=0)
    y, x = distance_transform_edt(~known, return_distances=False, return_indices=True)
    close = member & (np.abs(pixels - pixels[y, x]).max(axis=2) <= NEAR)
    return [Part(close & (mode[y, x] == j), True) for j in range(len(places))]


def _changes(colors: NDArray[np.float64], places: NDArray[np.int64]) -> bool:
    """Return whether colours (N, 4) are for the most part those of a plane over their places (N, 2)."""
    some = slice(None, None, 1 + len(colors) // SAMPLES)
    rows = np.column_stack([np.ones(len(places)), places])[some]
    off = colors[some] - colors[some].mean(axis=0)
    rest = off - rows @ np.linalg.lstsq(rows, off, rcond=None)[0]
    return float((rest * rest).sum()) < EXPLAINED * float((off * off).sum())


def _colors(shown: NDArray[np.float64], count: int) -> tuple[NDArray[np.float64], float]:
    """Return the colours (K, 4) of flat places by some of `count` calm pixels (N, 4), and the share that is of them."""
    left, found, share = shown, [], 0.0
    for _ in range(MOST):
        if len(left) == 0:
            break
        levels, votes = np.unique(np.rint(255.0 * left).astype(np.int64), axis=0, return_counts=True)
        color = levels[votes.argmax()] / 255.0
        color = np.median(left[np.abs(left - color).max(axis=1) <= LOOSE], axis=0)
        off = np.abs(left - color).max(axis=1)
        tight, loose = int((off <= TIGHT).sum()), int((off <= LOOSE).sum())
        part = loose / len(shown)
        if part * count < LEAST or part < LEAST_SHARE or tight < TIGHTLY * loose:
            break
        found.append(color)
        share += part
        left = left[off > LOOSE]
    return np.array(found).reshape(-1, shown.shape[1]), share
