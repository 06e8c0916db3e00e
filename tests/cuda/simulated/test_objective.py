"""Objectives, and calls that keep their plans, on the GPU."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

import sdfraster as sr
from sdfraster.prepared import cache
from tests.scenes import layer

SIDE = 12


def test_an_objective_as_on_the_cpu(rng: np.random.Generator) -> None:
    scene = sr.Scene(SIDE, SIDE, layer(rng, ("circle", "over", "constant"), SIDE, SIDE, (5.0, 3.0)), (0.2, 0.7, 0.4))
    target, other = rng.random((2, SIDE, SIDE, 3))
    cpu, gpu = (sr.Objective(scene, target, regularizers={"size": 1.0}, device=device) for device in ("cpu", "cuda"))
    for picture in (None, other, None):
        (expected, g), (loss, gradient) = (objective(cpu.x, picture) for objective in (cpu, gpu))
        np.testing.assert_allclose(loss, expected, rtol=1e-10)
        np.testing.assert_allclose(gradient, g, atol=1e-10)
    np.testing.assert_allclose(gpu.render(gpu.x), cpu.render(cpu.x), atol=1e-10)
    np.testing.assert_allclose(gpu.vjp(gpu.x, other), cpu.vjp(cpu.x, other), atol=1e-9)


def test_shapes_on_a_picture_and_normal_equations(rng: np.random.Generator) -> None:
    scene = sr.Scene(SIDE, SIDE, layer(rng, ("circle", "over", "constant"), SIDE, SIDE, (5.0, 3.0)), None)
    target, behind = rng.random((2, SIDE, SIDE, 3))
    cpu, gpu = (sr.Objective(scene, target, behind=behind, device=device) for device in ("cpu", "cuda"))
    for _ in range(2):  # of which the second is replayed
        (expected, g), (loss, gradient) = (objective(cpu.x) for objective in (cpu, gpu))
        np.testing.assert_allclose(loss, expected, rtol=1e-10)
        np.testing.assert_allclose(gradient, g, atol=1e-10)
    np.testing.assert_allclose(gpu.render(gpu.x), cpu.render(cpu.x), atol=1e-10)
    found, wanted = gpu.normal_matrix(gpu.x), cpu.normal_matrix(cpu.x)
    np.testing.assert_array_equal(found.matrix.toarray(), wanted.matrix.toarray())


def test_threads_take_turns(rng: np.random.Generator) -> None:
    """And so they share the one plan that is kept."""
    scene = sr.Scene(SIDE, SIDE, layer(rng, ("circle", "over", "constant"), SIDE, SIDE, (5.0, 3.0)), (0.2, 0.7, 0.4))
    cache.clear()
    expected = sr.render(scene, device="cuda")
    with ThreadPoolExecutor(3) as pool:
        for picture in pool.map(lambda _: sr.render(scene, device="cuda"), range(3)):
            np.testing.assert_array_equal(picture, expected)
    assert len(cache._kept) == 1
    sr.render(sr.Scene(SIDE, SIDE + 1, scene.layers), device="cuda")
    assert [kept.key[5] for kept in cache._kept] == [SIDE + 1]
