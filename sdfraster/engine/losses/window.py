"""The similarity of two pictures in a Gaussian window around every pixel, and the adjoint of it.

Only *valid* windows count, which lie wholly inside the picture: a picture (H, W, C) has (H - n + 1, W - n + 1, C) of
them. The window is separable. Rows have their channels interleaved, as lines of W C numbers in which a neighbour is C
numbers away, so that every loop runs over contiguous memory. The moments of a row of windows stay in the cache and are
used at once.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ...model.ssim import similarity, similarity_adjoint
from ..compile.kernel import Kernel

MAPS = 3  # moments in which the first picture is


class Pictures(NamedTuple):
    """Two pictures, and the window that goes over them."""

    image: Any  # (H, W C)
    target: Any  # (H, W C)
    gaussian: Any  # (n,)
    channels: Any


class Lines(NamedTuple):
    """Memory of the workers."""

    rows: Any  # (workers, 4, W C): sums over the rows of a window
    moments: Any  # (workers, 4, w C)


class AdjointLines(NamedTuple):
    """Memory of the workers, for the adjoint."""

    rows: Any  # (workers, (W + n - 1) C): sums over the rows of a window
    g_moments: Any  # (workers, MAPS, W C): gradient by the moments of one pixel each


def weigh(line, step, gaussian, out):
    """Set ``out[i]`` to the sum of ``gaussian[k] line[i + k step]``, adding the two taps of one weight first."""
    half = len(gaussian) // 2
    center, weight = line[half * step :], gaussian[half]
    for i in range(len(out)):
        out[i] = weight * center[i]
    for k in range(half):
        left, right, weight = line[k * step :], line[(2 * half - k) * step :], gaussian[k]
        for i in range(len(out)):
            out[i] += weight * (left[i] + right[i])


def weigh_rows(rows, first, gaussian, out):
    """Set ``out[i]`` to the sum of ``gaussian[k] rows[first + k, i]``."""
    half = len(gaussian) // 2
    center, weight = rows[first + half], gaussian[half]
    for i in range(len(out)):
        out[i] = weight * center[i]
    for k in range(half):
        above, below, weight = rows[first + k], rows[first + 2 * half - k], gaussian[k]
        for i in range(len(out)):
            out[i] += weight * (above[i] + below[i])


def weigh_products(x_rows, y_rows, first, gaussian, squares, products):
    """Set ``squares[i]`` and ``products[i]`` to the weighted sums of x^2 + y^2 and of x y over rows."""
    squares[:] = 0.0
    products[:] = 0.0
    for k in range(len(gaussian)):
        x, y, weight = x_rows[first + k], y_rows[first + k], gaussian[k]
        for i in range(len(squares)):
            squares[i] += weight * (x[i] * x[i] + y[i] * y[i])
        for i in range(len(products)):
            products[i] += weight * (x[i] * y[i])


@cache
def similarity_kernel(luminance: bool, dtype: np.dtype[Any]) -> Kernel:
    """Compile the mean of SSIM over all windows, or of its factor of contrast and structure."""

    def visit(
        worker,
        workers,
        pictures,
        weight,  # (h, w C): of every window
        lines,
        g_moments,  # (MAPS, H + n - 1, (W + n - 1) C) out: gradient by the moments, with n - 1 zeros around
        sums,  # (h,) out: weighted sum of a row of windows
    ):
        image, target, gaussian, channels = pictures
        line, moment = lines.rows[worker], lines.moments[worker]
        mx, my, squares, xy = moment[0], moment[1], moment[2], moment[3]
        for j in range(worker, len(weight), workers):
            weigh_rows(image, j, gaussian, line[0])
            weigh_rows(target, j, gaussian, line[1])
            weigh_products(image, target, j, gaussian, line[2], line[3])
            for m in range(4):
                weigh(line[m], channels, gaussian, moment[m])
            w, row, first = weight[j], j + len(gaussian) - 1, (len(gaussian) - 1) * channels
            g_mx, g_squares, g_xy = g_moments[0, row, first:], g_moments[1, row, first:], g_moments[2, row, first:]
            total = 0.0
            for i in range(len(w)):
                bright, alike = similarity(mx[i], my[i], squares[i], xy[i])
                if luminance:
                    total += w[i] * bright * alike
                    g = similarity_adjoint(mx[i], my[i], squares[i], xy[i], w[i] * alike, w[i] * bright)
                else:
                    total += w[i] * alike
                    g = similarity_adjoint(mx[i], my[i], squares[i], xy[i], 0.0, w[i])
                g_mx[i], g_squares[i], g_xy[i] = g
            sums[j] = total

    return Kernel(visit, dtype, f"similarity {luminance}")


@cache
def adjoint_kernel(dtype: np.dtype[Any]) -> Kernel:
    """Compile the gradient by the first picture, given that by the moments."""

    def visit(
        worker,
        workers,
        pictures,
        g_moments,  # (MAPS, H + n - 1, (W + n - 1) C), as above
        lines,
        g_image,  # (H, W C) out
    ):
        image, target, gaussian, channels = pictures
        line, sums = lines.rows[worker], lines.g_moments[worker]
        of_mx, of_squares, of_xy = sums[0], sums[1], sums[2]
        for j in range(worker, len(image), workers):
            for m in range(MAPS):
                weigh_rows(g_moments[m], j, gaussian, line)
                weigh(line, channels, gaussian, sums[m])
            x, y, g = image[j], target[j], g_image[j]
            for i in range(len(g)):
                g[i] = of_mx[i] + 2.0 * x[i] * of_squares[i] + y[i] * of_xy[i]

    return Kernel(visit, dtype, "similarity adjoint")
