"""Particles in a 16-bit TIFF, measured: ``python docs/examples/particles.py OUT.csv [PICTURE.tif]``.

Without a picture it makes one, which is saved beside the table: discs of known places and radii, seen through a lens
that blurs, on a background that slopes, with noise. They are drawn by sampling, not by sdfraster. The table has a row
for each particle: place, radius and brightness, and their standard errors. See `docs/measuring.md`.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

import sdfraster as sr
from sdfraster.io import read_image

SIDE, COUNT, CELLS = 320, 40, 7  # pixels, particles, and cells along each side, of which a particle has one
SIGMA, NOISE = 1.0, 0.02  # of the lens, in pixels; of the camera, of 1 for white
SAMPLES = 8  # of a pixel along each axis
COLUMNS = "x", "y", "r", "brightness"
FULL = 65535


def discs(size: tuple[int, int], params: np.ndarray, sigma: float = SIGMA, samples: int = SAMPLES) -> np.ndarray:
    """Return a picture (H, W): discs (N, 3) of brightness 1 by x, y and r, blurred, and averaged over each pixel."""
    height, width = size
    y, x = (np.arange(n * samples)[:, None] / samples + 0.5 / samples for n in (height, width))
    fine = np.zeros((height * samples, width * samples))
    for cx, cy, r in params:
        distance = np.hypot(x.T - cx, y - cy) - r
        np.maximum(fine, np.clip(0.5 - distance * samples, 0.0, 1.0), out=fine)
    blurred = ndimage.gaussian_filter(fine, sigma * samples, truncate=5.0) if sigma > 0.0 else fine
    return blurred.reshape(height, samples, width, samples).mean(axis=(1, 3))


def make(path: Path, rng: np.random.Generator) -> np.ndarray:
    """Save a picture of particles as a 16-bit TIFF, and return their places and radii (N, 3)."""
    cells = rng.permutation(CELLS * CELLS)[:COUNT]
    middles = (np.stack([cells % CELLS, cells // CELLS], axis=1) + 0.5) * SIDE / CELLS
    places = middles + rng.uniform(-8.0, 8.0, (COUNT, 2))
    truth = np.column_stack([places, rng.uniform(5.0, 11.0, COUNT)])
    slope = 0.2 + 0.15 * np.arange(SIDE) / SIDE
    shown = discs((SIDE, SIDE), truth)
    picture = slope + (0.8 - slope) * shown + rng.normal(0.0, NOISE, shown.shape)
    Image.fromarray((np.clip(picture, 0.0, 1.0) * FULL).round().astype(np.uint16)).save(path)
    return truth


def guesses(picture: np.ndarray) -> sr.Layer:
    """Return rough discs: where a picture (H, W) is brighter than its surroundings."""
    smooth = ndimage.gaussian_filter(picture, 2.0)
    surroundings = ndimage.minimum_filter(smooth, 61)
    label, count = ndimage.label(smooth - surroundings > 0.5 * (smooth - surroundings).max())
    numbers = np.arange(1, count + 1)
    areas = ndimage.sum_labels(np.ones_like(picture), label, numbers)
    centers = np.array(ndimage.center_of_mass(label > 0, label, numbers))[:, ::-1] + 0.5
    brightness = ndimage.mean(picture, label, numbers)
    large = areas > 20.0
    params = np.column_stack([centers, np.sqrt(areas / np.pi)])[large]
    return sr.Layer("circle", params, np.repeat(brightness[large, None], 3, axis=1))


def measure(path: str | Path, sigma: float = SIGMA) -> list[tuple[float, ...]]:
    """Return the rows of the table: x, y, r, brightness, and the standard errors of all four."""
    picture = read_image(path)
    height, width, _ = picture.shape
    start = sr.Scene(width, height, guesses(picture[..., 0].astype(float)), np.full(3, np.median(picture)))
    radius = (5.0 * (sigma**2 + 1.0 / 12.0)) ** 0.5  # of the filter, whose variance is that of lens and pixel
    found = sr.fit(picture, init=start, optimizer="lm", fixed={"opacity": 1}, background="linear", filter_radius=radius)
    layer, errors = found.scene.layers[-1], found.uncertainty().named.layers[-1]
    x, y, r = layer.params.T.astype(float)
    r = r + 0.59 * (sigma**2 + 1.0 / 12.0) / r  # blur makes round shapes look smaller, see docs/measuring.md
    values = x, y, r, layer.color[:, 0], errors["cx"], errors["cy"], errors["r"], errors["color"][:, 0]
    return sorted(zip(*(value.tolist() for value in values), strict=True))


def main(table: str, path: str | None = None) -> tuple[np.ndarray, np.ndarray | None]:
    """Measure a picture, save the table, and return it; and the truth, if there is one."""
    truth = None
    if path is None:
        path = str(Path(table).with_suffix(".tif"))
        truth = make(Path(path), np.random.default_rng(0))
    rows = measure(path)
    with open(table, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*COLUMNS, *(f"{name}_error" for name in COLUMNS)])
        writer.writerows([f"{value:.5f}" for value in row] for row in rows)
    return np.array(rows), truth


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    measured, truth = main(*sys.argv[1:])
    print(f"{len(measured)} particles; table in {sys.argv[1]}")
    if truth is not None:
        truth = truth[np.argsort(truth[:, 0])]
        away = (measured[:, :3] - truth) / measured[:, 4:7]
        print(f"{len(truth)} there; places within 2 standard errors: {np.mean(np.abs(away[:, :2]) < 2.0):.0%} (of 95%)")
        print(f"radii: off by {np.mean(measured[:, 2] - truth[:, 2]):+.4f} pixels, error {measured[:, 6].mean():.4f}")
