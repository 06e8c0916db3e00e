"""Objectives in the hands of SciPy, of a loop, and of threads; what is given back, and what is refused."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import scipy.optimize

import sdfraster as sr
from sdfraster.plan import ScenePlan

WIDTH, HEIGHT = 20, 16  # of the disc


def disc(x: float, y: float, r: float) -> sr.Scene:
    layer = sr.Layer("circle", np.array([[x, y, r]]), [[1.0, 0.2, 0.1]])
    return sr.Scene(WIDTH, HEIGHT, layer, (0.1, 0.3, 0.6))


def test_scipy_finds_a_disc() -> None:
    objective = sr.Objective(disc(8.0, 7.0, 4.0), sr.render(disc(9.3, 7.4, 4.7)))
    geometry = objective.free(layer=0, role="params")
    found = scipy.optimize.minimize(geometry, geometry.x, jac=True, method="L-BFGS-B", bounds=geometry.bounds)
    np.testing.assert_allclose(objective.scene(found.x).layers[0].params, [[9.3, 7.4, 4.7]], atol=1e-3)
    np.testing.assert_array_equal(objective.scene(found.x).layers[0].color, [[1.0, 0.2, 0.1]])


@pytest.mark.parametrize("name", ["adam", "amsgrad"])
def test_a_loop_of_ones_own_finds_a_disc(name: str) -> None:
    """As the documentation of `Objective` has it."""
    objective = sr.Objective(disc(8.0, 7.0, 4.0), sr.render(disc(9.3, 7.4, 4.7)))
    optimizer = getattr(sr.optimizers, name)
    x = objective.x.copy()
    state = optimizer.init(x)
    for _ in range(120):
        _, gradient = objective(x)
        step, state = optimizer.update(gradient, state, rate=0.1 * objective.scale)
        x = np.clip(x - step, *objective.bounds)
    np.testing.assert_allclose(objective.scene(x).layers[0].params, [[9.3, 7.4, 4.7]], atol=0.05)


def test_threads_share_an_objective(rng: np.random.Generator) -> None:
    target = rng.random((HEIGHT, WIDTH, 3))
    objective = sr.Objective(disc(8.0, 7.0, 4.0), target)
    vectors = [objective.x + rng.random(objective.x.size) * objective.where(role="position") for _ in range(24)]

    def evaluate(x: np.ndarray) -> tuple[bytes, ...]:
        loss, gradient = objective(x, None if x[0] > 8.5 else 1.0 - target)
        return np.float64(loss).tobytes(), gradient.tobytes(), objective.render(x).tobytes()

    expected = [evaluate(x) for x in vectors]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(evaluate, vectors)) == expected
    assert len(set(expected)) == len(vectors)


def test_memory_is_given_back(scene: sr.Scene, target: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[ScenePlan]] = []

    def make(*arguments: Any) -> ScenePlan:
        plan = make_plan(*arguments)
        made.append(weakref.ref(plan))
        return plan

    from sdfraster import objective as module

    make_plan = module.make_plan
    monkeypatch.setattr(module, "make_plan", make)
    objective = sr.Objective(scene, target)
    objective(objective.x)
    objective.free(role="color")(objective.x)
    objective.render(objective.x)
    gc.collect()
    assert len(made) == 1
    assert made[0]() is not None
    del objective
    gc.collect()
    assert made[0]() is None


def test_a_plan_that_was_interrupted_is_not_used_again(
    scene: sr.Scene, target: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    objective = sr.Objective(scene, target)
    expected = objective(objective.x)
    with objective._pool.lend() as plan:
        pass

    def interrupted(*arguments: Any) -> float:
        plan.gradient[:] = 7.0
        raise KeyboardInterrupt

    monkeypatch.setattr(plan, "value_and_grad", interrupted)
    with pytest.raises(KeyboardInterrupt):
        objective(objective.x)
    loss, gradient = objective(objective.x)
    assert loss == expected[0]
    np.testing.assert_array_equal(gradient, expected[1])


def nan_at(objective: sr.Objective, role: str) -> np.ndarray:
    return np.where(objective.where(role=role), np.nan, objective.x)


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda o, t: o(o.x[:-1]), r"x must hold the 63 values of the scene, not float64 of \(62,\)"),
        (lambda o, t: o.render("spam"), r"x must hold the 63 values of the scene, not <U4 of \(\)"),
        (lambda o, t: o(nan_at(o, "r")), r"x must be finite, but x\[2\], r of shape 0 of layer 0, is nan"),
        (lambda o, t: o(np.where(np.arange(63) == 41, np.inf, o.x)), r"x\[41\], y of vertex 1 of layer 2, is inf"),
        (lambda o, t: o(np.where(np.arange(63) == 46, np.nan, o.x)), r"x\[46\], color of vertex 0 of layer 2, is nan"),
        (lambda o, t: o(np.where(np.arange(63) == 59, np.nan, o.x)), r"x\[59\], opacity of face 1 of layer 2, is nan"),
        (lambda o, t: o([[1.0, 2.0], [3.0]]), "x cannot be made an array"),
        (lambda o, t: o.render_many([[1.0, 2.0], [3.0]]), "many cannot be made an array"),
        (lambda o, t: o(nan_at(o, "background")), r"x must be finite, but x\[60\], background, is nan"),
        (lambda o, t: o(o.x, t[:-1]), r"target must have shape \(16, 24, 3\), not \(15, 24, 3\)"),
        (lambda o, t: o(o.x, np.nan * t), "target must be finite, from 0 to 1, but it holds NaN or infinity"),
        (lambda o, t: sr.Objective(o.scene(o.x))(o.x), "target must be given, to the call or to the Objective"),
        (lambda o, t: sr.Objective(o.scene(o.x), t[1:]), r"target must have shape \(16, 24, 3\), not \(15, 24, 3\)"),
        (lambda o, t: o.vjp(o.x, t[1:]), r"g_image must have shape \(16, 24, 3\), not \(15, 24, 3\)"),
        (lambda o, t: o(o.x, out=np.empty(3)), r"out must be a writable float array of shape \(63,\), not float64 of"),
        (lambda o, t: o.render_many(o.x), r"many must have shape \(B, 63\), a vector in each row, not \(63,\)"),
        (lambda o, t: o.free(np.ones(3)), r"mask must be bool of shape \(63,\), not float64 of \(3,\)"),
        (lambda o, t: o.where(role="spam"), "role must be one of angle, background, .*, not 'spam'"),
        (lambda o, t: o.where(role=["position"]), r"role must be one of .*, not \['position'\]; masks of several are"),
        (
            lambda o, t: o.where(layer=[0, 1]),
            r"layer must be the number of one of 3 layers, not \[0, 1\]; masks of several",
        ),
        (lambda o, t: o.where(layer=3), "layer must be the number of one of 3 layers, not 3"),
        (lambda o, t: o.where(layer=0, index=9), "index must be among the shapes of the layer: index 9 is out of"),
        (
            lambda o, t: o.vector(sr.Scene(24, 16)),
            "scene must have the layout of the objective's, 24 x 16 .*, not 24 x",
        ),
        (lambda o, t: o.named([1.0]), r"x must be an array of shape \(63,\), not list"),
        (lambda o, t: sr.Objective(t), "scene must be a Scene, not ndarray"),
        (lambda o, t: sr.Objective(o.scene(o.x), regularizers={"size": 1.0}), "regularizers must be None for a scene"),
        (lambda o, t: sr.Objective(o.scene(o.x), loss="spam"), "loss must be one of mse"),
        (lambda o, t: sr.Objective(o.scene(o.x), weight=np.ones(3)), "weight must have the shape of the picture"),
    ],
)
def test_what_is_refused(
    scene: sr.Scene, target: np.ndarray, use: Callable[[sr.Objective, np.ndarray], Any], message: str
) -> None:
    """In one line, which names the argument, what it was, and what would be right."""
    with pytest.raises(ValueError, match=message) as caught:
        use(sr.Objective(scene, target), target)
    assert "\n" not in str(caught.value)
