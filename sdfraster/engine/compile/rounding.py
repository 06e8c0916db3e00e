"""Rounding to whole numbers that stay floats, on every device.

`math` makes integers of them on the CPU; NumPy's are not known on the GPU, where ``cuda.jit`` puts others in their
place.
"""

from __future__ import annotations

import numpy as np


def round_down(x):
    """Return the largest whole number not above x."""
    return np.floor(x)


def round_up(x):
    """Return the smallest whole number not below x."""
    return np.ceil(x)
