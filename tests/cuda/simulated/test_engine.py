"""The kernels of the GPU do what those of the CPU do: pictures, losses and gradients to 1e-10."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.cuda.compile import memory
from sdfraster.cuda.composites.block import adjoint_functions
from sdfraster.cuda.descent import CudaDescent
from sdfraster.cuda.plan import CudaPlan
from sdfraster.cuda.shapes import THREADS, blocks
from sdfraster.engine.composites.kernels import LayerSpec
from sdfraster.engine.plan import Plan
from sdfraster.engine.tiles import pack
from sdfraster.errors import DeviceError
from sdfraster.fitting.shapes.descent import Descent, Moving
from sdfraster.fitting.shapes.limits import Limits
from sdfraster.fitting.shapes.rates import learning_rates
from sdfraster.fitting.strategy import Rates
from sdfraster.model.loss import LOSSES
from sdfraster.prepared.targets import PreparedTarget
from tests.scenes import layer

SIDE = 14  # one tile, which sticks out of the picture
SIZES = (30.0, 0.3, 4.0)  # pixels; 30 may cover the tile
GREEN = (0.2, 0.7, 0.4)


def check(
    scene: sr.Scene,
    rng: np.random.Generator,
    loss: str = "mse",
    filter: str = "parabolic",
    weight: Any = None,
    tolerance: float = 1e-10,
) -> None:
    """Compare loss, picture and gradient of both engines."""
    channels = 4 if scene.background is None else 3
    target = pack(rng.uniform(0.0, 1.0, (scene.height, scene.width, channels)))
    cpu, gpu = (plan(scene, filter, loss, 0.1, weight) for plan in (Plan, CudaPlan))
    x = cpu.layout.vector(scene)
    expected, value = (plan.value_and_grad(x, target, 1.0, picture=True) for plan in (cpu, gpu))
    assert value == pytest.approx(expected, rel=tolerance)
    np.testing.assert_allclose(gpu.canvas, cpu.canvas, rtol=0.0, atol=tolerance)
    atol = tolerance * max(1.0, abs(cpu.gradient).max(initial=0.0))
    np.testing.assert_allclose(gpu.gradient, cpu.gradient, rtol=0.0, atol=atol)


@pytest.mark.parametrize("kind", sr.kinds())
def test_every_kind_in_both_composites(kind: str, rng: np.random.Generator) -> None:
    """With constant and linear colours, over each other."""
    combinations = (kind, "over", "constant"), (kind, "mean", "linear")
    check(sr.Scene(SIDE, SIDE, [layer(rng, c, SIDE, SIDE, SIZES) for c in combinations], GREEN), rng)


@pytest.mark.parametrize("shading", ["linear", "gradient", "radial 3"])
def test_many_shapes_on_transparency(shading: str, rng: np.random.Generator) -> None:
    """More than are held in shared memory at once, with opaque covers: shapes below the upper one have no gradient."""
    sizes = (*rng.uniform(1.0, 9.0, 4), 40.0, *rng.uniform(1.0, 9.0, 5), 40.0, *rng.uniform(1.0, 9.0, 12))
    check(sr.Scene(SIDE, SIDE, layer(rng, ("circle", "over", shading), SIDE, SIDE, sizes, (1.0, 0.5)), None), rng)


def test_several_tiles(rng: np.random.Generator) -> None:
    """In a plan that has drawn before it differentiates."""
    scene = sr.Scene(20, 14, layer(rng, ("circle", "mean", "constant"), 20, 14, (8.0, 3.0, 2.0)), GREEN)
    g = rng.normal(size=(2, 3, 256))
    cpu, gpu = Plan(scene, "parabolic"), CudaPlan(scene, "parabolic")
    x = cpu.layout.vector(scene)
    np.testing.assert_allclose(gpu.render(x, 1.5), cpu.render(x, 1.5), rtol=0.0, atol=1e-10)
    for plan in (cpu, gpu):
        plan.vjp(x, g.copy(), 1.5)
    np.testing.assert_allclose(gpu.gradient, cpu.gradient, rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("loss", [*LOSSES, "0.5*mse + 2*mae", "mse + 0.2*ssim"])
def test_every_loss(loss: str, rng: np.random.Generator) -> None:
    weight = rng.uniform(0.0, 1.0, (SIDE, SIDE))
    check(
        sr.Scene(SIDE, SIDE, layer(rng, ("circle", "over", "constant"), SIDE, SIDE, (5.0,)), GREEN),
        rng,
        loss,
        weight=weight,
    )


@pytest.mark.parametrize("filter", ["tent", "box"])
def test_every_filter(filter: str, rng: np.random.Generator) -> None:
    check(
        sr.Scene(SIDE, SIDE, layer(rng, ("circle", "mean", "constant"), SIDE, SIDE, (5.0,)), GREEN), rng, filter=filter
    )


@pytest.mark.parametrize("rule", ["nonzero", "evenodd"])
def test_edges_that_are_no_outline(rule: str, rng: np.random.Generator) -> None:
    """Parts of a pentagram's edges are inside, and corners are crossings; a triangle is run through twice."""
    angles = 0.1 + 0.8 * np.pi * np.arange(6)
    star = np.stack([7.0 + 6.0 * np.cos(angles), 7.0 + 6.0 * np.sin(angles)], axis=1).ravel()
    triangle = np.resize([2.0, 2.0, 11.0, 3.0, 9.0, 12.0], 12)
    shapes = sr.Layer("polygon", np.array([star, triangle]), [(1, 0, 0), (0, 0, 1)], 0.7, fill_rule=rule)
    check(sr.Scene(SIDE, SIDE, shapes, GREEN), rng)


