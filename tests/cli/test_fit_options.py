"""What `sdfraster fit` is told reaches the fit, option by option; nothing is fitted here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

import sdfraster as sr
from sdfraster.fitting.auto import settle_init

Run = Callable[..., Result]
Asked = Callable[..., sr.FitOptions]
WHITE = (1.0, 1.0, 1.0)

OPTIONS: dict[str, tuple[tuple[object, ...], Any]] = {  # what is typed, and what the fit is to hear
    "kind": (("--kind", "ellipse"), "ellipse"),
    "count": (("--count", 7), 7),
    "segments": (("--kind", "path", "--segments", 5), 5),
    "shade": (("--kind", "mesh", "--shade", "vertex"), "vertex"),
    "composite": (("--composite", "mean"), "mean"),
    "color": (("--color", "gradient"), "gradient"),
    "stops": (("--color", "radial", "--stops", 3), 3),
    "iterations": (("--iterations", 9), 9),
    "optimizer": (("--optimizer", "lbfgs"), "lbfgs"),
    "polish": (("--polish", 3), 3),
    "rate": (("--rate", 2), 2.0),
    "init": (("--init", "grid"), "grid"),
    "fixed": (("--fixed", "opacity=1", "--fixed", "color=white"), {"opacity": 1.0, "color": WHITE}),
    "loss": (("--loss", "mse + 0.2*ssim"), "mse + 0.2*ssim"),
    "delta": (("--delta", 0.3), 0.3),
    "regularizers": (("--regularize", "opacity=0.01", "--regularize", "size=2"), {"opacity": 0.01, "size": 2.0}),
    "filter": (("--filter", "tent"), "tent"),
    "filter_radius": (("--filter-radius", 0.8), 0.8),
    "for_svg": (("-o", "x.svg"), True),
    "background": (("--background", "white"), WHITE),
    "target_psnr": (("--target-psnr", 20), 20.0),
    "time_limit": (("--time-limit", 9), 9.0),
    "palette": (("--palette", "navy, rgb(1, 2, 3)"), ["navy", "rgb(1, 2, 3)"]),
    "opaque": (("--opaque",), True),
    "symmetric": (("--symmetric",), True),
    "size": (("--size", 30), 30),
    "device": (("--device", "auto"), "auto"),
    "seed": (("--seed", 5), 5),
    "record": (("-o", "x.gif", "--fps", 3, "--seconds", 2), 6),
}
WEIGHTS = {"weight", "region"}  # which become one array


@pytest.fixture
def asked(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Return ``asked(*arguments)``: the options with which a command would fit a picture, 20 x 10 pixels large."""
    Image.new("RGB", (20, 10), (200, 60, 40)).save(tmp_path / "image.png")
    Image.fromarray(np.arange(0, 200, dtype=np.uint8).reshape(10, 20)).save(tmp_path / "mask.png")
    monkeypatch.chdir(tmp_path)
    heard: list[sr.FitOptions] = []

    def hear(target: object, options: sr.FitOptions, callback: object, **files: object) -> None:
        heard.append(options)
        raise sr.DataError("this was all")

    monkeypatch.setattr("sdfraster.fitting.fit", hear)

    def typed(*arguments: object) -> sr.FitOptions:
        heard.clear()
        result = run("fit", "image.png", "-o", "x.png", *arguments)
        assert result.stderr.endswith("this was all\n"), result.output
        return heard[0]

    return typed


def test_the_table_is_complete() -> None:
    assert {*OPTIONS, *WEIGHTS} == {field.name for field in fields(sr.FitOptions)}


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_reaches_the_fit(name: str, asked: Asked) -> None:
    arguments, wanted = OPTIONS[name]
    usual = settle_init(sr.FitOptions(), np.zeros((10, 20, 3)))
    assert getattr(asked(), name) == getattr(usual, name) != wanted
    assert getattr(asked(*arguments), name) == wanted


def test_a_background_may_slope(asked: Asked) -> None:
    assert asked("--background", "linear").background == "linear"
    assert np.ptp(asked("--background", "image.png").background.image) < 1.0


def test_shapes_are_held_by_their_numbers(asked: Asked, tmp_path: Path) -> None:
    sr.save(sr.Scene(20, 10, sr.Layer("circle", [[5, 5, 3], [9, 5, 3]], np.zeros((2, 3)))), tmp_path / "start.json")
    assert asked("--init", "start.json", "--fixed", "mask=0,1", "--fixed", "r").fixed == {"mask": [0, 1], "r": None}


def test_the_most_shapes_are_their_count(asked: Asked) -> None:
    assert asked("--max-shapes", 7, "--target-psnr", 30).count == 7


def test_a_mask_and_a_region_reach_the_fit(asked: Asked) -> None:
    mask, region = np.arange(200).reshape(10, 20) / 255.0, (5.0, 4.5, 10.5, 2.0)
    assert asked().weight is None
    np.testing.assert_allclose(asked("--weight", "mask.png").weight, mask, atol=1e-6)
    assert asked("--region", "5,4.5,10.5,2").region == region
    both = asked("--weight", "mask.png", "--region", "5,4.5,10.5,2")
    assert both.region == region
    np.testing.assert_allclose(both.weight, mask, atol=1e-6)
