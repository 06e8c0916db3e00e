"""The options of animations."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from sdfraster.errors import DataError
from sdfraster.io import FORMATS, Film
from sdfraster.io.film import FASTEST, LARGEST, LONGEST

from .files import Output

DEFAULT = Film()
OPTIONS = "shows", "fps", "seconds", "hold", "loop", "frame_size"


def film(shows: tuple[str, ...]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds ``--animate`` and the like; the command gets a `Film`."""
    options = (
        click.option(
            "--animate",
            "shows",
            type=click.Choice(shows),
            help="What animations show: the shapes finding their places, or the finished drawing, shape by shape.  "
            f"[default: {shows[0]}]",
        ),
        click.option(
            "--fps",
            type=Among(FASTEST),
            default=DEFAULT.fps,
            help="Pictures a second of animations; a GIF has 50 at most.",
        ),
        click.option("--seconds", type=Among(LONGEST), default=DEFAULT.seconds, help="How long animations move."),
        click.option(
            "--hold", type=Among(LONGEST, least=True), default=DEFAULT.hold, help="Seconds for which they show the end."
        ),
        click.option("--loop/--once", default=True, help="Whether animations begin again; those of .mp4 cannot."),
        click.option(
            "--frame-size",
            type=click.IntRange(1, LARGEST),
            default=DEFAULT.size,
            help="Pixels of the longer side of animations, at most.",
        ),
    )

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def with_film(
            *arguments: Any,
            shows: str | None,
            fps: float,
            seconds: float,
            hold: float,
            loop: bool,
            frame_size: int,
            **rest: Any,
        ) -> Any:
            try:
                chosen = Film(shows, fps, seconds, hold, loop, frame_size)
            except ValueError as error:
                raise click.UsageError(str(error)) from None
            return function(*arguments, film=chosen, **rest)

        decorated: Callable[..., Any] = with_film
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return add


class Among(click.FloatRange):
    """A number above 0, or from 0, that is not too large; click's own range lets NaN pass."""

    def __init__(self, most: float, least: bool = False) -> None:
        super().__init__(min=0.0, min_open=not least, max=most)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = super().convert(value, param, ctx)
        if number != number:
            self.fail("nan is not a number", param, ctx)
        return number


def check_film(ctx: click.Context, outputs: tuple[Output, ...], film: Film) -> None:
    """Refuse options of animations where none is written, and what an output cannot show."""
    given = click.core.ParameterSource.COMMANDLINE
    moving = [each for each in outputs if each.what.moves]
    for option in ctx.command.params:
        if option.name in OPTIONS and ctx.get_parameter_source(option.name) is given and not moving:
            suffixes = ", ".join(each.suffix for each in FORMATS.values() if each.moves)
            raise click.UsageError(f"{option.opts[0]} is for animations ({suffixes}), and none is written")
    for each in moving:
        try:
            each.what.check_film(each.name, film)
        except DataError as error:
            raise click.UsageError(str(error)) from None
