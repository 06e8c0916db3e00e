"""Filters: each must be the integral of a unit density, and its slope must be that density."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.model.coverage import FILTERS
from tests.gradcheck import difference

every_filter = pytest.mark.parametrize("name", FILTERS)
T = [float(t) for t in np.linspace(-1.5, 1.5, 301)]
VARIANCE = {"parabolic": 1 / 5, "tent": 1 / 6, "box": 1 / 3}  # in units of rho^2


@every_filter
def test_coverage_is_one_inside_zero_outside_and_half_on_the_outline(name: str) -> None:
    k = FILTERS[name].coverage
    assert [k(t) for t in (-9.0, -1.0, 0.0, 1.0, 9.0)] == [1.0, 1.0, 0.5, 0.0, 0.0]


@every_filter
def test_coverage_is_symmetric_and_never_rises(name: str) -> None:
    k, slope = FILTERS[name].coverage, FILTERS[name].slope
    for t in T:
        assert k(-t) == pytest.approx(1.0 - k(t), abs=1e-15)
        assert slope(-t) == slope(t)
        assert slope(t) <= 0.0
    assert (np.diff([k(t) for t in T]) <= 0.0).all()


@every_filter
def test_slope_matches_differences(name: str) -> None:
    k, slope = FILTERS[name].coverage, FILTERS[name].slope
    for t in T:
        if abs(abs(t) - 1.0) > 1e-4:  # the box has kinks there
            assert slope(t) == pytest.approx(
                difference(k, t)[0], abs=1e-5 if t == 0.0 else 1e-9
            )  # a crease of the tent


@every_filter
def test_slope_is_centred_and_finite_at_the_ends(name: str) -> None:
    slope = FILTERS[name].slope
    for end in (-1.0, 1.0):
        assert slope(end) == pytest.approx((slope(end - 1e-9) + slope(end + 1e-9)) / 2, abs=1e-8)
        assert slope(2 * end) == 0.0


@every_filter
def test_density_has_unit_mass_and_the_documented_variance(name: str) -> None:
    slope = FILTERS[name].slope
    count = 20000
    t = -1.0 + (np.arange(count) + 0.5) * (2.0 / count)
    density = -np.array([slope(float(v)) for v in t])
    assert density.sum() * (2.0 / count) == pytest.approx(1.0, abs=1e-7)
    assert (t * t * density).sum() * (2.0 / count) == pytest.approx(VARIANCE[name], abs=1e-7)


def covered(name: str, radius: float, edge: float) -> float:
    """Return the summed coverage of a row of 20 unit pixels by the half line x < edge."""
    k = FILTERS[name].coverage
    return sum(k((i + 0.5 - edge) / radius) for i in range(20))


@pytest.mark.parametrize(("name", "radius"), [("tent", 1.0), ("box", 0.5)])
def test_partition_of_unity_measures_an_edge_exactly(name: str, radius: float) -> None:
    slope = FILTERS[name].slope
    for step in range(41):
        edge = 8.0 + step * 0.1
        assert covered(name, radius, edge) == pytest.approx(edge, abs=1e-12)
        # so its derivative by the edge, -K' / rho summed over pixels, is 1 wherever the edge is in its pixel
        total = sum(-slope((i + 0.5 - edge) / radius) / radius for i in range(20))
        assert total == pytest.approx(1.0, abs=1e-12)


def test_parabolic_filter_is_no_partition_of_unity() -> None:
    """The price of the default: the derivative of an axis-parallel edge swings between 0.75 and 1.125."""
    slope = FILTERS["parabolic"].slope
    sums = [sum(-slope(i + 0.5 - 8.0 - phase) for i in range(20)) for phase in np.linspace(0.0, 1.0, 101)]
    assert (min(sums), max(sums)) == pytest.approx((0.75, 1.125), abs=1e-12)


@pytest.mark.parametrize("name", FILTERS)
def test_inverse(name: str) -> None:
    k, inverse = FILTERS[name].coverage, FILTERS[name].inverse
    for c in [0.0, *np.logspace(-12.0, np.log10(0.5), 200), *np.linspace(0.0, 1.0, 101)]:
        assert abs(inverse(c)) <= 1.0
        assert k(inverse(c)) == pytest.approx(c, abs=1e-15)
    assert inverse(-1e-7) == pytest.approx(1.0, abs=1e-6)  # rounded
