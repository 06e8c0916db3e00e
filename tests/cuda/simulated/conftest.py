"""Tests of the GPU's kernels in Numba's simulator, which must be chosen before Numba is imported.

`tests/cuda/test_simulator.py` runs them in a process of their own.
"""

from __future__ import annotations

from numba import config

if not config.ENABLE_CUDASIM:
    collect_ignore_glob = ["test_*.py"]
