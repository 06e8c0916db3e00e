"""An objective computes what `render`, `render_vjp` and `value_and_grad` do, of vectors."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.plan import DerivedPlan
from tests.gradcheck import check_gradient
from tests.scenes import flat, layer


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"loss": "mse + 0.2*ssim", "filter": "tent", "filter_radius": 1.4},
        {"loss": "huber", "delta": 0.05, "weight": True},
    ],
    ids=["plain", "pictures", "weighted"],
)
def test_the_same_bits_as_value_and_grad(
    scene: sr.Scene, target: np.ndarray, rng: np.random.Generator, options: dict[str, Any]
) -> None:
    if "weight" in options:
        options = {**options, "weight": rng.random(target.shape[:2])}
    objective = sr.Objective(scene, target, **options)
    loss, gradient = objective(objective.x)
    expected, g = sr.value_and_grad(scene, target, **options)
    assert loss == expected
    np.testing.assert_array_equal(gradient, flat(g))
    assert np.count_nonzero(gradient) > 40


def test_pictures_and_their_adjoint(scene: sr.Scene, target: np.ndarray) -> None:
    objective = sr.Objective(scene, filter="box", filter_radius=0.7)
    options = {"filter": "box", "filter_radius": 0.7}
    picture = objective.render(objective.x)
    np.testing.assert_array_equal(picture, sr.render(scene, **options))
    g = sr.render_vjp(scene, target, **options)
    np.testing.assert_array_equal(objective.vjp(objective.x, target), flat(g))


def test_gradient_is_the_derivative(scene: sr.Scene, target: np.ndarray, rng: np.random.Generator) -> None:
    """Along random directions, of the loss with its regularisers."""
    circles = sr.Scene(scene.width, scene.height, scene.layers[0], scene.background)
    regularizers = {"opacity": 0.1, "size": 1.0}
    for objective in (sr.Objective(scene, target), sr.Objective(circles, target, regularizers=regularizers)):
        x = objective.x + 1e-3 * rng.normal(size=objective.x.size)
        _, gradient = objective(x)
        check_gradient(lambda v, of=objective: of(v)[0], x, gradient, rng, step=1e-6, tolerance=1e-6, least=1e-3)


def test_regularizers_count(scene: sr.Scene, target: np.ndarray) -> None:
    circles = sr.Scene(scene.width, scene.height, scene.layers[0], scene.background)
    plain, regular = (
        sr.Objective(circles, target, regularizers=weights) for weights in (None, {"opacity": 0.5, "size": 2.0})
    )
    (loss, _), (more, _) = (objective(objective.x) for objective in (plain, regular))
    o, r = circles.layers[0].opacity, circles.layers[0].params[:, 2]
    small = np.maximum(0.0, 1.0 - r) ** 2
    assert more - loss == pytest.approx(0.5 * (4.0 * o * (1.0 - o)).mean() + 2.0 * small.mean())
    assert more > loss + 0.01


def test_vectors_and_scenes(scene: sr.Scene, rng: np.random.Generator) -> None:
    objective = sr.Objective(scene)
    x = objective.x + 0.1 * rng.random(objective.x.size) * objective.where(role="position")
    again = objective.scene(x)
    np.testing.assert_array_equal(objective.vector(again), x)
    np.testing.assert_array_equal(again.layers[2].vertex_color, objective.named(x).layers[2]["color"])
    assert not objective.x.flags.writeable


def test_gradients_have_the_dtype_of_the_vector(rng: np.random.Generator) -> None:
    circles = layer(rng, ("circle", "over", "constant"), 40, 35, (9.0, 6.0), dtype=np.float32)
    target = rng.random((35, 40, 3), dtype=np.float32)
    objective = sr.Objective(sr.Scene(40, 35, circles), target)
    narrow, wide = objective.x, objective.x.astype(np.float64)
    assert objective(narrow)[1].dtype == np.float32
    assert objective(wide)[1].dtype == np.float64
    np.testing.assert_array_equal(*(objective(x)[1] for x in (narrow, wide)))
    assert objective.scene(wide).dtype == np.float32


def test_results_are_the_callers(scene: sr.Scene, target: np.ndarray) -> None:
    objective = sr.Objective(scene, target)
    other = objective.x + 0.1 * objective.where(role="position")
    for evaluate in (
        lambda x: objective(x)[1],
        objective.render,
        lambda x: objective.vjp(x, target),
        lambda x: flat(sr.value_and_grad(objective.scene(x), target)[1]),
    ):
        first = evaluate(objective.x)
        before = first.copy()
        evaluate(other)
        np.testing.assert_array_equal(first, before)


def test_out_is_written_to(scene: sr.Scene, target: np.ndarray) -> None:
    objective = sr.Objective(scene, target)
    x = objective.x
    for out, result, expected in (
        (g := np.empty_like(x), objective(x, out=g)[1], objective(x)[1]),
        (v := np.empty_like(x), objective.vjp(x, target, out=v), objective.vjp(x, target)),
        (p := np.empty_like(target), objective.render(x, out=p), objective.render(x)),
    ):
        assert result is out
        np.testing.assert_array_equal(out, expected)


def test_many_vectors(scene: sr.Scene, rng: np.random.Generator) -> None:
    objective = sr.Objective(scene)
    many = objective.x + 0.1 * rng.random((5, objective.x.size)) * objective.where(role="position")
    pictures = objective.render_many(many)
    np.testing.assert_array_equal(pictures, np.stack([objective.render(x) for x in many]))
    assert np.abs(pictures[0] - pictures[1]).max() > 1e-3
    out = np.empty_like(pictures)
    assert objective.render_many(many, out=out) is out
    np.testing.assert_array_equal(out, pictures)


@pytest.mark.parametrize("side", [20, 140])
def test_batches_of_small_and_large_pictures(side: int) -> None:
    disc = sr.Layer("circle", np.array([[0.5 * side, 9.0, 6.0]]), [[1.0, 0.5, 0.0]])
    objective = sr.Objective(sr.Scene(side, side, disc))
    many = np.stack([objective.x, objective.x + objective.where(role="position")])
    np.testing.assert_array_equal(objective.render_many(many), [sr.render(objective.scene(x)) for x in many])
    assert objective.render_many(many[:0]).shape == (0, side, side, 3)


def test_other_targets(scene: sr.Scene, target: np.ndarray) -> None:
    """Also one that is changed in place between two calls."""
    objective, other = sr.Objective(scene, target), 1.0 - target
    for _ in range(2):
        assert objective(objective.x, other)[0] == sr.value_and_grad(scene, other)[0]
        assert objective(objective.x)[0] == sr.value_and_grad(scene, target)[0]
        other[3, 4] = 0.0


def test_a_prepared_target(scene: sr.Scene, target: np.ndarray) -> None:
    """It is compared with as it was, and by other objectives of such pictures too; of others it is refused."""
    objective, other = sr.Objective(scene, 1.0 - target), target.copy()
    prepared = objective.prepare(other)
    other[:] = 0.0
    expected = sr.value_and_grad(scene, target)[0]
    assert objective(objective.x, prepared)[0] == expected
    assert sr.Objective(scene, prepared)(objective.x)[0] == expected
    assert sr.value_and_grad(scene, prepared)[0] == expected
    wider = sr.Scene(scene.width + 1, scene.height, scene.layers, scene.background)
    for value in (lambda: sr.Objective(wider, prepared), lambda: sr.Objective(wider)(objective.x, prepared)):
        with pytest.raises(ValueError, match=r"target must be prepared for a picture of 25 x 16, 3 .*, not of 24 x 16"):
            value()


def test_other_filter_radii(scene: sr.Scene, target: np.ndarray) -> None:
    objective, wide = sr.Objective(scene, target), sr.Objective(scene, target, filter_radius=2.5)
    x = objective.x
    assert objective(x, filter_radius=2.5)[0] == wide(x)[0] != objective(x)[0]
    np.testing.assert_array_equal(objective.render(x, filter_radius=2.5), wide.render(x))
    np.testing.assert_array_equal(objective.vjp(x, target, filter_radius=2.5), wide.vjp(x, target))
    with pytest.raises(ValueError, match="filter_radius must be a number of pixels above 0, not 0"):
        objective(x, filter_radius=0.0)


def test_what_each_shape_is_worth(scene: sr.Scene, target: np.ndarray) -> None:
    circles = sr.Scene(scene.width, scene.height, scene.layers[0], scene.background)
    objective = sr.Objective(circles, target, weight=target[..., 0])
    growth = objective.leave_one_out(objective.x)
    loss, _ = objective(objective.x)
    for k in range(len(circles.layers[0])):
        others = circles.replace(layers=circles.layers[0][np.arange(len(growth)) != k])
        assert loss + growth[k] == pytest.approx(sr.value_and_grad(others, target, weight=target[..., 0])[0])
    with pytest.raises(ValueError, match="leave_one_out is for scenes whose top layer has shapes, and is no mesh"):
        sr.Objective(scene, target).leave_one_out(sr.Objective(scene).x)


def test_other_plans(scene: sr.Scene, target: np.ndarray) -> None:
    """The objective they are derived from keeps its own."""

    class Doubled(DerivedPlan):
        def value_and_grad(self, x: Any, target: Any, rho: float, picture: bool = False) -> float:
            loss = super().value_and_grad(x, target, rho, picture)
            self.gradient *= 2.0
            return 2.0 * loss

    objective = sr.Objective(scene, target)
    (loss, g), (twice, doubled) = (of(objective.x) for of in (objective, objective.derived(Doubled)))
    assert twice == 2.0 * loss
    np.testing.assert_array_equal(doubled, 2.0 * g)
    assert objective(objective.x)[0] == loss


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda objective: pickle.loads(pickle.dumps(objective))])
def test_copies(scene: sr.Scene, target: np.ndarray, copied: Callable[[sr.Objective], sr.Objective]) -> None:
    """Also of one that has been used, and with values that are held."""
    objective = sr.Objective(scene, target, "mae", filter="tent", weight=target[..., 0]).free(role="color")
    expected = objective(objective.x)
    other = copied(objective)
    assert other.name != objective.name
    assert not other.x.flags.writeable
    assert not np.shares_memory(other.x, objective.x)
    loss, gradient = other(objective.x)
    assert loss == expected[0]
    np.testing.assert_array_equal(gradient, expected[1])
    np.testing.assert_array_equal(other.render(other.x), objective.render(objective.x))


def test_what_consoles_show(scene: sr.Scene, target: np.ndarray) -> None:
    """One line."""
    objective = sr.Objective(scene, target)
    assert repr(objective) == f"Objective(mse against a target of 63 values: {scene!r})"
    assert repr(objective.free(role="background")).startswith(
        "Objective(mse against a target of 63 values, 3 of them free"
    )
    named = repr(objective.named(objective.x.copy()))
    assert named.startswith("NamedValues(LayerValues(params (4, 3), color (4, 3), opacity (4,), cx (4,), ")
    assert named.endswith("; background [0.2, 0.7, 0.4])")
    assert "\n" not in named


def test_an_empty_scene() -> None:
    objective = sr.Objective(sr.Scene(20, 10, (), None), np.ones((10, 20, 4), np.float32))
    loss, gradient = objective(objective.x)
    assert loss == pytest.approx(1.0, rel=1e-4)
    assert gradient.size == 0
    assert len(objective.bounds.lb) == len(objective.scale) == 0
