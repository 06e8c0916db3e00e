"""How a fit changes with time."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.fitting.shapes.schedule import Schedule
from sdfraster.fitting.strategy import FitStrategy

STRATEGY = FitStrategy()
GROWTH, UNTIL = STRATEGY.growth, STRATEGY.pyramid.until
TIMES = np.linspace(0.0, 1.0, 101)


def test_pictures_become_finer_until_they_are_whole() -> None:
    schedule = Schedule(1000, 0.645, STRATEGY)
    levels = [schedule.level(done) for done in TIMES]
    assert levels == sorted(levels)
    assert set(levels) == set(range(len(UNTIL) + 1))
    assert schedule.level(UNTIL[-1]) == len(UNTIL)
    assert schedule.level(GROWTH.until) == len(UNTIL) - 1  # shapes are judged on a coarse level to the end


def test_the_filter_narrows_to_that_of_the_result_on_every_level() -> None:
    schedule = Schedule(1000, 0.645, STRATEGY)
    for coarseness in (0.5, 1.0, 2.5):
        radii = [schedule.radius(done, coarseness) for done in TIMES]
        assert radii == sorted(radii, reverse=True)
        assert radii[0] == pytest.approx(0.645 + (STRATEGY.annealing.start_radius - 0.645) / coarseness)
        assert radii[-1] == schedule.radius(GROWTH.until, coarseness) == 0.645
    assert Schedule(1000, 0.645, STRATEGY, settled=True).radius(0.0) == 0.645


@pytest.mark.parametrize("iterations", [40, 100, 1000, 2000, 10_000])
def test_cycles_add_and_remove_in_turn(iterations: int) -> None:
    schedule = Schedule(iterations, 0.645, STRATEGY)
    assert GROWTH.shortest <= schedule.period <= GROWTH.longest
    grown = [schedule.grown(k, k / iterations) for k in range(iterations)]
    changes = np.flatnonzero(np.diff(np.array(grown, int)))
    assert not grown[0]
    assert not grown[-1]
    assert len(changes) in (2 * schedule.generations, 2 * schedule.generations + 2)
    assert changes[-1] <= round(GROWTH.until * iterations)
