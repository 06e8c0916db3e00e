"""The tests of the GPU's kernels that need no GPU, in a process of their own."""

from __future__ import annotations

import subprocess

import pytest


@pytest.mark.slow
def test_simulator(beside: subprocess.Popen[str]) -> None:
    """It was started when the session began (see `conftest`), and takes a minute or two."""
    output, _ = beside.communicate(timeout=900.0)
    assert beside.returncode == 0, output
    assert " passed" in output
