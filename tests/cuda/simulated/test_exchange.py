"""Objectives with vectors that are on the GPU: nothing comes to the host but losses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba import cuda

import sdfraster as sr
from tests.scenes import layer

WIDTH, HEIGHT = 18, 11


@pytest.fixture
def pair(rng: np.random.Generator) -> tuple[sr.Objective, sr.Objective]:
    """Return an objective on the CPU, and the same on the GPU, of circles and a mesh."""
    circles = layer(rng, ("circle", "over", "constant"), WIDTH, HEIGHT, (5.0, 3.0))
    mesh = sr.Mesh(np.array([[1.0, 1.0], [9.0, 2.0], [8.0, 9.0]]), [[0, 1, 2]], rng.random((1, 3)), 0.5)
    scene = sr.Scene(WIDTH, HEIGHT, [mesh, circles], (0.2, 0.7, 0.4))
    target = rng.random((HEIGHT, WIDTH, 3))
    cpu, gpu = (sr.Objective(scene, target, "huber", filter_radius=1.4, device=device) for device in ("cpu", "cuda"))
    return cpu, gpu


def test_pictures_gradients_and_losses(pair: tuple[sr.Objective, sr.Objective], rng: np.random.Generator) -> None:
    cpu, gpu = pair
    g = rng.normal(size=cpu.shape)
    x, there = cpu.x, cuda.to_device(cpu.x.copy())
    for _ in range(2):
        found: Any = gpu.render(there)
        np.testing.assert_allclose(found.copy_to_host(), cpu.render(x), atol=1e-12)
        found = gpu.vjp(there, cuda.to_device(g))
        np.testing.assert_allclose(found.copy_to_host(), cpu.vjp(x, g), atol=1e-10)
        loss, found = gpu(there)
        expected, gradient = cpu(x)
        assert loss == pytest.approx(expected, rel=1e-12)
        np.testing.assert_allclose(found.copy_to_host(), gradient, atol=1e-12)
        assert np.abs(gradient).max() > 1e-4
        x = x + 0.3 * cpu.where(role="position")
        there = cuda.to_device(x)


def test_what_is_held_has_no_gradient(pair: tuple[sr.Objective, sr.Objective]) -> None:
    cpu, gpu = (objective.free(role="color") for objective in pair)
    found: Any = gpu(cuda.to_device(cpu.x.copy()))[1]
    np.testing.assert_allclose(found.copy_to_host(), cpu(cpu.x)[1], atol=1e-12)


def test_other_dtypes_and_numbers_beyond_every_picture(pair: tuple[sr.Objective, sr.Objective]) -> None:
    cpu, gpu = pair
    x = np.where(cpu.where(layer=1, role="cx", index=0), 1e300, cpu.x)
    out = cuda.device_array(cpu.shape, np.float32)
    assert gpu.render(cuda.to_device(x), out=out) is out
    np.testing.assert_allclose(out.copy_to_host(), cpu.render(x), atol=1e-6)


def test_regularizers_have_no_part_in_pictures(rng: np.random.Generator) -> None:
    scene = sr.Scene(WIDTH, HEIGHT, layer(rng, ("circle", "over", "constant"), WIDTH, HEIGHT, (5.0, 3.0)))
    gpu = sr.Objective(scene, np.zeros((HEIGHT, WIDTH, 3)), regularizers={"size": 1.0}, device="cuda")
    there = cuda.to_device(gpu.x.copy())
    found: Any = gpu.render(there)
    np.testing.assert_allclose(found.copy_to_host(), sr.render(scene), atol=1e-12)
    with pytest.raises(ValueError, match="x must be on the CPU, not on a GPU, for losses with regularizers"):
        gpu(there)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_found_there(pair: tuple[sr.Objective, sr.Objective], value: float) -> None:
    cpu, gpu = pair
    there = cuda.to_device(np.where(cpu.where(layer=1, role="r", index=1), value, cpu.x))
    for use in (gpu, gpu.render, lambda x: gpu.vjp(x, cuda.to_device(np.zeros(cpu.shape)))):
        with pytest.raises(ValueError, match=r"x must be finite, but x\[1\d\], r of shape 1 of layer 1, is not"):
            use(there)
    found: Any = gpu.render(cuda.to_device(cpu.x.copy()))
    np.testing.assert_allclose(found.copy_to_host(), cpu.render(cpu.x), atol=1e-12)


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda cpu, gpu, x: cpu(x), "x must be on the CPU, not on a GPU, for the objective is"),
        (lambda cpu, gpu, x: gpu(x[:3]), r"x must be a float array of shape \(\d+,\), not float64 of shape \(3,\)"),
        (lambda cpu, gpu, x: gpu.vjp(x, np.zeros(gpu.shape)), "g_image must be on the GPU, as x is, not ndarray"),
        (lambda cpu, gpu, x: gpu.render(x, out=x), r"out must be a float array of shape \(11, 18, 3\), not float64"),
    ],
)
def test_what_is_refused(
    pair: tuple[sr.Objective, sr.Objective], use: Callable[[sr.Objective, sr.Objective, Any], Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        use(*pair, cuda.to_device(pair[0].x.copy()))


def test_a_gpu_that_stops_working(pair: tuple[sr.Objective, sr.Objective], monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says so, and the plan is not used again."""
    from sdfraster.cuda.plan import CudaPlan

    def fail(*arguments: Any) -> None:
        raise RuntimeError("[719] Call to cuLaunchKernel results in CUDA_ERROR_LAUNCH_FAILED")

    _, gpu = pair
    expected = gpu(gpu.x)[0]
    with monkeypatch.context() as patch:
        patch.setattr(CudaPlan, "evaluate", fail)
        with pytest.raises(sr.DeviceError, match=r"the GPU stopped working \(CUDA_ERROR_LAUNCH_FAILED\); start the"):
            gpu(gpu.x)
    assert gpu(gpu.x)[0] == expected
