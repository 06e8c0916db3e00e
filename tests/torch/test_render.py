"""Pictures as an operation of PyTorch: its gradients, its rules for operators, compiled, in batches."""

from __future__ import annotations

import gc
from importlib import import_module
from shutil import which
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.model.composite import COMPOSITES
from sdfraster.objective import objective_named

torch: Any = pytest.importorskip("torch")
sdfraster_torch: Any = import_module("sdfraster.torch")  # if that fails, so do the tests
render = sdfraster_torch.render

WIDTH, HEIGHT = 12, 9


def scene_of(kind: str, composite: str, rng: np.random.Generator, background: Any = (0.2, 0.7, 0.4)) -> sr.Scene:
    shapes = [rng.uniform(0.3, 0.7, 2) * (WIDTH, HEIGHT) for _ in range(2)]
    params = np.array([sr.primitive(kind).sample(rng, x, y, 4.0) for x, y in shapes])
    return sr.Scene(WIDTH, HEIGHT, sr.Layer(kind, params, rng.random((2, 3)), 0.6, composite), background)


@pytest.fixture
def objective(rng: np.random.Generator) -> sr.Objective:
    return sr.Objective(scene_of("circle", "over", rng), filter="tent", filter_radius=1.3)


def vector(objective: sr.Objective, dtype: Any = None) -> Any:
    return torch.tensor(objective.x, dtype=dtype or torch.float64, requires_grad=True)


@pytest.mark.parametrize("composite", COMPOSITES)
@pytest.mark.parametrize("kind", sr.kinds())
def test_gradients_of_every_kind(kind: str, composite: str, rng: np.random.Generator) -> None:
    """Along random directions; the filter is wide, so that few pixels lie on creases of distances."""
    objective = sr.Objective(scene_of(kind, composite, rng), filter_radius=2.0)
    assert torch.autograd.gradcheck(lambda x: render(objective, x), vector(objective), fast_mode=True, atol=1e-4)


def test_a_mesh(rng: np.random.Generator) -> None:
    points = np.array([[1.0, 1.0], [11.0, 2.0], [10.0, 8.0], [2.0, 7.0]])
    mesh = sr.Mesh(points, [[0, 1, 2], [0, 2, 3]], vertex_color=rng.random((4, 3)))
    scene = sr.Scene(WIDTH, HEIGHT, mesh, None)
    x = torch.tensor(sr.Objective(scene).x, requires_grad=True)
    assert render(scene, x).shape == (HEIGHT, WIDTH, 4)
    assert torch.autograd.gradcheck(lambda x: render(scene, x), x, fast_mode=True)


def test_the_rules_for_operators(objective: sr.Objective) -> None:
    torch.library.opcheck(sdfraster_torch._render, (vector(objective), objective.name))
    many = torch.stack([vector(objective).detach()] * 2).requires_grad_()
    torch.library.opcheck(sdfraster_torch._render, (many, objective.name))


def test_pictures_and_gradients_are_those_of_the_objective(objective: sr.Objective, rng: np.random.Generator) -> None:
    x, g = vector(objective), rng.random((HEIGHT, WIDTH, 3))
    picture = render(objective, x)
    np.testing.assert_array_equal(picture.detach(), objective.render(objective.x))
    picture.backward(torch.tensor(g), retain_graph=True)
    once = x.grad.clone()
    np.testing.assert_array_equal(once, objective.vjp(objective.x, g))
    picture.backward(torch.tensor(g))  # a second time through the same graph
    np.testing.assert_array_equal(x.grad, 2.0 * once)


def test_dtypes(objective: sr.Objective) -> None:
    wide, narrow = render(objective, vector(objective)), render(objective, vector(objective, torch.float32))
    assert (wide.dtype, narrow.dtype) == (torch.float64, torch.float32)
    np.testing.assert_allclose(narrow.detach(), wide.detach(), atol=1e-5)


def test_without_gradients(objective: sr.Objective) -> None:
    with torch.no_grad():
        assert not render(objective, vector(objective)).requires_grad
    assert not render(objective, vector(objective).detach()).requires_grad


