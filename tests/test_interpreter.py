"""The tests of kernels as plain Python, in a process of their own; if nothing is compiled, they run as all others."""

from __future__ import annotations

import subprocess

import pytest


@pytest.mark.compiled
def test_interpreter(beside: subprocess.Popen[str]) -> None:
    """It was started when the session began (see `conftest`), and takes less than a minute."""
    output, _ = beside.communicate(timeout=900.0)
    assert beside.returncode == 0, output
    assert " passed" in output
