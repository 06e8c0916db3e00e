"""What extras bring is asked for by the command that installs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HIDDEN = "import sys; sys.modules[{0!r}] = None; import sdfraster.{0}"


@pytest.mark.parametrize("library", ["torch", "jax"])
def test_a_library_that_is_not_there(library: str) -> None:
    done = subprocess.run([sys.executable, "-c", HIDDEN.format(library)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if "ModuleNotFoundError" in line]
    assert f"sdfraster.{library} needs" in line
    assert line.endswith(f'which is not installed; run pip install "sdfraster[{library}]"')
