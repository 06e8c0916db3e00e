"""Tests of what one added file makes possible; `tests/test_registries.py` runs them in processes with that file."""

from __future__ import annotations

import os

if "SDFRASTER_ADDED" not in os.environ:
    collect_ignore_glob = ["test_*.py"]
