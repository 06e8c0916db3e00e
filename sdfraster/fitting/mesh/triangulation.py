"""Triangulations of a picture's frame: where vertices start, how good faces are, and moves that turn no face over.

A triangulation of a rectangle with B vertices on its border (corners included) and I inside has ``2 I + B - 2`` faces,
so every number of faces from 2 on is possible: an odd one takes an odd B.
"""

from __future__ import annotations

from math import radians, sqrt, tan
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_gradient_magnitude
from scipy.spatial import Delaunay, cKDTree

from ...shapes import Array
from ..strategy import MeshPlacement

Points = NDArray[np.float64]
Faces = NDArray[np.int32]

SAFE = 0.45  # a vertex that moves less than half the width of its narrowest face turns none over


def corner_weights(rows: int) -> Points:
    """Return barycentric coordinates (rows^2, 3) of the centroids of a triangle cut into rows^2 equal ones."""
    points = []
    for i in range(rows):
        for j in range(rows - i):
            points.append((i + 1 / 3, j + 1 / 3))
            if j < rows - i - 1:
                points.append((i + 2 / 3, j + 2 / 3))
    uv = np.array(points) / rows
    return np.column_stack([1.0 - uv.sum(axis=1), uv])


def edges(corners: Array) -> tuple[Array, Array]:
    """Return for triangles (..., 3, 2) the edge vectors (..., 3, 2) opposite to each corner, and twice the area."""
    e = corners[..., (2, 0, 1), :] - corners[..., (1, 2, 0), :]
    return e, e[..., 0, 0] * e[..., 1, 1] - e[..., 0, 1] * e[..., 1, 0]


def sharpness(corners: Points) -> Points:
    """Return the cotangent of the smallest angle of triangles (..., 3, 2): 0.58 at best, infinite without area."""
    e, double = edges(corners)
    squares = np.sort((e * e).sum(axis=-1), axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        cotangent = (squares[..., 1] + squares[..., 2] - squares[..., 0]) / (2.0 * double)
    return np.where(double > 0.0, cotangent, np.inf)


def cotangent(degrees: float) -> float:
    """Return the cotangent of an angle in degrees."""
    return 1.0 / tan(radians(degrees))


def smallest_angles(corners: Points) -> Points:
    """Return the smallest angle of triangles (..., 3, 2) in degrees; 0 for those turned over."""
    return np.degrees(np.arctan(1.0 / sharpness(corners)))


def importance(image: Array, weight: Array | None, placement: MeshPlacement) -> Points:
    """Return the density (H, W), of mean 1, of vertices that follow the picture: where its colours change and count."""
    channels = np.asarray(image[..., :3], np.float64)
    slope = sum(gaussian_gradient_magnitude(channels[..., k], placement.blur) for k in range(3))
    if weight is not None:
        slope = slope * weight
    density = gaussian_filter(np.sqrt(slope), placement.smooth, mode="nearest")
    mean = float(density.mean())
    uniform = placement.uniform
    mixed: Points = uniform + (1.0 - uniform) * (density / mean if mean > 1e-9 else np.ones_like(density))
    return mixed


def border_count(count: int, width: float, height: float, ratio: float) -> int:
    """Return how many vertices of `count` faces stand on the border, of fitting parity.

    The spacing inside is `ratio` times that on the border.
    """
    spacing = sqrt(2.3 * width * height / count)  # edge of `count` equilateral triangles
    wanted = round(ratio * 2.0 * (width + height) / spacing)
    wanted = min(max(wanted, 4), count + 2)
    return wanted + (wanted - count) % 2 if wanted < count + 2 else wanted


def place(
    count: int,
    image: Array,
    rng: Generator,
    placement: MeshPlacement,
    weight: Array | None = None,
    sides: Any = None,
) -> tuple[Points, Faces]:
    """Return vertices (V, 2) and faces (`count`, 3), all of positive area, that cover the picture.

    Vertices inside are drawn from the `importance` and spread by Lloyd's iteration with it; the border has its share.
    Pixels (H, W) of more weight get more of them. The picture ends at its `sides`, width and height, if these are not
    those of its pixels.

    Raises
    ------
    ValueError
        If `count` is less than 2.
    """
    if count < 2:
        raise ValueError(f"a mesh that covers a picture has at least 2 faces, not {count}")
    width, height = map(float, image.shape[1::-1] if sides is None else sides)
    density = importance(image, weight, placement)
    border = _border_points(border_count(count, width, height, placement.border), density, width, height)
    inner = (count + 2 - len(border)) // 2
    points = np.concatenate([border, _inner_points(inner, density, border, rng, placement)])
    faces = Delaunay(points).simplices if len(points) > 4 else np.array([[0, 1, 2], [0, 2, 3]])
    _, double = edges(points[faces])
    faces = np.where((double < 0.0)[:, None], faces[:, ::-1], faces)[np.abs(double) > 1e-9]
    assert len(faces) == count, (len(faces), count)
    return points, np.ascontiguousarray(faces, np.int32)


def _border_points(count: int, density: Points, width: float, height: float) -> Points:
    """Return the corners and `count` - 4 points along the border, at equal shares of the density."""
    corners = np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])
    sides = [density[0], density[:, -1], density[-1, ::-1], density[::-1, 0]]
    shares = np.array([side.sum() for side in sides]) * (count - 4) / sum(side.sum() for side in sides)
    numbers = np.floor(shares).astype(int)
    for k in np.argsort(numbers - shares, kind="stable")[: count - 4 - numbers.sum()]:
        numbers[k] += 1
    points = [corners]
    for k, (side, number) in enumerate(zip(sides, numbers, strict=True)):
        mass = np.concatenate([[0.0], np.cumsum(side)]) / side.sum()
        at = np.interp((np.arange(number) + 1.0) / (number + 1.0), mass, np.linspace(0.0, 1.0, len(mass)))
        points.append(corners[k] + at[:, None] * (corners[(k + 1) % 4] - corners[k]))
    return np.concatenate(points)


