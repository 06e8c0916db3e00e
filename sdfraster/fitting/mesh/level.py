"""One level of the pyramid, with what a fit of a mesh looks up in it."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ...prepared.targets import PreparedTarget
from ...regularizers.registry import ANGLE
from ...shapes import Array
from ..options import FitOptions
from ..pyramid import Level
from ..strategy import Remeshing
from .face_error import FaceError

LEAST_WEIGHT = 1e-3  # of a pixel, in largest ones: a face that counts nowhere has no best colours


class MeshLevel:
    """A level on which a mesh is fitted.

    Parameters
    ----------
    picture : Level
        The picture in pixels of the level.
    count : int
        Number of faces that there are to be.
    options : FitOptions
        Of the fit.
    strategy : Remeshing
        How the mesh changes.

    Attributes
    ----------
    picture : Level
        As above.
    weight : ndarray, shape (H, W), or None
        Weights of pixels, of mean 1.
    sides : ndarray, shape (2,)
        Of the picture, in pixels.
    spacing : float
        Of vertices, if they were spread evenly.
    rim : ndarray, shape (C,)
        Mean colour along the border; the filter looks over the edge of the mesh.
    penalty : float
        What sharp corners cost, in squared errors.
    error : FaceError
        What faces cost.
    target, blank : PreparedTarget
        The picture, and a black one, for objectives.
    """

    def __init__(self, picture: Level, count: int, options: FitOptions, strategy: Remeshing) -> None:
        self.picture, image = picture, picture.image
        self.weight: Array | None = None
        if picture.weight is not None:
            counted = np.maximum(picture.weight, LEAST_WEIGHT * picture.weight.max())
            self.weight = counted / counted.mean(dtype=np.float64)
        width, height = picture.canvas
        self.sides = np.array([picture.width, picture.height], image.dtype)
        self.spacing = sqrt(2.3 * width * height / count)
        self.rim = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]]).mean(axis=0, dtype=np.float64)
        variance = float(image.var(axis=(0, 1), dtype=np.float64).mean()) + 1e-9
        self.penalty = options.regularizers.get(ANGLE, strategy.penalty) * variance
        self.error = FaceError(image, options.shade, strategy, self.penalty * width * height * 3 / count, self.weight)
        self.target, self.blank = PreparedTarget.of(image), PreparedTarget.of(np.zeros_like(image))
