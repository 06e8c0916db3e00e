"""Pictures of what may be a picture or a drawing, of one size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..model.coverage import SVG_RADIUS
from ..pictures.arrays import Array, without_alpha
from ..pictures.files import read_image
from ..scene import Scene
from .formats import suffix_of
from .svg_in import read_svg

DRAWINGS = (".svg", ".svgz")
SHARP = "box"  # filter of drawings; the edges of most are upright, where it does what renderers do


def is_drawing(place: Any) -> bool:
    """Return whether a file is a drawing, by its suffix."""
    return suffix_of(place) in DRAWINGS


def pictures_of(sources: Sequence[Any], strict: bool = False, dtype: DTypeLike = np.float32) -> list[Array]:
    """Return pictures; drawings (.svg, .svgz) are drawn, as large as the first picture that has their proportions.

    Parameters
    ----------
    sources : sequence of path, binary stream, PIL image or array
        What they are made of.
    strict : bool
        Whether it is an error if something in a drawing cannot be drawn.
    dtype : {float32, float64}
        Dtype of the results.

    Raises
    ------
    DataError
        If one cannot be read.
    """
    read = [None if is_drawing(each) else read_image(each, dtype) for each in sources]
    sizes = [picture.shape[:2] for picture in read if picture is not None]
    return [
        drawing(read_svg(each, strict, sizes)).astype(dtype) if picture is None else picture
        for picture, each in zip(read, sources, strict=True)
    ]


def drawing(scene: Scene) -> Array:
    """Return the picture of a drawing, as sharp as renderers draw it."""
    from ..rendering import render  # with Numba, which those who look for formats here do not need

    return without_alpha(render(scene, SVG_RADIUS[SHARP], SHARP).clip(0.0, 1.0))
