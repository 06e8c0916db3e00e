"""What values of options can be, and the options that more than one command takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Any

import click
from click.core import ParameterSource

from sdfraster.devices import AUTO
from sdfraster.io import FORMATS
from sdfraster.io.history import SUFFIX
from sdfraster.io.ids import check_prefix
from sdfraster.mesh import MESH

from . import choices
from .files import STANDARD, Output, output_of, own_format, placed

COLORED = ("color", "background")  # names of values that are colours
_FORMAT = "sdfraster.format"  # key of what --format says, in the context of a command


def single(ctx: click.Context, param: click.Parameter, values: tuple[Any, ...]) -> Any:
    """Return the one value of an option, if it is given, and refuse several: the last one would win in silence.

    It is the callback of an option with ``multiple=True``.
    """
    if len(values) > 1:
        raise click.UsageError(f"{param.opts[0]} is given more than once", ctx)
    return values[0] if values else None


class Bounded(click.FloatRange):
    """A number above 0, or from 0, that is not too large; click's own range lets NaN pass."""

    def __init__(self, most: float, zero: bool = False) -> None:
        super().__init__(min=0.0, min_open=not zero, max=most)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = super().convert(value, param, ctx)
        if number != number:
            self.fail("nan is not a number", param, ctx)
        return number


class Positive(Bounded):
    """A positive number up to 1000."""

    def __init__(self) -> None:
        super().__init__(1e3)


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


class Behind(Color):
    """A colour, or what says that it slopes, or a picture."""

    name = "color|linear|picture"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from sdfraster.fitting.backdrop import is_picture, is_sloping

        return value if is_sloping(value) or is_picture(value) else super().convert(value, param, ctx)


class Held(click.ParamType):
    """A value of all shapes, NAME=VALUE: a number or a colour; or a name; or mask=K,K,... with numbers of shapes."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        name, given, text = (part.strip() for part in value.partition("="))
        if not given:
            return name, None
        if name == "mask":
            try:
                return name, [int(number) for number in text.split(",")]
            except ValueError:
                self.fail(f"{value!r} is not of the form mask=K,K,..., numbers of shapes such as mask=0,3", param, ctx)
        try:
            return name, float(text)
        except ValueError:
            if name in COLORED:
                return name, Color().convert(text, param, ctx)
            self.fail(f"{name}={text}: {text!r} is no number", param, ctx)


class IdPrefix(click.ParamType):
    """What ids in an SVG can begin with."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            check_prefix(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return str(value)


class Palette(click.ParamType):
    """A number of colours, or colours with commas between them."""

    name = "n|colors"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | list[str]:
        if value.lstrip("-").isdecimal():
            return int(value)
        return [color.strip() for color in re.split(r",(?![^(]*\))", value)]  # not at the commas of rgb(1,2,3)


