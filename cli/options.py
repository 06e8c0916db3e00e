"""Options that more than one command takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sdfraster.devices import DEVICES
from sdfraster.io.atomic import SUFFIXES
from sdfraster.model.coverage import FILTERS


class OutputFile(click.ParamType):
    """A path whose suffix is one that can be written; whether the folder exists is a question of data, not of usage."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if path.suffix.lower() not in SUFFIXES:
            self.fail(f"{path}: unknown suffix {path.suffix!r}; the known ones are {', '.join(SUFFIXES)}", param, ctx)
        return path


class Positive(click.FloatRange):
    """A positive number up to 1000; click's own range lets NaN pass."""

    def __init__(self) -> None:
        super().__init__(min=0.0, min_open=True, max=1e3)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = super().convert(value, param, ctx)
        if number != number:
            self.fail("nan is not a number", param, ctx)
        return number


class Color(click.ParamType):
    """A colour as CSS has it: three numbers from 0 to 1, or none of a colour that cannot be seen."""

    name = "color"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        from sdfraster.css import OPAQUE, rgba

        try:
            *color, alpha = rgba(value)
        except ValueError:
            self.fail(f"{value!r} is no colour; colours are like 'navy' or '#ff8000'", param, ctx)
        if alpha not in (0.0, OPAQUE):
            self.fail(f"{value!r} has an alpha of {alpha:.3g}; it must be opaque, or transparent (alpha 0)", param, ctx)
        return tuple(color) if alpha else ()


class Region(click.ParamType):
    """A rectangle, X,Y,WIDTH,HEIGHT."""

    name = "x,y,width,height"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        try:
            x, y, width, height = map(float, value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not of the form X,Y,WIDTH,HEIGHT, such as 120,40,80,80", param, ctx)
        return x, y, width, height


class Weighted(click.ParamType):
    """A name with a weight, NAME=WEIGHT."""

    name = "name=weight"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        name, _, weight = value.partition("=")
        try:
            return name.strip(), float(weight)
        except ValueError:
            self.fail(f"{value!r} is not of the form NAME=WEIGHT, such as opacity=0.01", param, ctx)


def output(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``-o``, which may repeat; the command gets `outputs`, a tuple of paths."""
    return click.option(
        "-o",
        "--output",
        "outputs",
        type=OutputFile(),
        required=True,
        multiple=True,
        help=f"Where to write; may be given more than once. The suffix decides the format: {', '.join(SUFFIXES)}.",
    )(function)


def device(*more: str) -> Callable[..., Any]:
    """Return what adds ``--device``, with further choices than the devices there are."""
    automatic = "; auto: the GPU where it is expected to be faster" if more else ""
    return click.option(
        "--device",
        type=click.Choice((*DEVICES, *more)),
        default="cpu",
        help=f"Where to compute; cuda is an NVIDIA GPU, for the extra cuda12 or cuda13{automatic}.",
    )


def filters(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--filter`` and ``--filter-radius``: how outlines are smoothed."""
    function = click.option(
        "--filter-radius",
        type=Positive(),
        default=1.0,
        help="Radius of the pixel filter in pixels; 0.645 with the parabolic filter looks like SVG renderers.",
    )(function)
    return click.option(
        "--filter", type=click.Choice(tuple(FILTERS)), default="parabolic", help="Shape of the pixel filter."
    )(function)
