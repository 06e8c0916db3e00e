"""`sdfraster refine`: a drawing whose own shapes move until it looks like a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .files import placed
from .options import single
from .options import strict as strict_option
from .overlap import check_places

ONLY = ("fill", "geometry")


@click.command(short_help="Move the shapes of a drawing.")
@click.argument("drawing", metavar="DRAWING.svg", type=click.Path(readable=False))
@click.option("--target", required=True, help="The picture that it is to look like; of any size, in its proportions.")
@click.option(
    "-o",
    "--output",
    required=True,
    multiple=True,
    callback=single,
    type=click.Path(dir_okay=False),
    help="The .svg file to write.",
)
@click.option("--only", type=click.Choice(ONLY), help="Change colours only, or shapes only.")
@click.option("--lock", multiple=True, metavar="ID", help="Leave the element of this id as it is. May be repeated.")
@click.option("--steps", type=click.IntRange(1), default=300, help="Steps of the descent.")
@click.option("--loss", default="mse", help='A loss, or a sum such as "mse + 0.2*ssim", see "sdfraster fit --help".')
@click.option(
    "--weight",
    multiple=True,
    callback=single,
    help="A picture of how much every pixel counts: white fully, black not at all.",
)
@strict_option
def refine(
    drawing: str, target: str, output: str, strict: bool, steps: int, lock: tuple[str, ...], **options: Any
) -> None:
    """Move the shapes of DRAWING.svg, and change their colours, until it looks like the target.

    Nothing else in the file changes: ids, classes, groups, order, comments and what is not drawn stay byte for byte.
    """
    import warnings

    from sdfraster.errors import DataError, DataWarning
    from sdfraster.refining import refine as move

    if Path(output).suffix.lower() != ".svg":
        raise click.UsageError(f"{output}: a refined drawing is an .svg file")
    place = placed(output, "svg")
    check_places((place,), {"the drawing": drawing, "the target": target, "the mask": options["weight"]})
    try:
        result = move(drawing, target, steps, lock=lock, **options)
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise click.UsageError(str(error)) from None
    if result.unsupported:
        message = f"{drawing}: not drawn, and so not refined: {', '.join(result.unsupported)}"
        if strict:
            raise DataError(message)
        warnings.warn(message, DataWarning, stacklevel=1)
    result.save(place.place)
    found = "" if result.after.loss < result.before.loss else "nothing better was found, it is as it was; "
    click.echo(f"{result.summary}; {found}wrote {output}", err=place.standard)
