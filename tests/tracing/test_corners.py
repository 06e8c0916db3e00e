"""Runs from corner to corner."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.tracing.corners import closed_run


@pytest.mark.parametrize("rough", [0.05, 1e-3])
def test_a_run_of_what_is_tiny_keeps_its_points(rough: float) -> None:
    """Next to a tight bend all points stray from the lines through those around them."""
    points = np.array([[0.0, 0.0], [2.0, 0.3], [1.0, 1.7], [-0.4, 1.1]])
    run = closed_run(points, rough)
    assert len(np.unique(run.points, axis=0)) >= 3
    np.testing.assert_array_equal(run.points[0], run.points[-1])
