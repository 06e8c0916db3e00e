"""Fits without compiled kernels: they get nearer to a picture, and no option is ignored."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np
import pytest

import sdfraster as sr

WIDTH, HEIGHT = 16, 12
HALF = np.where(np.arange(WIDTH) < WIDTH // 2, 1.0, 0.1) * np.ones((HEIGHT, 1))

CHANGES: dict[str, dict[str, Any]] = {  # of options, beside the one that is changed those that it needs
    "kind": {"kind": "ellipse"},
    "count": {"count": 3},
    "segments": {"kind": "polygon", "segments": 5},
    "shade": {"kind": "mesh", "shade": "vertex"},
    "composite": {"composite": "mean"},
    "color": {"color": "linear"},
    "stops": {"color": "gradient", "stops": 3},
    "iterations": {"iterations": 4},
    "optimizer": {"optimizer": "amsgrad"},
    "polish": {"polish": 1},
    "rate": {"rate": 2.0},
    "init": {"init": "grid"},
    "fixed": {"fixed": {"opacity": 0.5}},
    "loss": {"loss": "mae"},
    "delta": {"loss": "huber", "delta": 0.01},
    "weight": {"weight": HALF},
    "region": {"region": (0, 0, WIDTH / 2, HEIGHT)},
    "regularizers": {"regularizers": {"size": 1.0}},
    "filter": {"filter": "tent"},
    "filter_radius": {"filter_radius": 0.8},
    "for_svg": {"for_svg": True},
    "background": {"background": (1, 1, 1)},
    "target_psnr": {"target_psnr": 1.0},
    "time_limit": {"time_limit": 1e-9},
    "palette": {"palette": 2},
    "opaque": {"opaque": True},
    "symmetric": {"symmetric": True},
    "seed": {"seed": 1},
}
ELSEWHERE = {"device", "size", "record"}  # `tests.cuda.simulated`; larger pictures only; what is kept, `tests.io`


@cache
def target() -> np.ndarray:
    """Return a small picture of two discs."""
    discs = sr.Layer("circle", [[4, 5, 4], [12, 7, 3]], [[1.0, 0.2, 0.1], [0.1, 0.3, 0.9]])
    return sr.render(sr.Scene(WIDTH, HEIGHT, discs, (0.9, 0.8, 0.2)))


def bits(**options: Any) -> bytes:
    """Return all values that a fit finds."""
    scene = sr.fit(target(), **{"count": 2, "iterations": 3, **options}).scene
    arrays = [array for layer in scene.layers for array in layer.values]
    return b"".join(array.tobytes() for array in [*arrays, scene.background])


@pytest.fixture(scope="module")
def plain() -> bytes:
    """Return what a fit finds that has no wishes; it is the same every time."""
    found = bits()
    assert bits() == found
    return found


def test_the_table_is_complete() -> None:
    assert {*CHANGES, *ELSEWHERE} == {field.name for field in fields(sr.FitOptions)}


@pytest.mark.parametrize("name", CHANGES)
def test_no_option_is_ignored(name: str, plain: bytes) -> None:
    others = {key: value for key, value in CHANGES[name].items() if key != name}
    assert bits(**CHANGES[name]) != (bits(**others) if others else plain)


def test_the_size_of_a_copy_is_not_ignored() -> None:
    large = np.kron(target(), np.ones((2, 2, 1), np.float32))
    found = [sr.fit(large, count=1, iterations=2, size=size).scene.layers[0].params for size in (None, 24)]
    assert not np.array_equal(*found)


@pytest.mark.parametrize(
    ("options", "steps", "gain"),
    [({"loss": "mse + 0.2*ssim"}, 9, 1.0), ({"kind": "path"}, 6, 1.0), ({"kind": "mesh", "count": 4}, 4, 0.2)],
    ids=str,
)
def test_fits_get_nearer(options: dict[str, Any], steps: int, gain: float) -> None:
    start, end = (sr.fit(target(), **{"count": 3, **options}, iterations=n) for n in (0, steps))
    assert np.isfinite(end.image).all()
    assert end.psnr > start.psnr + gain
