"""The scene that a fit from contours starts from: what the picture shows, so that flat graphics start almost solved.

Every region of near-constant colour becomes a path or polygon, and so does every thin feature over the regions.
"""

from __future__ import annotations

import warnings
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
from .lines import Lines, find_lines


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
    pixels, degree = np.asarray(image, np.float64), _degree(kind)
    fewest, _, _ = _pieces(degree, strategy)
    found = _find(pixels, count, degree, strategy, background)
    _warn(pixels, count, found, strategy)
    lines, around = found.lines, found.background
    limit = max(fewest, found.total // max(1, len(lines)))
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


def left_out(image: Array, count: int, kind: str, strategy: ContourStrategy, background: Any = None) -> float:
    """Return the share of what a picture shows beside its background that so many `contours` leave out."""
    return _find(np.asarray(image, np.float64), count, _degree(kind), strategy, background).lost


def contour_scene(image: Array, options: FitOptions, strategy: ContourStrategy) -> Scene:
    """Return what `contours` finds as the scene that a fit starts from."""
    height, width, channels = image.shape
    found = contours(image, options.count, options.kind, strategy, options.background)
    rng = np.random.default_rng(options.seed)
    made = layer(options.kind, found.params, found.colors, options.composite, options.color_rule, image.dtype, rng)
    background = None if channels == 4 else found.background
    return Scene(width, height, replace(made, opacity=found.opacity), background)


def _degree(kind: str) -> int:
    """Return the degree of the curves of a kind."""
    curve = primitive(kind).outline
    return 1 if curve is None else curve.degree


def _pieces(degree: int, strategy: ContourStrategy) -> tuple[int, int, int]:
    """Return the fewest and most pieces of a line of a degree, and the most of all lines."""
    return strategy.curves.straight if degree == 1 else strategy.curves.cubic


def _find(pixels: NDArray[np.float64], count: int, degree: int, strategy: ContourStrategy, background: Any) -> Lines:
    """Return the lines of a picture; what is transparent has none."""
    _, most, total = _pieces(degree, strategy)
    around = np.zeros(4) if pixels.shape[2] == 4 else background
    return find_lines(pixels, count, most, total, around, strategy)


def _warn(pixels: NDArray[np.float64], count: int, found: Lines, strategy: ContourStrategy) -> None:
    """Warn if there are no lines in a picture that is not uniform, or too few."""
    if not found.lines:
        if np.abs(pixels - found.background).max(initial=0.0) > strategy.unnoticed:
            warnings.warn(
                "no contours were found in a picture that is not of one colour, so only a background is drawn; "
                "init 'random' or 'error' finds shapes in every picture",
                stacklevel=3,
            )
    elif len(found.lines) >= count and (found.dropped > strategy.much or found.lost > strategy.too_much):
        share = min(1.0, max(found.dropped, found.lost))
        warnings.warn(
            f"{count} shapes leave out {share:.0%} of what the picture shows beside its background; "
            "a larger count keeps more",
            stacklevel=3,
        )
