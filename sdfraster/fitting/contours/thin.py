"""What is thinner than the flat places of regions: lines, letters, dots, and gaps between areas.

It is what the wide regions leave unexplained. The colour of a pixel there lies between that of the wide regions below
and that of an ink. How far it is on the way to the ink says how much of the pixel is covered.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import (
    binary_dilation,
    binary_opening,
    find_objects,
    label,
    maximum_filter,
    minimum_filter,
    uniform_filter,
)

from ..strategy import ContourStrategy, ThinFeatures
from .inks import Mixtures, unmix
from .trace import EVERYWHERE, Window, around

Pixels = NDArray[np.float64]


class ThinFeature(NamedTuple):
    """Something thin and connected, of one ink."""

    window: Window  # part of the picture that it is in
    cover: Pixels  # share of every pixel in the window that it covers
    ink: float  # square pixels that its outline is to enclose: the sum of the cover
    color: Pixels  # (C,)
    gain: float  # squared error that it explains
    gap: bool = False  # whether there is nothing, of no colour


def find_thin(pixels: Pixels, drawn: Pixels, flat: Pixels, strategy: ContourStrategy) -> list[ThinFeature]:
    """Return what a picture (H, W, C) has beside its wide regions, the most visible first.

    Parameters
    ----------
    pixels, drawn, flat : ndarray, shape (H, W, C)
        The picture, its regions as they are painted, and their colours without antialiasing.
    strategy : ContourStrategy
        What is thin, and what an ink is.
    """
    how = strategy.thin
    rest = pixels - drawn
    strength = np.abs(rest).max(axis=2)
    least = _no_noise(strength, how)
    contrast = (maximum_filter(flat, (5, 5, 1)) - minimum_filter(flat, (5, 5, 1))).max(axis=2)
    beyond = np.maximum(strength - how.edge * contrast, 0.0)
    marked = beyond > least
    marked &= ~binary_opening(marked, np.ones((how.thick, how.thick), bool))
    gain = (rest**2).sum(axis=2) * (beyond / np.maximum(strength, least)) ** 2
    mixtures = unmix(pixels, [drawn, *_nearby(flat)], marked, strategy.inks)
    inks = range(len(mixtures.inks))
    found = [feature for k in inks for feature in _features(mixtures, k, marked, gain, least, how)]
    if pixels.shape[2] == 4:
        found = [kept for feature in found for kept in _gap_or_paint(feature, rest, how.faintest)]
    return sorted(found, key=lambda feature: -feature.gain)


def _no_noise(strength: Pixels, strategy: ThinFeatures) -> Pixels:
    """Return which differences (H, W) are no noise; gradients that regions show in steps are some too."""
    little = ((strength > strategy.exact) & (strength < strategy.noisy)).astype(np.float64)
    noise = uniform_filter(little, strategy.noise_side) > strategy.noise_share
    return np.where(noise, strategy.noisy, strategy.clean)


def _nearby(flat: Pixels) -> list[Pixels]:
    """Return the pictures of flat colours two pixels away, each of which may be below a line at the rim of a region."""
    height, width, _ = flat.shape
    padded = np.pad(flat, ((2, 2), (2, 2), (0, 0)), mode="edge")
    return [padded[j : j + height, i : i + width] for j in (0, 2, 4) for i in (0, 2, 4)]


def _features(
    mixtures: Mixtures, k: int, marked: NDArray[np.bool_], gain: Pixels, least: Pixels, strategy: ThinFeatures
) -> list[ThinFeature]:
    """Return the connected features of ink k."""
    of_ink, ink = mixtures.number == k, mixtures.inks[k]
    labels, n = label(of_ink & (marked | (mixtures.cover > strategy.connected)), EVERYWHERE)
    rim = maximum_filter(labels, 3) * (labels == 0)

    def count(which: NDArray[np.int32]) -> NDArray[np.intp]:
        return np.maximum(np.bincount(which.ravel(), minlength=n + 1), 1)

    sure = count(labels * marked) > strategy.sure * count(labels)
    alone = count(rim * ~marked) > strategy.alone * count(rim)
    gains = np.bincount(labels.ravel(), gain.ravel(), n + 1)
    worth = np.bincount(labels.ravel(), (gain / least**2).ravel(), n + 1) > strategy.worth
    features = []
    for i, box in enumerate(find_objects(labels), 1):
        if sure[i] and alone[i] and worth[i]:
            window = around(box, strategy.margin)
            here = binary_dilation(labels[window] == i, EVERYWHERE) & of_ink[window]
            cover = np.where(here, mixtures.cover[window], 0.0)
            features.append(ThinFeature(window, cover, float(cover.sum()), ink, float(gains[i])))
    return features


def _gap_or_paint(feature: ThinFeature, rest: Pixels, faintest: float) -> list[ThinFeature]:
    """Return a feature, as a gap if it makes the picture more transparent, but not by a little, which paint cannot."""
    if (rest[feature.window][..., 3] * feature.cover).sum() >= 0.0:
        return [feature]
    alpha = float(feature.color[3])
    if alpha >= faintest:
        return []
    return [feature._replace(cover=(1.0 - alpha) * feature.cover, ink=(1.0 - alpha) * feature.ink, gap=True)]