def test_batches(objective: sr.Objective, rng: np.random.Generator) -> None:
    many = torch.tensor(objective.x + 0.1 * rng.random((3, objective.x.size)), requires_grad=True)
    g = torch.tensor(rng.random((3, HEIGHT, WIDTH, 3)))
    pictures = render(objective, many)
    np.testing.assert_array_equal(pictures.detach(), objective.render_many(many.detach().numpy()))
    pictures.backward(g)
    for row, gradient, g_image in zip(many.detach(), many.grad, g, strict=True):
        np.testing.assert_array_equal(gradient, objective.vjp(row.numpy(), g_image.numpy()))


BACKENDS = [
    "aot_eager",
    pytest.param(
        "inductor",
        marks=[pytest.mark.slow, pytest.mark.skipif(which("g++") is None, reason="PyTorch's compiler needs g++")],
    ),
]


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")  # of PyTorch, by PyTorch
@pytest.mark.parametrize("backend", BACKENDS)
def test_compiled(objective: sr.Objective, backend: str) -> None:
    """The graph is one, without a break."""

    def loss(x: Any) -> Any:
        return ((2.0 * render(objective, x) - 1.0) ** 2).mean()

    compiled = torch.compile(loss, fullgraph=True, backend=backend)
    results = []
    for function in (loss, compiled):
        x = vector(objective)
        value = function(x)
        value.backward()
        results.append((value.item(), x.grad.numpy()))
    assert results[1][0] == pytest.approx(results[0][0], rel=1e-12)
    np.testing.assert_allclose(results[1][1], results[0][1], rtol=1e-9)


def test_a_scene_in_a_compiled_function(rng: np.random.Generator) -> None:
    """It goes on to work when others have taken its place among those that are kept."""
    scene = scene_of("circle", "over", rng)
    compiled = torch.compile(lambda x: render(scene, x).sum(), fullgraph=True, backend="aot_eager")
    x = torch.tensor(sr.Objective(scene).x, requires_grad=True)
    expected = compiled(x).item()
    sdfraster_torch._prepared.cache_clear()
    gc.collect()
    value = compiled(x)
    value.backward()
    assert value.item() == expected == pytest.approx(sr.render(scene).sum(), rel=1e-12)
    assert x.grad.abs().max() > 0.0


def test_an_objective_lives_until_the_backward_pass(objective: sr.Objective) -> None:
    x = vector(objective)
    expected = objective.vjp(objective.x, np.ones((HEIGHT, WIDTH, 3)))
    other = sr.Objective(objective.scene(objective.x), filter="tent", filter_radius=1.3)
    name, picture = other.name, render(other, x)
    del other
    gc.collect()
    picture.sum().backward()
    np.testing.assert_array_equal(x.grad, expected)
    del picture
    gc.collect()
    with pytest.raises(KeyError):
        objective_named(name)


def test_copies_are_told_apart(objective: sr.Objective) -> None:
    """Of an objective, some of whose values are held."""
    render(objective, vector(objective))
    part = objective.free(role="color")
    x = vector(objective)
    render(part, x).sum().backward()
    held = ~objective.where(role="color")
    assert (x.grad.numpy()[held] == 0.0).all()
    assert np.abs(x.grad.numpy()).max() > 0.0


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (torch.zeros(3), r"x must be float32 or float64 of shape \(17,\) or \(B, 17\), not torch.float32 of \(3,\)"),
        (torch.zeros(17, dtype=torch.int64), "not torch.int64 of"),
        (torch.full((17,), torch.nan), r"x must be finite, but x\[0\], cx of shape 0 of layer 0, is nan"),
    ],
)
def test_what_is_refused(objective: sr.Objective, x: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        render(objective, x)
    with pytest.raises(ValueError, match="scene must be an Objective or a Scene, not Tensor"):
        render(x, x)
    with pytest.raises(ValueError, match="x must be a tensor, not ndarray"):
        render(objective, objective.x)
