"""Covariances from normal equations: against dense inverses, whatever is coupled, and what is not determined."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from sdfraster import uncertainty as module
from sdfraster.uncertainty import inverted

TOLERANCE = 1e-9


def arrow(rng: np.random.Generator, groups: int, size: int, border: int) -> np.ndarray:
    """Return a J'J of groups that only a border couples."""
    n = groups * size + border
    j = np.zeros((groups * 3 * size, n))
    for k in range(groups):
        rows = slice(3 * k * size, 3 * (k + 1) * size)
        j[rows, k * size : (k + 1) * size] = rng.normal(size=(3 * size, size))
        j[rows, n - border :] = rng.normal(size=(3 * size, border))
    return j * 10.0 ** rng.uniform(-1, 1, n)


@pytest.mark.parametrize("crowded", [3, 1000], ids=["with a border", "in one group"])
def test_it_is_the_inverse(crowded: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CROWDED", crowded)
    j, common = arrow(rng, 8, 3, 2), rng.normal(size=(26, 26))
    matrix, free = j.T @ j, np.ones(26, bool)
    free[[4, 25]] = False
    held = np.where(np.outer(free, free), matrix, 0.0)
    inverse, unknown = inverted(sparse.csr_matrix(held), free, TOLERANCE)
    assert not unknown.any()
    assert inverse.spread.shape[1] == (1 if crowded == 3 else 0)
    expected = np.zeros((26, 26))
    expected[np.ix_(free, free)] = np.linalg.inv(matrix[np.ix_(free, free)])
    np.testing.assert_allclose(inverse.dense(), expected, rtol=1e-7, atol=1e-12 * np.abs(expected).max())
    np.testing.assert_allclose(inverse.diagonal(), np.diag(expected), rtol=1e-7)
    assert inverse.found(sparse.csr_matrix(held)) == pytest.approx(24.0)
    middle = np.where(held != 0.0, matrix * (common + common.T), 0.0)
    sandwich = inverse._replace(middle=sparse.csr_matrix(middle))
    whole = expected @ middle @ expected
    np.testing.assert_allclose(sandwich.dense(), whole, rtol=1e-6, atol=1e-9 * np.abs(whole).max())
    np.testing.assert_allclose(sandwich.diagonal(), np.diag(whole), rtol=1e-6, atol=1e-9 * np.abs(whole).max())
    assert sandwich.found(sparse.csr_matrix(held)) == pytest.approx(np.trace(expected @ middle))


@pytest.mark.parametrize("crowded", [3, 1000], ids=["with a border", "in one group"])
def test_directions_that_nothing_is_known_of(
    crowded: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two values of one group have the same effect, one value of the border that of a sum over all groups."""
    monkeypatch.setattr(module, "CROWDED", crowded)
    j = arrow(rng, 8, 3, 2)
    j[:, 4] = 2.0 * j[:, 5]
    j[:, 25] = j[:, 0:24:3].sum(axis=1)
    j[:, 20] = 0.0
    _, unknown = inverted(sparse.csr_matrix(j.T @ j), np.ones(26, bool), TOLERANCE)
    assert np.flatnonzero(unknown).tolist() == sorted({4, 5, 20, 25, *range(0, 24, 3)})


def test_nothing_is_free() -> None:
    inverse, unknown = inverted(sparse.csr_matrix((3, 3)), np.zeros(3, bool), TOLERANCE)
    assert inverse.diagonal().tolist() == [0.0, 0.0, 0.0]
    assert not unknown.any()
