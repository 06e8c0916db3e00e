"""Pictures that were looked at are what the oracle and the CPU draw; the simulator of a GPU is tested beside it."""

from __future__ import annotations

import pytest

import sdfraster as sr
from tests import golden, naive

every_picture = pytest.mark.parametrize("name", golden.GOLDEN)


@every_picture
def test_oracle(name: str) -> None:
    golden.check(name, naive.render(*golden.GOLDEN[name]))


@every_picture
def test_cpu(name: str) -> None:
    golden.check(name, sr.render(*golden.GOLDEN[name]))
