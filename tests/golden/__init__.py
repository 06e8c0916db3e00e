"""Ten pictures of 48 x 48 pixels, a feature each, drawn by the oracle and looked at.

Where a change of what is drawn is meant, ``python -m tests.golden`` draws them again. Look at them before they go in.
Kinds, composites and rules of colours are in combinations that other tests compile too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import sdfraster as sr

SIDE = 48
PAPER = (0.95, 0.92, 0.85)
RED, GREEN, BLUE, GOLD = (0.85, 0.2, 0.15), (0.15, 0.6, 0.32), (0.15, 0.32, 0.75), (0.95, 0.72, 0.12)


class Golden(NamedTuple):
    """A scene, and how it is drawn."""

    scene: sr.Scene
    radius: float = 1.0
    filter: str = "parabolic"

    def bytes(self, picture: Any) -> NDArray[np.int64]:
        """Return a picture in 8 bits, (H, W, 4), with straight alpha."""
        alpha = picture[..., 3:] if picture.shape[2] == 4 else np.ones_like(picture[..., :1])
        straight = picture[..., :3] / np.maximum(alpha, 1e-9)
        return np.rint(255.0 * np.clip(np.concatenate([straight, alpha], axis=2), 0.0, 1.0)).astype(np.int64)


def scene(kind: str, params: Any, color: Any, *arguments: Any, background: Any = PAPER, **options: Any) -> sr.Scene:
    """Return a picture of one layer."""
    layer = sr.Layer(kind, np.array(params, np.float64), color, *arguments, **options)
    return sr.Scene(SIDE, SIDE, layer, background)


def fading(*colors: Any, slope: float = 0.15) -> NDArray[np.float64]:
    """Return linear colours that get darker to the right and downwards, by so much over the depth of a shape."""
    return np.array([[[-slope, -slope, channel] for channel in color] for color in colors])


def star(x: float, y: float, radius: float, corners: int, step: int) -> list[float]:
    """Return corners of a star, joined with every `step`-th."""
    angles = -0.5 * np.pi + 2.0 * np.pi * step / corners * np.arange(corners)
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1).ravel().tolist()


def flower(x: float, y: float, size: float) -> list[float]:
    """Return a closed path of four loops that cross in the middle."""
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    loop = np.array([[0.0, 0.0], [1.4, -0.5], [0.5, -1.4]])
    points = np.concatenate([loop @ np.linalg.matrix_power(turn, k) for k in range(4)])
    return (size * points + (x, y)).ravel().tolist()


def mesh() -> sr.Scene:
    """Return a disc over a mesh with colours of vertices, around a point off its middle."""
    corners = [[4, 6], [43, 3], [45, 42], [6, 45], [28, 19]]
    faces = [[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]]
    colors = [RED, GOLD, GREEN, BLUE, (1.0, 1.0, 1.0)]
    layers = (
        sr.Mesh(np.array(corners, float), faces, vertex_color=colors),
        sr.Layer("circle", [[15, 33, 7]], [PAPER], 0.6),
    )
    return sr.Scene(SIDE, SIDE, layers, PAPER)


GOLDEN = {
    "circles": Golden(scene("circle", [[18, 18, 14], [30, 20, 12], [24, 33, 11], [41, 41, 1], [7, 41, 0.4]],
                            [RED, GOLD, BLUE, GREEN, BLUE], [1.0, 0.6, 0.5, 1.0, 1.0])),
    "ellipses": Golden(scene("ellipse", [[20, 24, 18, 8, 0.6], [30, 22, 16, 5, -0.9], [24, 24, 22, 1, 1.4]],
                             fading(RED, BLUE, GOLD, slope=0.05), [1.0, 0.8, 1.0], "mean")),
    "lines": Golden(scene("line", [[4, 6 + 8 * k, 44, 10 + 7 * k, width] for k, width in enumerate((0.3, 1, 2, 4, 7))],
                          fading(BLUE, BLUE, GREEN, RED, GOLD, slope=0.01), 1.0, "mean")),
    "paths": Golden(scene("path", [flower(24.3, 23.6, 20), flower(23.8, 24.7, 7)], [GREEN, GOLD], [0.7, 1.0]), 0.645),
    "polygons": Golden(scene("polygon", [star(24, 25, 21, 5, 2), star(24, 25, 8, 5, 1)], fading(BLUE, RED), 1.0,
                             "mean", "evenodd")),
    "rectangles": Golden(scene("rectangle", [[18, 18, 26, 18, 0.3, 0], [30, 30, 24, 20, -0.4, 6],
                                                  [24, 24, 40, 0.7, 0.8, 0]],
                               [RED, BLUE, GOLD], [1.0, 0.7, 1.0])),
    "strokes": Golden(scene("stroke", [[8, 40, 14, 6, 30, 50, 40, 10, 5], [8, 8, 44, 16, 8, 34, 40, 40, 1.2]],
                            fading(GREEN, RED), 1.0, "mean"), 0.645),
    "triangles": Golden(scene("triangle", [[4, 4, 44, 8, 20, 24], [20, 24, 44, 8, 40, 44], [4, 4, 20, 24, 6, 44]],
                              [RED, GREEN, BLUE], 1.0, "mean"), 2.5, "tent"),
    "gradients": Golden(scene("circle", [[19, 20, 16], [31, 30, 14]],
                              [[RED, GOLD, (0.5, 0.0, 0.5)], [BLUE, (1.0, 1.0, 1.0), (0.3, 0.6, 0.4)]], [0.9, 0.5],
                              shading="gradient", background=None)),
    "radials": Golden(scene("circle", [[19, 20, 16], [31, 30, 14]],
                            [[*RED, *GOLD, *PAPER, 1.2, 0.0, 0.1, 0.0, 1.2, 0.1, 0.4, -0.3, 0.0, 0.6],
                             [*BLUE, *GREEN, *GOLD, 0.9, 0.3, 0.0, -0.3, 1.6, 0.0, 0.0, 0.0, 0.2, 0.5]],
                            [0.9, 0.8], shading="radial", background=None)),
    "mesh": Golden(mesh()),
}  # fmt: skip


def path(name: str) -> Path:
    """Return where a picture is kept."""
    return Path(__file__).parent / f"{name}.png"


def check(name: str, picture: Any) -> None:
    """Compare a picture with the one that is kept, but for the rounding of what lies between two bytes."""
    with Image.open(path(name)) as kept:
        wanted = np.asarray(kept.convert("RGBA"), np.int64)
    difference = np.abs(GOLDEN[name].bytes(picture) - wanted)
    assert difference.max() <= 1, f"{name}: {(difference > 1).any(axis=2).sum()} pixels differ"
    assert (difference > 0).mean() < 1e-3
