"""A kind with a parameter that is neither in pixels nor an angle, from one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numba.core import config
from sdfraster.cli.main import main

import sdfraster as sr
from sdfraster.engine.compile.fingerprint import added_sources
from sdfraster.io import scaled
from tests import naive

from . import checks

INNER = 3  # column of the ratio


def stars(dtype: type = np.float64) -> sr.Layer:
    """Return two, with another ratio each, which cross the border of the picture."""
    params = np.array([[8.3, 7.1, 6.7, 0.45, 0.3], [19.2, 11.4, 8.1, 0.7, 2.0]], dtype)
    return sr.Layer("star", params, [(0.9, 0.1, 0.2), (0.1, 0.2, 0.8)], [0.9, 0.6])


def test_it_is_listed() -> None:
    assert "star" in sr.kinds()
    assert "star       cx cy r inner angle" in CliRunner().invoke(main, ["kinds"]).output
    assert "|star|" in CliRunner().invoke(main, ["fit", "--help"]).output.replace("\n", "").replace(" ", "")


def test_it_is_drawn(rng: np.random.Generator) -> None:
    scene = checks.scene_of(stars())
    np.testing.assert_allclose(sr.render(scene), naive.render(scene), atol=1e-10)
    checks.check_gradient(scene, rng)


def test_files(tmp_path: Path) -> None:
    checks.check_files(checks.scene_of(stars(np.float32)), tmp_path)


def test_what_has_no_unit_keeps_its_value_in_another_size() -> None:
    (large,) = scaled(checks.scene_of(stars()), 3.0).layers
    np.testing.assert_array_equal(large.params, stars().params * [3.0, 3.0, 3.0, 1.0, 1.0])


def test_its_mirror_image() -> None:
    checks.check_mirror(stars())


@pytest.mark.parametrize("options", [{}, {"symmetric": True}, {"optimizer": "lbfgs"}], ids=str)
def test_fits(options: dict) -> None:
    ratio = checks.check_fit(kind="star", **options).scene.layers[0].params[:, INNER]
    assert (ratio >= 0.2).all()
    assert (ratio <= 0.8).all()


def test_a_fit_finds_the_ratio() -> None:
    drawn, first = (sr.Layer("star", [[12.3, 8.6, 7.4, ratio, 0.3]], [(0.9, 0.1, 0.2)]) for ratio in (0.35, 0.6))
    found = sr.fit(sr.render(checks.scene_of(drawn)), init=checks.scene_of(first), iterations=60).scene.layers[0]
    assert found.params[0, INNER] == pytest.approx(0.35, abs=0.02)


def test_a_ratio_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"inner of a star must be from 0\.2 to 0\.8"):
        sr.Layer("star", [[0, 0, 5, 0.9, 0]], [(1, 1, 1)])


def test_kernels_in_the_cache_are_those_of_the_file() -> None:
    assert [path.name for path in added_sources()] == ["star.py"]


@pytest.mark.skipif(not config.ENABLE_CUDASIM, reason="the simulator must be chosen before Numba is imported")
def test_it_is_drawn_on_a_gpu(rng: np.random.Generator) -> None:
    checks.check_device(sr.Scene(14, 14, stars(), checks.GREEN), rng)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_ends_of_a_range_belong_to_it(dtype: type) -> None:
    """Also where float32 rounds them to what is outside of it in float64."""
    ends = sr.Layer("star", np.array([[0, 0, 5, 0.2, 0], [0, 0, 5, 0.8, 0]], dtype), np.ones((2, 3)))
    for other in (np.float32, np.float64):
        np.testing.assert_array_equal(ends.astype(other).params, ends.params.astype(other))
