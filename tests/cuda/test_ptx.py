"""Every kernel compiles for real GPUs, without one: no calls are left, and hardly any float64."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting.shapes.descent import Moving
from sdfraster.fitting.shapes.limits import Limits
from sdfraster.fitting.shapes.rates import learning_rates
from sdfraster.fitting.strategy import Rates
from sdfraster.optim import OPTIMIZERS
from tests.cuda.scenes import GREEN, of_kind

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("numba_cuda") is None, reason='needs pip install "sdfraster[cuda13]"'),
]

WIDE = re.compile(r"\b(add|sub|div|fma|sqrt)\.\S*f64\b")  # reducing the argument of a sine takes mul


class Host(np.ndarray):
    """An array in the place of one on a device."""

    def copy_to_device(self, array: Any) -> None:
        self[...] = np.asarray(array).reshape(self.shape)

    def copy_to_host(self, array: Any = None) -> Any:
        if array is None:
            return np.array(self)
        array[...] = self
        return array


def host(shape: Any, dtype: Any) -> Any:
    shape = (shape,) if isinstance(shape, int) else shape
    return np.zeros(tuple(max(1, n) for n in shape), dtype).view(Host)


def type_of(value: Any) -> Any:
    """Return the type a kernel sees."""
    import numba

    if isinstance(value, tuple):
        return numba.types.BaseTuple.from_types([type_of(item) for item in value], type(value))
    if isinstance(value, np.ndarray):
        return numba.types.Array(numba.from_dtype(value.dtype), value.ndim, "C")
    return numba.typeof(value)


@pytest.mark.parametrize("capability", [(8, 0), (9, 0)])
@pytest.mark.parametrize("kind", sr.kinds())
def test_kernels_compile(
    kind: str, capability: tuple[int, int], rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan and both optimisers go through a step with arrays of the host, and kernels are compiled instead of run."""
    from numba import cuda
    from numba.cuda import dispatcher
    from numba.cuda.cudadrv.error import NvvmSupportError

    from sdfraster.cuda import descent, exchange, expand, layer, plan, shapes
    from sdfraster.cuda.compile import kernel as jit
    from sdfraster.cuda.compile import memory

    class Device:
        compute_capability = capability

    for module in (descent, exchange, expand, layer, memory, plan, shapes):
        for name in ("empty", "zeros"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, host)
    monkeypatch.setattr(expand.cuda, "to_device", lambda array: np.ascontiguousarray(array).view(Host))
    monkeypatch.setattr(dispatcher, "get_current_device", Device)
    compiled = {}

    def compile_kernel(self: Any, blocks: int, threads: int, *arguments: Any) -> None:
        signature = tuple(map(type_of, arguments))
        if (self, signature) in compiled:
            return
        options = {"cc": capability, "output": "ptx", "device": False, "fastmath": True, "abi": "numba"}
        try:
            text, _ = cuda.compile(self.function, signature, **options)
        except NvvmSupportError as error:
            pytest.skip(f"libNVVM is not there: {error}")
        compiled[self, signature] = self.function.__name__
        assert not re.search(r"^\s*call\b", text, re.MULTILINE), self.function.__name__
        if self.function.__name__ != "total" and not any("float64" in str(part) for part in signature):
            assert not WIDE.search(text), self.function.__name__

    monkeypatch.setattr(jit.CudaKernel, "__call__", compile_kernel)
    scene = of_kind(kind, rng, 20, 20, GREEN, np.float32)
    made = plan.CudaPlan(scene, "parabolic")
    x = made.layout.vector(scene)
    made.value_and_grad(x, np.zeros(made.canvas.shape, np.float32), 1.0)
    rates, directions = learning_rates(made.layout, scene.layers[0], 5.0, Rates(), 1.0, False)
    moving = Moving(rates, directions, Limits(made.layout), Rates().decay)
    for optimizer in OPTIMIZERS:
        descent.CudaDescent(made, optimizer, x, None, moving).step(1.0)
    there = exchange.Exchange(made, np.zeros(x.size, np.bool_))
    picture = there.render(host(x.size, np.float32), 1.0)
    made._replay.clear()  # graphs are recorded by a driver only
    there.vjp(host(x.size, np.float64), picture, 1.0)
    descent.line_kernel(scene.dtype)(1, 32, descent.empty(3, np.dtype(np.int64)), made.x)  # which gradients have
    names = set(compiled.values())
    assert kind != "rectangle" or "hold" in names
    every = "paint adjoint tiles find_cells covers scan compare total aim move cross take give to_picture to_tiles"
    assert set(every.split()) <= names
