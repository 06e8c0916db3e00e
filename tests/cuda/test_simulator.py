"""The tests of the GPU's kernels that need no GPU, in a process of their own."""

from __future__ import annotations

import pytest

from ..processes import run_tests


@pytest.mark.slow
def test_simulator() -> None:
    """Beside those of the CPU, also as plain Python, which `tests.interpreted` compares with the oracle."""
    assert " passed" in run_tests("tests/cuda/simulated", NUMBA_ENABLE_CUDASIM="1", SDFRASTER_JIT="off")
