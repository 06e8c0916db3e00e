"""Fixtures shared by all tests, processes beside them, and what is run without compiling."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
BESIDE = {  # tests that need a process of their own, by the test that waits for it
    "test_simulator.py": (HERE / "cuda" / "simulated", {"NUMBA_ENABLE_CUDASIM": "1"}),
    "test_interpreter.py": (HERE / "interpreted", {"SDFRASTER_JIT": "off"}),
}
RUNNING = pytest.StashKey[dict[str, subprocess.Popen[str]]]()


def pytest_configure(config: pytest.Config) -> None:
    """Compile nothing if no test is wanted that needs it."""
    if "not compiled" in config.option.markexpr:
        os.environ["SDFRASTER_JIT"] = "off"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs compiled kernels, and start the tests that need a process of their own, awaited at the end."""
    config.stash[RUNNING] = {}
    needs = pytest.mark.skip(reason="as plain Python it would take minutes")
    for item in items:
        if item.path.name in BESIDE or any(item.get_closest_marker(name) for name in ("slow", "gpu")):
            item.add_marker(pytest.mark.compiled)
        if os.environ.get("SDFRASTER_JIT") == "off" and item.get_closest_marker("compiled"):
            item.add_marker(needs)
    items.sort(key=lambda item: item.path.name in BESIDE)
    for name in {item.path.name for item in items} & set(BESIDE):
        if not config.option.collectonly and os.environ.get("SDFRASTER_JIT") != "off":
            folder, switch = BESIDE[name]
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
            config.stash[RUNNING][name] = subprocess.Popen(
                command, env=os.environ | switch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no process behind."""
    for process in config.stash.get(RUNNING, {}).values():
        process.kill()


@pytest.fixture
def beside(request: pytest.FixtureRequest) -> subprocess.Popen[str]:
    """Return the process that was started for a test, which has its output."""
    return request.config.stash[RUNNING][request.path.name]


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a generator with the same seed in every test."""
    return np.random.default_rng(20240229)
