"""`sdfraster fit`: a picture redrawn in shapes."""

from __future__ import annotations

import json
import re
import signal
import sys
import threading
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sdfraster.devices import AUTO
from sdfraster.mesh import MESH, SHADES
from sdfraster.model.coverage import FILTERS, SVG_RADIUS
from sdfraster.primitives import kinds
from sdfraster.scene import COMPOSITES

from .options import Color, Positive, Region, Weighted, device, output

if TYPE_CHECKING:
    from sdfraster.fitting import FitOptions, FitProgress, FitResult

REDRAW = 0.1  # seconds between updates of the progress bar
GEOMETRY = (".obj", ".ply")
NOTABLE = 0.1  # dB lost in the SVG that need an explanation


@click.command(short_help="Redraw a picture in shapes.")
@click.argument("image", metavar="IMAGE")
@output
@click.option(
    "--kind",
    type=click.Choice((*kinds(), MESH)),
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
    type=click.Choice(SHADES),
    default="flat",
    help="Colours of a mesh: one or a linear one for each triangle, or one for each vertex.",
)
@click.option(
    "--color",
    type=click.Choice(["constant", "linear", "gradient"]),
    default="constant",
    help="Colour of a shape: one, one that changes linearly, or that in one direction for all channels, as SVG can.",
)
@click.option(
    "--composite",
    type=click.Choice(COMPOSITES),
    default="over",
    help="Painted one over the other, or averaged; SVG can only express the first.",
)
@click.option("--iterations", type=click.IntRange(0), default=1000, help="Steps of the optimiser.")
@click.option(
    "--background",
    type=Color(),
    help="Colour behind the shapes, such as white or '#ff8000'; transparent pictures are put on it.  "
    "[default: found by the fit; none if IMAGE is transparent]",
)
@click.option("--optimizer", type=click.Choice(["adam", "amsgrad", "lbfgs"]), default="adam", help="Optimiser.")
@click.option("--rate", type=Positive(), default=1.0, help="Factor on all learning rates.")
@click.option(
    "--init",
    type=click.Choice(["random", "grid", "error", "contour"]),
    default="random",
    help="Where the shapes start; error: where the picture differs from its mean colour; contour, for paths and "
    "polygons: as the regions of near-constant colour.",
)
@click.option(
    "--loss",
    default="mse",
    metavar="LOSS",
    help="What is minimised: mse, mae, huber, charbonnier, ssim, ms_ssim, gradient, gradient_charbonnier, "
    "or a sum such as 'mse + 0.2*ssim'.",
)
@click.option(
    "--delta",
    type=Positive(),
    default=0.1,
    help="Error, of 1 for black against white, at which huber and charbonnier become linear.",
)
@click.option(
    "--weight",
    type=click.Path(),
    help="A mask of the size of IMAGE: its white pixels count fully, its black ones not at all.",
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
@click.option("--filter", type=click.Choice(tuple(FILTERS)), default="parabolic", help="Shape of the pixel filter.")
@click.option(
    "--filter-radius",
    type=Positive(),
    help="Radius of the pixel filter of the result.  [default: that of SVG renderers if any output is .svg, else 1]",
)
@click.option("--target-psnr", type=Positive(), help="Decibels that are enough; the fit then ends early.")
@click.option(
    "--time-limit", type=Positive(), help="Seconds the fit may take, after contours are traced; its schedule is cut."
)
@click.option(
    "--palette",
    callback=lambda ctx, option, value: _palette(value),
    metavar="N|COLORS",
    help="Use so many colours, or these: a number, or colours like 'navy,#ff8000,#fff'.",
)
@click.option("--opaque", is_flag=True, help="Make every shape opaque.")
@click.option(
    "--size",
    type=click.IntRange(1),
    help="Fit a copy whose longer side has so many pixels; results have the size of IMAGE.  "
    "[default: as many as --count shapes need]",
)
@click.option("--scale", type=Positive(), default=1.0, help="Draw pictures this much larger than the original.")
@device(AUTO)
@click.option("--seed", type=click.IntRange(0), default=0, help="The same seed gives the same result, bit for bit.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
@click.pass_context
def fit(
    ctx: click.Context,
    image: str,
    outputs: tuple[Path, ...],
    scale: float,
    as_json: bool,
    filter_radius: float | None,
    **options: Any,
) -> None:
    """Find shapes that redraw IMAGE: a file, or sample:NAME for a picture that comes with sdfraster.

    Ctrl-C ends the fit early; the shapes found so far are written.
    """
    from sdfraster.fitting import FitOptions
    from sdfraster.fitting import fit as run
    from sdfraster.fitting.weight import weigh
    from sdfraster.io import check_picture, check_writable, read_image

    if options["kind"] != MESH and any(path.suffix.lower() in GEOMETRY for path in outputs):
        raise click.UsageError(f"{' and '.join(GEOMETRY)} files hold meshes only; choose --kind {MESH}")
    for path in outputs:
        check_writable(path)
    options["regularizers"] = _once(options["regularizers"])
    try:
        FitOptions(**options)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    target = read_image(image)
    for path in outputs:
        if path.exists() and Path(image).exists() and path.samefile(image):
            raise click.UsageError(f"{path} is the picture itself; choose another name for the result")
    options["weight"] = weigh(options["weight"], options.pop("region"), target)  # errors come before the bar
    svg = any(path.suffix.lower() == ".svg" for path in outputs)
    transparent = target.shape[2] == 4 and options["kind"] != MESH and options["background"] is None
    for path in outputs:
        check_picture(path, target.shape[1] * scale, target.shape[0] * scale, transparent)
    radius = filter_radius or (SVG_RADIUS[options["filter"]] if svg else 1.0)
    chosen = FitOptions(**options, filter_radius=radius)
    bar = _Bar(chosen.iterations)
    with bar:
        result = run(target, chosen, bar)
    _save_all(result, outputs, scale)
    summary = _summary(result, target, outputs, svg)
    click.echo(json.dumps(summary) if as_json else _text(summary))
    if options["device"] != "cpu" and not as_json:
        click.echo(_where(result.options))
    if result.interrupted:
        ctx.exit(130)


def _once(weights: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """Return the regularisers with their weights, or refuse one that comes twice."""
    names = [name for name, _ in weights]
    for name in names:
        if names.count(name) > 1:
            raise click.UsageError(f"--regularize {name} is given more than once")
    return dict(weights)


def _save_all(result: FitResult, outputs: tuple[Path, ...], scale: float) -> None:
    """Write every file; one that cannot be written is reported after the others are."""
    from sdfraster.errors import DataError
    from sdfraster.io import save

    options, failed = result.options, []
    drawn = {"filter": options.filter, "filter_radius": options.filter_radius, "device": options.device}
    for path in outputs:
        try:
            save(result.scene, path, scale, **drawn)
        except DataError as error:
            failed.append(str(error))
    if failed:
        raise DataError("; ".join(failed))


def _palette(value: str | None) -> int | list[str] | None:
    """Return the number of colours, or the colours, that ``--palette`` asks for."""
    if value is None or value.lstrip("-").isdecimal():
        return None if value is None else int(value)
    return [color.strip() for color in re.split(r",(?![^(]*\))", value)]  # not at the commas of rgb(1,2,3)


class _Interrupt:
    """Ctrl-C that is not lost.

    Python drops the exception if it comes while a finaliser or a callback from C runs; then the next step raises it.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: Any = None

    def __enter__(self) -> _Interrupt:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *error: Any) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def check(self) -> None:
        """Raise KeyboardInterrupt if it was asked for."""
        if self._asked:
            self._asked = False
            raise KeyboardInterrupt

    def _ask(self, *signal: Any) -> None:
        self._asked = True
        raise KeyboardInterrupt


class _Bar:
    """Progress on stderr: share done, time left, loss."""

    def __init__(self, iterations: int) -> None:
        self._bar: Any = click.progressbar(
            length=iterations, label="fitting", file=sys.stderr, item_show_func=self._state
        )
        self._next = 0.0
        self._interrupt = _Interrupt()

    def __enter__(self) -> _Bar:
        self._interrupt.__enter__()
        self._bar.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._bar.__exit__(*error)
        self._interrupt.__exit__(*error)

    def __call__(self, progress: FitProgress) -> None:
        self._interrupt.check()
        if progress.seconds >= self._next or progress.iteration == progress.iterations:
            self._next = progress.seconds + REDRAW
            self._bar.update(progress.iteration - self._bar.pos, progress)

    @staticmethod
    def _state(progress: FitProgress | None) -> str | None:
        if progress is None:
            return None
        text = f"loss {progress.loss:.5f}"
        return text if progress.psnr is None else f"{text}  PSNR {progress.psnr:.2f} dB"


def _summary(result: FitResult, target: Any, outputs: tuple[Path, ...], svg: bool) -> dict[str, Any]:
    options = result.options
    summary = {
        "kind": options.kind,
        "count": len(result.scene.layers[0]),
        **_style(result),
        "psnr": _decibels(result.psnr),
        "ssim": round(result.ssim, 4),
        "seconds": round(result.seconds, 3),
        "iterations": len(result.history),
        "device": options.device,
        "seed": options.seed,
        "files": [str(path) for path in outputs],
        "interrupted": result.interrupted,
    }
    if svg:
        summary["svg_psnr"] = _decibels(_svg_psnr(result, target))
    if options.target_psnr is not None:
        summary["target_psnr"] = options.target_psnr
        summary["target_reached"] = result.psnr >= options.target_psnr
    return summary


def _decibels(psnr: float) -> float | None:
    """Return a PSNR as JSON can hold it: None if there is no error at all."""
    return round(psnr, 3) if isfinite(psnr) else None


def _style(result: FitResult) -> dict[str, Any]:
    """Return how shapes are coloured and composed, and the quality of a mesh."""
    options = result.options
    if result.mesh_quality is None:
        return {"composite": options.composite, "color": options.color}
    return {"composite": "mean", "shade": options.shade, **result.mesh_quality}


def _svg_psnr(result: FitResult, target: Any) -> float:
    """Return the PSNR of the scene as an SVG renderer draws it."""
    from sdfraster import render
    from sdfraster.io import expressible, on_background
    from sdfraster.metrics import psnr

    if target.shape[2] > result.image.shape[2]:
        background = result.options.background
        target = on_background(target) if background is None else on_background(target, background)
    drawn = render(expressible(result.scene), filter_radius=SVG_RADIUS["parabolic"])
    return psnr(drawn.clip(0.0, 1.0), target)


def _where(options: FitOptions) -> str:
    """Return where the fit was computed."""
    from sdfraster.model.loss import LOSSES

    names = [term.rpartition("*")[2].strip() for term in options.loss.split("+")]
    others = [name for name in names if name not in LOSSES]
    apart = f", but {' and '.join(others)} on the CPU" if others and options.device != "cpu" else ""
    return f"computed on {options.device}{apart}"


def _shown(psnr: float | None) -> str:
    return "infinite" if psnr is None else f"{psnr:.2f} dB"


def _text(summary: dict[str, Any]) -> str:
    mesh = summary["kind"] == MESH
    what = f"mesh of {summary['count']} triangles" if mesh else f"{summary['count']} {summary['kind']}s"
    lines = [
        f"{what}: PSNR {_shown(summary['psnr'])}, SSIM {summary['ssim']:.3f}, "
        f"{summary['iterations']} iterations in {summary['seconds']:.2f} s"
    ]
    if summary["interrupted"]:
        lines[0] += " (interrupted)"
    if not summary.get("target_reached", True):
        lines.append(f"the target of {summary['target_psnr']:g} dB was not reached; a larger --count may help")
    if "svg_psnr" in summary:
        ours, drawn = (inf if summary[key] is None else summary[key] for key in ("psnr", "svg_psnr"))
        lost = ours - drawn if drawn < ours else 0.0
        lines.append(f"as SVG: PSNR {_shown(summary['svg_psnr'])}, {lost:.2f} dB lost")
        if summary["composite"] == "mean" and not mesh:
            lines[-1] += "; SVG cannot express a mean layer, its shapes are painted one over the other"
        elif summary.get("color", summary.get("shade")) not in ("constant", "flat", None) and lost >= NOTABLE:
            lines[-1] += "; an SVG gradient has one direction for all channels, and is clamped to 0..1"
    if mesh:
        least, largest, median = summary["areas"]
        lines.append(
            f"smallest angle {summary['min_angle']:.1f} degrees, in 99 % of the triangles above "
            f"{summary['angle_1_percent']:.1f}; {summary['inverted']} turned over; areas from {least:.3g} to "
            f"{largest:.3g}, median {median:.3g} square pixels"
        )
    return "\n".join([*lines, *(f"wrote {name}" for name in summary["files"])])
