"""The true colours of a picture: those of its smooth places, exact to what the file holds.

A square of 2 x 2 pixels is smooth if its colours hardly differ. Mixed pixels along an edge make no such square, not
even along one that is nearly parallel to the rows, because the square reaches to one side of it. Smooth squares that
touch are one *core*. A core of one colour is flat; one whose colour changes is the middle of a gradient.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label

from .calm import Part, calm_parts
from .frames import framed_parts
from .squares import Squares

STEEP = 20.0 / 255.0  # largest difference in a smooth square of a gradient
ENOUGH = 4000  # pixels that tell the colour of a core

Pixels = NDArray[np.float64]
EVERYWHERE = np.ones((3, 3), bool)


class Levels(NamedTuple):
    """Largest differences of a channel that say nothing, and the smallest core that says something."""

    smooth: float  # in a smooth square
    flat: float  # in a core of one colour
    same: float  # between two cores of one colour
    small: float  # pixels of a core whose colour may differ by twice that
    unknown: float  # between a pixel and all mixtures of near inks
    least: int  # pixels of a core: what a JPEG leaves along edges has small ones
    calm: bool  # whether places far from edges tell more than others


CLEAN = Levels(2.5 / 255.0, 3.5 / 255.0, 2.5 / 255.0, 0.0, 0.08, 6, False)
JPEG = Levels(14.0 / 255.0, 40.0 / 255.0, 8.0 / 255.0, 112.0, 0.35, 12, True)


class Cores(NamedTuple):
    """Smooth places and their colours."""

    inks: NDArray[np.int32]  # (H, W): ink of every pixel of a core, -1 for mixed pixels
    colors: Pixels  # (K, 3, 4): offset and slopes by x and y of the colour of every ink, premultiplied RGBA
    flat: NDArray[np.bool_]  # (K,): inks of one colour


def find_cores(pixels: Pixels, squares: Squares, levels: Levels) -> Cores:
    """Find the smooth places of a picture (H, W, 4), premultiplied.

    Parameters
    ----------
    pixels : ndarray, shape (H, W, 4)
        The picture.
    squares : Squares
        Its squares of 2 x 2 pixels.
    levels : Levels
        Differences that say nothing.
    """
    smooth = np.zeros(pixels.shape[:2], bool)
    smooth[:-1, :-1] = (squares.step <= levels.smooth) | ((squares.step <= STEEP) & squares.even(levels.smooth))
    numbers, count = label(smooth, EVERYWHERE)
    core = numbers.copy()  # a pixel belongs to the core of any of the four squares that it is part of
    for dy, dx in ((0, 1), (1, 0), (1, 1)):
        moved = np.zeros_like(numbers)
        moved[dy:, dx:] = numbers[: numbers.shape[0] - dy, : numbers.shape[1] - dx]
        core = np.where(core == 0, moved, core)
    index = np.full(core.shape, -1, np.int32)
    models: list[Pixels] = []
    flats: list[bool] = []
    sizes = np.bincount(core.ravel(), minlength=count + 1)
    boxes = find_objects(core)
    for k in np.argsort(-sizes[1:], kind="stable") + 1:
        if sizes[k] < levels.least:
            break
        box = boxes[k - 1]
        member = core[box] == k
        beside = tuple(slice(side.start, side.stop - 1) for side in box)
        parts = calm_parts(pixels[box], member, squares.step[beside]) if levels.calm else None
        if parts is None and _is_one(picked(pixels[box], member), levels.flat):
            parts = [Part(member, True)]
        for part in parts or framed_parts(pixels[box], member, STEEP):
            colors = picked(pixels[box], part.member)
            model = _constant(colors) if part.flat else _plane(part.member, box, pixels)
            near = levels.same * (1.0 + levels.small / len(colors))
            same = [
                j
                for j, other in enumerate(models)
                if part.flat and flats[j] and np.abs(other[0] - model[0]).max() <= near
            ]
            if same:
                index[box][part.member] = same[0]
            else:
                index[box][part.member] = len(models)
                models.append(model)
                flats.append(part.flat)
    return Cores(index, np.array(models).reshape(-1, 3, 4), np.array(flats, bool))


def picked(pixels: Pixels, which: NDArray[np.bool_]) -> Pixels:
    """Return some pixels (N, 4) of a picture (H, W, 4)."""
    return np.take(pixels.reshape(-1, pixels.shape[2]), np.flatnonzero(which), axis=0)


def _is_one(colors: Pixels, flat: float) -> bool:
    """Return whether all colours (N, 4), or nearly all, are one."""
    if all(np.ptp(channel) <= flat for channel in colors.T):
        return True
    near = np.abs(colors - np.median(colors, axis=0)).max(axis=1) <= flat
    return bool(near.mean() > 0.97)


def _constant(colors: Pixels) -> Pixels:
    """Return the most common of colours (N, 4), as a model without slopes."""
    colors = colors[:: 1 + len(colors) // ENOUGH]
    levels = np.rint(colors * 255.0 * 4.0).astype(np.int64)
    _, first, votes = np.unique(levels @ (1024 ** np.arange(4)), return_index=True, return_counts=True)
    model = np.zeros((3, 4))
    model[0] = colors[first[votes.argmax()]]
    return model


def _plane(member: NDArray[np.bool_], box: tuple[slice, ...], pixels: Pixels) -> Pixels:
    """Return offset and slopes of the colour of the pixels of a core, by least squares."""
    y, x = np.nonzero(member)
    rows = np.stack([np.ones(len(x)), x + box[1].start + 0.5, y + box[0].start + 0.5], axis=1)
    model: Pixels = np.linalg.lstsq(rows, pixels[box][member], rcond=None)[0]
    return model
