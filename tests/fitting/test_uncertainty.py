"""Standard errors of what a fit found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr

SIDE, NOISE = 16, 0.02
TRUTH = np.array([[4.9, 5.5, 2.7], [10.5, 9.7, 3.6]])
COLORS, BEHIND = [[1.0, 0.5, 0.1], [0.3, 0.6, 0.9]], (0.1, 0.2, 0.3)


def discs(params: Any = TRUTH) -> sr.Scene:
    return sr.Scene(SIDE, SIDE, sr.Layer("circle", params, COLORS), BEHIND)


def found(rng: np.random.Generator, **options: Any) -> sr.FitResult:
    target = sr.render(discs()) + rng.normal(0.0, NOISE, (SIDE, SIDE, 3))
    guess = discs(np.add(TRUTH, [[0.3, -0.2, 0.2], [-0.2, 0.3, -0.3]]))
    return sr.fit(target, **{"init": guess, "optimizer": "lm", "iterations": 8, **options})


def test_errors_are_those_of_the_objective(rng: np.random.Generator) -> None:
    weight = rng.random((SIDE, SIDE))
    result = found(rng, fixed={"opacity": 1}, weight=weight, filter_radius=0.8, filter="tent", background=BEHIND)
    own = {"weight": weight, "filter": "tent", "filter_radius": 0.8}
    objective = sr.Objective(result.scene, result.target, **own)
    free = objective.free(objective.where(role="params") | objective.where(role="color"))
    for noise in (None, 0.1):
        mine, expected = result.uncertainty(noise), free.uncertainty(objective.x, noise)
        np.testing.assert_array_equal(mine.standard_error, expected.standard_error)
        assert mine.noise == expected.noise
    assert result.options.background == BEHIND
    assert (mine.named.layers[0]["position"] > 0.0).all()


def test_what_the_fit_left_free_may_not_be_determined(rng: np.random.Generator) -> None:
    result = found(rng)
    assert "hold opacities" in result.uncertainty().statement
    assert "hold opacities" not in found(rng, opaque=True).uncertainty().statement


def test_large_pictures_are_measured_by_all_of_their_pixels(rng: np.random.Generator) -> None:
    """Others are fitted on a copy."""
    scene = sr.Scene(700, 700, sr.Layer("circle", TRUTH, COLORS), BEHIND)
    result = sr.fit(sr.render(scene), init=scene, optimizer="lm", iterations=0)
    np.testing.assert_array_equal(result.scene.layers[0].params, TRUTH.astype(np.float32))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "mesh", "count": 4}, "uncertainty is for shapes that move freely, not for a fit with a mesh"),
        ({"count": 4, "symmetric": True}, "uncertainty is for shapes that move freely, not for a fit with symmetric"),
        ({"count": 4, "loss": "mae"}, "uncertainty is for loss 'mse' alone, a sum of squares, not for loss 'mae'"),
    ],
)
def test_other_fits_have_none(options: dict[str, Any], message: str) -> None:
    result = sr.fit(sr.render(discs()), iterations=1, **options)
    with pytest.raises(ValueError, match=f"^{message}$"):
        result.uncertainty()
