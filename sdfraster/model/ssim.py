"""Structural similarity of two windows from their moments, with its derivative.

Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural similarity", IEEE TIP
13(4), 2004. The moments are Gaussian-weighted means over the window: mx and my of the two pictures, `squares` of the
sum of their squares, xy of their product.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WINDOW, SIGMA = 11, 1.5
C1, C2 = 0.01**2, 0.03**2  # (K1 L)^2 and (K2 L)^2 with L = 1


def window(width: int, height: int) -> NDArray[np.float64]:
    """Return the Gaussian weights along one axis; in pictures smaller than the window, of the largest that fits."""
    half = (min(WINDOW, width, height) - 1) // 2  # an even size becomes the odd one below
    weights = np.exp(-0.5 * (np.arange(-half, half + 1) / SIGMA) ** 2)
    normalized: NDArray[np.float64] = weights / weights.sum()
    return normalized


def similarity(mx, my, squares, xy):
    """Return the two factors of SSIM: that of luminance, and that of contrast and structure."""
    means = mx * mx + my * my
    return (2.0 * mx * my + C1) / (means + C1), (2.0 * (xy - mx * my) + C2) / (squares - means + C2)


def similarity_adjoint(mx, my, squares, xy, g_luminance, g_structure):
    """Return the gradient by mx, squares and xy, the moments in which the first picture is."""
    luminance, structure = similarity(mx, my, squares, xy)
    means = mx * mx + my * my
    g_covariance = g_structure / (squares - means + C2)
    g_squares = -structure * g_covariance
    g_mx = g_luminance * (my - luminance * mx) / (means + C1) - mx * g_squares - my * g_covariance
    return 2.0 * g_mx, g_squares, 2.0 * g_covariance
