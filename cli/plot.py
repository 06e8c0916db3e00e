"""`sdfraster plot`: how fits went, as a chart."""

from __future__ import annotations

from pathlib import Path

import click

from sdfraster.io.chart import AXES, LABELS, SUFFIXES
from sdfraster.io.history import SUFFIX

from .files import STANDARD, one_file, opened, status


def _charts(ctx: click.Context, param: click.Parameter, names: tuple[str, ...]) -> dict[str, str]:
    """Return the suffix of every file, or refuse one that is none of a chart."""
    files = {name: Path(name).suffix.lower() for name in names}
    for name, suffix in files.items():
        if suffix not in SUFFIXES:
            raise click.BadParameter(f"{name}: a chart is a file whose suffix is one of {', '.join(SUFFIXES)}")
    return files


@click.command(short_help="Show how fits went, as a chart.")
@click.argument("histories", metavar="HISTORY...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    "files",
    type=click.Path(readable=False),
    required=True,
    multiple=True,
    callback=_charts,
    help=f"Where to write; may be given more than once. The suffix decides the format: {', '.join(SUFFIXES)}.",
)
@click.option("--x", type=click.Choice(tuple(AXES)), default="steps", help="What is to the right.")
@click.option(
    "--what",
    type=click.Choice(tuple(LABELS)),
    help="What is upwards.  [default: psnr, or loss where a history has no PSNR]",
)
def plot(histories: tuple[str, ...], files: dict[str, str], x: str, what: str | None) -> None:
    """Draw how fits went: a line for each HISTORY, which `sdfraster fit --history FILE` writes, or - for stdin.

    It needs Matplotlib: pip install "sdfraster[plot]".
    """
    from sdfraster.io.chart import column_of, save_chart
    from sdfraster.io.history import read_history
    from sdfraster.io.place import check_place

    for file in files:
        check_place(file)
        if any(one_file(status(file), status(name)) for name in histories):
            raise click.UsageError(f"{file} is a history itself; choose another name for the chart")
    read = [read_history(source) for source in opened(*histories)]
    shown = column_of(dict(zip(histories, read, strict=True)), what)  # whose messages name files, not legends
    save_chart(dict(zip(_labels(histories), read, strict=True)), files, x, shown)
    for file in files:
        click.echo(f"wrote {file}")


def _labels(names: tuple[str, ...]) -> list[str]:
    """Return what the legend calls files: their names without folder and suffix if these differ, else all they are."""
    said = ["standard input" if name == STANDARD else name for name in names]
    short = [Path(name).name.removesuffix(SUFFIX).removesuffix(".json") for name in said]
    return short if len(set(short)) == len(short) else said
