"""How good a drawing is as it is written: read again, and compared with the target as `compare` does."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..drawing.document import read_bytes
from ..drawing.reader import drawing_of
from ..drawing.scenes import scene_of
from ..io.sources import SHARP, drawing
from ..layer import Layer
from ..metrics import psnr
from ..model.coverage import SVG_RADIUS
from ..objective import Objective
from ..pictures.arrays import with_alpha
from ..scene import Scene
from ..shapes import Array

WHITE = (1.0, 1.0, 1.0)
SEAM = 0.5  # alpha to which seams between opaque shapes may go down


class Judgement(NamedTuple):
    """The loss of a drawing, and its PSNR in dB."""

    loss: float
    psnr: float


class Judge:
    """Judges drawings by one target.

    A drawing that is transparent somewhere is seen on white, as on a page, if the target is opaque. One that covers
    the canvas is not: a gap in it is an error, and counts as transparent.

    Parameters
    ----------
    data : bytes
        The drawing as it is at first.
    target : ndarray, shape (H, W, 3) or (H, W, 4)
        The picture.
    loss, weight
        As of `value_and_grad`.

    Attributes
    ----------
    background : tuple of float or None
        What drawings are seen on.
    """

    def __init__(self, data: bytes, target: Array, loss: str, weight: Any) -> None:
        self.target, self._loss, self._weight = target, loss, weight
        self.background: tuple[float, float, float] | None = None
        if target.shape[2] == 3 and not _covers(drawing(self._scene(data))):
            self.background = WHITE

    @property
    def wanted(self) -> Array:
        """The target, with alpha if drawings are transparent."""
        return with_alpha(self.target) if self.background is None else self.target

    def _scene(self, data: bytes) -> Scene:
        """Return what is written in a file, in pixels of the target."""
        scene = scene_of(drawing_of(read_bytes(data), sizes=[self.target.shape[:2]]))
        return scene.replace(background=self.background) if scene.background is None else scene

    def __call__(self, data: bytes) -> Judgement:
        """Return what a file is worth."""
        scene = self._scene(data)
        picture, target = drawing(scene), self.target
        if target.shape[2] == 4:
            scene = _as_layer(scene)
        elif picture.shape[2] == 4:
            target = with_alpha(target)
        elif scene.background is None:  # which is not seen
            scene = scene.replace(background=WHITE)
        objective = Objective(
            scene, target, self._loss, weight=self._weight, filter=SHARP, filter_radius=SVG_RADIUS[SHARP]
        )
        return Judgement(float(objective(objective.x)[0]), psnr(picture, self.target))


def _covers(picture: Array) -> bool:
    """Return whether a picture is opaque, but for seams, and for its rim, which may be a part of a pixel."""
    if picture.shape[2] == 3:
        return True
    alpha = picture[..., 3]
    inner = alpha[1:-1, 1:-1]
    return bool((inner if inner.size else alpha).min() >= SEAM)


def _as_layer(scene: Scene) -> Scene:
    """Return a scene with its background as a shape."""
    if scene.background is None:
        return scene
    w, h = scene.width, scene.height
    behind = Layer(
        "rectangle", np.array([[0.5 * w, 0.5 * h, 2.0 * w, 2.0 * h, 0.0, 0.0]], scene.dtype), [scene.background]
    )
    return scene.replace(layers=(behind, *scene.layers), background=None)
