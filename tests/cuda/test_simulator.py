"""The tests of the GPU's kernels that need no GPU, in a process of their own."""

from __future__ import annotations

import pytest

from ..processes import run_tests


@pytest.mark.slow
def test_simulator() -> None:
    assert " passed" in run_tests("tests/cuda/simulated", NUMBA_ENABLE_CUDASIM="1")
