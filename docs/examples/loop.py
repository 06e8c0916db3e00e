"""A fit of one's own, of triangles: ``python docs/examples/loop.py OUT.svg``.

A wide filter at first lets shapes feel what is far away; it narrows to that of SVG renderers. Everything else is the
loop of the README, with a callback's worth of printing.
"""

from __future__ import annotations

import sys

import numpy as np

import sdfraster as sr
from sdfraster.io import read_image

COUNT, STEPS, FACTOR = 120, 300, 3
WIDE, NARROW = 4.0, 0.645  # radii of the filter in pixels


def main(path: str, steps: int = STEPS) -> tuple[float, float]:
    """Find the triangles, save them, and return the loss before and after."""
    target = read_image("sample:chelsea")[::FACTOR, ::FACTOR]
    height, width, _ = target.shape
    rng = np.random.default_rng(0)
    centers = rng.uniform(0.0, 1.0, (COUNT, 1, 2)) * (width, height)
    corners = (centers + rng.normal(0.0, 9.0, (COUNT, 3, 2))).reshape(COUNT, 6).astype(np.float32)
    colors = target[centers[:, 0, 1].astype(int), centers[:, 0, 0].astype(int)]
    start = sr.Scene(width, height, sr.Layer("triangle", corners, colors, 0.8), target.mean(axis=(0, 1)))

    objective = sr.Objective(start, target)
    x, state = objective.x.copy(), sr.optimizers.adam.init(objective.x)
    losses = []
    for k in range(steps):
        radius = WIDE * (NARROW / WIDE) ** min(1.0, 1.5 * k / steps)
        loss, gradient = objective(x, filter_radius=radius)
        step, state = sr.optimizers.adam.update(gradient, state, rate=0.15 * objective.scale)
        x = np.clip(x - step, *objective.bounds)
        losses.append(loss)
    sr.save(objective.scene(x), path)
    return losses[0], losses[-1]


if __name__ == "__main__":
    print("loss before and after:", *main(sys.argv[1] if len(sys.argv) > 1 else "loop.svg"))
