"""Discs under noise: what standard errors say is how far fits scatter, and close to the bound of Cramér and Rao.

`python -m benchmarks.measuring` does it with more discs, and in grey.
"""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr

SIDE, NOISE, DRAWS = 32, 0.05, 200


@pytest.mark.compiled
def test_standard_errors_are_the_scatter_and_near_the_bound() -> None:
    params = np.array([[9.3, 11.2, 5.1], [20.7, 15.6, 7.4]])  # which overlap
    layer = sr.Layer("circle", params, [[0.9, 0.8, 0.6], [0.6, 0.5, 0.9]])
    truth = sr.Scene(SIDE, SIDE, layer, np.full(3, 0.2))
    picture, rng = sr.render(truth), np.random.default_rng(5)
    objective = sr.Objective(truth, picture)
    free = objective.free(~objective.where(role="opacity"))
    places = ~objective.where(role="opacity")
    found, stated = [], []
    for _ in range(DRAWS):
        target = picture + rng.normal(0.0, NOISE, picture.shape)
        x, _ = sr.optimizers.lm.minimize(lambda x, target=target: free.normal_matrix(x, target), free.x, *free.bounds)
        found.append(x[places])
        stated.append(free.uncertainty(x, target=target).standard_error[places])
    scatter, said = np.std(found, axis=0, ddof=1), np.sqrt(np.mean(np.square(stated), axis=0))
    bound = free.uncertainty(free.x, NOISE).standard_error[places]
    roles = [objective.where(role=role)[places] for role in ("position", "length", "color", "background")]
    for role in roles:
        mean = np.sqrt([np.mean(np.square(each[role])) for each in (scatter, said, bound)])
        np.testing.assert_allclose(mean[1:], mean[0], rtol=0.1)
    np.testing.assert_allclose(said, bound, rtol=0.05)
    away = (np.mean(found, axis=0) - free.x[places]) / (scatter / np.sqrt(DRAWS))
    assert np.abs(away).max() < 4.0  # no bias that the scatter does not explain
