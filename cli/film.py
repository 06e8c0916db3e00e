"""The options of animations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from sdfraster.errors import DataError
from sdfraster.io import FORMATS, Film
from sdfraster.io.film import BUILD, FASTEST, LARGEST, LONGEST, SEARCH, STILL

from .files import Output
from .options import Bounded, bundle

DEFAULT = Film()
SHOWN = {
    SEARCH: "the shapes finding their places",
    BUILD: "the finished drawing, shape by shape",
    STILL: "nothing moves, and a .webp is one picture",
}
OPTIONS = "shows", "fps", "seconds", "hold", "loop", "frame_size"


def film(shows: tuple[str, ...], default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds ``--animate`` and the like; the command gets a `Film`."""
    options = (
        click.option(
            "--animate",
            "shows",
            type=click.Choice(shows),
            help=f"What animations show: {'; '.join(f'{each}: {SHOWN[each]}' for each in shows)}.  "
            f"[default: {default}]",
        ),
        click.option(
            "--fps",
            type=Bounded(FASTEST),
            default=DEFAULT.fps,
            help="Pictures a second of animations; a GIF has 50 at most.",
        ),
        click.option("--seconds", type=Bounded(LONGEST), default=DEFAULT.seconds, help="How long animations move."),
        click.option(
            "--hold",
            type=Bounded(LONGEST, zero=True),
            default=DEFAULT.hold,
            help="Seconds for which they show the end.",
        ),
        click.option("--loop/--once", default=True, help="Whether animations begin again; an .mp4 has no say in that."),
        click.option(
            "--frame-size",
            type=click.IntRange(1, LARGEST),
            default=DEFAULT.size,
            help="Pixels of the longer side of animations, at most.",
        ),
    )
    return bundle("film", Film, dict(zip(OPTIONS, options, strict=True)))


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
