"""Plans that are kept between calls: found by the layout, lent to one thread, bounded in bytes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.plan import ScenePlan
from sdfraster.prepared import cache
from sdfraster.vector import layout_key
from tests.scenes import flat, layer

WIDTH, HEIGHT = 40, 35


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ScenePlan]]:
    """Begin with an empty cache, and list the plans that are made."""
    plans: list[ScenePlan] = []
    make_plan = cache.make_plan

    def make(*arguments: Any) -> ScenePlan:
        plans.append(make_plan(*arguments))
        return plans[-1]

    monkeypatch.setattr(cache, "make_plan", make)
    cache.clear()
    yield plans
    cache.clear()


@pytest.fixture
def scene(rng: np.random.Generator) -> sr.Scene:
    return sr.Scene(WIDTH, HEIGHT, layer(rng, ("circle", "over", "constant"), WIDTH, HEIGHT, (9.0, 6.0)), (0, 1, 0))


def test_scenes_of_one_layout_share_a_plan(scene: sr.Scene, rng: np.random.Generator, made: list[ScenePlan]) -> None:
    target = rng.random((HEIGHT, WIDTH, 3))
    results = []
    for k in range(3):
        shapes = replace(scene.layers[0], params=scene.layers[0].params + 0.3 * k)
        some = replace(scene, layers=[shapes])
        results.append((sr.value_and_grad(some, target), some))
    assert len(made) == 1
    for (loss, gradient), some in results:
        cache.clear()
        expected, g = sr.value_and_grad(some, target)
        assert loss == expected
        np.testing.assert_array_equal(flat(gradient), flat(g))


def test_whatever_a_plan_depends_on_makes_another_one(scene: sr.Scene, made: list[ScenePlan]) -> None:
    (shapes,) = scene.layers
    target = np.zeros((HEIGHT, WIDTH, 3))
    points = np.array([[2.0, 2.0], [30.0, 3.0], [20.0, 30.0], [3.0, 25.0]])
    path = [[5.0, 5.0, 30.0, 5.0, 20.0, 30.0]]
    scenes = [
        scene,
        replace(scene, width=WIDTH + 1),
        replace(scene, background=None),
        scene.astype(np.float32),
        replace(scene, layers=[shapes, shapes]),
        replace(scene, layers=[replace(shapes, composite="mean")]),
        replace(scene, layers=[replace(shapes, color=np.zeros((len(shapes), 3, 3)))]),
        replace(scene, layers=[replace(shapes, color=np.zeros((len(shapes), 3, 3)), shading="gradient")]),
        replace(scene, layers=[sr.Layer("polygon", path, [[1, 0, 0]])]),
        replace(scene, layers=[sr.Layer("polygon", path, [[1, 0, 0]], fill_rule="evenodd")]),
        replace(scene, layers=[sr.Layer("triangle", path, [[1, 0, 0]])]),
        replace(scene, layers=[sr.Mesh(points, [[0, 1, 2], [0, 2, 3]], np.ones((2, 3)))]),
        replace(scene, layers=[sr.Mesh(points, [[0, 1, 3], [1, 2, 3]], np.ones((2, 3)))]),
    ]
    keys = [layout_key(some) for some in scenes]
    assert all(keys.count(key) == 1 for key in keys)
    for options in ({}, {"filter": "box"}, {"loss": "mae"}, {"delta": 0.2}, {"weight": np.eye(HEIGHT, WIDTH)}):
        sr.value_and_grad(scene, target, **options)  # type: ignore[arg-type]
    assert len(made) == 5


def test_threads_never_share_a_plan(scene: sr.Scene, made: list[ScenePlan], rng: np.random.Generator) -> None:
    lent = []
    with cache.borrowed("cpu", scene, "parabolic") as first, cache.borrowed("cpu", scene, "parabolic") as second:
        lent = [first, second]
    assert first is not second
    with cache.borrowed("cpu", scene, "parabolic") as third:
        assert any(third is plan for plan in lent)
    shapes = scene.layers[0]
    moved = [replace(scene, layers=[replace(shapes, params=shapes.params + 0.1 * k)]) for k in range(20)]
    expected = [sr.render(some) for some in moved]
    with ThreadPoolExecutor(8) as pool:
        for picture, right in zip(pool.map(sr.render, moved), expected, strict=True):
            np.testing.assert_array_equal(picture, right)


def test_what_is_kept_is_bounded(scene: sr.Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    sr.render(scene)
    (kept,) = cache._kept
    assert kept.bytes > 4 * WIDTH * HEIGHT
    monkeypatch.setattr(cache, "MOST_BYTES", int(2.5 * kept.bytes))
    for k in range(5):
        sr.render(replace(scene, width=WIDTH + k))
    assert [item.key[4] for item in cache._kept] == [WIDTH + 3, WIDTH + 4]
    monkeypatch.setattr(cache, "MOST_BYTES", kept.bytes - 1)
    sr.render(replace(scene, width=WIDTH + 9))
    assert [item.key[4] for item in cache._kept] == [WIDTH + 3, WIDTH + 4]


def test_a_plan_that_failed_is_not_kept(scene: sr.Scene) -> None:
    with pytest.raises(RuntimeError), cache.borrowed("cpu", scene, "parabolic"):
        raise RuntimeError
    assert not cache._kept


def test_bytes_are_counted_once() -> None:
    array = np.zeros((10, 10))
    assert cache.held_bytes([array, array[2:], {"a": (array, None)}]) == array.nbytes
