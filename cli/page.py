"""The options of how a drawing is presented in a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from sdfraster.io import FORMATS
from sdfraster.io.digits import LEAST, MOST, PRECISION
from sdfraster.io.page import GROUPS, Page

from .files import Output
from .options import bundle

OPTIONS = {"title": "--title", "paper_width": "--width", "dpi": "--dpi", "precision": "--precision", "group": "--group"}
FIELDS = {"paper_width": "width"}  # names of options that are not those of `Page`


def page(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--title``, ``--width``, ``--dpi``, ``--precision`` and ``--group``; the command gets a `Page`."""
    options = (
        click.option("--title", help="Title of an .svg file, which then also says what it shows; '' for neither."),
        click.option(
            "--width",
            "paper_width",
            metavar="LENGTH",
            help="How wide it is on paper, such as 20cm, 8in or 210mm, as .svg, .png and .jpg files can say.",
        ),
        click.option(
            "--dpi",
            type=float,
            help="Pixels in an inch, for the same; with --width pictures are drawn so large, whatever --scale is.",
        ),
        click.option(
            "--precision",
            type=click.IntRange(LEAST, MOST),
            default=PRECISION,
            help="Digits after the point of coordinates in an .svg file.",
        ),
        click.option(
            "--group",
            type=click.Choice(GROUPS),
            default="none",
            help="Groups of an .svg file, with ids and classes: shapes of a colour, or of a layer of the scene.",
        ),
    )

    return bundle("page", _page, dict(zip(OPTIONS, options, strict=True)))(function)


def _page(title: str | None, width: str | None, dpi: float | None, precision: int, group: str) -> Page:
    return Page(title=title, width=width, dpi=dpi, precision=precision, group=group)


def check_page(ctx: click.Context, outputs: tuple[Output, ...], page: Page) -> None:
    """Refuse options that no output can show, and a scale where width and resolution say it."""
    given = click.core.ParameterSource.COMMANDLINE
    for name, option in OPTIONS.items():
        field = FIELDS.get(name, name)
        if ctx.get_parameter_source(name) is given and not any(field in each.what.page for each in outputs):
            suffixes = ", ".join(each.suffix for each in FORMATS.values() if field in each.page)
            raise click.UsageError(f"{option} is for {suffixes} files, and none is written")
    if page.scale(1) is not None and ctx.get_parameter_source("scale") is given:
        raise click.UsageError("--scale contradicts --width with --dpi, which say how large pictures are drawn")
