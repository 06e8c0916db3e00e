"""A picture of the nodes of a drawing, to see whether a designer would keep them."""

from __future__ import annotations

from math import ceil

import numpy as np
from PIL import Image, ImageDraw

from .drawing import Drawing, controls
from .palette import Pixels

SIDE = 1600  # pixels of the longer side, about
MOST_SCALE = 16
PALE = 0.35  # how much of the picture is seen
LINE, HANDLE, CORNER, SMOOTH = (40, 40, 40), (220, 60, 60), (20, 40, 230), (0, 150, 60)
STEPS = 24  # straight pieces of a cubic


def show_nodes(drawing: Drawing, picture: Pixels) -> Pixels:
    """Return a picture (H, W, C), pale and larger, with curves, handles, corners (blue) and smooth nodes (green)."""
    scale = min(MOST_SCALE, max(1, ceil(SIDE / max(drawing.width, drawing.height))))
    color = np.asarray(picture[..., :3], np.float64)
    if picture.shape[2] == 4:
        color = color + (1.0 - picture[..., 3:])
    pale = np.rint(255.0 * (1.0 - PALE * (1.0 - color)).clip(0.0, 1.0)).astype(np.uint8)
    size = scale * drawing.width, scale * drawing.height
    image = Image.fromarray(pale).resize(size, Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(image)
    t = np.linspace(0.0, 1.0, STEPS + 1)[:, None]
    s = 1.0 - t
    for shape in drawing.shapes:
        found = [scale * control for control in controls(shape)]
        for a, b, c, d in (piece for control in found for piece in control):
            line = s**3 * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t**3 * d
            pen.line([tuple(p) for p in line.tolist()], LINE)
        for curve, control in zip(shape.curves, found, strict=bool(shape.curves)):
            for a, b, c, d in control[~curve.line[: len(control)]]:
                pen.line([tuple(a.tolist()), tuple(b.tolist())], HANDLE)
                pen.line([tuple(d.tolist()), tuple(c.tolist())], HANDLE)
            ends = control[:, 0] if len(control) == curve.pieces else np.concatenate([control[:, 0], control[-1:, 3]])
            for k, (x, y) in enumerate(ends):
                pen.rectangle([x - 2, y - 2, x + 2, y + 2], SMOOTH if curve.smooth[k] else CORNER)
    return np.asarray(image, np.float64) / 255.0
