"""The kernels of the GPU draw the pictures that were looked at."""

from __future__ import annotations

import pytest

import sdfraster as sr
from tests import golden


@pytest.mark.parametrize("name", golden.GOLDEN)
def test_simulator(name: str) -> None:
    golden.check(name, sr.render(*golden.GOLDEN[name], device="cuda"))
