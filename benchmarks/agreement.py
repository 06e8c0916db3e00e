"""How near our pictures are to what renderers make of our SVG: ``python -m benchmarks.agreement [--out FOLDER]``.

Draws every kind of shape in colours of every rule: a cell for each, with nine shapes of some ten pixels, which let
a fifth shine through. The SVG of all cells is drawn by resvg, Skia, Chromium and Inkscape, as far as they are
installed. Prints Markdown tables: our picture, at the filter that SVG stands for, against each of them, and them
against each other. Every entry is the PSNR of a cell in dB and the largest difference of a channel, from 0 to 1; those
below `AGREED` are bold. ``--out`` keeps the SVG and all pictures.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import sdfraster as sr
from sdfraster.mesh import MESH
from sdfraster.metrics import psnr
from sdfraster.model.coverage import SVG_RADIUS
from tests.scenes import colors

from . import arguments, renderers
from .renderers import Picture
from .scenes import triangulated

STEP, ROW, MARGIN = 32, 3, 16  # pixels from shape to shape; shapes in a row; pixels that no shape of a cell leaves
CELL = ROW * STEP + 2 * MARGIN  # pixels
SIZE, OPACITY = 10.0, 0.8  # of a shape; pixels
RULES = ("constant", "linear", "gradient", "gradient 4", "radial", "radial 3")
OF_MESHES = RULES[:2]
AGREED = 38.0  # dB; resvg and Chromium agree to some 42


def shapes(rng: np.random.Generator, kind: str, rule: str, x: float, y: float) -> sr.Layer | sr.Mesh:
    """Return the shapes of the cell at (x, y)."""
    if kind == MESH:
        vertices, faces = triangulated(rng, ROW**2, (x + MARGIN, y + MARGIN), (x + CELL - MARGIN, y + CELL - MARGIN))
        return sr.Mesh(vertices, faces, colors(rng, rule, len(faces)))
    at = MARGIN + STEP * (np.arange(ROW) + 0.5)
    params = [sr.primitive(kind).sample(rng, x + across, y + down, SIZE) for down in at for across in at]
    shading: dict[str, Any] = {} if rule == "constant" else {"shading": rule.partition(" ")[0]}
    return sr.Layer(kind, params, colors(rng, rule, len(params)), OPACITY, **shading)


def cells() -> dict[tuple[str, str], tuple[int, int]]:
    """Return the corner of the cell of each kind and rule."""
    return {
        (kind, rule): (CELL * column, CELL * row)
        for row, kind in enumerate((*sr.kinds(), MESH))
        for column, rule in enumerate(RULES)
        if kind != MESH or rule in OF_MESHES
    }


def table(title: str, ours: Picture, theirs: Picture) -> None:
    """Print how near two pictures are, cell by cell."""
    print(f"\n{title}\n\n| | {' | '.join(RULES)} |\n|---|{'---|' * len(RULES)}")
    places = cells()
    for kind in (*sr.kinds(), MESH):
        entries = []
        for rule in RULES:
            if (kind, rule) not in places:
                entries.append("-")
                continue
            x, y = places[kind, rule]
            a, b = (picture[y : y + CELL, x : x + CELL] for picture in (ours, theirs))
            near = psnr(a, b)
            entry = f"{near:.1f} / {np.abs(a - b).max():.2f}"
            entries.append(entry if near >= AGREED else f"**{entry}**")
        print(f"| {kind} | {' | '.join(entries)} |", flush=True)


def main() -> None:
    """Print the tables."""
    parser = arguments.parser(__doc__)
    parser.add_argument("--out", type=Path, help="a folder for the SVG and all pictures")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()

    rng = np.random.default_rng(given.seed)
    layers = [shapes(rng, *names, *corner) for names, corner in cells().items()]
    scene = sr.Scene(CELL * len(RULES), CELL * (len(sr.kinds()) + 1), layers, (0.9, 0.9, 0.8))
    svg = sr.to_svg(scene)
    pictures = {name: draw(svg) for name, draw in renderers.installed().items()}
    pictures = {"sdfraster": sr.render(scene, SVG_RADIUS["parabolic"]).clip(0.0, 1.0), **pictures}
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / "agreement.svg").write_text(svg)
        for name, picture in pictures.items():
            Image.fromarray(np.rint(255.0 * picture).astype(np.uint8)).save(given.out / f"{name}.png")

    for (name, picture), (other, other_picture) in combinations(pictures.items(), 2):
        table(f"{name} and {other}", picture, other_picture)


if __name__ == "__main__":
    main()
