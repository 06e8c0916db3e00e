"""Charts of how fits went, through Matplotlib, which comes with the extra ``plot``."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from io import BytesIO
from typing import Any

import numpy as np

from ..errors import DataError, missing
from ..shapes import Array
from .atomic import write_atomic
from .history import COLUMNS

LABELS = {"psnr": "PSNR (dB)", "loss": "loss", "count": "shapes"}  # of what can be shown
AXES = {"steps": "step", "seconds": "seconds"}  # and over what
UNDATED: dict[str, dict[str, None]] = {".pdf": {"CreationDate": None}, ".png": {}, ".svg": {"Date": None}}
SUFFIXES = tuple(UNDATED)  # of files of charts
SIZE, DPI = (7.0, 4.2), 150  # inches, and pixels in each
STYLES = ("-", "--", ":", "-.")  # of lines, when all colours are used


def draw(histories: Mapping[str, Array], axes: Any = None, x: str = "steps", what: str | None = None) -> Any:
    """Draw a line for each history into axes of Matplotlib, and return these.

    Parameters
    ----------
    histories : mapping of str to ndarray, shape (steps, 4)
        Histories of fits, as their results have them, by what the legend calls them.
    axes : matplotlib.axes.Axes, optional
        Where; by default in a new figure, which notebooks and ``matplotlib.pyplot.show`` show.
    x : {"steps", "seconds"}
        What is to the right.
    what : {"psnr", "loss", "count"}, optional
        What is upwards; by default the PSNR, or the loss where a history has none.

    Raises
    ------
    ModuleNotFoundError
        If the extra ``plot`` is not installed.
    ValueError
        If `x` or `what` is something else, or a history has no steps, or not what is asked for: then nothing is drawn,
        and no figure is made.
    """
    for name, value, known in (("x", x, AXES), ("what", what, (None, *LABELS))):
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(filter(None, known))}, not {value!r}")
    shown = column_of(histories, what)
    lines = []
    for name, history in histories.items():
        values, _ = _column(history, shown)
        over = history[:, COLUMNS.index("seconds")] if x == "seconds" else np.arange(1, len(history) + 1)
        lines.append((name, over, values))
    if axes is None:
        axes = _library("matplotlib.pyplot").subplots(figsize=SIZE, layout="constrained")[1]
    colors = len(_library("matplotlib").rcParams["axes.prop_cycle"])
    for n, (name, over, values) in enumerate(lines):
        marker = "o" if len(values) == 1 else None  # a line of one point is not seen
        axes.plot(over, values, STYLES[n // colors % len(STYLES)], label=name, linewidth=1.0, marker=marker)
    axes.set(xlabel=AXES[x], ylabel=LABELS[shown])
    if shown == "loss" and all((values > 0.0).all() for _, _, values in lines):
        axes.set_yscale("log")
    axes.grid(alpha=0.3)
    if len(histories) > 1:
        axes.legend()
    return axes


def column_of(histories: Mapping[str, Array], what: str | None = None) -> str:
    """Return what a chart of histories shows upwards: `what`, or else the PSNR if all have one, or the loss.

    Raises
    ------
    DataError
        If one has no steps, or not what is asked for; the message begins with its name.
    """
    for name, history in histories.items():
        if len(history) == 0:
            raise DataError(f"{name}: has no steps, so there is nothing to plot")
    shown = what or ("psnr" if all(_column(history, "psnr")[1] for history in histories.values()) else "loss")
    for name, history in histories.items():
        if not _column(history, shown)[1]:
            hint = ", which only fits of the squared error alone have; plot the loss" if shown == "psnr" else ""
            raise DataError(f"{name}: has no {shown}{hint}")
    return shown


def _column(history: Array, name: str) -> tuple[Array, bool]:
    """Return a column, and whether it has any finite number."""
    values = history[:, COLUMNS.index(name)]
    return values, bool(np.isfinite(values).any())


def save_chart(
    histories: Mapping[str, Array], files: Mapping[str, str], x: str = "steps", what: str | None = None
) -> None:
    """Write a chart of histories to files with their suffixes, of `SUFFIXES`; other arguments are those of `draw`.

    Raises
    ------
    ModuleNotFoundError
        If the extra ``plot`` is not installed.
    DataError
        If there is nothing to plot, or a file cannot be written.
    """
    figure = _library("matplotlib.figure").Figure(figsize=SIZE, layout="constrained")  # needs no display
    draw(histories, figure.subplots(), x, what)
    with import_module("matplotlib").rc_context({"svg.hashsalt": "sdfraster"}):  # the same bytes again
        for place, suffix in files.items():
            stream = BytesIO()
            figure.savefig(stream, format=suffix.lstrip("."), dpi=DPI, metadata=UNDATED[suffix])
            write_atomic(place, stream.getvalue())


def _library(module: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise missing("a chart", "matplotlib", "plot", error, ("matplotlib",)) from None
