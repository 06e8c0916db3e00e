"""Outlines of regions, to a fraction of a pixel.

Antialiasing says where in a pixel an edge is: between a region of colour a and its neighbour of colour b, a pixel of
colour c belongs to the region by ``(c - b) . (a - b) / |a - b|^2``. The outline is where that passes one half.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_erosion, distance_transform_edt, gaussian_filter
from scipy.spatial import cKDTree

from ..strategy import FlatRegions

EVERYWHERE = np.ones((3, 3), bool)


Window = tuple[slice, slice]  # rows and columns


def around(box: Window, margin: int) -> Window:
    """Return a part of a picture with a margin around, as far as the picture goes: slices end there by themselves."""
    rows, columns = box
    return (
        slice(max(0, rows.start - margin), rows.stop + margin),
        slice(max(0, columns.start - margin), columns.stop + margin),
    )


def membership(
    pixels: NDArray[np.float64], inside: NDArray[np.bool_], pure: NDArray[np.bool_], contrast: float
) -> NDArray[np.float64]:
    """Return by how much every pixel (H, W) belongs to a region, from the colours of `pure` pixels on either side.

    A `contrast`, a distance of these colours, is needed to tell that.
    """
    band = binary_dilation(inside, EVERYWHERE) & ~binary_erosion(inside, EVERYWHERE, border_value=1)
    field = inside.astype(np.float64)
    soft = gaussian_filter(field, 0.7, mode="nearest")[band]
    a, b = (_nearest_color(pixels, side, pure)[band] for side in (inside, ~inside))
    across = a - b
    length = (across * across).sum(axis=-1)
    part = ((pixels[band] - b) * across).sum(axis=-1) / np.maximum(length, contrast**2)
    field[band] = np.where(length > contrast**2, np.clip(part, 0.0, 1.0), soft)
    return field


def _nearest_color(
    pixels: NDArray[np.float64], side: NDArray[np.bool_], pure: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return for every pixel the colour of the nearest pure pixel of one side of an outline."""
    trusted = side & pure if (side & pure).any() else side
    if not trusted.any():
        return pixels
    rows, columns = distance_transform_edt(~trusted, return_distances=False, return_indices=True)
    values: NDArray[np.float64] = pixels[rows, columns]
    return values


def outline(field: NDArray[np.float64], strategy: FlatRegions) -> NDArray[np.float64]:
    """Return the closed curve (N, 2) on which a field passes one half, x and y in pixels.

    It is the one around the largest area; those around holes in it are joined to it by a way there and back, between
    the points where they are closest, so that one curve encloses a ring by the nonzero rule. The field continues beyond
    the picture for some pixels, `strategy.beyond`, and is zero farther out.
    """
    beyond = strategy.beyond
    return enclosed(loops(np.pad(np.pad(field, beyond, mode="edge"), 1)), strategy.hole)[0] - (beyond + 0.5)


def enclosed(curves: list[NDArray[np.float64]], least: float) -> list[NDArray[np.float64]]:
    """Return the outer ones of closed curves, the largest first, each joined to those around its holes.

    Holes of less than a `least` area are left out.
    """
    areas = np.array([area(curve) for curve in curves])
    order = np.argsort(-np.abs(areas), kind="stable")
    outer = [int(k) for k in order if areas[k] * areas[order[0]] > 0.0]
    rings = {k: curves[k] for k in outer}
    for k in order:
        if areas[k] * areas[order[0]] < 0.0 and abs(areas[k]) > least:
            around = [j for j in outer if abs(areas[j]) > abs(areas[k]) and _inside(curves[k][0], curves[j])]
            if around:
                rings[around[-1]] = _joined(rings[around[-1]], curves[k])
    return list(rings.values())


def _inside(point: NDArray[np.float64], curve: NDArray[np.float64]) -> bool:
    """Return whether a closed curve goes around a point, by how often a ray crosses it."""
    (x, y), after = point, np.roll(curve, -1, axis=0)
    crossing = (curve[:, 1] > y) != (after[:, 1] > y)
    start, end = curve[crossing], after[crossing]
    share = (y - start[:, 1]) / (end[:, 1] - start[:, 1])
    return bool((start[:, 0] + share * (end[:, 0] - start[:, 0]) > x).sum() % 2)


def _joined(ring: NDArray[np.float64], hole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a curve joined to one around a hole in it by a way there and back where they are closest."""
    distance, nearest = cKDTree(hole).query(ring)
    i = int(distance.argmin())
    j = int(nearest[i])
    share = np.linspace(0.0, 1.0, max(2, round(float(distance[i]))), endpoint=False)[1:, None]
    there = ring[i] + share * (hole[j] - ring[i])
    around = np.roll(hole, -j, axis=0)
    return np.concatenate([ring[: i + 1], there, around, around[:1], there[::-1], ring[i:]])


def loops(f: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return all curves on which a field, zero at its border, passes one half, in units of samples.

    Marching squares (Lorensen and Cline 1987), with the inside on the right; where two corners of it touch, they stay
    apart.
    """
    height, width = f.shape
    bit = f > 0.5
    # crossings are numbered: to the right of sample n as 2 n, below it as 2 n + 1
    n = np.arange(height * width).reshape(height, width)[:-1, :-1]
    sides = {"t": 2 * n, "l": 2 * n + 1, "b": 2 * (n + width), "r": 2 * (n + 1) + 1}
    case = bit[:-1, :-1] + 2 * bit[:-1, 1:] + 4 * bit[1:, 1:] + 8 * bit[1:, :-1]
    follow: dict[int, int] = {}
    for k, pairs in _CASES.items():
        cells = case == k
        for start, end in pairs:
            follow.update(zip(sides[start][cells].tolist(), sides[end][cells].tolist(), strict=True))
    flat = f.ravel()
    found = []
    while follow:
        first_crossing, here = follow.popitem()
        loop = [first_crossing]
        while here != first_crossing:
            loop.append(here)
            here = follow.pop(here)
        sample, down = np.divmod(np.array(loop), 2)
        first, second = flat[sample], flat[sample + np.where(down == 1, width, 1)]
        share = (0.5 - first) / (second - first)
        x, y = sample % width, sample // width
        found.append(np.stack([x + np.where(down == 1, 0.0, share), y + np.where(down == 1, share, 0.0)], axis=1))
    return found


def area(loop: NDArray[np.float64]) -> float:
    """Return the signed area that a closed curve encloses."""
    after = np.roll(loop, -1, axis=0)
    return float(0.5 * (loop[:, 0] * after[:, 1] - loop[:, 1] * after[:, 0]).sum())


# corners inside (1 top left, 2 top right, 4 bottom right, 8 bottom left) -> sides of the cell, from and to
_CASES: dict[int, tuple[tuple[str, str], ...]] = {
    1: (("t", "l"),),
    2: (("r", "t"),),
    3: (("r", "l"),),
    4: (("b", "r"),),
    5: (("t", "l"), ("b", "r")),
    6: (("b", "t"),),
    7: (("b", "l"),),
    8: (("l", "b"),),
    9: (("t", "b"),),
    10: (("r", "t"), ("l", "b")),
    11: (("r", "b"),),
    12: (("l", "r"),),
    13: (("t", "r"),),
    14: (("l", "t"),),
}
