"""The formats of output files: a module of `io` that defines ``FILE_FORMATS``, a tuple of `Format`, adds some."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..registry import Registry
from ..scene import Scene
from .film import FASTEST, STILL, Film
from .page import Page
from .place import Place, check_path, check_place

if TYPE_CHECKING:
    from ..fitting import FitResult


@dataclass(frozen=True)
class Wanted:
    """What else is asked for when a scene is written.

    Attributes
    ----------
    scale : float
        How much larger pictures are drawn.
    id_prefix : str or None
        What ids begin with.
    drawing : mapping
        Options of `render`.
    film : Film
        How animations run.
    fit : FitResult or None
        The fit that found the scene, if one did.
    about : mapping of str to str
        What else is to be said of the fit, by title, such as the command line.
    page : Page
        How the drawing is presented.
    """

    scale: float = 1.0
    id_prefix: str | None = None
    drawing: Mapping[str, Any] = field(default_factory=dict)
    film: Film = field(default_factory=Film)
    fit: FitResult | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    page: Page = field(default_factory=Page)


def _anything(place: Place, width: float, height: float, transparent: bool) -> None:
    """Hold pictures of any size."""


def _every_kind(place: Place, kind: str, color: str, held: Collection[str] | None) -> None:
    """Hold shapes of any kind."""


def _none(film: Film) -> int:
    """Need no scenes of the search."""
    return 0


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes
    ----------
    suffix : str
        Of its files, with the dot.
    write : callable
        ``write(scene, place, wanted)`` writes a scene, or raises `DataError`.
    read : callable or None
        ``read(path or stream, strict)`` returns a scene, or raises `DataError`; if `strict`, also if the file has
        something that the scene has not.
    check : callable
        ``check(place, width, height, transparent)`` raises `DataError`, before the work, if a picture is too much.
    holds : callable
        ``holds(place, kind, color, held)`` raises `DataError`, before the work, if it holds no shapes of this kind with
        this rule of colours, of which these parameters are held; None if that is not known.
    meshes : bool
        Whether it holds meshes only.
    ids : bool
        Whether it has ids.
    svg : bool
        Whether renderers of SVG draw it, so that a fit is best made for these.
    frames : callable
        ``frames(film)``: how many scenes of the search it wants the fit to keep.
    of_fit : bool
        Whether it is about a fit, so that a scene alone is not enough.
    moves : tuple of str
        What it can show as an animation, see `Film`.
    still : bool
        Whether it can be one picture.
    fastest : float
        Pictures a second that it can show.
    page : tuple of str
        What of a `Page` it shows.
    """

    suffix: str
    write: Callable[[Scene, Place, Wanted], None]
    read: Callable[[Any, bool], Scene] | None = None
    check: Callable[[Place, float, float, bool], None] = _anything
    holds: Callable[[Place, str, str, Collection[str] | None], None] = _every_kind
    meshes: bool = False
    ids: bool = False
    svg: bool = False
    frames: Callable[[Film], int] = _none
    of_fit: bool = False
    moves: tuple[str, ...] = ()
    still: bool = True
    fastest: float = FASTEST
    page: tuple[str, ...] = ()

    def animated(self, film: Film, recorded: bool) -> bool:
        """Return whether a file of it is an animation, of a fit that has recorded its search, or has not."""
        return bool(self.moves) and (not self.still or film.moves(recorded))

    def check_film(self, place: Place, film: Film) -> None:
        """Raise DataError if it cannot show what is wanted."""
        shows = (*self.moves, STILL) if self.still else self.moves
        if self.moves and film.shows not in (None, *shows):
            raise DataError(f"{place}: {self.suffix} files can show {' or '.join(shows)}, not {film.shows}")
        if self.moves and film.fps > self.fastest:
            most = f"at most {self.fastest:g} pictures a second"
            raise DataError(f"{place}: {self.suffix} files show {most}, not {film.fps:g}")


FORMATS: Registry[Format] = Registry(
    __package__, "FILE_FORMATS", lambda name, module: {each.suffix: each for each in module.FILE_FORMATS}
)


def suffix_of(place: Place, format: str | None = None) -> str:
    """Return the suffix for the format asked for, such as "png", or else the one or two of the file that are known."""
    if format is not None:
        return f".{format}"
    if not isinstance(place, (str, os.PathLike)):
        return ""
    suffixes = Path(place).suffixes
    double = "".join(suffixes[-2:]).lower()
    return double if double in FORMATS else "".join(suffixes[-1:]).lower()


def check_writable(place: Place, suffixes: tuple[str, ...] | None = None, format: str | None = None) -> str:
    """Find out before the work whether a result can be written after it, and return the suffix of its format.

    Raises
    ------
    DataError
        If that is none of `suffixes`, or of those there are, the folder is missing or not writable, or what is there is
        a folder, read-only, a socket or a disk.
    """
    check_path(place, "write")
    suffix, known = suffix_of(place, format), tuple(FORMATS) if suffixes is None else suffixes
    if suffix not in known:
        raise DataError(f"{place}: unknown output format {suffix!r}; the known ones are {', '.join(known)}")
    check_place(place)
    return suffix


def check_picture(place: Place, width: float, height: float, transparent: bool, format: str | None = None) -> None:
    """Find out before the work whether a file can hold a picture of this size, if it is to hold one.

    Raises
    ------
    DataError
        If the picture is too large for its format or in all, or has alpha in a format without.
    """
    suffix = suffix_of(place, format)
    if suffix in FORMATS:
        FORMATS[suffix].check(place, width, height, transparent)
