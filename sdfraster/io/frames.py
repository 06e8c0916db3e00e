"""The pictures of an animation, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError
from ..layer import Layer
from ..mesh import Mesh
from ..scene import Scene
from .embedded import as_image
from .film import BUILD, SEARCH, Film
from .formats import Wanted
from .place import Place
from .scale import scaled

if TYPE_CHECKING:
    from PIL import Image


def pictures(scene: Scene, place: Place, wanted: Wanted, sides: int = 1) -> Iterator[Image.Image]:
    """Yield as many pictures as the film has, the last one that of the scene; `sides` divides width and height.

    Raises
    ------
    DataError
        If the search is to be shown, and there is none.
    """
    from ..rendering import render

    film = wanted.film
    width, height = (wanted.scale * side for side in (scene.width, scene.height))
    factor = wanted.scale * min(1.0, film.size / max(width, height))
    last: Any = None
    for each in _scenes(scene, place, wanted):
        if last is None or each is not last[0]:
            drawn = render(scaled(each, factor), **wanted.drawing).clip(0.0, 1.0)
            last = each, as_image(_whole(drawn, sides))
        yield last[1]


def _whole(picture: Any, sides: int) -> Any:
    """Return a picture whose sides are multiples of a number: the last row and column are repeated."""
    height, width, _ = picture.shape
    return np.pad(picture, ((0, -height % sides), (0, -width % sides), (0, 0)), "edge")


def _scenes(scene: Scene, place: Place, wanted: Wanted) -> Iterator[Scene]:
    """Yield the scenes to be drawn."""
    film = wanted.film
    recorded = () if wanted.fit is None else wanted.fit.frames
    if film.shows == SEARCH and not recorded:
        raise DataError(f"{place}: there is no search to show; save the result of a fit that was asked to record it")
    times = np.linspace(0.0, 1.0, film.pictures)
    if film.shows == BUILD or not recorded:
        total = sum(map(len, scene.layers))
        yield from (scene if t == 1.0 else _begun(scene, round(t * t * total)) for t in times)
        return
    moments = [*(frame.scene for frame in recorded), scene]
    yield from (moments[round(t * (len(moments) - 1))] for t in times)


def _begun(scene: Scene, count: int) -> Scene:
    """Return a scene with its first shapes only."""
    layers: list[Layer] = []
    for layer in scene.layers:
        flat = layer.layer() if isinstance(layer, Mesh) else layer
        layers.append(flat[: max(count, 0)])
        count -= len(layer)
    return Scene(scene.width, scene.height, [layer for layer in layers if len(layer)], scene.background)


def on_white(image: Image.Image) -> Image.Image:
    """Return a picture without alpha."""
    from PIL import Image

    if image.mode == "RGB":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def durations(film: Film, count: int, unit: int) -> list[int]:
    """Return for how many milliseconds each of the pictures is shown, multiples of a unit, without drift."""
    ends = np.arange(1, count + 1) * 1000.0 / film.fps
    ends[-1] += 1000.0 * film.hold
    rounded = (np.maximum(ends / unit, np.arange(1, count + 1)).round() * unit).astype(int)
    times: list[int] = np.diff(rounded, prepend=0).tolist()
    return times
