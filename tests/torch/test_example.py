"""The example does what only it can: circles get closer in the features of a network."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
PATH = Path(__file__).parents[2] / "docs" / "examples" / "features.py"


def test_circles_get_closer_in_features(tmp_path: Path) -> None:
    specification: Any = importlib.util.spec_from_file_location("features", PATH)
    example: Any = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(example)
    before, after = example.main(str(tmp_path / "x.png"), steps=40)
    assert after < 0.7 * before
    assert (tmp_path / "x.png").stat().st_size > 1000
