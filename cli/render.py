"""`sdfraster render`: a scene file as a picture, at any size."""

from __future__ import annotations

from typing import Any

import click

from sdfraster.io import Film, Page
from sdfraster.io.film import BUILD, STILL

from . import choices
from .files import Output, opened, save_all
from .film import check_film, film
from .options import Positive, check_id_prefix, check_no_fits, device, filters, id_prefix, output, sharp, strict
from .overlap import check_places
from .page import check_page, page


@click.command(short_help="Draw a scene.")
@click.argument("scene", metavar="SCENE", type=click.Path(readable=False))
@output(choices.DRAWN)
@click.option(
    "--scale",
    type=Positive(),
    default=1.0,
    help="Draw the picture this much larger; .svg, .svgz and .json files are not scaled.",
)
@strict
@id_prefix
@page
@film((BUILD, STILL), "build; a .webp is one picture")
@filters
@device()
@click.pass_context
def render(
    ctx: click.Context,
    /,
    scene: str,
    strict: bool,
    outputs: tuple[Output, ...],
    scale: float,
    id_prefix: str | None,
    page: Page,
    film: Film,
    **render_options: Any,
) -> None:
    """Draw or convert the scene in SCENE.json, a drawing, DRAWING.svg or .svgz, or what is in standard input (-).

    Drawings are drawn as sharp as browsers draw them, if no filter is asked for.
    """
    from sdfraster.io import load

    check_id_prefix(id_prefix, outputs)
    check_no_fits(outputs)
    check_page(ctx, outputs, page)
    check_film(ctx, outputs, film)
    check_places(outputs, {"the scene": scene})
    (source,) = opened(scene)
    loaded = load(source, strict)
    render_options = sharp(ctx, scene, render_options)
    save_all(loaded, outputs, scale, ctx.obj, id_prefix=id_prefix, page=page, film=film, **render_options)
    click.echo(f"wrote {', '.join(item.name for item in outputs)}", err=any(item.standard for item in outputs))
