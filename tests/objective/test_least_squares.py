"""Residuals, normal equations and standard errors, as an objective has them."""

from __future__ import annotations

import re
from typing import Any

import numba
import numpy as np
import pytest
from scipy import optimize

import sdfraster as sr
from tests.gradcheck import check_gradient

WIDTH, HEIGHT = 20, 16
PARAMS = np.array([[6.0, 7.0, 3.5], [13.2, 10.4, 4.0]])
BRIGHT = np.array([[0.9, 0.8, 0.7], [0.6, 0.7, 0.9]])


@pytest.fixture
def discs() -> sr.Scene:
    """Return two discs that overlap a little."""
    return sr.Scene(WIDTH, HEIGHT, sr.Layer("circle", PARAMS, BRIGHT, 0.8), (0.2, 0.1, 0.3))


def test_squares_of_residuals_are_the_loss(discs: sr.Scene, rng: np.random.Generator) -> None:
    picture, weight = rng.random((HEIGHT, WIDTH, 3)), rng.random((HEIGHT, WIDTH))
    for own in (None, weight):
        objective = sr.Objective(discs, picture, weight=own)
        residuals, equations = objective.residuals(objective.x), objective.normal_matrix(objective.x)
        assert residuals.shape == objective.shape
        assert equations.square == pytest.approx(float((residuals**2).sum()), rel=1e-12)
        assert equations.weight == pytest.approx(3.0 * (HEIGHT * WIDTH if own is None else own.sum()))
        loss, gradient = objective(objective.x)
        assert loss == pytest.approx(equations.square / equations.weight, rel=1e-12)
        np.testing.assert_allclose(gradient, 2.0 * equations.gradient / equations.weight, rtol=1e-9, atol=1e-12)
    other = objective.residuals(objective.x, target=picture + 0.1)
    np.testing.assert_allclose(other, residuals - 0.1 * np.sqrt(weight[..., None]), atol=1e-12)
    check_gradient(
        lambda x: float((objective.residuals(x) ** 2).sum()), objective.x, 2.0 * equations.gradient, rng, tolerance=1e-6
    )


def test_values_that_are_held_have_no_part(discs: sr.Scene, rng: np.random.Generator) -> None:
    objective = sr.Objective(discs, rng.random((HEIGHT, WIDTH, 3)))
    mask = objective.where(role="position") | objective.where(role="background")
    all_of_it, part = objective.normal_matrix(objective.x), objective.free(mask).normal_matrix(objective.x)
    expected = np.where(np.outer(mask, mask), all_of_it.matrix.toarray(), 0.0)
    np.testing.assert_array_equal(part.matrix.toarray(), expected)
    np.testing.assert_array_equal(part.gradient, np.where(mask, all_of_it.gradient, 0.0))


def test_fits_of_scipy_and_of_our_own_end_at_one_place(discs: sr.Scene, rng: np.random.Generator) -> None:
    objective = sr.Objective(discs, sr.render(discs) + 0.05 * rng.normal(size=(HEIGHT, WIDTH, 3)))
    free = objective.free(role="params", at=objective.x + 0.3 * objective.where(role="params"))
    x, square = sr.optimizers.lm.minimize(free.normal_matrix, free.x, *free.bounds)
    places = objective.where(role="params")

    def residuals(p: np.ndarray) -> np.ndarray:
        moved = free.x.copy()
        moved[places] = p
        return free.residuals(moved).ravel()

    expected = optimize.least_squares(residuals, free.x[places], method="lm", xtol=1e-12, ftol=1e-12)
    assert square == pytest.approx(2.0 * expected.cost, rel=1e-9)
    np.testing.assert_allclose(x[places], expected.x, atol=1e-5)
    found = free.uncertainty(x, noise=0.05)
    covariance = 0.05**2 * np.linalg.inv(expected.jac.T @ expected.jac)
    np.testing.assert_allclose(found.covariance[np.ix_(places, places)], covariance, rtol=1e-3, atol=1e-9)
    np.testing.assert_allclose(found.standard_error[places], np.sqrt(np.diag(covariance)), rtol=1e-3)
    assert (found.standard_error[~places] == 0.0).all()
    assert found.named.layers[0]["r"] == pytest.approx(np.sqrt(np.diag(covariance))[[2, 5]], rel=1e-3)
    assert free.uncertainty(x).noise == pytest.approx(0.05, rel=0.1)
    assert free.uncertainty(x).degrees_of_freedom == pytest.approx(3 * HEIGHT * WIDTH - 6)


def test_colour_against_opacity(discs: sr.Scene, rng: np.random.Generator) -> None:
    target = np.clip(sr.render(discs) + 0.01 * rng.normal(size=(HEIGHT, WIDTH, 3)), 0.0, 1.0)
    objective = sr.Objective(discs.replace(layers=discs.layers[0][:1]), target)
    found = objective.uncertainty(objective.x)
    unknown = objective.where(role="color") | objective.where(role="opacity")
    np.testing.assert_array_equal(found.undetermined, unknown)
    np.testing.assert_array_equal(np.isinf(found.standard_error), unknown)
    assert "hold opacities (opaque, or fixed opacity=1)" in found.statement
    held = objective.free(~objective.where(role="opacity")).uncertainty(objective.x)
    assert held.statement == "all values that are free are determined"
    places = objective.where(role="params")
    np.testing.assert_allclose(held.standard_error[places], found.standard_error[places], rtol=1e-3)


