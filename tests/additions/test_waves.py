"""A rule of colours, of another number of values than all others, from one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numba.core import config
from sdfraster.cli.main import main

import sdfraster as sr
from sdfraster.model.shading import SHADINGS

from . import checks

COLORS = [[0.9, 0.1, 0.2, 0.1, 0.8, 0.3, 2.0, 0.4], [0.1, 0.2, 0.8, 0.7, 0.7, 0.1, 1.1, -0.2]]


def discs(dtype: type = np.float64) -> sr.Layer:
    params = np.array([[8.3, 7.1, 6.7], [19.2, 11.4, 8.1]], dtype)
    return sr.Layer("circle", params, COLORS, [0.9, 0.6], shading="waves")


def test_it_is_listed() -> None:
    assert "|waves]" in CliRunner().invoke(main, ["fit", "--help"]).output.replace("\n", "").replace(" ", "")


def test_it_is_drawn(rng: np.random.Generator) -> None:
    large = sr.Layer("circle", [[12.0, 8.0, 40.0]], np.array(COLORS[:1]), shading="waves")
    drawn = sr.render(checks.scene_of(large).astype(np.float64))
    for x, y in ((0, 0), (5, 16), (23, 9)):
        expected = SHADINGS["waves"].shade(COLORS[0], (x + 0.5 - 12.0) / 40.0, 0.0)
        np.testing.assert_allclose(drawn[y, x], expected, atol=1e-12)
    checks.check_gradient(checks.scene_of(discs()), rng)


def test_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="composite must be over with shading waves"):
        sr.Layer("circle", [[0, 0, 5]], COLORS[:1], composite="mean", shading="waves")
    with pytest.raises(ValueError, match="composite must be over with color waves"):
        sr.FitOptions(color="waves", composite="mean")


def test_files(tmp_path: Path) -> None:
    checks.check_files(checks.scene_of(discs(np.float32)), tmp_path)


def test_its_mirror_image() -> None:
    checks.check_mirror(discs())


@pytest.mark.parametrize(
    "options", [{}, {"symmetric": True}, {"optimizer": "lbfgs"}, {"regularizers": {"gamut": 0.1}}], ids=str
)
def test_fits(options: dict) -> None:
    color = checks.check_fit(color="waves", **options).scene.layers[0].color
    assert color.shape == (4, 8)
    assert (color[:, :6] >= 0.0).all()
    assert (color[:, :6] <= 1.0).all()
    assert len(np.unique(color[:, 6])) > 1


@pytest.mark.skipif(not config.ENABLE_CUDASIM, reason="the simulator must be chosen before Numba is imported")
def test_it_is_drawn_on_a_gpu(rng: np.random.Generator) -> None:
    checks.check_device(sr.Scene(14, 14, discs(), checks.GREEN), rng)
