"""Kernels as plain Python, in processes in which nothing is compiled, against the oracle."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DRAW = """
import numpy as np, sdfraster as sr
from sdfraster.vector import Layout
from tests import naive, scenes

scene = scenes.stack(np.random.default_rng(0), 10, 8)
np.testing.assert_allclose(sr.render(scene), naive.render(scene), atol=1e-12)
"""

EVERYTHING = """
target = np.random.default_rng(1).random((10, 20, 3))

def loss(scene):
    return ((naive.render(scene) - target) ** 2).mean()

every = [(kind, composite, "constant") for kind in sr.kinds() for composite in ("over", "mean")]
for combination in every + scenes.COMBINATIONS:
    rng = np.random.default_rng(2)
    for dtype, opacities, exact in ((np.float32, (1.0, 0.5), 1e-5), (np.float64, (0.6, 0.8), 1e-12)):
        layer = scenes.layer(rng, combination, 20, 10, (6.0, 8.0, 60.0), opacities, dtype)
        scene = sr.Scene(20, 10, layer, (0.2, 0.7, 0.4))
        np.testing.assert_allclose(sr.render(scene), naive.render(scene), atol=exact)
    value, gradient = sr.value_and_grad(scene, target)
    np.testing.assert_allclose(value, loss(scene), rtol=1e-10)
    layout = Layout(scene)
    x, along = layout.vector(scene), rng.normal(size=layout.size)
    ahead, back = (loss(layout.scene(x + step * along)) for step in (1e-6, -1e-6))
    np.testing.assert_allclose(scenes.flat(gradient) @ along, (ahead - back) / 2e-6, rtol=1e-4, atol=1e-7)

for kind in ("circle", "path", "mesh"):
    result = sr.fit(target, kind=kind, count=3, iterations=20, loss="mse + 0.2*ssim" if kind == "circle" else "mse")
    assert np.isfinite(result.image).all()
    assert result.psnr > 8.0
"""


@pytest.mark.parametrize(
    ("switch", "script"),
    [
        pytest.param({"NUMBA_DISABLE_JIT": "1"}, DRAW, id="NUMBA_DISABLE_JIT"),
        pytest.param({"SDFRASTER_JIT": "off"}, DRAW + EVERYTHING, id="SDFRASTER_JIT", marks=pytest.mark.slow),
    ],
)
def test_plain_python_agrees_with_the_oracle(switch: dict[str, str], script: str, tmp_path: Path) -> None:
    environment = {**os.environ, **switch, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir()), "something was compiled"
