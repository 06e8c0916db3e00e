"""Fixtures shared by all tests, how many processes share them, and what is run without compiling."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("logic", max_examples=30)  # of 100, which all tests together try

FIRST = ("test_simulator.py", "test_interpreter.py")  # each waits minutes for a process of its own


def pytest_configure(config: pytest.Config) -> None:
    """Compile nothing if no test is wanted that needs it, and share cores among processes and simulated threads."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of the processes that are started from here
    if "not compiled" in config.option.markexpr:
        os.environ["SDFRASTER_JIT"] = "off"
        settings.load_profile("logic")
    if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
        from .cuda.turns import take_turns

        take_turns()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect tests without collecting garbage, of which there is none, and never look through them again."""
    gc.disable()
    yield
    gc.enable()
    gc.freeze()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Share all tests among the cores; a few are over before other processes have begun."""
    everything = config.args == config.getini("testpaths") and not config.option.keyword
    return None if everything else 0


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs compiled kernels, and begin with what takes longest."""
    needs = pytest.mark.skip(reason="as plain Python it would take minutes")
    for item in items:
        if any(item.get_closest_marker(name) for name in ("slow", "gpu")):
            item.add_marker(pytest.mark.compiled)
        if os.environ.get("SDFRASTER_JIT") == "off" and item.get_closest_marker("compiled"):
            item.add_marker(needs)
    items.sort(key=lambda item: item.path.name not in FIRST)


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a generator with the same seed in every test."""
    return np.random.default_rng(20240229)
