"""How well disturbed drawings find their way back: `python -m benchmarks.refining FOLDER`.

Every x.svg of the folder is drawn, transparent where it is: on white the borders of white shapes would be in no
picture. Then its shapes are moved by up to 2 pixels and its colours changed by up to 20 of 255, and it is refined to
its own picture. Of all nodes, those count that are within 0.1 pixels of where they were, and those that are so near to
the outline that they were on: a node that slides along a line changes no picture.
"""

from __future__ import annotations

from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

import sdfraster as sr
from sdfraster.drawing.contour import Contour, at
from sdfraster.drawing.document import read_bytes
from sdfraster.model.coverage import SVG_RADIUS
from sdfraster.refining.run import FILTER
from sdfraster.refining.sketch import Sketch

from . import arguments

AWAY, COLORS = 2.0, 20.0 / 255.0  # pixels, and of 1
NEAR = 0.1  # pixels
SAMPLES = 200  # of a curve

Points = NDArray[np.float64]


def sketch(data: bytes, width: int) -> Sketch:
    """Return a drawing that can be changed."""
    return Sketch(read_bytes(data), width, None)


def disturbed(drawing: Sketch, seed: int) -> bytes:
    """Move the shapes of a drawing, change its colours, and return its text."""
    rng = np.random.default_rng(seed)
    for handle in drawing.handles.values():
        angle = rng.uniform(0.0, 2.0 * np.pi)
        handle.values = handle.moved(AWAY * np.array([np.cos(angle), np.sin(angle)]))
    for color in drawing.colors.values():
        color[:] = (color + rng.uniform(-COLORS, COLORS, 3)).clip(0.0, 1.0)
    return drawing.text()


def outlines(drawing: Sketch) -> list[Contour]:
    """Return the contours of all shapes that move, in pixels."""
    places = {drawn.element: drawn.matrix for drawn, _ in reversed(drawing.drawing.walker.drawn)}
    return [
        contour.mapped(places[element])
        for element, handle in drawing.handles.items()
        for contour in handle.geometry(handle.values).outline()
    ]


def from_outline(points: Points, contour: Contour) -> Points:
    """Return how far points are from a contour."""
    t = np.linspace(0.0, 1.0, SAMPLES)
    line = np.concatenate([at(contour.curve(k), t) for k in range(len(contour.straight))])
    a, along = line[:-1], np.diff(line, axis=0)
    square = np.maximum((along * along).sum(axis=1), 1e-12)
    away = points[:, None] - a
    share = ((away * along).sum(axis=2) / square).clip(0.0, 1.0)
    least: Points = np.hypot(*np.moveaxis(away - share[..., None] * along, 2, 0)).min(axis=1)
    return least


def main() -> None:
    """Print a line for every drawing."""
    parser = arguments.parser(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--width", type=int, default=256, help="of the pictures, in pixels")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(f"{'drawing':24} nodes  back  on their outline  seconds of the processor")
    for path in sorted(options.folder.glob("*.svg")):
        data = path.read_bytes()
        before = outlines(sketch(data, options.width))
        target = sr.render(sketch(data, options.width).scene(), SVG_RADIUS[FILTER], FILTER)
        moved = disturbed(sketch(data, options.width), options.seed)
        start = process_time()
        after = outlines(sketch(sr.refine(moved, target).text, options.width))
        seconds = process_time() - start
        pairs = list(zip(before, after, strict=True))
        away = np.concatenate([np.hypot(*(b.nodes - a.nodes).T) for a, b in pairs])
        off = np.concatenate([from_outline(b.nodes, a) for a, b in pairs])
        print(f"{path.stem:24} {len(away):5} {(away <= NEAR).mean():5.1%} {(off <= NEAR).mean():8.1%} {seconds:8.0f}")


if __name__ == "__main__":
    main()
