"""`sdfraster fit`: a picture redrawn in shapes."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click

from sdfraster.errors import DataError
from sdfraster.io import Film, Page
from sdfraster.io.film import BUILD, SEARCH, STILL
from sdfraster.mesh import MESH
from sdfraster.model.ramp import FEWEST, MOST

from . import choices
from .bar import Bar
from .batch import Batch, batch_options, is_batch, run_batch
from .files import STANDARD, Output, opened, save_all
from .film import check_film, film
from .keeping import Keeping, keeping
from .options import (
    Behind,
    Held,
    Palette,
    Positive,
    Region,
    Start,
    Weighted,
    check_id_prefix,
    check_no_meshes,
    device,
    history,
    id_prefix,
    output,
    single,
)
from .overlap import check_places
from .page import check_page, page
from .report import summarize, text, where

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sdfraster.batch.wish import Wish
    from sdfraster.fitting import FitOptions

COMMAND_LINE = "sdfraster.command line"  # key of the words of the command, in the context of every command
FOLLOWING = "kind", "count", "color", "stops", "composite"  # what a scene to start from says, if nobody else does


@click.command(short_help="Redraw a picture in shapes.")
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True)
@output()
@history
@click.option(
    "--kind",
    type=click.Choice(choices.KINDS),
    default="circle",
    help="Kind of the shapes; a mesh is triangles that share vertices and cover the picture.",
)
@click.option(
    "--count",
    "--max-shapes",
    type=click.IntRange(1),
    default=256,
    help="Number of shapes, or of triangles of a mesh; with --target-psnr the most there may be.",
)
@click.option(
    "--segments",
    type=click.IntRange(1),
    help="Bezier curves of each path or stroke, or corners of each polygon.  [default: 4, 4, and 7]",
)
@click.option(
    "--shade",
    type=click.Choice(choices.SHADES),
    default="flat",
    help="Colours of a mesh: one or a linear one for each triangle, or one for each vertex.",
)
@click.option(
    "--color",
    type=click.Choice(choices.COLORS),
    default="constant",
    help="Colour of a shape: one, one that changes linearly, or a gradient between two, linear or radial, as in SVG.",
)
@click.option(
    "--stops", type=click.IntRange(FEWEST, MOST), default=FEWEST, help="How many colours gradients go through."
)
@click.option(
    "--composite",
    type=click.Choice(choices.COMPOSITES),
    default="over",
    help="Painted one over the other, or averaged; SVG can only express the first.",
)
@click.option(
    "--iterations",
    type=click.IntRange(0),
    help="Steps of the optimiser.  [default: 2000, of more than 500 shapes 2500; of strokes 1300; "
    "of paths, polygons, meshes 1000]",
)
@click.option(
    "--background",
    type=Behind(),
    help="Colour behind the shapes, such as white or '#ff8000'; transparent pictures are put on it, or stay so with "
    "'transparent' (alpha 0). Or linear, one that slopes; or a picture.  [default: found by the fit; none if IMAGE is "
    "transparent]",
)
@click.option("--optimizer", type=click.Choice(choices.OPTIMIZERS), default="adam", help="Optimiser.")
@click.option(
    "--polish",
    type=click.IntRange(0),
    default=0,
    help="Iterations of L-BFGS at the end, for the last digits; not of meshes.",
)
@click.option("--rate", type=Positive(), default=1.0, help="Factor on all learning rates.")
@click.option(
    "--init",
    type=Start(),
    default="auto",
    help="Where the shapes start; error: where the picture differs from its mean colour; contour, for paths and "
    "polygons: as the regions of near-constant colour; auto: contour for flat art, where --kind and other options "
    "allow it, else random; SCENE.json: as the shapes of a scene of the size of IMAGE, from which their kind, number "
    "and colours follow; if a larger --count is asked for, the others are put on top of it.",
)
@click.option(
    "--fixed",
    type=Held(),
    multiple=True,
    help="A value that is held, such as opacity=1, color=navy or r=3, in pixels of IMAGE; may be given more than once. "
    "Without a value, such as color: as in the SCENE.json of --init; mask=0,3 holds its shapes of these numbers.",
)
@click.option(
    "--loss",
    default="mse",
    metavar="LOSS",
    help=f"What is minimised: {', '.join(choices.LOSSES)}, or a sum such as 'mse + 0.2*ssim'.",
)
@click.option(
    "--delta",
    type=Positive(),
    default=0.1,
    help="Error, of 1 for black against white, at which huber and charbonnier become linear.",
)
@click.option(
    "--weight",
    multiple=True,
    callback=single,
    type=click.Path(readable=False),  # reading it says more
    help="A mask of the size of IMAGE: its white pixels count fully, its black ones not at all. Colour profiles do not "
    "matter.",
)
@click.option(
    "--region",
    type=Region(),
    help="A part of IMAGE in pixels, such as 120,40,80,80, that counts ten times as much as the rest.",
)
@click.option(
    "--regularize",
    "regularizers",
    type=Weighted(),
    multiple=True,
    help="A term added to the loss, with its weight, such as opacity=0.01; may be given more than once: opacity, size, "
    "gamut, overlap, and for paths and strokes crossing, curvature; for meshes angle only.",
)
@click.option("--filter", type=click.Choice(choices.FILTERS), default="parabolic", help="Shape of the pixel filter.")
@click.option(
    "--filter-radius",
    type=Positive(),
    help="Radius of the pixel filter of the result.  [default: that of SVG renderers if they draw an output, "
    "such as .svg or .html, else 1]",
)
@click.option("--target-psnr", type=Positive(), help="Decibels that are enough; with as few shapes as they need.")
@click.option(
    "--time-limit", type=Positive(), help="Seconds the fit may take, after contours are traced; its schedule is cut."
)
@click.option(
    "--palette",
    type=Palette(),
    help="Use so many colours, or these: a number, or colours like 'navy,#ff8000,#fff'.",
)
@click.option("--opaque", is_flag=True, help="Make every shape opaque.")
@click.option("--symmetric", is_flag=True, help="Let shapes come in pairs, left and right mirror images of each other.")
@click.option(
    "--size",
    type=click.IntRange(1),
    help="Fit a copy whose longer side has so many pixels; results have the size of IMAGE.  "
    "[default: as many as --count shapes need]",
)
@click.option("--scale", type=Positive(), default=1.0, help="Draw pictures this much larger than the original.")
@id_prefix
@page
@film((SEARCH, BUILD, STILL), SEARCH)
@device(choices.FITTING_DEVICES)
@click.option("--seed", type=click.IntRange(0), default=0, help="The same seed gives the same result, bit for bit.")
@batch_options
@keeping
@click.option("--json", "as_json", is_flag=True, help="Print the summary as a JSON object, one line for each picture.")
@click.pass_context
def fit(
    ctx: click.Context,
    /,
    images: tuple[str, ...],
    outputs: tuple[Output, ...],
    histories: tuple[Output, ...],
    scale: float,
    id_prefix: str | None,
    page: Page,
    film: Film,
    as_json: bool,
    batch: Batch,
    keeping: Keeping,
    **options: Any,
) -> None:
    """Find shapes that redraw IMAGE: a file, sample:NAME for a picture that comes with sdfraster, or - for stdin.

    Ctrl-C and SIGTERM end the fit early; the shapes found so far are written. With --checkpoint it can go on later.

    IMAGE can be many files, a folder, or a pattern in quotes. Then names of outputs tell them apart: {stem} stands for
    the name of a picture without its suffix, {name} for its name, {parent} for the name of its folder, as in
    -o 'out/{stem}.svg'. As many pictures are fitted at once as there are cores; one that fails does not end the others.
    """
    from sdfraster.batch.wish import Wish

    outputs += histories
    start = None if options["init"] in choices.INITS else options["init"]
    many = is_batch(images, outputs, batch)
    if many:
        keeping.check_many()
    own = Keeping() if many else keeping  # of many pictures each has a checkpoint of its own
    kind = options["kind"] if own.past is None else own.past.options.kind
    if start is not None or kind != MESH:
        check_no_meshes(outputs)
    if start is not None:
        for name in FOLLOWING:
            if ctx.get_parameter_source(name) is click.core.ParameterSource.DEFAULT:
                del options[name]
        options["init"] = _start(start, images[0], options.get("count"))
    check_id_prefix(id_prefix, outputs)
    check_page(ctx, outputs, page)
    check_film(ctx, outputs, film)
    options["regularizers"] = _once("--regularize", options["regularizers"])
    options["fixed"] = _once("--fixed", options["fixed"])
    clear = options["background"] == ()
    options["background"] = None if clear else options["background"]
    if clear and options.get("kind") == MESH:
        raise click.UsageError("a mesh covers the picture: its --background cannot be transparent")
    try:
        asked = own.options(ctx, options)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    _check_kinds(outputs, asked)
    wish = Wish(asked, scale, id_prefix, film, clear, {"command": ctx.meta[COMMAND_LINE]}, page)
    if many:
        run_batch(ctx, images, outputs, wish, batch, keeping, as_json)
    else:
        _fit_one(ctx, images[0], outputs, wish, start, keeping, as_json)


def _check_kinds(outputs: tuple[Output, ...], asked: FitOptions) -> None:
    """Refuse outputs that do not hold what the fit is to find."""
    from sdfraster.fitting.backdrop import is_sloping
    from sdfraster.fitting.fixed import as_mapping
    from sdfraster.fitting.given import is_file
    from sdfraster.layer import Layer
    from sdfraster.scene import Scene

    sorts: list[tuple[str, str, Any]] = []
    if isinstance(asked.init, Scene):
        sorts += [(layer.kind, layer.color_rule, None) for layer in asked.init.layers if isinstance(layer, Layer)]
    elif not is_file(asked.init):
        sorts.append((asked.kind, asked.color, as_mapping(asked.fixed)))
    if is_sloping(asked.background):
        sorts.append(("rectangle", "linear", None))
    for each in outputs:
        for sort in sorts:
            try:
                each.what.holds(each.name, *sort)
            except DataError as error:
                raise click.UsageError(str(error)) from None


def _start(start: str, image: str, count: int | None) -> Any:
    """Return the scene to start from; a drawing is as large as the picture."""
    from sdfraster.fitting.starting import read_start
    from sdfraster.io import is_drawing, load, read_image

    if not is_drawing(start):
        return load(start)
    if image == STANDARD:
        raise click.UsageError(f"--init {start} needs a picture from a file, which says how large it is to be")
    return read_start(start, read_image(image), count)


def _fit_one(
    ctx: click.Context,
    image: str,
    outputs: tuple[Output, ...],
    wish: Wish,
    start: str | None,
    keeping: Keeping,
    as_json: bool,
) -> None:
    """Fit one picture, and say how it went."""
    from sdfraster.batch.wish import Output as File
    from sdfraster.fitting import fit as run
    from sdfraster.fitting.backdrop import is_picture
    from sdfraster.io import read_image

    weight, background = wish.options.weight, wish.options.background
    mask = weight if isinstance(weight, str) else None  # a path, or standard input
    behind = background if isinstance(background, str) and is_picture(background) else None
    read = {"the picture": image, "the mask": mask, "the scene": start, "the background": behind}
    check_places(outputs, {**read, "the checkpoint": keeping.source}, keeping.checkpoint)
    source, opened_mask = opened(image, mask)
    target = read_image(source)
    files = tuple(File(each.place, each.format) for each in outputs)
    chosen = wish.options_for(target, image, files, opened_mask)  # errors come before the bar
    keeping.check(chosen, target)
    if not as_json and start is None and not wish.options.fixed and chosen.kind != MESH:
        _say_if_flat(target)
    with ctx.obj.held():
        with Bar(chosen.all_steps, ctx.obj) as bar:
            result = run(target, chosen, bar, checkpoint=keeping.checkpoint, resume=keeping.resume)
        picture = str(source) if image == STANDARD else os.path.basename(image)
        save_all(result, outputs, wish.scale, ctx.obj, **wish.saving(picture))
    aside = any(each.standard for each in outputs)  # standard output holds the result and nothing else
    summary = summarize(result, [each.name for each in outputs], wish.page.precision if chosen.for_svg else None)
    click.echo(json.dumps(summary) if as_json else text(summary), err=aside)
    if wish.options.device != "cpu" and not as_json:
        click.echo(where(result.options), err=aside)
    if result.interrupted:
        ctx.exit(ctx.obj.status)


def _say_if_flat(target: NDArray[Any]) -> None:
    """Say that a picture is flat art, if it is."""
    from sdfraster.tracing import is_flat_art

    if is_flat_art(target):
        click.echo(
            "sdfraster: hint: the picture looks like flat art; `sdfraster trace` would serve it better", err=True
        )


def _once(option: str, pairs: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    """Return what an option says by name, or refuse a name that comes twice."""
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise click.UsageError(f"{option} {name} is given more than once")
    return dict(pairs)
