"""The tests of kernels as plain Python, in a process of their own; if nothing is compiled, they run as all others."""

from __future__ import annotations

import pytest

from .processes import run_tests


@pytest.mark.compiled
def test_interpreter() -> None:
    assert " passed" in run_tests("tests/interpreted", SDFRASTER_JIT="off")
