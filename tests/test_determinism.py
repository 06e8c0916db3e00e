"""The same bits for any number of threads, in every run, and for callers on different threads at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import pytest

import sdfraster as sr
from tests.processes import run_tests
from tests.scenes import COMBINATIONS, FLOAT32, flat, layer, stack

pytestmark = pytest.mark.compiled

WIDTH, HEIGHT = 100, 75


@pytest.fixture(autouse=True)
def _restore_threads() -> Iterator[None]:
    """Leave the number of threads as it was."""
    before = numba.get_num_threads()
    yield
    numba.set_num_threads(before)


def scenes(rng: np.random.Generator) -> list[sr.Scene]:
    """Return scenes with many layers, with many shapes on each tile, and in float32."""
    sizes = tuple(rng.uniform(0.5, 20.0, 200))
    background = (0.2, 0.7, 0.4)
    return [
        stack(rng, WIDTH, HEIGHT),
        stack(rng, WIDTH, HEIGHT, None),
        *(sr.Scene(WIDTH, HEIGHT, layer(rng, c, WIDTH, HEIGHT, sizes, (0.5,)), background) for c in COMBINATIONS[:2]),
        *(
            sr.Scene(WIDTH, HEIGHT, layer(rng, c, WIDTH, HEIGHT, sizes, (0.9,), np.float32), background)
            for c in FLOAT32
        ),
    ]


def evaluate(scene: sr.Scene, image: np.ndarray) -> list[bytes]:
    """Return the bits of everything that can be computed."""
    value, gradient = sr.value_and_grad(scene, image)
    results = [sr.render(scene), flat(sr.render_vjp(scene, image)), np.float64(value), flat(gradient)]
    assert all(np.isfinite(r).all() and np.any(r) for r in results)
    return [r.tobytes() for r in results]


def work(rng: np.random.Generator) -> list[tuple[sr.Scene, np.ndarray]]:
    """Return scenes, each with a picture to compare it with."""
    return [(s, rng.random((HEIGHT, WIDTH, 4 if s.background is None else 3))) for s in scenes(rng)]


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="needs two threads")  # type: ignore[attr-defined]
def test_number_of_threads_does_not_matter(rng: np.random.Generator) -> None:
    for scene, image in work(rng):
        results = []
        for threads in (1, 2, numba.config.NUMBA_NUM_THREADS):  # type: ignore[attr-defined]
            numba.set_num_threads(threads)
            results.append(evaluate(scene, image))
        assert results[0] == results[1] == results[2]


def test_every_run_gives_the_same_bits(rng: np.random.Generator) -> None:
    for scene, image in work(rng):
        first = evaluate(scene, image)
        for _ in range(5):
            assert evaluate(scene, image) == first


def test_callers_on_two_threads_get_the_same_bits_as_one(rng: np.random.Generator) -> None:
    tasks = work(rng)
    expected = [evaluate(*task) for task in tasks]
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(evaluate, *task) for _ in range(10) for task in tasks]
        results = [future.result() for future in futures]
    assert results == expected * 10


@pytest.mark.slow
def test_callers_on_two_threads_survive_the_threading_layer_every_machine_has() -> None:
    """Numba's own layer, used where there is neither TBB nor OpenMP, ends the process if two threads use it at once."""
    name = test_callers_on_two_threads_get_the_same_bits_as_one.__name__
    run_tests(f"{__file__}::{name}", NUMBA_THREADING_LAYER="workqueue")
