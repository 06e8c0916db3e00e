"""The example fits a picture in one compiled function."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("jax")
pytest.importorskip("optax")
PATH = Path(__file__).parents[2] / "docs" / "examples" / "schedule.py"


def test_a_fit_in_one_function(tmp_path: Path) -> None:
    specification: Any = importlib.util.spec_from_file_location("schedule", PATH)
    example: Any = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(example)
    before, after = example.main(str(tmp_path / "x.png"), steps=40)
    assert after < 0.7 * before
    assert (tmp_path / "x.png").stat().st_size > 1000
