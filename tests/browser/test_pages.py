"""The contact sheet of a batch, and SVG that draws itself, in a real browser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.batch.job import DONE, FAILED, Outcome
from sdfraster.batch.summary import Summary
from sdfraster.io.embedded import as_image, encoded

from .conftest import Page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 380])
def test_a_contact_sheet(page: Page, tmp_path: Path, scheme: str, width: int) -> None:
    small = encoded(as_image(np.full((20, 30, 3), 0.5)), format="WEBP")
    figures = {"kind": "circle", "count": 9, "psnr": 30.0}
    with Summary() as summary:
        for k in range(5):
            summary.add(Outcome(f"in/{k}.jpg", DONE, (f"out/{k}.svg",), "", 1.0, figures, (small, small)))
        summary.add(Outcome("in/" + 90 * "x" + ".jpg", FAILED, error="not an image"))
        summary.write(tmp_path / "x.html")
    page.open(tmp_path / "x.html", width=width, scheme=scheme)
    assert page.run("return document.documentElement.scrollWidth <= innerWidth")
    assert page.run("return Array.from(document.images).filter((image) => image.naturalWidth === 30).length") == 10
    assert page.element("li p.error").text == "not an image"
    assert page.violations() == []


class TestSelfDrawing:
    """Three shapes in as many seconds."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        layers = [
            sr.Layer("circle", [[20, 20, 9]], [[1, 0, 0]]),
            sr.Layer("ellipse", [[60, 20, 12, 5, 0.5]], [[0, 0.5, 0]]),
            sr.Layer("line", [[10, 50, 80, 50, 4]], [[0, 0, 1]]),
        ]
        sr.save(sr.Scene(90, 60, layers, (1, 1, 1)), tmp_path / "x.animated.svg", film=sr.io.Film(seconds=3.0))
        return tmp_path / "x.animated.svg"

    RUNNING = "return document.getAnimations().length"

    def test_shapes_appear_one_after_the_other(self, page: Page, path: Path) -> None:
        page.open(path)
        assert page.run(self.RUNNING) == 3
        delays = page.run("return document.getAnimations().map((each) => each.effect.getTiming().delay)")
        assert sorted(delays) == [0, 1250, 2500]
        page.run("document.getAnimations().forEach((each) => { each.pause(); each.currentTime = 1000; })")
        seen = "return getComputedStyle(document.querySelector(arguments[0])).opacity"
        assert page.run(seen, "circle") == "1"
        assert page.run(seen, "ellipse") == "0"
        assert page.run("return getComputedStyle(document.querySelector('path')).strokeDashoffset") in ("1", "1px")
        page.run("document.getAnimations().forEach((each) => each.finish())")
        assert page.run(seen, "ellipse") == "1"

    def test_nothing_moves_for_those_who_want_little_motion(self, page: Page, path: Path) -> None:
        page.open(path, motion="reduce")
        assert page.run(self.RUNNING) == 0
