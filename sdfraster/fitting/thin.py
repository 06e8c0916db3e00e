"""What is thinner than the flat places that regions are found by: lines, letters, dots, and gaps between areas.

Painted over the wide regions, it is what these leave unexplained. The colour of a pixel there lies between that of the
wide regions below and that of some ink, and how far towards the ink it is says how much of the pixel the ink covers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_opening, find_objects, label, maximum_filter, minimum_filter

from .trace import EVERYWHERE

Pixels = NDArray[np.float64]

LEAST = 0.04  # difference of a channel that is no noise
EDGE = 0.3  # share of the contrast nearby that may be an inexact outline
INKS = 16  # most colours
SIDEWAYS, ANGLE = 0.06, 0.12  # by which a colour may be off the way to an ink, absolute and as a share of the way
OTHER = 0.02  # more, if the colour below is not what is drawn there
OVER = 1.1  # times the whole way
INVISIBLE = 0.1
SURE = 0.4  # share of the pixels of a thing that are no inexact outline
PART = 0.2  # cover by which things are connected
GAIN = 0.03  # least squared error that a thing explains
THICK = np.ones((7, 7), bool)
ALONE = 0.6  # share of the pixels around it that the wide regions must explain


class Ink(NamedTuple):
    """A connected thing of one ink."""

    window: tuple[slice, slice]  # part of the picture that it is in, and two pixels around it
    cover: Pixels  # in the window: share of every pixel that it covers
    color: Pixels  # (C,)
    gain: float  # squared error that it explains
    removes: bool  # whether it is a gap through which one sees nothing


def find_thin(pixels: Pixels, drawn: Pixels, flat: Pixels) -> list[Ink]:
    """Return what a picture (H, W, C) has beside the wide regions, the most visible first.

    `drawn` are the regions as they are painted, `flat` their colours without antialiasing.
    """
    rest = pixels - drawn
    size = (5, 5, 1)
    contrast = (maximum_filter(flat, size) - minimum_filter(flat, size)).max(axis=2)
    beyond = np.maximum(np.abs(rest).max(axis=2) - EDGE * contrast, 0.0)
    marked = beyond > LEAST
    marked &= ~binary_opening(marked, THICK)
    index, cover, inks = _inks(pixels, _below(drawn, flat), marked)
    found: list[Ink] = []
    for k, ink in enumerate(inks):
        found += _things(rest, beyond, index, cover, k, ink, marked)
    return sorted(found, key=lambda thing: -thing.gain)


def _below(drawn: Pixels, flat: Pixels) -> list[Pixels]:
    """Return what may be below a line: what is drawn there, or flat colours two pixels away."""
    height, width, _ = flat.shape
    padded = np.pad(flat, ((2, 2), (2, 2), (0, 0)), mode="edge")
    return [drawn, *(padded[j : j + height, i : i + width] for j in (0, 2, 4) for i in (0, 2, 4))]


def _inks(
    pixels: Pixels, below: list[Pixels], marked: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], Pixels, list[Pixels]]:
    """Return the ink of every pixel (H, W), or -1, its share of it, and the inks, the strongest first."""
    near = binary_dilation(marked, EVERYWHERE, 2)
    colors, grounds = pixels[near], [ground[near] for ground in below]
    strength = np.where(marked[near], np.linalg.norm(colors - grounds[0], axis=1), 0.0)
    index, cover, best = np.full(len(colors), -1), np.zeros(len(colors)), np.full(len(colors), np.inf)
    inks: list[Pixels] = []
    while len(inks) < INKS:
        left = np.where(index < 0, strength, 0.0)
        if left.max(initial=0.0) == 0.0:
            break
        ink = colors[left.argmax()]
        index[left.argmax()] = len(inks)
        for k, ground in enumerate(grounds):
            way, rest = ink - ground, colors - ground
            length = (way * way).sum(axis=1)
            part = (rest * way).sum(axis=1) / np.maximum(length, LEAST**2)
            sideways = np.linalg.norm(rest - part[:, None] * way, axis=1) + (OTHER if k > 0 else 0.0)
            fits = (part > 0.0) & (part < OVER) & (sideways < SIDEWAYS + ANGLE * np.sqrt(length) * part)
            fits &= ((index < 0) | (sideways + 0.5 * SIDEWAYS < best)) & (length > LEAST**2)
            index[fits], cover[fits], best[fits] = len(inks), part[fits], sideways[fits]
        inks.append(ink)
    whole_index, whole_cover = np.full(marked.shape, -1), np.zeros(marked.shape)
    whole_index[near], whole_cover[near] = index, np.clip(cover, 0.0, 1.0)
    return whole_index, whole_cover, inks


def _things(
    rest: Pixels, beyond: Pixels, index: NDArray[np.int64], cover: Pixels, k: int, ink: Pixels, marked: NDArray[np.bool_]
) -> list[Ink]:
    """Return the connected things of one ink."""
    labels, n = label((index == k) & (marked | (cover > PART)), EVERYWHERE)
    around = maximum_filter(labels, 3) * (labels == 0)
    gains = np.bincount(labels.ravel(), (beyond**2).ravel(), n + 1)
    free = np.bincount(around[~marked], minlength=n + 1) / np.maximum(np.bincount(around.ravel(), minlength=n + 1), 1)
    sure = np.bincount(labels[marked], minlength=n + 1) / np.maximum(np.bincount(labels.ravel(), minlength=n + 1), 1)
    things = []
    for i, box in enumerate(find_objects(labels), 1):
        if gains[i] < GAIN or sure[i] < SURE or free[i] < ALONE:
            continue
        rows, columns = box
        window = (
            slice(max(0, rows.start - 2), rows.stop + 2),
            slice(max(0, columns.start - 2), columns.stop + 2),
        )
        own = labels[window] == i
        here = own | (binary_dilation(own, EVERYWHERE) & (index[window] == k))
        gap = bool(ink.size == 4 and ink[3] < INVISIBLE)
        if not gap and rest.shape[2] == 4 and rest[window][own, 3].mean() < 0.0:
            continue  # paint can't take away
        things.append(Ink(window, np.where(here, cover[window], 0.0), ink, float(gains[i]), gap))
    return things
