"""`sdfraster render`: a scene file as a picture, at any size."""

from __future__ import annotations

from pathlib import Path

import click

from .options import Positive, check_id_prefix, device, filters, id_prefix, output


@click.command(short_help="Draw a scene.")
@click.argument("scene", metavar="SCENE.json", type=click.Path(path_type=Path))
@output
@click.option(
    "--scale",
    type=Positive(),
    default=1.0,
    help="Draw the picture this much larger; .svg and .json files are not scaled.",
)
@id_prefix
@filters
@device()
def render(
    scene: Path,
    outputs: tuple[Path, ...],
    scale: float,
    id_prefix: str | None,
    filter: str,
    filter_radius: float,
    device: str,
) -> None:
    """Draw the scene in SCENE.json, or convert it to SVG."""
    from sdfraster.io import check_writable, load, save

    check_id_prefix(id_prefix, outputs)
    for path in outputs:
        check_writable(path)
    loaded = load(scene)
    for path in outputs:
        save(loaded, path, scale, id_prefix, filter=filter, filter_radius=filter_radius, device=device)
