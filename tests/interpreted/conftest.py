"""Tests of kernels as plain Python, which must be chosen before any is built.

`tests/test_interpreter.py` runs them in a process of their own.
"""

from __future__ import annotations

import os

if os.environ.get("SDFRASTER_JIT") != "off":
    collect_ignore_glob = ["test_*.py"]
