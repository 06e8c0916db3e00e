"""What every kind and every rule of colours must do, on a few pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import resvg_py
from click.testing import CliRunner
from sdfraster.cli.main import main

import sdfraster as sr
from sdfraster.fitting.shapes.symmetry import with_mirror_images
from sdfraster.io import expressible, read_image, svg_text
from sdfraster.metrics import psnr
from sdfraster.model.coverage import SVG_RADIUS
from tests import gradcheck

WIDTH, HEIGHT = 24, 17
GREEN = (0.2, 0.7, 0.4)


def scene_of(*layers: sr.Layer) -> sr.Scene:
    return sr.Scene(WIDTH, HEIGHT, layers, GREEN)


def picture() -> np.ndarray:
    """Return a picture to fit: a bright disc on dark."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.repeat((np.hypot(x - 11.5, y - 8.0) < 6.0)[..., None] * 0.8 + 0.1, 3, axis=2).astype(np.float32)


def check_gradient(scene: sr.Scene, rng: np.random.Generator) -> None:
    """Compare the gradient of a squared error, by each array of the scene, with differences."""
    target = rng.uniform(0.0, 1.0, (HEIGHT, WIDTH, 3))
    gradient = sr.value_and_grad(scene, target)[1]
    for k, (x, g) in enumerate(zip(scene.values, gradient.values, strict=True)):

        def loss(x: np.ndarray, k: int = k) -> float:
            values = [*scene.values]
            values[k] = x
            return sr.value_and_grad(scene.with_values(values), target)[0]

        gradcheck.check_gradient(loss, x, g, rng, step=1e-6, tolerance=1e-5, least=0.0)


def check_files(scene: sr.Scene, folder: Path) -> None:
    """Write a scene as JSON and SVG, read the first, draw the second, and draw it all twice as large."""
    sr.save(scene, folder / "x.json")
    (layer,), (old,) = sr.load(folder / "x.json").layers, scene.layers
    for value, before in zip(layer.values, old.values, strict=True):
        np.testing.assert_array_equal(value, before)
    assert (layer.kind, layer.shading) == (old.kind, old.shading)
    (folder / "x.svg.png").write_bytes(bytes(resvg_py.svg_to_bytes(svg_string=svg_text(scene), dpi=96)))
    drawn = read_image(folder / "x.svg.png")
    assert psnr(drawn, np.clip(sr.render(scene, SVG_RADIUS["parabolic"]), 0.0, 1.0)) > 38.0
    assert psnr(drawn, np.clip(sr.render(expressible(scene), SVG_RADIUS["parabolic"]), 0.0, 1.0)) > 38.0
    result = CliRunner().invoke(
        main, ["render", str(folder / "x.json"), "--scale", "2", "-o", str(folder / "large.png")]
    )
    assert result.exit_code == 0, result.output
    large = read_image(folder / "large.png")
    halved = large.reshape(HEIGHT, 2, WIDTH, 2, 3).mean(axis=(1, 3))
    assert psnr(halved, np.clip(sr.render(scene, 0.75), 0.0, 1.0)) > 32.0


def check_mirror(layer: sr.Layer) -> None:
    """Draw shapes and their mirror images, each alone."""
    pairs = with_mirror_images(layer, WIDTH)
    one, other = (pairs.with_values(*(values[first::2] for values in pairs.values)) for first in (0, 1))
    np.testing.assert_allclose(sr.render(scene_of(other)), sr.render(scene_of(one))[:, ::-1], atol=1e-12)


def check_fit(**options: Any) -> sr.FitResult:
    """Fit a picture, and see that it is nearer than it was."""
    first, last = (sr.fit(picture(), count=4, iterations=steps, **options) for steps in (0, 30))
    assert last.psnr > first.psnr + 2.0, (first.psnr, last.psnr)
    assert last.svg_psnr > last.psnr - 2.0
    return last


def check_device(scene: sr.Scene, rng: np.random.Generator) -> None:
    """Compare the kernels of the GPU, in Numba's simulator, with those of the CPU."""
    from sdfraster.cuda.plan import CudaPlan
    from sdfraster.engine.plan import Plan
    from sdfraster.engine.tiles import pack

    target = pack(rng.uniform(0.0, 1.0, (scene.height, scene.width, 3)))
    plans = [make(scene, "parabolic") for make in (Plan, CudaPlan)]
    values = [plan.value_and_grad(plan.layout.vector(scene), target, 1.0) for plan in plans]
    np.testing.assert_allclose(values[1], values[0], rtol=1e-10)
    np.testing.assert_allclose(plans[1].gradient, plans[0].gradient, atol=1e-10)
