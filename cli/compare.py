"""`sdfraster compare`: how alike two pictures are."""

from __future__ import annotations

import json
from math import isfinite

import click

from .files import opened
from .options import strict

SAME_SIZE = "pictures to compare must have the same size"


@click.command(short_help="Measure how alike two pictures are.")
@click.argument("a")
@click.argument("b")
@click.option("--json", "as_json", is_flag=True, help='Print one JSON object; "psnr" is null for equal pictures.')
@strict
def compare(a: str, b: str, as_json: bool, strict: bool) -> None:
    """Print PSNR, SSIM and mean absolute error of the pictures A and B.

    Each is an image file, sample:NAME for one that ships with the program, or - for standard input; or a drawing
    (.svg, .svgz), which is drawn as large as the other one, if it has its proportions. If one is transparent anywhere,
    alpha is compared as a fourth channel, and colours are multiplied by it.
    """
    import numpy as np

    from sdfraster import metrics
    from sdfraster.errors import DataError
    from sdfraster.io import is_drawing, pictures_of

    x, y = pictures_of(opened(a, b), strict, np.float64)
    if x.shape[:2] != y.shape[:2]:
        (h, w), (i, j) = x.shape[:2], y.shape[:2]
        drawn = any(map(is_drawing, (a, b)))
        what = "a drawing must have the proportions of what it is compared with" if drawn else SAME_SIZE
        raise DataError(f"{what}, but {a} is {w} x {h} and {b} is {j} x {i}")
    psnr, ssim, mae = metrics.psnr(x, y), metrics.ssim(x, y), metrics.mae(x, y)
    if as_json:
        click.echo(json.dumps({"psnr": psnr if isfinite(psnr) else None, "ssim": ssim, "mae": mae}))
    else:
        click.echo(f"PSNR {psnr:.2f} dB\nSSIM {ssim:.4f}\nMAE  {mae:.5f}")
