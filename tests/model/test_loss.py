"""Losses: values and slopes."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.model.loss import LOSSES
from tests.gradcheck import difference

every_loss = pytest.mark.parametrize("name", LOSSES)


@every_loss
@pytest.mark.parametrize("delta", [0.05, 1.0])
def test_slope_matches_differences(name: str, delta: float) -> None:
    loss, slope = LOSSES[name]
    for r in np.linspace(-1.7, 1.7, 100):  # not 0, not delta: there are kinks
        expected, good = difference(lambda r: loss(r, delta), float(r))
        assert good
        assert slope(float(r), delta) == pytest.approx(expected, abs=1e-9)


@every_loss
def test_loss_is_even_zero_at_zero_and_grows(name: str) -> None:
    loss, slope = LOSSES[name]
    assert loss(0.0, 0.1) == 0.0
    assert slope(0.0, 0.1) == 0.0
    r = np.linspace(0.0, 2.0, 50)
    values = [loss(float(v), 0.1) for v in r]
    assert values == [loss(-float(v), 0.1) for v in r]
    assert (np.diff(values) > 0.0).all()


def test_values() -> None:
    assert LOSSES["mse"][0](-3.0, 0.1) == 9.0
    assert LOSSES["mae"][0](-3.0, 0.1) == 3.0
    assert LOSSES["huber"][0](0.5, 2.0) == 0.125  # r^2 / 2 below delta
    assert LOSSES["huber"][0](-3.0, 2.0) == 4.0  # delta (|r| - delta / 2) above
    assert LOSSES["huber"][1](2.0, 2.0) == 2.0
    assert LOSSES["charbonnier"][0](3.0, 4.0) == 1.0  # sqrt(r^2 + delta^2) - delta
    assert LOSSES["charbonnier"][1](3.0, 4.0) == 0.6
