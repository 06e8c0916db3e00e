"""Where a fit starts if nobody says so: flat art as its contours, which are almost the result; all else at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..shapes import Array
from .checks import AUTO_INIT, CONTOUR, RANDOM
from .options import FitOptions
from .pyramid import shrink
from .strategy import FitStrategy

LOOKED_AT = 200  # pixels of the longer side, of which 36 squares take 0.15 s; of 800 pixels they take 2 s


def settle_init(options: FitOptions, image: Array) -> FitOptions:
    """Return the options for a picture (H, W, C) with an `init` that is not ``"auto"``."""
    if options.init != AUTO_INIT:
        return options
    contours = _allow_contours(options) and _is_flat_art(image) and _show_enough(options, image)
    return replace(options, init=CONTOUR if contours else RANDOM)


def _allow_contours(options: FitOptions) -> bool:
    """Return whether nothing that was asked for speaks against contours."""
    if options.target_psnr is not None:  # a fit from contours adds no shapes
        return False
    try:
        replace(options, init=CONTOUR)  # so that what contradicts contours is listed once, in `checks`
    except ValueError:
        return False
    return True


def _is_flat_art(image: Array) -> bool:
    """Return whether a picture is flat art."""
    from ..tracing import is_flat_art  # all of the tracing, which other fits do not need

    return is_flat_art(np.asarray(image, np.float64))


def _show_enough(options: FitOptions, image: Array) -> bool:
    """Return whether contours would leave out little: shapes that start at random can show several regions each."""
    from .contours.scene import left_out  # with much of SciPy

    factor, strategy = max(image.shape[:2]) / LOOKED_AT, FitStrategy.of(options.kind).contours
    small = shrink(image, factor) if factor > 1.0 else image
    return left_out(small, options.count, options.kind, strategy, options.background) <= strategy.too_much
