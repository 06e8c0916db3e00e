"""Discs under noise: what standard errors say is how far fits scatter, and close to the bound of Cramér and Rao.

`python -m benchmarks.measuring` does it with more discs, and in grey. The example measures what sdfraster did not draw.
"""

from __future__ import annotations

import csv
import runpy
from pathlib import Path

import numpy as np
import pytest

import sdfraster as sr

SIDE, NOISE, DRAWS = 32, 0.05, 200
EXAMPLE = Path(__file__).parent.parent / "docs" / "examples" / "particles.py"


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


@pytest.mark.slow
def test_the_example_finds_its_particles(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    measured, truth = runpy.run_path(str(EXAMPLE))["main"](str(table))
    truth = truth[np.argsort(truth[:, 0])]
    assert measured.shape == (len(truth), 8)
    away = (measured[:, :3] - truth) / measured[:, 4:7]
    assert np.mean(np.abs(away[:, :2]) < 2.0) > 0.9  # of 95 %
    assert np.abs(measured[:, 2] - truth[:, 2]).max() < 0.06
    assert np.abs(measured[:, 3] - 0.8).max() < 0.01
    with table.open(newline="") as file:
        names, *rows = csv.reader(file)
    assert names == ["x", "y", "r", "brightness", "x_error", "y_error", "r_error", "brightness_error"]
    np.testing.assert_allclose(np.array(rows, float), measured, atol=1e-5)
