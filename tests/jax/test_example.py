"""The example fits a picture in one compiled function."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples import example

pytest.importorskip("jax")
pytest.importorskip("optax")


def test_a_fit_in_one_function(tmp_path: Path) -> None:
    before, after = example("schedule").main(str(tmp_path / "x.png"), steps=40)
    assert after < 0.7 * before
    assert (tmp_path / "x.png").stat().st_size > 1000
