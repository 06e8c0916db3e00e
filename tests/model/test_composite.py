"""Compositing rules: adjoints against differences, agreement of the two rules, no leak through a seam."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.model.composites.mean import mean, mean_adjoint
from sdfraster.model.composites.over import over, over_adjoint
from sdfraster.model.coverage import FILTERS
from tests.gradcheck import check_gradient


def test_over_is_source_over() -> None:
    assert over(0.25, 0.75, 0.0) == 0.25
    assert over(0.25, 0.75, 1.0) == 0.75
    assert over(0.25, 0.75, 0.5) == 0.5


def test_over_adjoint_matches_differences(rng: np.random.Generator) -> None:
    for _ in range(50):
        x, g = rng.uniform(size=3), rng.normal()
        check_gradient(lambda x, g=g: g * over(*x), x, over_adjoint(*x, g), rng)


def test_mean_adjoint_matches_differences(rng: np.random.Generator) -> None:
    def by_m(below: float, p: float, a: float, m: float) -> float:
        return mean(below, p, a, 1.0 / m)

    for _ in range(50):
        below, p, a, m = *rng.uniform(size=3).tolist(), rng.uniform(1.0, 5.0)
        g = rng.normal()
        assert by_m(below, p, a, m) == pytest.approx(p / m + (1.0 - a / m) * below)
        adjoint = mean_adjoint(below, p, a, 1.0 / m, g)
        check_gradient(lambda x, g=g: g * by_m(*x), (below, p, a, m), adjoint, rng)


def group(below: float, c: np.ndarray, o: np.ndarray, s: np.ndarray) -> float:
    """Return the channel after a mean group, as kernels compute it."""
    return mean(below, float((c * o * s).sum()), float((c * o).sum()), 1.0 / max(1.0, float(c.sum())))


def test_mean_adjoint_chains_to_coverage_opacity_and_color(rng: np.random.Generator) -> None:
    """Section 4 of the design, written out for groups with S below and above 1."""
    crowded = 0
    for n in (1, 2, 2, 3, 5, 8):
        below, g = rng.uniform(), rng.normal()
        c, o, s = rng.uniform(size=(3, n))
        m = max(1.0, c.sum())
        crowded += c.sum() > 1.0
        _, g_p, g_a, g_m = mean_adjoint(below, (c * o * s).sum(), (c * o).sum(), 1.0 / m, g)
        g_c = o * (g_p * s + g_a) + (g_m if c.sum() > 1.0 else 0.0)
        gradient = [g_c, c * (g_p * s + g_a), c * o * g_p]
        check_gradient(lambda x, b=below, g=g: g * group(b, *x), [c, o, s], gradient, rng)
    assert 0 < crowded < 6


def test_mean_of_one_shape_is_over(rng: np.random.Generator) -> None:
    for _ in range(20):
        below, c, o, s = rng.uniform(size=4)
        assert group(below, np.array([c]), np.array([o]), np.array([s])) == pytest.approx(over(below, s, c * o))


@pytest.mark.parametrize("name", FILTERS)
def test_no_background_leaks_through_a_seam(name: str) -> None:
    """Two opaque shapes share an edge: occupancy adds up to 1 at every distance, whatever is behind."""
    k = FILTERS[name].coverage
    for t in np.linspace(-1.2, 1.2, 49):
        c = np.array([k(float(t)), k(-float(t))])
        one, s = np.ones(2), np.array([0.2, 0.6])
        assert group(0.0, c, one, s) == pytest.approx(group(100.0, c, one, s), abs=1e-12)
        assert group(0.0, c, one, s) == pytest.approx(c @ s, abs=1e-12)
    # painted one over the other, a quarter of the background shows in the middle of the seam
    assert over(over(100.0, 0.0, k(0.0)), 0.0, k(0.0)) == 25.0


def test_transparency_is_not_occupancy() -> None:
    """Half-transparent shapes that tile the plane show half of the background everywhere, seam or not."""
    half, s = np.full(2, 0.5), np.array([1.0, 1.0])
    for c in ([1.0, 0.0], [0.5, 0.5], [0.9, 0.1]):
        assert group(0.0, np.array(c), half, s) == pytest.approx(0.5)
        assert group(1.0, np.array(c), half, 0 * s) == pytest.approx(0.5)
