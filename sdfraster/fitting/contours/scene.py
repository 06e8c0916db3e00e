"""The scene that a fit from contours starts from: what the picture shows, so that flat graphics start almost solved.

Every region of near-constant colour becomes a path or polygon, and so does every thin feature over the regions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...primitives import primitive
from ...scene import Scene
from ...shapes import Array
from ..initial import layer
from ..options import FitOptions
from ..strategy import ContourStrategy
from .curves import closed_curve, in_pieces
from .lines import find_lines


class Contours(NamedTuple):
    """Shapes in paint order."""

    params: NDArray[np.float64]  # (N, P)
    colors: NDArray[np.float64]  # (N, 3)
    opacity: NDArray[np.float64]  # (N,)
    background: NDArray[np.float64]  # (C,): colour that nothing is painted on


def contours(image: Array, count: int, kind: str, strategy: ContourStrategy, background: Any = None) -> Contours:
    """Return the regions of a picture, and what is thin over them, as shapes.

    Parameters
    ----------
    image : ndarray, shape (H, W, 3) or (H, W, 4)
        The picture; if it has an alpha channel, premultiplied, and what is transparent is not painted.
    count : int
        Largest number of shapes; a picture of few colours may have fewer.
    kind : {"path", "polygon"}
        Kind of the shapes; all get the same number of points, as many as the outlines want.
    strategy : ContourStrategy
        What of a picture is a shape.
    background : array_like of 3 numbers, optional
        Colour of the background; by default the one that most of the border of the picture has.

    Warns
    -----
    UserWarning
        If there are no shapes though the picture is not of one colour, or if `count` leaves out much of it.
    """
    pixels = np.asarray(image, np.float64)
    curve = primitive(kind).outline
    degree = 1 if curve is None else curve.degree
    fewest, most, total = strategy.curves.straight if degree == 1 else strategy.curves.cubic
    around = np.zeros(4) if image.shape[2] == 4 else background
    lines, around, total = find_lines(pixels, count, most, total, around, strategy)
    limit = max(fewest, total // max(1, len(lines)))
    curves = [
        closed_curve(line.points, min(line.most, limit), degree, line.tolerance, strategy.curves) for line in lines
    ]
    pieces = max(fewest, *map(len, curves), 0)
    params = np.array([in_pieces(curve, pieces).ravel() for curve in curves])
    paint = np.array([line.color for line in lines]).reshape(len(lines), pixels.shape[2])
    alpha = paint[:, 3] if paint.shape[1] == 4 else np.ones(len(lines))
    return Contours(
        params=params.reshape(len(lines), 2 * degree * pieces),
        colors=np.clip(paint[:, :3] / alpha[:, None], 0.0, 1.0),
        opacity=np.clip(alpha, 0.0, 1.0),
        background=around,
    )


def contour_scene(image: Array, options: FitOptions, strategy: ContourStrategy) -> Scene:
    """Return what `contours` finds as the scene that a fit starts from."""
    height, width, channels = image.shape
    found = contours(image, options.count, options.kind, strategy, options.background)
    rng = np.random.default_rng(options.seed)
    made = layer(options.kind, found.params, found.colors, options.composite, options.color_rule, image.dtype, rng)
    background = None if channels == 4 else found.background
    return Scene(width, height, replace(made, opacity=found.opacity), background)
