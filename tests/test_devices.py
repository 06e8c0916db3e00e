"""Where things are computed: what is chosen, and what is said where it is not there."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import numpy as np
import pytest

import sdfraster as sr
from sdfraster import cuda, devices

SCENE = sr.Scene(8, 8, sr.Layer("circle", [[4.0, 4.0, 2.0]], [[1.0, 0.0, 0.0]]))


@pytest.fixture
def _no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take numba-cuda away."""
    monkeypatch.setattr(cuda, "find_spec", lambda name: None)
    cuda.require.cache_clear()


@pytest.mark.usefixtures("_no_extra")
def test_missing_extra_names_the_command() -> None:
    for draw in (
        lambda: sr.render(SCENE, device="cuda"),
        lambda: sr.render_vjp(SCENE, np.zeros((8, 8, 3)), device="cuda"),
        lambda: sr.value_and_grad(SCENE, np.zeros((8, 8, 3)), device="cuda"),
        lambda: sr.Objective(SCENE, device="cuda"),
        lambda: sr.fit(np.zeros((8, 8, 3)), device="cuda", iterations=1),
    ):
        with pytest.raises(sr.DeviceError, match=r'needs numba-cuda, .* run pip install "sdfraster\[cuda13\]"'):
            draw()


def test_unknown_device() -> None:
    with pytest.raises(ValueError, match="device must be one of cpu, cuda, not 'tpu'"):
        sr.render(SCENE, device="tpu")
    with pytest.raises(ValueError, match="device must be one of cpu, cuda, auto, not 'tpu'"):
        sr.FitOptions(device="tpu")


@pytest.mark.usefixtures("_no_extra")
def test_auto_is_the_cpu_without_a_gpu() -> None:
    assert devices.choose_device("auto", "path", 10**8) == "cpu"


def test_auto_leaves_small_pictures_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda, "require", lambda: None)
    assert devices.choose_device("auto", "circle", 100 * 100) == "cpu"
    assert devices.choose_device("auto", "circle", 2000 * 2000) == "cuda"
    assert devices.choose_device("auto", "path", 400 * 400) == "cuda"


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (
            "Error at driver init: \nCUDA driver library cannot be found.\n:",
            "no CUDA driver can be used .Error at driver",
        ),
        ("Call to cuInit results in CUDA_ERROR_NO_DEVICE (100)", 'finds no GPU; use device="cpu"'),
    ],
)
def test_missing_driver_or_device(failure: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import numba.cuda

    class Gpus:
        def __len__(self) -> int:
            raise numba.cuda.CudaSupportError(failure)

    monkeypatch.setattr(cuda, "find_spec", lambda name: True)
    monkeypatch.setattr(numba.cuda, "gpus", Gpus())
    cuda.require.cache_clear()
    with pytest.raises(sr.DeviceError, match=message) as caught:
        cuda.require()
    assert "\n" not in str(caught.value)


def test_a_gpu_that_was_in_use_before_a_fork_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba.cuda

    monkeypatch.setattr(cuda, "_lost", False)
    monkeypatch.setattr(cuda, "find_spec", lambda name: True)
    monkeypatch.setattr(numba.cuda, "gpus", [None])
    cuda.require.cache_clear()
    cuda._after_fork_in_child()
    cuda.require()  # it was not in use
    cuda._after_fork_in_child()
    with pytest.raises(sr.DeviceError, match=r'forked from one that used it; .* use device="cpu"'):
        sr.render(SCENE, device="cuda")
    assert devices.choose_device("auto", "path", 10**8) == "cpu"


def test_nothing_of_cuda_is_imported_unless_asked_for() -> None:
    code = "import sys, sdfraster as sr; sr.render(sr.Scene(8, 8, [])); print([m for m in sys.modules if 'cuda' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = [name for name in eval(done.stdout) if name.startswith(("sdfraster", "numba_cuda"))]
    assert found == []
    assert importlib.util.find_spec("sdfraster.cuda") is not None
