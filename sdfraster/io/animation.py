"""Animations as Pillow writes them: GIF, WebP and APNG."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from ..scene import Scene
from .atomic import write_atomic
from .embedded import encoded
from .film import BUILD, SEARCH, Film
from .formats import Format, Wanted
from .frames import durations, on_white, pictures
from .place import Place
from .png import check_size, write_drawn

if TYPE_CHECKING:
    from PIL import Image

CENTISECOND = 10  # milliseconds: the unit of GIF
COLORS = 256
QUALITY = 80
FASTEST_GIF = 50.0  # browsers show what is faster ten times slower


def write_gif(scene: Scene, place: Place, wanted: Wanted) -> None:
    """Write a GIF: 256 colours a picture, on white."""
    from PIL import Image

    frames = (
        on_white(picture).quantize(COLORS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        for picture in pictures(scene, place, wanted)
    )
    forever = {"loop": 0} if wanted.film.loop else {}
    _write(frames, place, wanted, CENTISECOND, format="GIF", optimize=False, **forever)


def write_apng(scene: Scene, place: Place, wanted: Wanted) -> None:
    """Write an animated PNG, without loss."""
    _write(pictures(scene, place, wanted), place, wanted, format="PNG", loop=_times(wanted))


def write_webp(scene: Scene, place: Place, wanted: Wanted) -> None:
    """Write a WebP: one picture without loss, or an animation of a quality with which little is seen to be lost."""
    if not wanted.film.moves(recorded=wanted.fit is not None and len(wanted.fit.frames) > 0):
        write_drawn("WEBP", scene, place, wanted)
        return
    _write(pictures(scene, place, wanted), place, wanted, format="WEBP", quality=QUALITY, loop=_times(wanted))


def _times(wanted: Wanted) -> int:
    """Return how often an animation runs, as APNG and WebP count it: 0 is for ever."""
    return 0 if wanted.film.loop else 1


def _write(frames: Iterator[Image.Image], place: Place, wanted: Wanted, unit: int = 1, **options: Any) -> None:
    """Write an animation with options of Pillow; times are multiples of a unit of milliseconds."""
    first, *others = frames
    times = durations(wanted.film, 1 + len(others), unit)
    write_atomic(place, encoded(first, save_all=True, append_images=others, duration=times, **options))


FILE_FORMATS = (
    Format(".gif", write_gif, frames=Film.searched, moves=(SEARCH, BUILD), still=False, fastest=FASTEST_GIF),
    Format(".apng", write_apng, frames=Film.searched, moves=(SEARCH, BUILD), still=False),
    Format(".webp", write_webp, check=partial(check_size, "WEBP"), frames=Film.searched, moves=(SEARCH, BUILD)),
)