class Region(click.ParamType):
    """A rectangle, X,Y,WIDTH,HEIGHT."""

    name = "x,y,width,height"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        try:
            x, y, width, height = map(float, value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not of the form X,Y,WIDTH,HEIGHT, such as 120,40,80,80", param, ctx)
        return x, y, width, height


class Start(click.ParamType):
    """A way for a fit to start, or a scene file."""

    name = "init"

    def get_metavar(self, *_: Any, **__: Any) -> str:
        return f"[{'|'.join((*choices.INITS, 'SCENE.json', 'DRAWING.svg', 'DRAWING.svgz'))}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in choices.INITS and not value.lower().endswith((".json", ".svg", ".svgz")):
            known = ", ".join(map(repr, choices.INITS))
            files = "SCENE.json, DRAWING.svg or DRAWING.svgz"
            self.fail(f"{value!r} is not one of {known}, nor a file, {files}.", param, ctx)
        return str(value)


class Weighted(click.ParamType):
    """A name with a weight, NAME=WEIGHT."""

    name = "name=weight"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        name, _, weight = value.partition("=")
        try:
            return name.strip(), float(weight)
        except ValueError:
            self.fail(f"{value!r} is not of the form NAME=WEIGHT, such as opacity=0.01", param, ctx)


def bundle(
    name: str, make: Callable[..., Any], options: Mapping[str, Callable[..., Any]]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds options that a command gets as one thing.

    Parameters
    ----------
    name : str
        Of the argument of the command.
    make : callable
        Takes the values of the options in their order; a ValueError is wrong usage.
    options : mapping
        Decorators of click, by the names of their values.
    """

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def bundled(*arguments: Any, **given: Any) -> Any:
            values = [given.pop(each) for each in options]
            try:
                given[name] = make(*values)
            except ValueError as error:
                raise click.UsageError(str(error)) from None
            return function(*arguments, **given)

        decorated: Callable[..., Any] = bundled
        for option in reversed(list(options.values())):
            decorated = option(decorated)
        return decorated

    return add


def output(suffixes: tuple[str, ...] = choices.SUFFIXES) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds ``-o``, which may repeat, and ``--format``; the command gets `outputs`, a tuple of `Output`.

    Suffixes are those of the files that the command can write.
    """
    form = click.option(
        "--format",
        type=click.Choice([suffix.lstrip(".") for suffix in suffixes]),
        is_eager=True,  # known when outputs are looked at
        expose_value=False,
        callback=lambda ctx, option, value: ctx.meta.__setitem__(_FORMAT, value),
        help=f"Format of outputs whose suffix does not say it, such as {STANDARD}, a pipe or a device.",
    )
    places = click.option(
        "-o",
        "--output",
        "outputs",
        type=click.Path(readable=False),  # a pipe may be for writing only
        required=True,
        multiple=True,
        callback=partial(_outputs, suffixes),
        help="Where to write; may be given more than once. The suffix decides the format: "
        f"{', '.join(suffixes)}. {STANDARD} is standard output; what the command has to say then goes to stderr.",
    )
    return lambda function: places(form(function))


def history(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--history``, which may repeat; the command gets `histories`, a tuple of `Output`."""

    def of(ctx: click.Context, param: click.Parameter, names: tuple[str, ...]) -> tuple[Output, ...]:
        try:
            return tuple(placed(name, SUFFIX.lstrip(".")) for name in names)
        except ValueError as error:
            raise click.BadParameter(str(error), ctx, param) from None

    return click.option(
        "--history",
        "histories",
        multiple=True,
        type=click.Path(readable=False),
        callback=of,
        help="Write loss, seconds, PSNR and number of shapes of every step as JSON, for `sdfraster plot`. So does an "
        f"output that ends with {SUFFIX}.",
    )(function)


def id_prefix(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--id-prefix``; the command gets a text or None, see `check_id_prefix`."""
    return click.option(
        "--id-prefix",
        type=IdPrefix(),
        help="What ids in an .svg file begin with.  [default: letters that differ from drawing to drawing]",
    )(function)


def check_id_prefix(prefix: str | None, outputs: tuple[Output, ...]) -> None:
    """Refuse a prefix of ids where nothing has ids."""
    if prefix is not None and not any(each.what.ids for each in outputs):
        having = " and ".join(each.suffix for each in FORMATS.values() if each.ids)
        raise click.UsageError(f"--id-prefix is for {having} files, and none is written")


def check_no_meshes(outputs: tuple[Output, ...]) -> None:
    """Refuse outputs that hold meshes only."""
    if any(each.what.meshes for each in outputs):
        only = " and ".join(each.suffix.lstrip(".") for each in FORMATS.values() if each.meshes)
        raise click.UsageError(f"{only} files hold meshes only; choose --kind {MESH}")


def check_no_fits(outputs: tuple[Output, ...]) -> None:
    """Refuse outputs that are about a fit."""
    if any(each.what.of_fit for each in outputs):
        about = " and ".join(each.suffix for each in FORMATS.values() if each.of_fit)
        raise click.UsageError(f"{about} files are about a fit: write them with `sdfraster fit`")


def _outputs(
    suffixes: tuple[str, ...], ctx: click.Context, param: click.Parameter, names: tuple[str, ...]
) -> tuple[Output, ...]:
    """Return the outputs, or refuse those without a format, and a format without such outputs."""
    form = ctx.meta.get(_FORMAT)
    try:
        outputs = tuple(output_of(name, form, suffixes) for name in names)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None
    if form is not None and all(map(own_format, names)):
        raise click.UsageError(f"--format {form} is for outputs whose suffix says none, but all do")
    return outputs


def device(names: tuple[str, ...] = choices.DRAWING_DEVICES) -> Callable[..., Any]:
    """Return what adds ``--device``, with a choice of names."""
    automatic = "; auto: the GPU where it is expected to be faster" if AUTO in names else ""
    return click.option(
        "--device",
        type=click.Choice(names),
        default="cpu",
        help=f"Where to compute; cuda is an NVIDIA GPU, for the extra cuda12 or cuda13{automatic}.",
    )


def filters(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--filter`` and ``--filter-radius``: how outlines are smoothed."""
    function = click.option(
        "--filter-radius",
        type=Positive(),
        default=1.0,
        help="Radius of the pixel filter in pixels; 0.645 with the parabolic filter looks like SVG renderers. Drawings "
        "(.svg, .svgz) look so if nothing is said.",
    )(function)
    return click.option(
        "--filter", type=click.Choice(choices.FILTERS), default="parabolic", help="Shape of the pixel filter."
    )(function)


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--strict``."""
    return click.option(
        "--strict",
        is_flag=True,
        help="Refuse an .svg or .svgz file that has what cannot be drawn, instead of a warning.",
    )(function)


def sharp(ctx: click.Context, source: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return options of drawing: of an SVG those that look like other renderers, where nothing else is asked for."""
    from sdfraster.io import SHARP, is_drawing
    from sdfraster.model.coverage import SVG_RADIUS

    if not is_drawing(source):
        return options
    said = {name for name in ("filter", "filter_radius") if ctx.get_parameter_source(name) != ParameterSource.DEFAULT}
    name = options["filter"] if said else SHARP
    radius = options["filter_radius"] if "filter_radius" in said else SVG_RADIUS[name]
    return {**options, "filter": name, "filter_radius": radius}