@pytest.mark.parametrize("kind", ["polygon", "path", "stroke"])
def test_outlines_of_different_sizes_and_several_contours(kind: str, rng: np.random.Generator) -> None:
    sample, outline = sr.primitive(kind).sample, sr.primitive(kind).outline
    assert outline is not None
    parts = [np.array(sample(rng, 7.0, 7.0, size, outline.fewest + more)) for size, more in ((3.0, 1), (1.5, 0))]
    other = np.array(sample(rng, 9.0, 6.0, 2.5, outline.fewest))
    color = rng.uniform(0.0, 0.6, (2, 3, 3))
    more: dict[str, Any] = {"fill_rule": "evenodd"} if kind == "path" else {}
    shapes = sr.Layer(kind, [parts if outline.filled else parts[0], other], color, [1.0, 0.7], "mean", **more)
    assert shapes.contours is not None
    check(sr.Scene(SIDE, SIDE, shapes, GREEN), rng)


@pytest.mark.parametrize("shade", ["flat", "vertex"])
def test_mesh(shade: str, rng: np.random.Generator) -> None:
    """Shared vertices add up the gradients of their faces."""
    vertices = np.array([[0, 0], [14, 0], [0, 14], [14, 14], [6.3, 8.1]], np.float64)
    faces = [[0, 1, 4], [1, 3, 4], [3, 2, 4], [2, 0, 4]]
    color, vertex_color = rng.uniform(0.0, 1.0, (4, 3)), rng.uniform(0.0, 1.0, (5, 3))
    mesh = sr.Mesh(vertices, faces, color) if shade == "flat" else sr.Mesh(vertices, faces, vertex_color=vertex_color)
    check(sr.Scene(SIDE, SIDE, [mesh, layer(rng, ("circle", "over", "constant"), SIDE, SIDE, (5.0,))], GREEN), rng)


@pytest.mark.parametrize("background", [GREEN, None])
def test_nothing_to_draw(background: Any, rng: np.random.Generator) -> None:
    check(sr.Scene(SIDE, SIDE, [], background), rng, tolerance=1e-6)  # a scene without numbers is float32
    empty = sr.Layer("circle", np.empty((0, 3)), np.empty((0, 3)))
    check(sr.Scene(SIDE, SIDE, [empty], background), rng, tolerance=1e-6)


def test_functions_of_the_package(rng: np.random.Generator) -> None:
    """`render`, `render_vjp` and `value_and_grad` take a device."""
    scene = sr.Scene(SIDE, SIDE, layer(rng, ("circle", "over", "constant"), SIDE, SIDE, (5.0,)), GREEN)
    picture = sr.render(scene, device="cuda")
    np.testing.assert_allclose(picture, sr.render(scene), rtol=0.0, atol=1e-10)
    g = rng.normal(size=picture.shape)
    for name in ("params", "color", "opacity"):
        expected, got = (getattr(sr.render_vjp(scene, g, device=d).layers[0], name) for d in ("cpu", "cuda"))
        np.testing.assert_allclose(got, expected, rtol=0.0, atol=1e-9)
    values = [sr.value_and_grad(scene, 0.0 * picture, device=device)[0] for device in ("cpu", "cuda")]
    assert values[0] == pytest.approx(values[1], rel=1e-10)


