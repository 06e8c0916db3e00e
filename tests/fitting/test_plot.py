"""`FitResult.plot`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import sdfraster as sr

from .pictures import picture

figures = pytest.importorskip("matplotlib.figure", reason='charts need pip install "sdfraster[plot]"')


@pytest.fixture(scope="module")
def fitted() -> sr.FitResult:
    return sr.fit(picture(), count=4, iterations=6)


@pytest.mark.compiled
@pytest.mark.parametrize(("what", "column", "label"), [(None, 2, "PSNR (dB)"), ("loss", 0, "loss")])
def test_the_history_is_drawn(fitted: sr.FitResult, what: str | None, column: int, label: str) -> None:
    axes = figures.Figure().subplots()
    assert fitted.plot("seconds", what, axes) is axes
    (line,) = axes.get_lines()
    np.testing.assert_array_equal(line.get_xydata(), fitted.history[:, [1, column]])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("seconds", label)


@pytest.mark.compiled
def test_it_makes_a_figure_that_can_be_saved(fitted: sr.FitResult, tmp_path: Any) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    axes = fitted.plot()
    assert pyplot.gcf() is axes.figure
    axes.figure.savefig(tmp_path / "x.png")
    pyplot.close(axes.figure)


@pytest.mark.compiled
def test_what_cannot_be_drawn_is_refused(fitted: sr.FitResult) -> None:
    axes = figures.Figure().subplots()
    with pytest.raises(ValueError, match="x must be one of steps, seconds, not 'hours'"):
        fitted.plot("hours", axes=axes)
    with pytest.raises(ValueError, match="what must be one of psnr, loss, count, not 'ssim'"):
        fitted.plot(what="ssim", axes=axes)
    with pytest.raises(ValueError, match="the fit: has no steps"):
        replace(fitted, history=fitted.history[:0]).plot(axes=axes)
    assert not axes.get_lines()


@pytest.mark.compiled
def test_what_is_refused_leaves_no_figure_behind(fitted: sr.FitResult) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    before = pyplot.get_fignums()
    for x, what in (("hours", None), ("steps", "ssim")):
        with pytest.raises(ValueError, match="must be one of"):
            fitted.plot(x, what)
    with pytest.raises(ValueError, match="has no psnr"):
        replace(fitted, history=fitted.history * [1, 1, np.nan, 1]).plot(what="psnr")
    assert pyplot.get_fignums() == before
