"""Fixtures shared by all tests, how many processes share them, and what is run without compiling."""

from __future__ import annotations

import os

import numpy as np
import pytest

FIRST = ("test_simulator.py", "test_interpreter.py")  # each waits minutes for a process of its own


def pytest_configure(config: pytest.Config) -> None:
    """Compile nothing if no test is wanted that needs it."""
    if "not compiled" in config.option.markexpr:
        os.environ["SDFRASTER_JIT"] = "off"


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