@pytest.mark.parametrize(("optimizer", "shading"), [("adam", "constant"), ("amsgrad", "gradient")])
def test_steps_of_a_fit(optimizer: str, shading: str, rng: np.random.Generator) -> None:
    """Values stay on the device; they move as on the CPU, in the directions of their shapes, within their bounds."""
    scene = sr.Scene(SIDE, SIDE, layer(rng, ("rectangle", "over", shading), SIDE, SIDE, (5.0, 3.0)), GREEN)
    target = PreparedTarget.of(rng.uniform(0.0, 1.0, (SIDE, SIDE, 3)))
    results = []
    for which, descent in ((sr.Objective(scene), Descent), (CudaPlan(scene, "parabolic"), CudaDescent)):
        plan: Any = which
        x = plan.layout.vector(scene)
        plan.layout.views(x)[0][0].params[:, -1] = 9.0  # a corner that its sides do not allow
        if shading == "gradient":
            plan.layout.views(x)[0][0].color[:, 2, 2] = 7.0  # a line beside its shape
        limits = Limits(plan.layout)
        rates, directions = learning_rates(plan.layout, scene.layers[0], 5.0, Rates(), 0.5, False)
        how = Moving(rates, directions, limits, Rates().decay)
        moving: Any = descent(plan, optimizer, x, None, how)
        losses = []
        for _ in range(2):
            losses.append(moving.evaluate(target, 1.0))
            moving.step(0.5)
        kept = moving.snapshot()
        again: Any = descent(plan, optimizer, moving.x, moving.state, how)
        losses.append(again.evaluate(target, 1.0))
        again.step(0.5)
        results.append((losses, np.asarray(kept), again.x))
    for expected, got in zip(*results, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


def test_fit(rng: np.random.Generator) -> None:
    image = rng.uniform(0.0, 1.0, (8, 8, 3))
    result = sr.fit(image, count=1, iterations=1, polish=1, device="cuda", color="linear")
    assert result.options.device == "cuda"
    assert np.isfinite(result.psnr)


def test_no_room_on_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how much was asked for, and what to make smaller."""

    def refuse(shape: Any, dtype: Any) -> None:
        raise RuntimeError("[2] Call to cuMemAlloc results in CUDA_ERROR_OUT_OF_MEMORY")

    monkeypatch.setattr(memory.cuda, "device_array", refuse)
    with pytest.raises(sr.DeviceError, match=r"no room for another 8 MB; use a smaller picture"):
        memory.empty((1000, 1000), np.float64)


def test_lists_grow_and_keep_some_room_to_spare() -> None:
    grown = memory.List(0, 4, numbers=("int32",), rows=("float64", 3))
    assert not grown.grow(4)
    assert grown.grow(100)
    assert grown.rows.shape == (125, 3)
    assert blocks(125) == -(-125 // THREADS)


def test_the_plan_says_what_each_shape_is_worth(rng: np.random.Generator) -> None:
    scene = sr.Scene(SIDE, SIDE, layer(rng, ("circle", "over", "constant"), SIDE, SIDE, SIZES), GREEN)
    target, weight = pack(rng.uniform(0.0, 1.0, (SIDE, SIDE, 3))), rng.uniform(0.0, 2.0, (SIDE, SIDE))
    cpu, gpu = (plan(scene, "parabolic", "mse", 0.1, weight) for plan in (Plan, CudaPlan))
    growth, expected = (plan.leave_one_out(cpu.layout.vector(scene), target, 1.5) for plan in (gpu, cpu))
    np.testing.assert_array_equal(growth, expected)
    assert np.abs(expected).max() > 0.0


def test_gradients_that_no_gpu_has_room_for_are_refused(rng: np.random.Generator) -> None:
    """Radial ones of eight stops in float64: rows of 43 numbers for every warp and shape of a chunk."""
    for dtype, stops in ((np.float32, 8), (np.float64, 7)):
        shapes = layer(rng, ("rectangle", "over", f"radial {stops}"), SIDE, SIDE, (5.0,), dtype=dtype)
        assert adjoint_functions(LayerSpec.of(shapes, "parabolic")).length > 40
    shapes = layer(rng, ("circle", "over", "radial 8"), SIDE, SIDE, (5.0,))
    with pytest.raises(DeviceError, match="use float32, fewer stops, or device='cpu'"):
        adjoint_functions(LayerSpec.of(shapes, "parabolic"))