def test_what_cannot_be_seen(discs: sr.Scene) -> None:
    params = np.array([*PARAMS, [60.0, 60.0, 2.0]])
    scene = discs.replace(layers=sr.Layer("circle", params, [*BRIGHT, BRIGHT[0]]))
    objective = sr.Objective(scene, sr.render(scene))
    found = objective.free(layer=0, role="params").uncertainty(objective.x, 0.1)
    assert np.flatnonzero(found.undetermined).tolist() == [6, 7, 8]
    assert found.statement.startswith("not determined: cx of shape 2 of layer 0, cy of shape 2")


def test_the_channels_of_grey_pictures_are_one_measurement(discs: sr.Scene, rng: np.random.Generator) -> None:
    """What is found in a grey picture is as well known as by a fit of one channel."""
    grey = np.repeat(BRIGHT[:, :1], 3, axis=1)
    scene = sr.Scene(WIDTH, HEIGHT, sr.Layer("circle", PARAMS, grey), (0.2, 0.2, 0.2))
    target = sr.render(scene)[..., :1] + 0.05 * rng.normal(size=(HEIGHT, WIDTH, 1))
    objective = sr.Objective(scene, target)
    free = objective.free(~objective.where(role="opacity"))
    x, _ = sr.optimizers.lm.minimize(free.normal_matrix, free.x, *free.bounds)
    found = free.uncertainty(x)
    columns = []  # the derivative of one channel by all values of a grey scene, by differences
    steps = [np.eye(x.size)[k] for k in np.flatnonzero(free.where(role="params"))]
    steps += [free.where(role="color", index=k).astype(float) for k in range(2)]
    steps += [free.where(role="background").astype(float)]
    for step in steps:
        columns.append((free.render(x + 1e-5 * step) - free.render(x - 1e-5 * step))[..., 0].ravel() / 2e-5)
    j = np.stack(columns, axis=1)
    r = free.residuals(x)[..., 0].ravel()
    noise = np.sqrt(r @ r / (HEIGHT * WIDTH - 9))
    assert found.noise == pytest.approx(noise, rel=1e-6)
    errors = noise * np.sqrt(np.diag(np.linalg.inv(j.T @ j)))
    assert found.named.layers[0]["params"].ravel() == pytest.approx(errors[:6], rel=1e-4)
    assert found.named.layers[0]["color"] == pytest.approx(np.repeat(errors[6:8, None], 3, axis=1), rel=1e-4)
    assert found.named.background == pytest.approx(errors[[8, 8, 8]], rel=1e-4)


@pytest.mark.compiled
def test_results_are_the_same_bits_for_any_number_of_threads(rng: np.random.Generator) -> None:
    params = np.column_stack([rng.uniform(0.0, 90.0, (60, 2)), rng.uniform(2.0, 9.0, 60)]).astype(np.float32)
    scene = sr.Scene(90, 90, sr.Layer("circle", params, rng.random((60, 3)), 0.5), (0.2, 0.1, 0.3))
    found = []
    for threads in (1, 2):
        before = numba.get_num_threads()
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        objective = sr.Objective(scene, sr.render(scene) * 0.9)
        matrix, gradient, square, _ = objective.normal_matrix(objective.x)
        numba.set_num_threads(before)
        found.append((matrix.data.tobytes(), matrix.indices.tobytes(), gradient.tobytes(), square))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("options", "other"),
    [
        ({"loss": "mae"}, "loss 'mae'"),
        ({"loss": "mse + 0.2*ssim"}, "loss 'mse + 0.2*ssim'"),
        ({"regularizers": {"size": 1.0}}, "regularizers size"),
    ],
)
def test_only_squared_errors(discs: sr.Scene, options: dict[str, Any], other: str) -> None:
    objective = sr.Objective(discs, np.zeros((HEIGHT, WIDTH, 3)), **options)
    for name in ("residuals", "normal_matrix", "uncertainty"):
        with pytest.raises(ValueError, match=f"{name} is for loss 'mse' alone, .*, not for {re.escape(other)}"):
            getattr(objective, name)(objective.x)


def test_bad_arguments(discs: sr.Scene) -> None:
    objective = sr.Objective(discs, np.zeros((HEIGHT, WIDTH, 3)))
    x = objective.x.copy()
    x[3] = np.nan
    for ask in (objective.residuals, objective.normal_matrix, objective.uncertainty):
        with pytest.raises(ValueError, match=r"x must hold the 17 values of the scene, not float64 of \(3,\)"):
            ask(x[:3])
        with pytest.raises(ValueError, match=r"x must be finite, but x\[3\], cx of shape 1 of layer 0, is nan"):
            ask(x)
        with pytest.raises(sr.DataError, match=r"target must have shape \(16, 20, 3\), not \(3, 4, 3\)"):
            ask(objective.x, target=np.zeros((3, 4, 3)))
        with pytest.raises(ValueError, match="target must be given"):
            getattr(sr.Objective(discs), ask.__name__)(objective.x)
    for noise in (0.0, -1.0, np.nan):
        with pytest.raises(ValueError, match="noise must be a standard deviation above 0, in units of colour"):
            objective.uncertainty(objective.x, noise)
    weight = np.zeros((HEIGHT, WIDTH))
    weight[7, 6] = 1.0
    with pytest.raises(sr.DataError, match="noise must be given: 3 values of the picture are too few"):
        sr.Objective(discs, np.zeros((HEIGHT, WIDTH, 3)), weight=weight).uncertainty(objective.x)
