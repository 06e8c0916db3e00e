"""Kernels as plain Python, in processes in which nothing is compiled, against the oracle."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DRAW = """
import numpy as np, sdfraster as sr
from tests import naive, scenes

rng = np.random.default_rng(0)
scene = {scene}
np.testing.assert_allclose(sr.render(scene), naive.render(scene), atol=1e-14)
"""


@pytest.mark.parametrize("switch", ["NUMBA_DISABLE_JIT=1", "SDFRASTER_JIT=off"])
def test_plain_python_agrees_with_the_oracle(switch: str, tmp_path: Path) -> None:
    """What else it does is tested in `tests.interpreted`."""
    name, _, value = switch.partition("=")
    environment = {
        **os.environ,
        "SDFRASTER_JIT": "",
        name: value,
        "NUMBA_CACHE_DIR": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-W", "error", "-c", DRAW.format(scene="scenes.stack(rng, 10, 8)")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir()), "something was compiled"
