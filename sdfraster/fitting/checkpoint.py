"""Checkpoints: files that hold where a fit is, with which it goes on to the same bits after whatever has ended it.

A fit is kept between two of its steps only, where it is whole: shapes, averages of the optimiser, random numbers, place
in the schedule. What follows from picture and options is made anew. A search that is not ours (see `optim.lbfgs`) is
kept as what it has seen so far.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError
from ..io.packed import Tree, packed, unpacked
from ..io.place import check_path
from ..optim import SEARCHES
from ..scene import Scene
from ..shapes import Array
from .backdrop import Backing
from .options import FitOptions

FORMAT, VERSION, PACKAGE = "sdfraster-checkpoint", 1, version("sdfraster")
GROWING = "iterations", "count", "polish"  # options that may be larger in a fit that goes on
FREE = "time_limit", "device", "record", "for_svg"  # options that may be others


@dataclass(frozen=True)
class Checkpoint:
    """Where a fit is, or was.

    Attributes
    ----------
    options : FitOptions
        What is asked for, with the pictures among it as arrays.
    picture : str
        Digest of the picture that is redrawn.
    parts : mapping
        What is kept, by the names of those who know what it means.
    name : str
        Of the file that it is from.
    """

    options: FitOptions
    picture: str
    parts: Mapping[str, Tree]
    name: str = ""

    def options_with(self, said: Mapping[str, Any]) -> FitOptions:
        """Return the options of the fit that goes on, of which some are said again, or grow.

        Raises
        ------
        ValueError
            If one is said to be another than before; the message has both values.
        """
        for name, value in said.items():
            own = getattr(self.options, name, None)
            if name in GROWING:
                self._check_growing(name, own, value)
            elif _is_plain(own) and _is_plain(value):  # before they contradict each other
                self._check(name, own, value)
        return replace(self.options, **said)

    def check(self, other: Checkpoint, remedy: str = "leave it out") -> None:
        """Refuse to go on as a fit that has another picture, or options that are others and may not be.

        Parameters
        ----------
        other : Checkpoint
            Of that fit.
        remedy : str
            What can be done about an option that is another one.

        Raises
        ------
        DataError
            If it is another picture.
        ValueError
            If an option is another; the message has both values.
        """
        if other.picture != self.picture:
            raise DataError(f"{self.name}: is of another picture; a fit goes on with the one that it began with")
        for each in fields(FitOptions):
            if each.name not in GROWING:
                self._check(each.name, getattr(self.options, each.name), getattr(other.options, each.name), remedy)

    def check_again(self, other: Checkpoint) -> None:
        """Refuse to go on as a fit for which all options were said again, of which some may be larger.

        Raises
        ------
        DataError
            If it is another picture, or an option is another one.
        """
        try:
            self.check(other, "give it again")
            for name in GROWING:
                self._check_growing(name, getattr(self.options, name), getattr(other.options, name))
        except ValueError as error:
            raise DataError(str(error)) from None

    def parts_for(self, options: FitOptions) -> Mapping[str, Tree]:
        """Return the parts with which a fit goes on: one with more steps or shapes polishes again at its end."""
        extended = (options.count, options.steps) != (self.options.count, self.options.steps)
        return {name: tree for name, tree in self.parts.items() if not (extended and name == "polish")}

    def _check_growing(self, name: str, own: Any, value: Any) -> None:
        if value < own:
            raise ValueError(f"{name} is {own} in {self.name} and can only grow, not become {value}")
        if name == "count" and value > own and (self.options.settled or self.options.optimizer in SEARCHES):
            raise ValueError(f"count is {own} in {self.name}, whose fit adds no shapes; it cannot become {value}")

    def _check(self, name: str, own: Any, value: Any, remedy: str = "leave it out") -> None:
        if name not in FREE and not same(own, value):
            was, now = (repr(each) if _is_plain(each) else "another one" for each in (own, value))
            raise ValueError(f"{name} is {was} in {self.name}, not {now}; {remedy}, or begin another fit")


def said_by(options: FitOptions) -> dict[str, Any]:
    """Return the options that are not as they are if nobody says anything."""
    usual = FitOptions()
    values = {each.name: getattr(options, each.name) for each in fields(options)}
    return {name: value for name, value in values.items() if not same(value, getattr(usual, name))}


def same(a: Any, b: Any) -> bool:
    """Return whether two values of an option are the same."""
    if isinstance(a, Scene) and isinstance(b, Scene):
        return packed(a) == packed(b)
    if isinstance(a, Backing) and isinstance(b, Backing):
        return same(vars(a), vars(b))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    return bool(a == b)


def digest(image: Array) -> str:
    """Return what no other picture has in common with this one."""
    return sha256(f"{image.dtype} {image.shape} ".encode() + image.tobytes()).hexdigest()


def as_bytes(checkpoint: Checkpoint) -> bytes:
    """Return a checkpoint as a file holds it: a line with versions and the digest of what follows, and a tree."""
    options = {each.name: getattr(checkpoint.options, each.name) for each in fields(FitOptions)}
    if isinstance(checkpoint.options.background, Backing):
        options["background"] = vars(checkpoint.options.background)
    body = packed({"options": options, "picture": checkpoint.picture, "parts": checkpoint.parts})
    return f"{FORMAT} {VERSION} {PACKAGE} {sha256(body).hexdigest()}\n".encode() + body


def read_checkpoint(path: str | os.PathLike[str]) -> Checkpoint:
    """Read a checkpoint.

    Raises
    ------
    DataError
        If it is missing, none, of another version, or damaged; the message names the file.
    """
    check_path(path, "read")
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None
    head, _, body = data.partition(b"\n")
    words = head.decode("ascii", "replace").split(" ")
    if words[0] != FORMAT or len(words) != 4:
        raise DataError(f"{path}: is no checkpoint of a fit")
    if words[1:3] != [str(VERSION), PACKAGE]:
        raise DataError(
            f"{path}: is a checkpoint of sdfraster {words[2]} (format {words[1]}), and this is {PACKAGE} (format "
            f"{VERSION}); go on with that version, or begin another fit"
        )
    if words[3] != sha256(body).hexdigest():
        raise DataError(f"{path}: is damaged; begin another fit, or take a copy of the checkpoint")
    try:
        tree = unpacked(body)
        said: Any = {name: tuple(each) if isinstance(each, list) else each for name, each in tree["options"].items()}
        if isinstance(said["background"], dict):
            said["background"] = Backing(**said["background"])
        return Checkpoint(FitOptions(**said), tree["picture"], tree["parts"], str(path))
    except (KeyError, TypeError, ValueError) as error:  # an option that this installation does not know
        raise DataError(f"{path}: cannot be used here ({error})") from None


def is_checkpoint(path: str | os.PathLike[str]) -> bool:
    """Return whether a file begins as checkpoints do."""
    with Path(path).open("rb") as stream:
        return stream.read(len(FORMAT)) == FORMAT.encode()


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float))
