"""A picture that few shapes redraw."""

from __future__ import annotations

from functools import cache

import numpy as np

import sdfraster as sr

SIDE = 32


@cache
def drawn() -> np.ndarray:
    """Return a disc and a triangle on a coloured ground."""
    layers = [
        sr.Layer("circle", [[11, 12, 7]], [[0.9, 0.2, 0.1]]),
        sr.Layer("triangle", [[16, 28, 30, 26, 24, 8]], [[0.1, 0.4, 0.9]]),
    ]
    return sr.render(sr.Scene(SIDE, SIDE, layers, (0.2, 0.6, 0.3)))


def picture() -> np.ndarray:
    """Return a copy of what is drawn once."""
    return drawn().copy()
