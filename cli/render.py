"""`sdfraster render`: a scene file as a picture, at any size."""

from __future__ import annotations

from typing import Any

import click

from sdfraster.io import Film
from sdfraster.io.film import BUILD, STILL

from .files import Output, opened, save_all
from .film import check_film, film
from .options import Positive, check_id_prefix, check_no_fits, device, filters, id_prefix, output
from .overlap import check_places


@click.command(short_help="Draw a scene.")
@click.argument("scene", metavar="SCENE.json", type=click.Path(readable=False))
@output
@click.option(
    "--scale",
    type=Positive(),
    default=1.0,
    help="Draw the picture this much larger; .svg and .json files are not scaled.",
)
@id_prefix
@film((BUILD, STILL))
@filters
@device()
@click.pass_context
def render(
    ctx: click.Context,
    /,
    scene: str,
    outputs: tuple[Output, ...],
    scale: float,
    id_prefix: str | None,
    film: Film,
    **render_options: Any,
) -> None:
    """Draw the scene in SCENE.json, or - for standard input, or convert it to SVG."""
    from sdfraster.io import load

    check_id_prefix(id_prefix, outputs)
    check_no_fits(outputs)
    check_film(ctx, outputs, film)
    check_places(outputs, {"the scene": scene})
    loaded = load(*opened(scene))
    save_all(loaded, outputs, scale, ctx.obj, id_prefix=id_prefix, film=film, **render_options)
