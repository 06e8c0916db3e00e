"""The files that a command reads and writes, where ``-`` is standard input and output."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sdfraster.errors import DataError
from sdfraster.io import FORMATS, suffix_of
from sdfraster.io.formats import Format
from sdfraster.pictures.files import FileBytes

from .signals import Signals

if TYPE_CHECKING:
    from sdfraster.fitting import FitResult
    from sdfraster.scene import Scene

STANDARD = "-"


class StandardOutput:
    """Standard output as a place to write to."""

    def __str__(self) -> str:
        return "standard output"

    def write(self, data: bytes) -> None:
        """Write all the data."""
        self._call("write", data)

    def flush(self) -> None:
        """Let the reader have them."""
        self._call("flush")

    def _call(self, method: str, *data: bytes) -> None:
        try:
            getattr(sys.stdout.buffer, method)(*data)
        except BrokenPipeError:  # the reader has seen enough; click knows
            raise
        except OSError as error:
            raise DataError(f"{self}: cannot be written ({error.strerror})") from None


@dataclass(frozen=True)
class Output:
    """Where a result goes, and as what."""

    name: str
    """As the user has it."""
    place: Path | StandardOutput
    """Where `save` is to write."""
    format: str
    """Its suffix without the dot, one of `FORMATS`."""

    @property
    def what(self) -> Format:
        """What there is to know of the format."""
        return FORMATS[f".{self.format}"]

    @property
    def standard(self) -> bool:
        """Whether it goes to standard output, which then holds nothing else."""
        return isinstance(self.place, StandardOutput)

    @property
    def waits(self) -> bool:
        """Whether writing may have to wait for a reader, as no ordinary file does."""
        there = status(self.name)
        return self.standard or (there is not None and not stat.S_ISREG(there.st_mode))


def own_format(name: str) -> str | None:
    """Return the format that the suffix of a name says, if any."""
    suffix = suffix_of(name)
    return suffix.lstrip(".") if suffix in FORMATS else None


def output_of(name: str, format: str | None, suffixes: tuple[str, ...]) -> Output:
    """Return the output of a name, in the format that its suffix says or else in the one asked for.

    Suffixes are those to tell of.

    Raises
    ------
    ValueError
        If neither says one, or standard output is closed.
    """
    form = own_format(name) or format
    if name == STANDARD and form is None:
        formats = (suffix.lstrip(".") for suffix in suffixes)
        raise ValueError(f"{STANDARD} is standard output, which needs --format: {', '.join(formats)}")
    if form is None:
        known = ", ".join(suffixes)
        raise ValueError(f"{name}: unknown suffix {Path(name).suffix!r}; the known ones are {known}; or give --format")
    return placed(name, form)


def placed(name: str, form: str) -> Output:
    """Return the output of a name in a format, whatever its suffix says.

    Raises
    ------
    ValueError
        If standard output is closed.
    """
    if name == STANDARD and sys.stdout is None:
        raise ValueError(f"{STANDARD} is standard output, which is closed")
    # /dev/stdout, or the file that the shell sends it to
    standard = name == STANDARD or one_file(status(name), status(sys.stdout))
    return Output(name, StandardOutput() if standard else Path(name), form)


def status(file: Any) -> os.stat_result | None:
    """Return what the system knows of the file of a path or a stream, or None if there is none."""
    try:
        return os.stat(file if isinstance(file, (str, Path)) else file.fileno())
    except (OSError, ValueError, AttributeError):  # ValueError: a zero byte; AttributeError: a stream that is closed
        return None


def one_file(a: os.stat_result | None, b: os.stat_result | None) -> bool:
    """Return whether two files that exist are one; a character device is none, and may be read and written."""
    return a is not None and b is not None and os.path.samestat(a, b) and not stat.S_ISCHR(a.st_mode)


def opened(*names: str | None) -> tuple[Any, ...]:
    """Return what to read for the names of inputs: themselves, or for ``-`` what is in standard input."""
    if names.count(STANDARD) > 1:
        raise click.UsageError(f"{STANDARD}, standard input, can be read only once; give a file for the other")
    if STANDARD in names and sys.stdin is None:
        raise click.UsageError(f"{STANDARD} is standard input, which is closed")
    return tuple(FileBytes(sys.stdin.buffer.read(), "standard input") if name == STANDARD else name for name in names)


def write_each(writers: Iterable[Callable[[], None]]) -> None:
    """Write every file; one that cannot be written is reported after the others.

    Raises
    ------
    DataError
        Says which could not be written, and why.
    """
    failed = []
    for write in writers:
        try:
            write()
        except DataError as error:
            failed.append(str(error))
    if failed:
        raise DataError("; ".join(failed))


def save_all(
    scene: Scene | FitResult, outputs: tuple[Output, ...], scale: float, signals: Signals, **options: Any
) -> None:
    """Write every output, those that wait for readers last; one that cannot be written is reported after the others.

    Raises
    ------
    DataError
        Says which could not be written, and why.
    """
    from sdfraster.io import save

    def write(output: Output) -> None:
        with signals.released() if output.waits else nullcontext():
            save(scene, output.place, scale, format=output.format, **options)

    write_each(partial(write, output) for output in sorted(outputs, key=lambda output: output.waits))
