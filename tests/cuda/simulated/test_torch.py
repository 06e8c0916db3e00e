"""The operator of PyTorch on the GPU: tensors of the CPU stand for those of the GPU in the simulator."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from tests.scenes import layer

torch: Any = pytest.importorskip("torch")
sdfraster_torch: Any = import_module("sdfraster.torch")

SIDE = 12


@pytest.fixture
def gpu(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> sr.Objective:
    """Return an objective on the GPU, where arrays of tensors are from now on."""
    from numba.cuda.simulator.cudadrv.devicearray import FakeCUDAArray

    monkeypatch.setattr(sdfraster_torch, "_array", lambda tensor: FakeCUDAArray(tensor.detach().numpy()))
    scene = sr.Scene(SIDE, SIDE, layer(rng, ("circle", "over", "constant"), SIDE, SIDE, (5.0, 3.0)), (0.2, 0.7, 0.4))
    return sr.Objective(scene, device="cuda")


def test_pictures_and_gradients(gpu: sr.Objective, rng: np.random.Generator) -> None:
    cpu = sr.Objective(gpu.scene(gpu.x))
    x = torch.tensor(cpu.x, requires_grad=True)
    picture = sdfraster_torch._render(x, gpu.name)
    np.testing.assert_allclose(picture.detach(), cpu.render(cpu.x), atol=1e-12)
    g = rng.normal(size=cpu.shape)
    picture.backward(torch.tensor(g))
    np.testing.assert_allclose(x.grad, cpu.vjp(cpu.x, g), atol=1e-10)


def test_gradients_of_batches(gpu: sr.Objective, rng: np.random.Generator) -> None:
    cpu = sr.Objective(gpu.scene(gpu.x))
    many = torch.tensor(cpu.x + 0.1 * rng.random((2, cpu.x.size)))
    g = torch.tensor(rng.normal(size=(2, *cpu.shape)).astype(np.float32))
    found = sdfraster_torch._adjoint(many, g, gpu.name)
    expected = [cpu.vjp(x.numpy(), picture.numpy()) for x, picture in zip(many, g, strict=True)]
    np.testing.assert_allclose(found, expected, atol=1e-10)
