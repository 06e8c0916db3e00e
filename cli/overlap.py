"""No result is written over what was read, nor over another result: files are told apart as the system does it.

Names do not tell: links, hard links, a file system that sees no case, or a stream that the shell has opened.
"""

from __future__ import annotations

import os
import sys
import tempfile
import unicodedata
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import click

from .files import STANDARD, Output, one_file, status


def check_places(outputs: tuple[Output, ...], inputs: Mapping[str, str | None], checkpoint: str | None = None) -> None:
    """Refuse, before the work, outputs that cannot be written, or would be written over an input or each other.

    Parameters
    ----------
    outputs : tuple of Output
        All there are.
    inputs : mapping
        Names of inputs, or None, by what they are.
    checkpoint : str, optional
        A file that is written besides.
    """
    from sdfraster.io import check_writable
    from sdfraster.pictures.files import image_file

    written = outputs if checkpoint is None else (*outputs, Output(checkpoint, Path(checkpoint), ""))
    for what, name in inputs.items():
        if name is None:
            continue
        source = status(sys.stdin if name == STANDARD else image_file(name))
        for output in written:
            if one_file(source, _status(output)):
                raise click.UsageError(f"{output.name} is {what} itself; choose another name for the result")
    for output in outputs:
        check_writable(output.place, format=output.format)
    if checkpoint is not None:
        from sdfraster.fitting.keeper import check_kept

        check_kept(checkpoint)
    for a, b in combinations(written, 2):
        if _same(a, b):
            raise click.UsageError(f"{a.name} and {b.name} are one file; every result needs one of its own")


def _status(output: Output) -> os.stat_result | None:
    return status(sys.stdout if output.standard else output.name)


def _same(a: Output, b: Output) -> bool:
    """Return whether two outputs are, or would become, one file."""
    if a.standard or b.standard:
        return a.standard and b.standard
    there = _status(a), _status(b)
    if there != (None, None):
        return one_file(*there)
    (x, first), (y, second) = (os.path.split(os.path.realpath(output.name)) for output in (a, b))
    return os.path.samefile(x, y) and _one_name(first, second, x)


def _one_name(a: str, b: str, folder: str) -> bool:
    """Return whether two names are one in a folder: the file system may see no case, or fold accents."""
    if a == b or _folded(a) != _folded(b):
        return a == b
    with tempfile.TemporaryDirectory(prefix=".sdfraster-", dir=folder) as trial:
        Path(trial, a).touch()
        return Path(trial, b).exists()


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKD", name).casefold()
