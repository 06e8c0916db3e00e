"""How fits end: after their steps, by a callback, by Ctrl-C, or at the PSNR or the time asked for."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting import progress
from sdfraster.fitting.pyramid import shrink
from sdfraster.io import read_image

from .pictures import SIDE, picture


@pytest.mark.compiled
@pytest.mark.parametrize(("optimizer", "last"), [("adam", 5), ("lbfgs", 2), ("lbfgs", 12)])
def test_a_callback_that_ends_a_fit_ends_all_of_its_phases(optimizer: str, last: int) -> None:
    calls: list[sr.FitProgress] = []

    def callback(progress: sr.FitProgress) -> bool:
        calls.append(progress)
        return progress.iteration == last

    result = sr.fit(picture(), count=4, iterations=20, optimizer=optimizer, polish=10, callback=callback)
    assert len(calls) == len(result.history) == last
    assert calls[0].iterations == 30


@pytest.mark.compiled
def test_callback_sees_every_step_and_can_stop() -> None:
    seen: list[sr.FitProgress] = []

    def callback(progress: sr.FitProgress) -> bool:
        seen.append(progress)
        return progress.iteration == 7

    result = sr.fit(picture(), count=4, iterations=50, callback=callback)
    assert [progress.iteration for progress in seen] == list(range(1, 8))
    assert len(result.history) == 7
    np.testing.assert_allclose([progress.loss for progress in seen], result.history[:, 0])
    np.testing.assert_allclose([progress.psnr for progress in seen], result.history[:, 2])
    assert [progress.count for progress in seen] == result.history[:, 3].tolist()
    assert all(progress.iterations == 50 for progress in seen)
    assert isinstance(seen[-1].scene, sr.Scene)
    assert seen[-1].scene is seen[-1].scene
    assert not result.interrupted


@pytest.mark.compiled
def test_interrupt_keeps_the_best_so_far() -> None:
    def callback(progress: sr.FitProgress) -> None:
        if progress.iteration == 30:
            raise KeyboardInterrupt

    start = sr.fit(picture(), count=9, iterations=0)
    result = sr.fit(picture(), count=9, iterations=1000, callback=callback)
    assert result.interrupted
    assert len(result.history) == 30
    assert result.psnr > start.psnr


def test_no_iterations_draws_the_start() -> None:
    result = sr.fit(picture(), count=9, iterations=0, init="grid")
    assert result.history.shape == (0, 4)
    np.testing.assert_allclose(result.scene.layers[0].params[:, 0].reshape(3, 3)[0], [16 / 3, 16, 80 / 3], rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({"kind": "ellipse", "count": 500}, 2000),
        ({"kind": "ellipse", "count": 501}, 2500),
        ({"kind": "stroke", "count": 501}, 1300),
        ({"kind": "path"}, 1000),
        ({"kind": "path", "init": "contour"}, 1000),
        ({"kind": "mesh"}, 1000),
        ({"kind": "ellipse", "optimizer": "lbfgs"}, 1000),
        ({"kind": "ellipse", "iterations": 0}, 0),
    ],
)
def test_steps_are_those_asked_for_or_what_the_kind_needs(options: dict[str, Any], steps: int) -> None:
    assert sr.FitOptions(**options).steps == steps


@pytest.mark.compiled
def test_a_small_picture_reaches_its_psnr_with_few_shapes_and_steps() -> None:
    result = sr.fit(picture(), count=64, iterations=400, target_psnr=28.0)
    assert result.psnr >= 28.0
    assert len(result.scene.layers[0]) < 32
    assert len(result.history) < 400
    assert result.history[-1, 3] == len(result.scene.layers[0])


@pytest.mark.compiled
def test_psnr_asked_for_is_that_of_the_picture_and_not_of_a_level() -> None:
    rng = np.random.default_rng(0)
    noisy = np.clip(picture() + rng.normal(0.0, 0.03, (SIDE, SIDE, 3)), 0.0, 1.0).astype(np.float32)
    result = sr.fit(noisy, count=64, iterations=400, target_psnr=25.0, size=SIDE // 2)
    assert result.psnr >= 25.0
    assert len(result.history) < 400


@pytest.mark.compiled
def test_few_steps_for_a_psnr_out_of_reach_use_all_shapes() -> None:
    result = sr.fit(picture(), count=40, iterations=100, target_psnr=90.0)
    assert len(result.scene.layers[0]) == 40


CAT = shrink(read_image("sample:chelsea"), 5.0)


def check_aim(seed: int, aim: float, **options: Any) -> None:
    """Fail unless a fit has the PSNR asked for, and not all shapes if a plain one has much more."""
    result = sr.fit(CAT, target_psnr=aim, seed=seed, **options)
    there = len(result.scene.layers[0])
    assert result.psnr >= aim
    assert result.history[-1, 3] == there <= options["count"]


@pytest.mark.compiled
@pytest.mark.parametrize("seed", range(4))
def test_a_psnr_is_reached_as_long_as_there_are_shapes(seed: int) -> None:
    """With 64 circles 200 steps bring 24.6 dB; some of these fits ended with 8 of them before."""
    check_aim(seed, 20.0, count=64, iterations=200)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_any_psnr_is_reached_as_long_as_there_are_shapes(seed: int) -> None:
    aim = float(np.random.default_rng(seed).uniform(17.0, 23.7))
    check_aim(seed, aim, count=64, iterations=200)


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("options", "aim"),
    [
        ({"kind": "stroke", "count": 40, "iterations": 60}, 19.0),
        ({"kind": "path", "count": 24, "iterations": 60}, 19.0),
        ({"kind": "mesh", "count": 120, "iterations": 60}, 20.0),
        ({"kind": "mesh", "count": 120, "iterations": 60, "shade": "vertex", "size": 45}, 19.5),
        ({"count": 64, "iterations": 150, "size": 45}, 20.0),
        ({"count": 64, "iterations": 150, "palette": 6, "opaque": True}, 18.0),
        ({"count": 64, "iterations": 150, "symmetric": True}, 19.0),
        ({"count": 64, "iterations": 12}, 18.0),
    ],
    ids=str,
)
def test_every_sort_of_fit_reaches_a_psnr(options: dict[str, Any], aim: float) -> None:
    for seed in range(2):
        check_aim(seed, aim, **options)


@pytest.mark.compiled
def test_a_low_psnr_does_not_take_all_shapes() -> None:
    for seed in range(3):
        few = sr.fit(CAT, count=64, iterations=200, target_psnr=20.0, seed=seed)
        assert len(few.scene.layers[0]) < 16


@pytest.mark.compiled
def test_steps_beyond_those_of_the_options_are_announced() -> None:
    seen: list[sr.FitProgress] = []
    result = sr.fit(picture(), count=12, iterations=20, target_psnr=60.0, callback=seen.append)
    assert len(result.history) > 20
    assert [progress.iteration for progress in seen] == list(range(1, len(seen) + 1))
    assert all(progress.iteration <= progress.iterations for progress in seen)
    assert seen[0].iterations == 20
    assert seen[-1].iterations == len(seen)


@pytest.mark.compiled
def test_time_limit_ends_a_fit_that_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that goes on by a tenth of a millisecond whenever somebody looks at it."""
    monkeypatch.setattr(progress, "time", SimpleNamespace(perf_counter=count(step=1e-4).__next__))
    result = sr.fit(picture(), count=9, iterations=10**6, time_limit=0.5)
    assert not result.interrupted
    assert 0.5 < result.seconds < 0.51
    assert result.psnr > 26.0
    assert len(result.scene.layers[0]) == 9


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["circle", "mesh"])
def test_a_time_limit_that_is_not_reached_changes_nothing(kind: str) -> None:
    free, limited = (sr.fit(picture(), kind=kind, count=9, iterations=60, time_limit=limit) for limit in (None, 600.0))
    for array, same in zip(free.scene.layers[0].values, limited.scene.layers[0].values, strict=True):
        np.testing.assert_array_equal(array, same)


@pytest.mark.compiled
def test_an_interrupted_fit_keeps_its_promises() -> None:
    def callback(progress: sr.FitProgress) -> None:
        if progress.count > 9:
            raise KeyboardInterrupt

    scene = sr.fit(picture(), count=9, iterations=200, palette=2, opaque=True, callback=callback).scene
    assert len(scene.layers[0]) == 9
    assert (scene.layers[0].opacity == 1.0).all()
    assert len(np.unique(scene.layers[0].color, axis=0)) <= 2
