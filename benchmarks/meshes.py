"""How well meshes redraw pictures: ``python -m benchmarks.meshes [IMAGE ...]``, and how long their step takes.

``python -m benchmarks.meshes --picture`` draws ``docs/mesh.png`` instead. Prints, for every picture, number of faces
and shade, the PSNR of our picture and of the SVG drawn by resvg, the time of the fit, and the quality of the mesh; then
loss and gradient of a mesh of 2,000 faces.
"""

from __future__ import annotations

import io
import sys
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

from .engine import machine, medians_ms

CASES = [(256, "flat"), (1000, "flat"), (1000, "vertex")]
SAMPLE = "sample:chelsea"
WIDTH, HEIGHT, FACES = 768, 512, 2000


def fit_table(pictures: list[str]) -> None:
    """Print the table of the fits."""
    import resvg_py

    print("| picture | faces | shade | ours dB | SVG dB | s | turned over | min angle | 99 % above |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in pictures:
        target = on_background(read_image(name, np.float64))
        for count, shade in CASES:
            result = sr.fit(name, kind="mesh", count=count, shade=shade, filter_radius=SVG_RADIUS["parabolic"])
            data = bytes(resvg_py.svg_to_bytes(svg_string=svg_text(result.scene)))
            drawn = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) / 255.0
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
    import resvg_py

    parts = [np.rint(255.0 * read_image(SAMPLE)).astype(np.uint8)]
    for count, shade in ((256, "flat"), (1000, "vertex")):
        scene = sr.fit(SAMPLE, kind="mesh", count=count, shade=shade, filter_radius=SVG_RADIUS["parabolic"]).scene
        data = bytes(resvg_py.svg_to_bytes(svg_string=svg_text(scene)))
        parts += [np.full_like(parts[0][:, :8], 255), np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))]
    Image.fromarray(np.concatenate(parts, axis=1)).save("docs/mesh.png", optimize=True)


if __name__ == "__main__" and sys.argv[1:] == ["--picture"]:
    picture()
elif __name__ == "__main__":
    print(machine())
    fit_table(sys.argv[1:] or [SAMPLE])
    step_table()
