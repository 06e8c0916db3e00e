"""Moments of a search that a fit keeps."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.record import Recorder

STEPS = 2000


def told(steps: int, most: int) -> list[Any]:
    recorder = Recorder(most)
    for k in range(1, steps + 1):
        recorder(SimpleNamespace(iteration=k, iterations=steps, seconds=0.1 * k, loss=1.0 / k, psnr=None, scene=k))
    return recorder.frames


@pytest.mark.parametrize("most", [2, 5, 40, 200])
def test_steps_are_logarithmic_and_no_more_than_asked_for(most: int) -> None:
    steps = np.array([frame.iteration for frame in told(STEPS, most)])
    assert steps[0] == 1
    assert steps[-1] == STEPS
    assert 0.6 * most <= len(steps) <= most
    ratios = steps[1:-1] / steps[:-2]
    assert (np.diff(steps) > 0).all()
    assert (np.diff(ratios[np.diff(steps[:-1]) > 20]) < 0.06).all()  # constant, but for whole steps


def test_a_short_fit_keeps_all() -> None:
    assert [frame.iteration for frame in told(7, 40)] == [1, 2, 3, 4, 5, 6, 7]


def test_the_result_of_a_fit_has_what_was_recorded(rng: np.random.Generator) -> None:
    target = rng.random((24, 30, 3))
    seen = []
    options = {"count": 3, "iterations": 12, "kind": "circle"}
    recorded = sr.fit(target, record=5, callback=lambda progress: seen.append(progress.scene), **options)
    assert len(seen) == 12
    assert 3 <= len(recorded.frames) <= 5
    for frame in recorded.frames:
        there = seen[frame.iteration - 1].layers[0]
        np.testing.assert_array_equal(frame.scene.layers[0].params, there.params)
        assert (frame.scene.width, frame.scene.height) == (30, 24)
        assert frame.loss == recorded.history[frame.iteration - 1, 0]
    assert not np.array_equal(recorded.frames[0].scene.layers[0].params, recorded.frames[-1].scene.layers[0].params)
    plain = sr.fit(target, **options)
    assert plain.frames == ()
    np.testing.assert_array_equal(plain.image, recorded.image)  # to watch changes nothing


def test_record_is_a_number() -> None:
    with pytest.raises(ValueError, match="record must be a whole number"):
        sr.FitOptions(record=-1)
