"""Normal equations of every kind, composite and rule of colours, against the derivative of pictures by differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.engine.plan import Plan
from sdfraster.engine.tiles import TILE, pack, unpack
from sdfraster.model.composite import COMPOSITES
from sdfraster.model.shading import SHADINGS
from tests.scenes import layer

WIDTH, HEIGHT = 19, 6  # two tiles
STEP, DIRECTIONS = 1e-6, 4
RULES = [
    (composite, shading)
    for composite, rule in COMPOSITES.items()
    for shading, colors in SHADINGS.items()
    if not rule.grouped or colors.rebase is not None
]


def check(scene: sr.Scene, rng: np.random.Generator, filter: str = "parabolic", radius: float = 1.0) -> Any:
    """Compare J'J along random directions with products of differences, J'r with a gradient, and r'r with a loss."""
    channels = 4 if scene.background is None else 3
    size = scene.height, scene.width, channels
    target, weight = rng.random(size), rng.random(size[:2]) * (rng.random(size[:2]) > 0.2)
    plan = Plan(scene, filter, "mse", 0.1, weight)
    x = plan.layout.vector(scene)
    equations = plan.normal_equations(x, pack(target), radius)
    square = plan.value_and_grad(x, pack(target), radius) * channels * weight.sum()
    assert equations.square == pytest.approx(square, rel=1e-12)
    half = 0.5 * channels * weight.sum() * plan.gradient
    np.testing.assert_allclose(equations.gradient, half, rtol=0.0, atol=1e-12 * np.abs(half).max())

    def drawn(x: np.ndarray) -> np.ndarray:
        return unpack(plan.render(x, radius), scene.width, scene.height).copy()

    directions = rng.normal(size=(DIRECTIONS, x.size)) * (rng.random((DIRECTIONS, x.size)) < 0.5)
    for v in directions:  # opacities of 1 have a derivative on one side only
        for view, values in zip(plan.layout.views(v)[0], plan.layout.views(x)[0], strict=True):
            view.opacity[values.opacity >= 1.0] = 0.0
    moved = np.array([(drawn(x + STEP * v) - drawn(x - STEP * v)) / (2.0 * STEP) for v in directions])
    expected = np.einsum("ahwc,bhwc,hw->ab", moved, moved, weight)
    found = directions @ (equations.matrix @ directions.T)
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-6 * np.abs(expected).max())
    return equations


def opacities(scene: sr.Scene, rng: np.random.Generator) -> sr.Scene:
    """Return a scene whose shapes are neither hidden nor covers."""
    layers = [item.with_values(*item.values[:2], rng.uniform(0.3, 0.9, len(item))) for item in scene.layers]
    return scene.replace(layers=layers)


@pytest.mark.parametrize("background", [(0.2, 0.7, 0.4), None], ids=["on a colour", "transparent"])
@pytest.mark.parametrize(("composite", "shading"), RULES)
def test_composites_and_rules_of_colours(
    composite: str, shading: str, background: Any, rng: np.random.Generator
) -> None:
    shapes = layer(rng, ("ellipse", composite, shading), WIDTH, HEIGHT, (4.0, 30.0, 0.7))
    check(opacities(sr.Scene(WIDTH, HEIGHT, shapes, background), rng), rng)


@pytest.mark.parametrize("filter", ["tent", "parabolic"])
@pytest.mark.parametrize("kind", sr.kinds())
def test_kinds(kind: str, filter: str, rng: np.random.Generator) -> None:
    composite, shading = ("over", "linear") if filter == "tent" else ("mean", "constant")
    shapes = layer(rng, (kind, composite, shading), TILE, HEIGHT, (5.0, 2.0))
    check(opacities(sr.Scene(TILE, HEIGHT, shapes, (0.2, 0.7, 0.4)), rng), rng, filter, 0.9)


@pytest.mark.parametrize("colors", [{"vertex_color": (4, 3)}, {"color": (2, 3)}, {"color": (2, 3, 3)}], ids=str)
def test_meshes_between_other_layers(colors: dict[str, tuple[int, ...]], rng: np.random.Generator) -> None:
    vertices = np.array([[1.0, 1.0], [18.0, 0.3], [17.0, 5.7], [2.0, 5.0]])
    given = {name: rng.random(shape) for name, shape in colors.items()}
    mesh = sr.Mesh(vertices, [[0, 1, 2], [0, 2, 3]], opacity=0.7, **given)
    below, above = (layer(rng, ("circle", "over", "constant"), WIDTH, HEIGHT, (4.0, 2.0)) for _ in range(2))
    check(opacities(sr.Scene(WIDTH, HEIGHT, [below, mesh, above], (0.1, 0.2, 0.3)), rng), rng)


def test_nothing_is_known_of_what_is_hidden(rng: np.random.Generator) -> None:
    params = np.array([[4.0, 3.0, 2.0], [9.0, 3.0, 60.0], [12.0, 3.0, 2.0]])
    scene = sr.Scene(WIDTH, HEIGHT, sr.Layer("circle", params, rng.random((3, 3))), (0.1, 0.2, 0.3))
    matrix = check(scene, rng).matrix.toarray()
    hidden = [*range(3), *range(9, 12), 18, *range(21, 24)]  # the first circle, and the background
    assert (matrix[hidden] == 0.0).all()
    assert matrix[19, 19] > 0.0  # the opacity of the cover


def test_shapes_that_do_not_meet_are_not_coupled(rng: np.random.Generator) -> None:
    params = np.array([[3.0, 3.0, 1.5], [5.0, 3.0, 1.5], [14.0, 3.0, 1.5]])
    scene = sr.Scene(WIDTH, HEIGHT, sr.Layer("circle", params, rng.random((3, 3)), 0.8), None)
    matrix = check(scene, rng).matrix.toarray()
    assert (matrix[0:6, 6:9] == 0.0).all()
    assert (matrix[0:3, 3:6] != 0.0).any()


def test_errors_that_channels_have_in_common(rng: np.random.Generator) -> None:
    """The covariance of J'r is that of the sums over the channels of J."""
    shapes = layer(rng, ("circle", "over", "constant"), WIDTH, HEIGHT, (3.0, 2.0))
    scene = opacities(sr.Scene(WIDTH, HEIGHT, shapes, (0.2, 0.7, 0.4)), rng)
    plan = Plan(scene, "parabolic")
    x, target = plan.layout.vector(scene), pack(rng.random((HEIGHT, WIDTH, 3)))
    rows = []
    for place in range(WIDTH * HEIGHT):
        g = np.zeros((WIDTH * HEIGHT, 3))
        g[place] = 1.0
        plan.vjp(x, pack(g.reshape(HEIGHT, WIDTH, 3)), 1.0)
        rows.append(plan.gradient.copy())
    found = plan.normal_equations(x, target, 1.0, common=True).matrix.toarray()
    np.testing.assert_allclose(found, np.array(rows).T @ np.array(rows), rtol=0.0, atol=1e-12)
