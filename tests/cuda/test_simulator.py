"""The tests of the GPU's kernels that need no GPU, in a process of their own."""

from __future__ import annotations

import subprocess

import pytest

from tests.conftest import SIMULATOR


@pytest.mark.slow
def test_simulator(request: pytest.FixtureRequest) -> None:
    """It was started when the session began (see `conftest`), and takes a minute or two."""
    process: subprocess.Popen[str] = request.config.stash[SIMULATOR]
    try:
        output, _ = process.communicate(timeout=900.0)
    finally:
        process.kill()
    assert process.returncode == 0, output
    assert " passed" in output
