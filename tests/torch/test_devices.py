"""Tensors on a GPU: they stay there, in turn with what PyTorch does; and what is said where devices differ."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numba.cuda
import numpy as np
import pytest

import sdfraster as sr
from sdfraster.cuda import require
from tests.cuda.scenes import GREEN, of_kind

torch: Any = pytest.importorskip("torch")
sdfraster_torch: Any = import_module("sdfraster.torch")
render = sdfraster_torch.render

SCENE = sr.Scene(40, 30, sr.Layer("circle", np.array([[12.0, 11.0, 6.0]]), [[1.0, 0.5, 0.0]]), GREEN)


@pytest.mark.parametrize(("device", "there"), [("cpu", "meta"), ("cuda", "cpu")])
def test_other_devices_are_refused(device: str, there: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No GPU is needed to say so."""
    monkeypatch.setattr("sdfraster.objective.require_device", lambda device: None)
    x = torch.zeros(10, device=there)
    message = f"x must be on the device of the objective, {device}, not on {there}; move it .* with device='{there}'"
    with pytest.raises(ValueError, match=message):
        render(sr.Objective(SCENE, device=device), x)


class Stream:
    """A stream that notes for whom it waits."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self.name, self.notes = name, notes

    def wait_stream(self, other: Stream) -> None:
        self.notes.append(f"{self.name} waits for {other.name}")


def test_streams_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[str] = []
    tensor = SimpleNamespace(device=SimpleNamespace(type="cuda", index=1))
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: Stream("PyTorch", notes))
    monkeypatch.setattr(torch.cuda, "default_stream", lambda device: Stream("sdfraster", notes))
    monkeypatch.setattr(numba.cuda, "get_current_device", lambda: SimpleNamespace(id=1))
    with sdfraster_torch._in_turn(tensor):
        notes.append("work")
    assert notes == ["sdfraster waits for PyTorch", "work", "PyTorch waits for sdfraster"]
    monkeypatch.setattr(numba.cuda, "get_current_device", lambda: SimpleNamespace(id=0))
    with (
        pytest.raises(ValueError, match="x must be on cuda:0, where sdfraster works, not on"),
        sdfraster_torch._in_turn(tensor),
    ):
        pass


@pytest.fixture
def _gpu() -> None:
    """Skip where there is no GPU that PyTorch can use, too."""
    try:
        require()
    except sr.DeviceError as error:
        pytest.skip(str(error))
    if not torch.cuda.is_available():
        pytest.skip("PyTorch finds no GPU")


@pytest.mark.gpu
@pytest.mark.usefixtures("_gpu")
@pytest.mark.parametrize("kind", sr.kinds())
def test_on_a_gpu(kind: str, rng: np.random.Generator) -> None:
    """Also on a stream of one's own, in batches, compiled, and for a scene without an objective."""
    scene = of_kind(kind, rng, 100, 75, GREEN, np.float64)
    cpu, gpu = sr.Objective(scene), sr.Objective(scene, device="cuda")
    g = rng.random(cpu.shape)
    compiled = torch.compile(lambda x: render(gpu, x), fullgraph=True, backend="aot_eager")
    for draw in (lambda x: render(gpu, x), lambda x: render(scene, x), lambda x: render(gpu, x[None])[0], compiled):
        with torch.cuda.stream(torch.cuda.Stream()):
            x = torch.tensor(cpu.x, device="cuda", requires_grad=True)
            picture = draw(1.0 * x)
            picture.backward(torch.tensor(g, device="cuda"))
            assert picture.is_cuda
            assert x.grad.is_cuda
            np.testing.assert_allclose(picture.detach().cpu(), cpu.render(cpu.x), atol=1e-9)
            np.testing.assert_allclose(x.grad.cpu(), cpu.vjp(cpu.x, g), atol=1e-7)


@pytest.mark.gpu
@pytest.mark.usefixtures("_gpu")
def test_a_loss_without_a_copy() -> None:
    target = sr.render(SCENE)
    cpu, gpu = (sr.Objective(SCENE, 1.0 - target, device=device) for device in ("cpu", "cuda"))
    gradient = torch.empty(10, device="cuda", dtype=torch.float64)
    loss, out = gpu(torch.tensor(cpu.x, device="cuda"), out=gradient)
    assert out is gradient
    assert loss == pytest.approx(cpu(cpu.x)[0], rel=1e-9)
    np.testing.assert_allclose(gradient.cpu(), cpu(cpu.x)[1], atol=1e-9)
