"""`sdfraster trace`: flat art as a designer draws it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from . import choices
from .files import Output, opened, output_of, save_all, write_each
from .options import Palette, Positive, check_id_prefix, check_no_fits, check_no_meshes, id_prefix, output, single
from .overlap import check_places


def _picture_of_nodes(ctx: click.Context, param: click.Parameter, names: tuple[str, ...]) -> Output | None:
    """Return where the picture of the nodes goes; it is an output like the others."""
    name = single(ctx, param, names)
    if name is None:
        return None
    try:
        picture = output_of(name, None, (".png",))
    except ValueError:
        picture = None
    if picture is None or picture.format != "png":
        raise click.BadParameter(f"{name} must end with .png", ctx, param)
    return picture


@click.command(short_help="Draw a logo or an icon as a designer would.")
@click.argument("image")
@output(choices.TRACED)
@click.option("--detail", type=click.FloatRange(0.0, 1.0), help="From 0, the fewest nodes, to 1.  [default: 0.5]")
@click.option(
    "--tolerance",
    type=click.FloatRange(0.01, 10.0),
    help="Largest distance in pixels of a curve from its border, instead of --detail.",
)
@click.option(
    "--min-area", type=click.FloatRange(0.0, 1e9), default=4.0, help="Square pixels of the smallest shape drawn."
)
@click.option(
    "--colors",
    type=Palette(),
    help="Draw in so many colours at most, or in these: a number, or colours like 'navy,#ff8000,#fff'. "
    "Gradients become flat.",
)
@click.option(
    "--lines/--no-lines",
    default=True,
    help="Draw lines of even width by their middle and their width, or by their outlines.",
)
@click.option(
    "--cutout", is_flag=True, help="Let shapes abut exactly, with nothing beneath, for plotters; renderers leave seams."
)
@click.option(
    "--show-nodes",
    multiple=True,
    callback=_picture_of_nodes,
    metavar="FILE.png",
    type=click.Path(readable=False),
    help="Write a picture of the nodes here.",
)
@click.option("--scale", type=Positive(), default=1.0, help="Draw pictures this much larger.")
@id_prefix
@click.pass_context
def trace(
    ctx: click.Context,
    /,
    image: str,
    outputs: tuple[Output, ...],
    show_nodes: Output | None,
    scale: float,
    id_prefix: str | None,
    **options: Any,
) -> None:
    """Draw IMAGE, flat art such as a logo, a flag or an icon, as an SVG with few nodes, true corners and exact colours.

    IMAGE is an image file, or - for standard input. Photographs are for "sdfraster fit".
    """
    from sdfraster.io import check_picture, write_image
    from sdfraster.io.report import counted
    from sdfraster.model.coverage import SVG_RADIUS
    from sdfraster.pictures import as_picture
    from sdfraster.tracing import trace as run
    from sdfraster.tracing.options import options_of

    check_id_prefix(id_prefix, outputs)
    check_no_fits(outputs)
    check_no_meshes(outputs)
    if options["detail"] is not None and options["tolerance"] is not None:
        raise click.UsageError("--detail and --tolerance say the same thing; give one of them")
    written = outputs if show_nodes is None else (*outputs, show_nodes)
    check_places(written, {"the picture": image})
    try:
        options_of(**options)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    (source,) = opened(image)
    picture = as_picture(source)
    height, width = picture.shape[:2]
    for each in outputs:
        check_picture(each.place, width * scale, height * scale, options["cutout"], each.format)
    result = run(picture, **options)
    saving = {"id_prefix": id_prefix, "filter_radius": SVG_RADIUS["parabolic"]}
    writers: list[Callable[[], None]] = [partial(save_all, result.scene, outputs, scale, ctx.obj, **saving)]
    if show_nodes is not None:
        writers.append(lambda: write_image(result.nodes(picture), show_nodes.name))
    write_each(writers)
    shapes = sum(len(layer) for layer in result.scene.layers)
    files = [item.name for item in written]
    aside = any(item.standard for item in outputs)
    click.echo(f"{counted(shapes, 'shape')} in {result.seconds:.1f} s; wrote {', '.join(files)}", err=aside)
