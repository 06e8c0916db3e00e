"""On a real GPU: the pictures, losses and gradients of the CPU, and the same bits in every run."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.cuda import require
from sdfraster.engine.plan import Plan
from sdfraster.engine.tiles import pack
from tests.cuda.scenes import GREEN, mesh, of_kind

pytestmark = pytest.mark.gpu

WIDTH, HEIGHT = 100, 75
TOLERANCE = {np.float64: 1e-9, np.float32: 2e-4}


@pytest.fixture(autouse=True)
def _gpu() -> None:
    """Skip where there is no GPU."""
    try:
        require()
    except sr.DeviceError as error:
        pytest.skip(str(error))


def check(scene: sr.Scene, rng: np.random.Generator, tolerance: float, loss: str = "mse") -> None:
    """Compare with the CPU, also after the radius and the values changed, and with a second run."""
    from sdfraster.cuda.plan import CudaPlan

    channels = 4 if scene.background is None else 3
    target = pack(rng.uniform(0.0, 1.0, (scene.height, scene.width, channels)).astype(scene.dtype))
    cpu, gpu = (plan(scene, "parabolic", loss) for plan in (Plan, CudaPlan))
    x = cpu.layout.vector(scene)
    for changed, rho in ((x, 1.0), (x, 1.3), (0.99 * x, 1.0)):  # the first time kernels are launched one by one
        expected, value = (plan.value_and_grad(changed, target, rho, picture=True) for plan in (cpu, gpu))
        assert value == pytest.approx(expected, rel=tolerance)
        np.testing.assert_allclose(gpu.canvas, cpu.canvas, rtol=0.0, atol=tolerance)
        scale = max(1e-3, float(abs(cpu.gradient).max()))
        np.testing.assert_allclose(gpu.gradient, cpu.gradient, rtol=0.0, atol=tolerance * scale)
    first = value, gpu.canvas.copy(), gpu.gradient.copy()
    assert gpu.value_and_grad(changed, target, rho, picture=True) == first[0]
    np.testing.assert_array_equal(gpu.canvas, first[1])
    np.testing.assert_array_equal(gpu.gradient, first[2])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", sr.kinds())
def test_every_kind(kind: str, dtype: type, rng: np.random.Generator) -> None:
    for background in (GREEN, None):
        check(of_kind(kind, rng, WIDTH, HEIGHT, background, dtype), rng, TOLERANCE[dtype])


@pytest.mark.parametrize("loss", ["huber", "mse + 0.2*ssim"])
def test_losses(loss: str, rng: np.random.Generator) -> None:
    check(of_kind("circle", rng, WIDTH, HEIGHT, GREEN, np.float64), rng, 1e-9, loss)


def test_mesh(rng: np.random.Generator) -> None:
    check(mesh(rng), rng, 1e-9)


def test_many_shapes(rng: np.random.Generator) -> None:
    """Lists are longer than there was room for at first."""
    n = 20_000
    params = np.column_stack([rng.uniform(0.0, 500.0, (n, 2)), rng.uniform(1.0, 20.0, n)])
    check(sr.Scene(500, 400, sr.Layer("circle", params, rng.uniform(0.0, 1.0, (n, 3)), 0.5), GREEN), rng, 1e-9)


def test_fit() -> None:
    results = [sr.fit("sample:chelsea", kind="circle", count=64, iterations=60, device="cuda") for _ in range(2)]
    np.testing.assert_array_equal(results[0].image, results[1].image)
    assert results[0].psnr > 20.0
