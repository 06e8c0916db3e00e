"""Pictures to compare with, as tiles; the last ones are kept.

An array is looked up by its values, since whoever owns it may have changed them. That reads it once, where checking it
and laying it out as tiles reads and writes it several times.
"""

from __future__ import annotations

import os
import threading
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..engine.tiles import pack
from ..errors import DataError
from ..pictures import as_picture
from ..pictures.arrays import BEYOND, PictureLike, strips, with_alpha, without_alpha
from ..scene import Scene
from ..shapes import Array

MOST_BYTES = 128 * 2**20  # in what is kept
MOST_TARGETS = 8


class Canvas(NamedTuple):
    """What pictures have in common that can be compared."""

    width: int
    height: int
    channels: int
    dtype: np.dtype[Any]

    @classmethod
    def of(cls, scene: Scene) -> Canvas:
        """Return that of the picture of a scene."""
        return cls(scene.width, scene.height, 4 if scene.background is None else 3, scene.dtype)

    def __str__(self) -> str:
        return f"{self.width} x {self.height}, {self.channels} channels, {self.dtype}"


class PreparedTarget(NamedTuple):
    """A picture as tiles to compare others with. It goes wherever a target goes, and is not looked at again."""

    canvas: Canvas
    tiles: Array  # (T, C, PIXELS), which nobody may write to

    @classmethod
    def of(cls, image: Array) -> PreparedTarget:
        """Return a picture (H, W, 3), or premultiplied (H, W, 4), as it is."""
        height, width, channels = image.shape
        return cls(Canvas(width, height, channels, image.dtype), pack(image))


Target: TypeAlias = "PictureLike | PreparedTarget"


class _Kept(NamedTuple):
    source: NDArray[Any]
    canvas: Canvas
    tiles: Array  # (T, C, PIXELS)


class Targets:
    """The tiles (T, C, PIXELS) of pictures, of which the last ones are kept. Nobody may write to them."""

    def __init__(self) -> None:
        self._kept: list[_Kept] = []  # the last used one last
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type[Targets], tuple[()]]:
        return Targets, ()  # it is a cache, with a lock

    def tiles(self, value: Target, scene: Scene) -> Array:
        """Return a picture as tiles to compare that of a scene with, see `prepared_like`."""
        if not isinstance(value, np.ndarray):
            return prepared_like(scene, value).tiles
        canvas = Canvas.of(scene)
        for kept in self._kept[::-1]:
            if kept.canvas == canvas and _same(value, kept.source):
                self._keep(kept)
                return kept.tiles
        source = value.copy()
        tiles = prepared_like(scene, source).tiles
        self._keep(_Kept(source, canvas, tiles))
        return tiles

    def _keep(self, kept: _Kept) -> None:
        with self._lock:
            others = [item for item in self._kept if item is not kept]
            room = MOST_BYTES - _bytes(kept)
            while others and (len(others) >= MOST_TARGETS or sum(map(_bytes, others)) > room):
                del others[0]
            self._kept = [*others, kept] if room >= 0 else others


def prepared_like(scene: Scene, value: Target) -> PreparedTarget:
    """Return a picture, or one that was prepared before, to compare that of a scene with; see `picture_like`."""
    if not isinstance(value, PreparedTarget):
        return PreparedTarget.of(picture_like(scene, value))
    if value.canvas != Canvas.of(scene):
        raise DataError(f"target must be prepared for a picture of {Canvas.of(scene)}, not of {value.canvas}")
    return value


def picture_like(scene: Scene, value: PictureLike, name: str = "target") -> Array:
    """Return a picture to compare with that of a scene: of its size, channels and dtype; `name` is the argument's.

    Raises
    ------
    DataError
        If it is not of that size, not finite, or far from 0..1.
    """
    wanted = scene.height, scene.width, 4 if scene.background is None else 3
    image = as_picture(value, scene.dtype, name, BEYOND)
    shape = image.shape
    if shape[:2] == wanted[:2] and shape != wanted:
        image = with_alpha(image) if wanted[2] == 4 else without_alpha(image)
    if image.shape != wanted:
        hint = "; the scene has a background, and the picture is transparent" if shape[2] > wanted[2] else ""
        raise DataError(f"{name} must have shape {wanted}, not {shape}{hint}")
    return image


def _bytes(kept: _Kept) -> int:
    return kept.source.nbytes + kept.tiles.nbytes


def _same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Return whether arrays have the same dtype, shape and values; those that differ mostly do so at once."""
    if a.dtype != b.dtype or a.shape != b.shape or a.ndim < 2:
        return False
    return all(np.array_equal(a[rows], b[rows]) for rows in strips(a.shape[0], a[0].size))


shared = Targets()  # those of `value_and_grad`


def _after_fork_in_child() -> None:
    shared.__init__()  # type: ignore[misc]  # another thread may have held its lock


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
