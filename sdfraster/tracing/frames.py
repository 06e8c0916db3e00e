"""A gradient and a flat frame around it, whose colour it ends in: smooth places of both touch, and are one core.

A core of one thing has no edge to itself. So if pixels of its most common colour lie close to others that are far from
that colour, these are two: the frame, and what is in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from .calm import Part

SAME = 0.6 / 255.0  # of a channel: pixels of one colour
LEAST = 0.03  # share of a core that a frame is
CLOSE = 4  # pixels over the edge between both
LONG = 16  # pixels along that edge, beside what a corner of it has


def framed_parts(pixels: NDArray[np.float64], member: NDArray[np.bool_], steep: float) -> list[Part]:
    """Return a core that is not of one colour as its flat frame and the rest, or whole if it has no frame.

    Parameters
    ----------
    pixels : ndarray, shape (h, w, 4)
        The picture around it.
    member : ndarray, shape (h, w)
        Its pixels.
    steep : float
        Difference of a channel over an edge.
    """
    levels = np.rint(pixels[member] * 255.0).astype(np.int64)
    _, places, votes = np.unique(levels @ (256 ** np.arange(4)), return_index=True, return_counts=True)
    most = votes.argmax()
    if votes[most] < LEAST * len(levels):
        return [Part(member, False)]
    off = np.abs(pixels - pixels[member][places[most]]).max(axis=2)
    frame = member & (off <= SAME)
    beyond = member & (off > steep) & binary_dilation(frame, np.ones((3, 3), bool), CLOSE)
    if beyond.sum() < CLOSE * LONG:
        return [Part(member, False)]
    return [Part(member & ~frame, False), Part(frame, True)]
