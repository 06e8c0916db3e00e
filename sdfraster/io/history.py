"""How a fit went, as JSON: a list for every column of the history of its result, an entry for every step."""

from __future__ import annotations

import json
import os
from math import isfinite
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..scene import Scene
from .atomic import write_atomic
from .formats import Format, Wanted
from .parsed import parsed
from .place import Place

FORMAT, VERSION = "sdfraster-history", 1
WHAT = "history of a fit"
SUFFIX = ".history.json"
COLUMNS = ("loss", "seconds", "psnr", "count")  # as `FitResult.history` has them
WHOLE = ("count",)  # of which these are whole numbers


def write_history(scene: Scene, place: Place, wanted: Wanted) -> None:
    """Write the history of a fit; what is no finite number, such as the PSNR of many losses, is ``null``."""
    assert wanted.fit is not None  # the format is one of fits
    values: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    for name, column in zip(COLUMNS, wanted.fit.history.T.tolist(), strict=True):
        form = int if name in WHOLE else float
        values[name] = [form(value) if isfinite(value) else None for value in column]
    write_atomic(place, (json.dumps(values, allow_nan=False) + "\n").encode())


def read_history(path: str | os.PathLike[str] | BinaryIO) -> NDArray[np.float64]:
    """Read the history of a fit.

    Parameters
    ----------
    path : path or binary stream
        Where it is.

    Returns
    -------
    ndarray, shape (steps, 4)
        ``loss``, ``seconds``, ``psnr`` and ``count`` of every step, see `FitResult`; NaN where there was no finite one.

    Raises
    ------
    DataError
        If the file is missing, not JSON, or no history; the message names the file and the column.
    """
    return parsed(path, WHAT, _history)


def _history(value: Any) -> NDArray[np.float64]:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise DataError(f'not a {WHAT}, which has "format": "{FORMAT}"; `fit --history FILE` writes one')
    if value.get("version") != VERSION:
        raise DataError(f"version must be {VERSION}, not {value.get('version')!r}")
    columns = [_column(value, name) for name in COLUMNS]
    lengths = {name: len(column) for name, column in zip(COLUMNS, columns, strict=True)}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise DataError(f"all columns must have as many entries, but they have: {said}")
    history: NDArray[np.float64] = np.array(columns, np.float64).T
    return history


def _column(value: dict[str, Any], name: str) -> list[float | None]:
    column = value.get(name)
    if not isinstance(column, list) or any(type(item) not in (int, float, type(None)) for item in column):
        raise DataError(f"{name} must be a list of numbers, or null")
    return column


FILE_FORMATS = (Format(SUFFIX, write_history, of_fit=True),)
