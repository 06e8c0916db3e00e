"""Which pictures, and what the files that are made of them are called."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import DataError
from ..pictures.files import SAMPLE

FIELDS = ("stem", "name", "parent")  # of a picture: its name without suffix, its name, the name of its folder
MORE = {False: "{name}", True: "{parent}-{name}"}  # what tells pictures apart, by whether they have the same name
FIELD = re.compile(r"\{(\w*)\}")


def suffixes() -> frozenset[str]:
    """Return the suffixes of files that are taken for pictures in a folder."""
    from PIL import Image

    extensions = Image.registered_extensions()
    return frozenset(suffix for suffix, form in extensions.items() if form in Image.OPEN)


def is_pattern(word: str) -> bool:
    """Return whether a word stands for what is in a folder, now or later."""
    return os.path.isdir(word) or (glob.has_magic(word) and not os.path.lexists(word))


def found(word: str) -> Iterator[str]:
    """Yield the pictures that a word stands for: itself, those of a folder, or what matches a pattern, by name."""
    if not is_pattern(word):
        yield word
        return
    if os.path.isdir(word):
        known = suffixes()
        names = [entry.path for entry in os.scandir(word) if os.path.splitext(entry.name)[1].lower() in known]
    else:
        names = glob.glob(word)
    yield from sorted(name for name in names if not os.path.basename(name).startswith(".") and os.path.isfile(name))


def pictures(words: Iterable[str]) -> list[str]:
    """Return all pictures that words stand for, each once.

    Raises
    ------
    DataError
        If there are none for a word.
    """
    all_of_them: dict[str, None] = {}
    for word in words:
        some = list(found(word))
        if not some:
            what = f"no picture in this folder ({', '.join(sorted(suffixes())[:3])}, ...)"
            raise DataError(f"{word}: {what if os.path.isdir(word) else 'no file matches this pattern'}")
        all_of_them.update(dict.fromkeys(some))
    return list(all_of_them)


def has_field(pattern: str) -> bool:
    """Return whether the name of an output is meant to depend on the picture, by a field that may be mistyped."""
    return FIELD.search(pattern) is not None


def check_pattern(pattern: str) -> None:
    """Raise ValueError unless the name of an output tells pictures apart."""
    unknown = [name for name in FIELD.findall(pattern) if name not in FIELDS]
    known = ", ".join(f"{{{name}}}" for name in FIELDS)
    if unknown:
        raise ValueError(f"{pattern}: there is no {{{unknown[0]}}}; what stands for a picture is {known}")
    if not has_field(pattern):
        root, suffix = os.path.splitext(pattern)
        raise ValueError(
            f"{pattern}: many pictures need a name for each, with {known}, such as '{root}-{{stem}}{suffix}'"
        )


def filled(pattern: str, picture: str) -> str:
    """Return the name of the output for a picture."""
    path = Path(picture.removeprefix(SAMPLE))
    values = {"stem": path.stem, "name": path.name, "parent": path.absolute().parent.name}
    return FIELD.sub(lambda match: values[match[1]], pattern)


class Taken:
    """Names that are given to files: no two of them may be one, and no picture may be written over.

    Parameters
    ----------
    patterns : iterable of str
        Of the outputs.
    checkpoint : str, optional
        Of the checkpoints.

    Raises
    ------
    ValueError
        If one does not tell pictures apart.
    """

    def __init__(self, patterns: Iterable[str], checkpoint: str | None = None) -> None:
        self._patterns, self._checkpoint = tuple(patterns), checkpoint
        self._all = self._patterns if checkpoint is None else (*self._patterns, checkpoint)
        for pattern in self._all:
            check_pattern(pattern)
        self._owners: dict[str, str] = {}

    def outputs(self, picture: str) -> tuple[str, ...]:
        """Return the outputs of a picture, and keep the names of all its files for it.

        Raises
        ------
        ValueError
            If another picture has one of them, it is a picture itself, or two are one.
        """
        names = [filled(pattern, picture) for pattern in self._all]
        keys = [os.path.normcase(os.path.abspath(name)) for name in names]
        for name, key, pattern in zip(names, keys, self._all, strict=True):
            if keys.count(key) > 1:
                raise ValueError(f"{name} would be written twice for {picture}; every file needs a name of its own")
            owner = self._owners.setdefault(key, picture)
            if owner != picture:
                other = pattern.replace("{stem}", "{name}").replace(
                    "{name}", MORE[os.path.basename(owner) == Path(picture).name]
                )
                raise ValueError(f"{owner} and {picture} would both be written to {name}; use {other!r}, or rename one")
            if key == os.path.normcase(os.path.abspath(picture)):
                raise ValueError(f"{name} is the picture itself; choose another name for the result")
        return tuple(names[: len(self._patterns)])

    def checkpoint(self, picture: str) -> str | None:
        """Return the checkpoint of a picture, if there are to be any."""
        return None if self._checkpoint is None else filled(self._checkpoint, picture)

    def __contains__(self, name: str) -> bool:
        """Return whether a file has one of the names."""
        return os.path.normcase(os.path.abspath(name)) in self._owners
