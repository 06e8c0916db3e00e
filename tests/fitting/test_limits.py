"""No value of a fit has a range in which it is dead: every kind recovers a shape of its own from starts nearby."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.engine.plan import Plan
from sdfraster.engine.tiles import pack
from sdfraster.fitting.pyramid import Level
from sdfraster.fitting.shapes.limits import Limits
from sdfraster.fitting.shapes.polish import Beginning, polish
from sdfraster.fitting.shapes.population import Population
from sdfraster.fitting.shapes.rates import learning_rates
from sdfraster.fitting.strategy import Rates
from sdfraster.prepared.targets import PreparedTarget
from tests.gradcheck import check_gradient

SIDE = 80
TRUTH = {  # with sharp corners, which rounder ones have to come down to
    "circle": (41.3, 38.7, 17.2),
    "ellipse": (41.3, 38.7, 24.6, 11.9, 0.4),
    "rectangle": (41.3, 38.7, 36.4, 21.8, 0.4, 0.0),
    "triangle": (18.2, 22.7, 61.3, 30.1, 35.5, 60.8),
    "line": (21.3, 25.2, 58.8, 49.4, 7.3),
    "polygon": (18.2, 22.7, 50.3, 16.1, 63.1, 41.7, 40.5, 62.8, 21.1, 50.2),
    "stroke": (15.2, 22.7, 28.3, 60.1, 52.9, 5.7, 64.5, 47.8, 5.3),
    "path": (20.2, 40.7, 20.3, 18.1, 60.9, 15.7, 62.5, 40.8, 61.0, 65.0, 24.0, 62.0),
}


def truth(kind: str) -> tuple[float, ...]:
    """Return the shape to find; of a kind that has none here, a typical one."""
    return TRUTH.get(kind) or sr.primitive(kind).sample(np.random.default_rng(1), 41.3, 38.7, 17.2)


def scene(kind: str, params: Any, dtype: type = np.float64) -> sr.Scene:
    return sr.Scene(SIDE, SIDE, sr.Layer(kind, np.array([params], dtype), [(0.9, 0.5, 0.2)]), (0.1, 0.2, 0.3))


def outline(kind: str, params: Any, rng: np.random.Generator) -> np.ndarray:
    """Return points on the outline: random ones near it that follow the distance there."""
    shape = sr.primitive(kind)
    points = []
    while len(points) < 40:
        x, y = rng.uniform(0.0, SIDE, 2)
        for _ in range(4):
            d, h = shape.distance(params, x, y), 1e-6
            gx = (shape.distance(params, x + h, y) - shape.distance(params, x - h, y)) / (2.0 * h)
            gy = (shape.distance(params, x, y + h) - shape.distance(params, x, y - h)) / (2.0 * h)
            x, y = x - d * gx, y - d * gy
        if abs(shape.distance(params, x, y)) < 1e-9:
            points.append((x, y))
    return np.array(points)


def start(kind: str, params: Any, rng: np.random.Generator) -> np.ndarray:
    """Return a shape nearby: moved by some pixels, turned, larger or smaller, and with rounder corners."""
    made = np.array(params, np.float64)
    shift = rng.uniform(-3.0, 3.0, 2)
    positions = 0
    for k, parameter in enumerate(sr.primitive(kind).parameters_of(len(params))):
        if parameter.role.axis is not None:
            made[k] += shift[positions % 2] + rng.uniform(-1.0, 1.0)
            positions += 1
        elif parameter.half_of:
            made[k] = rng.uniform(0.0, 30.0)  # above its range too
        elif parameter.role.scales:
            made[k] *= rng.uniform(0.7, 1.4)
        elif parameter.role.turns:
            made[k] += rng.uniform(-0.3, 0.3)
        else:
            made[k] = np.clip(made[k] * rng.uniform(0.8, 1.25), parameter.role.lower, parameter.role.upper)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("kind", sr.kinds())
def test_every_kind_recovers_its_own_shape(kind: str, rng: np.random.Generator) -> None:
    target = PreparedTarget.of(sr.render(scene(kind, truth(kind))))
    points = outline(kind, truth(kind), rng)
    for _ in range(8):
        first = scene(kind, start(kind, truth(kind), rng))
        objective = sr.Objective(first)
        limits = Limits(objective.layout)
        rates, directions = learning_rates(objective.layout, first.layers[0], 20.0, Rates(), 1.0, False)
        best = objective.x, np.inf

        def after(x: np.ndarray, loss: float) -> None:
            nonlocal best
            best = min(best, (x, loss), key=lambda pair: pair[1])

        for rho in (3.0, 1.0):
            best = best[0], np.inf
            scale = directions.spread(rates)
            polish(Beginning(objective, limits, best[0], target, rho, scale), 400, after)
        found = objective.scene(best[0]).layers[0].params[0].tolist()
        shape = sr.primitive(kind)
        assert max(abs(shape.distance(found, x, y)) for x, y in points) < 1e-3, found


def test_corners_stay_within_half_the_shorter_side(rng: np.random.Generator) -> None:
    """And a change of the sides carries them along, with the derivative of what is drawn."""
    layer = sr.Layer("rectangle", np.array([[9, 9, 8, 5, 0.2, 7.0], [9, 9, 4, 6, 0.1, 1.5]]), np.ones((2, 3)))
    plan = Plan(sr.Scene(16, 16, layer), "parabolic")
    limits = Limits(plan.layout)
    x = plan.layout.vector(plan.layout.template)
    limits.clip(x)
    assert plan.layout.views(x)[0][0].params[:, 5].tolist() == [2.5, 1.5]
    fixed = limits.fixed(x)
    z = fixed.variables(x)
    np.testing.assert_allclose(fixed.values(z), x)
    z = z + rng.uniform(0.0, 0.1, z.size)
    g = rng.normal(size=z.size)
    numeric = [
        float(g @ (fixed.values(z + 1e-6 * unit) - fixed.values(z - 1e-6 * unit))) / 2e-6 for unit in np.eye(z.size)
    ]
    np.testing.assert_allclose(fixed.adjoint(z, g), numeric, atol=1e-8)


@pytest.mark.compiled
def test_lines_of_gradients_cross_their_shapes(rng: np.random.Generator) -> None:
    """Steps carry the offset along with the slopes, with the derivative of what is drawn."""
    color = rng.uniform(0.1, 0.9, (2, 3, 3))
    color[:, 2] = [[0.3, -0.4, 2.0], [0.3, 0.4, 0.2]]
    layer = sr.Layer("circle", np.array([[9.0, 9.0, 5.0], [9.0, 9.0, 4.0]]), color, shading="gradient")
    scene = sr.Scene(16, 16, layer)
    plan = Plan(scene, "parabolic")
    limits = Limits(plan.layout)
    x = plan.layout.vector(scene)
    limits.clip(x)
    lines = plan.layout.views(x)[0][0].color[:, 2]
    np.testing.assert_allclose(lines, [[0.3, -0.4, 1.45], [0.3, 0.4, 0.2]])
    plan.value_and_grad(x, pack(rng.uniform(0.0, 1.0, (16, 16, 4))), 1.0)
    moving = plan.layout.views(plan.gradient)[0][0].color[:, :2]
    assert (np.abs(moving).max(axis=2) > 0.0).all()
    fixed = limits.fixed(x)
    z = fixed.variables(x)
    np.testing.assert_allclose(fixed.values(z), x)
    z = z + rng.uniform(-0.1, 0.1, z.size)
    g = rng.normal(size=z.size)
    check_gradient(lambda z: float(g @ fixed.values(z)), z, fixed.adjoint(z, g), rng)
    plan.layout.views(z)[0][0].color[:, 2] = 0.4, -0.1, 9.0
    held = fixed.values(np.clip(z, fixed.lower, fixed.upper))
    before = held.copy()
    limits.clip(held)
    color_of = [plan.layout.views(vector)[0][0].color[:, 2] for vector in (before, held)]
    np.testing.assert_allclose(*color_of)


@pytest.mark.compiled
@pytest.mark.parametrize("kind", sr.kinds())
def test_lines_of_gradients_off_their_shapes_are_laid_through_them(kind: str, rng: np.random.Generator) -> None:
    """There nothing moves them; the picture stays the same, and both colours are free again."""
    params = [sr.primitive(kind).sample(rng, *middle, 6.0) for middle in ((10.0, 10.0), (30.0, 10.0), (50.0, 10.0))]
    color = rng.uniform(0.1, 0.9, (3, 3, 3))
    color[:, 2] = [[0.3, 0.2, 9.0], [0.2, -0.3, -9.0], [0.5, 0.5, 0.5]]  # in one colour, the other, both
    layer = sr.Layer(kind, np.array(params), color, 0.8, shading="gradient")
    scene = sr.Scene(60, 20, layer, (0.0, 0.0, 0.0))
    image, target = sr.render(scene), PreparedTarget.of(np.ones((20, 60, 3)))
    shapes = Population(scene, sr.FitOptions(kind=kind, color="gradient"), Level.of(sr.render(scene), None), Rates())
    shapes.revive_colors(target, 1.0)
    np.testing.assert_allclose(sr.render(shapes.scene), image, atol=1e-12)
    np.testing.assert_array_equal(shapes.scene.layers[0].color[2], color[2])
    _, gradient = shapes.objective(shapes.x, target)
    moving = shapes.objective.layout.views(gradient)[0][0].color[:, :2]
    assert (np.abs(moving).max(axis=2) > 0.0).all()