def _inner_points(count: int, density: Points, border: Points, rng: Generator, placement: MeshPlacement) -> Points:
    """Return points off the border, by Lloyd's iteration over the pixels with the border points held."""
    height, width = density.shape
    if count == 0:
        return np.empty((0, 2))
    right, bottom = border.max(axis=0)
    mass = np.cumsum(density.ravel())
    index = np.minimum(np.searchsorted(mass, rng.uniform(0.0, mass[-1], count)), mass.size - 1)
    points = np.stack([index % width, index // width], axis=1) + rng.uniform(0.0, 1.0, (count, 2))
    margin = min(placement.inside * sqrt(width * height / count), 0.25 * min(width, height))
    low, high = np.array([margin, margin]), np.array([right - margin, bottom - margin])
    y, x = np.mgrid[:height, :width] + 0.5
    step = max(1, int(sqrt(width * height / (count * 100.0))))  # a hundred pixels for each point are enough
    pixels = np.stack([x[::step, ::step].ravel(), y[::step, ::step].ravel()], axis=1)
    weights = density[::step, ::step].ravel() ** 2  # spacing follows the density to the 1/4, in the plane
    for _ in range(placement.lloyd):
        points = np.clip(points, low, high)
        nearest = cKDTree(np.concatenate([points, border])).query(pixels)[1]
        total = np.bincount(nearest, weights, len(points) + len(border))[:count]
        sums = [np.bincount(nearest, weights * pixels[:, k], len(points) + len(border))[:count] for k in range(2)]
        full = total > 0.0
        points[full] = np.stack(sums, axis=1)[full] / total[full, None]
    moved: Points = np.clip(points + rng.uniform(-0.01, 0.01, points.shape) * margin, low, high)
    return moved


def freedom(points: Array, width: float, height: float) -> Array:
    """Return (V, 2) factors for moves: 0 across the border, so that corners stay and border vertices slide."""
    x, y = points.T
    return np.stack([(x > 0.0) & (x < width), (y > 0.0) & (y < height)], axis=1).astype(points.dtype)


def move(points: Array, faces: Faces, step: Array, sharpest: float) -> Array:
    """Return moved vertices with every face of positive area, and none sharper than `sharpest` that was not before.

    Steps are cut to less than half the width of the narrowest face around, with which no face can turn over. Then
    vertices of faces that got too sharp go back, until there are none.

    Parameters
    ----------
    points, step : ndarray, shape (V, 2)
        Vertices and their wanted moves.
    faces : ndarray, shape (F, 3)
        All of positive area.
    sharpest : float
        Cotangent of the smallest angle allowed.
    """
    before = points[faces].astype(np.float64)
    e, double = edges(before)
    width = double / np.sqrt((e * e).sum(axis=-1).max(axis=-1))
    room = np.full(len(points), np.inf)
    np.minimum.at(room, faces.ravel(), np.repeat(SAFE * width, 3))
    length = np.sqrt((step.astype(np.float64) ** 2).sum(axis=1))
    step = step * np.minimum(1.0, room / np.maximum(length, 1e-30))[:, None].astype(step.dtype)
    moved = points + step
    limit = np.maximum(sharpness(before), sharpest)
    while True:
        bad = sharpness(moved[faces].astype(np.float64)) > limit
        if not bad.any():
            return moved
        back = faces[bad]
        moved[back] = points[back]


def sharpness_gradient(corners: Points, free: float) -> Any:
    """Return the penalty ``max(0, sharpness / free - 1)^2`` of triangles (F, 3, 2), and its gradient by the corners."""
    e, double = edges(corners)
    squares = (e * e).sum(axis=-1)
    rank = np.argsort(squares, axis=-1)
    signs = np.where(rank[:, :1] == np.arange(3), -1.0, 1.0)  # minus for the shortest edge, opposite the smallest angle
    cot = (signs * squares).sum(axis=-1) / (2.0 * double)
    over = np.maximum(0.0, cot / free - 1.0)
    # d(cot)/de = signs e / double - cot d(double)/de / double, and double = e0 x e1 in any cyclic order
    normals = np.stack([-e[..., 1], e[..., 0]], axis=-1)  # d(double)/d(corner k) is the opposite edge turned
    g_e = 2.0 * signs[..., None] * e / (2.0 * double)[:, None, None]
    g = g_e[:, (1, 2, 0)] - g_e[:, (2, 0, 1)]
    g -= (cot / double)[:, None, None] * normals
    return over**2, (2.0 * over / free)[:, None, None] * g


def summary(points: Array, faces: Faces) -> dict[str, Any]:
    """Return what is to be known about the quality of a mesh.

    ``inverted`` faces turned over; ``min_angle`` the smallest angle and ``angle_1_percent`` the largest that 99 % of
    the faces exceed, in degrees; ``areas`` the least, the largest and the median area, and ``area_histogram`` pairs of
    a power of 2 and the number of faces from there to the next, in square pixels.
    """
    corners = points.astype(np.float64)[faces]
    angles = smallest_angles(corners)
    areas = 0.5 * edges(corners)[1]
    counts, bins = np.histogram(np.log2(np.maximum(areas, 2.0**-10)), np.arange(-10.0, 33.0))
    used = np.flatnonzero(counts)
    return {
        "inverted": int((areas <= 0.0).sum()),
        "min_angle": float(angles.min()),
        "angle_1_percent": float(np.percentile(angles, 1.0)),
        "areas": [float(areas.min()), float(areas.max()), float(np.median(areas))],
        "area_histogram": [[float(2.0 ** bins[k]), int(counts[k])] for k in range(used[0], used[-1] + 1)],
    }
