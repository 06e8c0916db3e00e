"""How well meshes redraw pictures: ``python -m benchmarks.meshes [IMAGE ...]``, and how long their step takes.

``python -m benchmarks.meshes --picture`` draws ``docs/mesh.png`` instead. Prints, for every picture, number of faces
and shade, the PSNR of our picture and of the SVG drawn by resvg, the time of the fit, and the quality of the mesh; then
loss and gradient of a mesh of 2,000 faces.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

import sdfraster as sr
from sdfraster.fitting.mesh.triangulation import place
from sdfraster.fitting.strategy import MeshPlacement
from sdfraster.io import on_background, read_image, svg_text
from sdfraster.metrics import psnr
from sdfraster.model.coverage import SVG_RADIUS

from . import arguments
from .engine import machine, medians_ms
from .renderers import by_resvg

CASES = [(256, "flat"), (1000, "flat"), (1000, "vertex")]
SAMPLE = "sample:chelsea"
WIDTH, HEIGHT, FACES = 768, 512, 2000


def fit_table(pictures: list[str]) -> None:
    """Print the table of the fits."""
    print("| picture | faces | shade | ours dB | SVG dB | s | turned over | min angle | 99 % above |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in pictures:
        target = on_background(read_image(name, np.float64))
        for count, shade in CASES:
            result = sr.fit(name, kind="mesh", count=count, shade=shade, filter_radius=SVG_RADIUS["parabolic"])
            drawn = by_resvg(svg_text(result.scene))
            quality = result.mesh_quality
            assert quality is not None
            angles = f"{quality['inverted']} | {quality['min_angle']:.1f} | {quality['angle_1_percent']:.1f}"
            decibels = f"{result.psnr:.2f} | {psnr(drawn, target):.2f}"
            print(
                f"| {Path(name).stem} | {count} | {shade} | {decibels} | {result.seconds:.1f} | {angles} |", flush=True
            )


def step_table() -> None:
    """Print how long loss and gradient of a large mesh take."""
    rng = np.random.default_rng(0)
    target = rng.uniform(0.0, 1.0, (HEIGHT, WIDTH, 3)).astype(np.float32)
    points, faces = place(FACES, np.full_like(target, 0.5), rng, MeshPlacement())
    meshes = {
        "flat": sr.Mesh(points.astype(np.float32), faces, rng.uniform(0.0, 1.0, (FACES, 3))),
        "vertex": sr.Mesh(points.astype(np.float32), faces, vertex_color=rng.uniform(0.0, 1.0, (len(points), 3))),
    }
    for shade, mesh in meshes.items():
        objective = sr.Objective(sr.Scene(WIDTH, HEIGHT, mesh), target)
        (median,) = medians_ms([partial(objective, objective.x)], 100)
        print(f"\n{FACES} {shade} faces on {WIDTH}x{HEIGHT}: loss and gradient {median:.2f} ms")


def picture() -> None:
    """Draw the picture of the README: the sample, flat faces, and colours of vertices, as SVG drawn by resvg."""
    parts = [np.rint(255.0 * read_image(SAMPLE)).astype(np.uint8)]
    for count, shade in ((256, "flat"), (1000, "vertex")):
        scene = sr.fit(SAMPLE, kind="mesh", count=count, shade=shade, filter_radius=SVG_RADIUS["parabolic"]).scene
        drawn = np.rint(255.0 * by_resvg(svg_text(scene))).astype(np.uint8)
        parts += [np.full_like(parts[0][:, :8], 255), drawn]
    Image.fromarray(np.concatenate(parts, axis=1)).save("docs/mesh.png", optimize=True)


def main() -> None:
    """Print the tables, or draw the picture."""
    parser = arguments.parser(__doc__)
    parser.add_argument("images", nargs="*", default=[SAMPLE])
    parser.add_argument("--picture", action="store_true")
    given = parser.parse_args()
    if given.picture:
        picture()
        return
    print(machine())
    fit_table(given.images)
    step_table()


if __name__ == "__main__":
    main()
