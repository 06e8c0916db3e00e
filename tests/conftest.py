"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

SIMULATOR = pytest.StashKey[subprocess.Popen[str]]()  # running the tests of the GPU's kernels
SIMULATED = Path(__file__).parent / "cuda" / "simulated"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Start the tests that need a process of their own beside the others, and wait for them at the end."""
    waiting = [item for item in items if item.path.name == "test_simulator.py"]
    items.sort(key=lambda item: item in waiting)
    if waiting and not config.option.collectonly:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(SIMULATED)]
        environment = {**os.environ, "NUMBA_ENABLE_CUDASIM": "1"}
        config.stash[SIMULATOR] = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no process behind."""
    if SIMULATOR in config.stash:
        config.stash[SIMULATOR].kill()


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a generator with the same seed in every test."""
    return np.random.default_rng(20240229)
