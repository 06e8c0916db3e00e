"""The report of a fit in a real browser."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import sdfraster as sr
from sdfraster.io import read_image

from .conftest import Page

pytest.importorskip("selenium", reason="selenium is not there: pip install selenium")
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

pytestmark = pytest.mark.compiled


@pytest.fixture(scope="module")
def fitted() -> Any:
    """Return a small fit: two squares on grey, redrawn."""
    target = np.full((60, 96, 3), 0.5)
    target[10:40, 10:40] = (0.9, 0.2, 0.1)
    target[20:50, 55:85] = (0.1, 0.3, 0.8)
    return sr.fit(target, kind="rectangle", count=3, iterations=40, record=12, for_svg=True)


@pytest.fixture(scope="module")
def report(fitted: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    about = {"picture": "a <b>.png", "command": "sdfraster fit 'a <b>.png' -o report.html"}
    sr.save(fitted, path, about=about)
    return path


@pytest.fixture
def opened(page: Page, report: Path) -> Page:
    page.open(report)
    page.wait("return document.querySelectorAll('#shapes option').length > 0")
    return page


def slide(page: Page, selector: str, keys: int) -> str:
    """Press the right arrow on a slider, or the left one, and return its value."""
    element = page.element(selector)
    element.send_keys((Keys.RIGHT if keys > 0 else Keys.LEFT) * abs(keys))
    return str(element.get_property("value"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 380])
def test_it_is_accessible_and_fits_the_window(page: Page, report: Path, scheme: str, width: int) -> None:
    page.open(report, width=width, scheme=scheme)
    page.wait("return document.querySelectorAll('#shapes option').length > 0")
    assert page.run("return document.documentElement.scrollWidth <= innerWidth")
    page.element("input[value=difference]").click()
    page.wait("return !document.getElementById('heat').hidden")
    assert page.violations() == []
    page.run("document.documentElement.removeAttribute('lang')")
    assert "html-has-lang" in "".join(page.violations())  # so it would have been found


def test_the_divider_moves_by_key_and_pointer(opened: Page) -> None:
    assert slide(opened, "#cut", 10) == "55"
    cut = "return getComputedStyle(document.querySelector('.right')).clipPath"
    assert "55%" in opened.run(cut)
    box = opened.element("#divided")
    drag = ActionChains(opened.driver).move_to_element(box).click_and_hold()
    drag.move_by_offset(round(-0.25 * box.size["width"]), 0).release().perform()
    assert float(opened.element("#cut").get_property("value")) == pytest.approx(25.0, abs=1.0)


def test_the_difference_is_that_of_the_pictures(opened: Page, fitted: Any) -> None:
    opened.element("input[value=difference]").click()
    opened.wait("return !document.getElementById('difference').hidden")
    width, height, data = opened.run(
        "const c = document.getElementById('difference');"
        "return [c.width, c.height, Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)]"
    )
    shown = np.array(data).reshape(height, width, 4)[..., :3].sum(axis=2)  # grows with the error
    error = np.abs(np.rint(255 * fitted.target) - np.rint(255 * fitted.image.clip(0, 1))).max(axis=2)
    assert shown.shape == error.shape
    large, small = error > np.quantile(error, 0.9), error <= np.quantile(error, 0.1)
    assert shown[large].min() > shown[small].max()
    assert opened.element("#most").text.split()[0] == str(int(np.sort(error.ravel())[int(0.995 * (error.size - 1))]))


def test_shapes_say_what_they_are(opened: Page, fitted: Any) -> None:
    top = len(fitted.scene.layers[0]) - 1
    order = np.argsort(-fitted.worth)
    options = [each.text for each in opened.driver.find_elements("css selector", "#shapes option")]
    assert [int(text.split(", ")[1].split()[1]) for text in options] == order.tolist()
    assert options[0].startswith(f"{fitted.worth.max():.3f} dB, rectangle ")
    opened.run("document.getElementById('shapes').selectedIndex = 1")
    opened.run("document.getElementById('shapes').dispatchEvent(new Event('change'))")
    worth, name, color = options[1].split(", ")
    assert opened.element("#shape").text == f"{name}, {color}, worth {worth}"
    assert len(opened.driver.find_elements("css selector", "#drawing .halo")) == 2
    ActionChains(opened.driver).move_to_element(opened.element(f"[data-shape='{top}']")).perform()
    assert opened.element("#shape").text.startswith(f"rectangle {top}, #")


def test_zoom_and_pan(opened: Page) -> None:
    box = "return document.querySelector('#drawing svg').getAttribute('viewBox').split(' ').map(Number)"
    assert opened.run(box) == [0, 0, 96, 60]
    opened.element("#in").click()
    assert opened.run(box) == pytest.approx([16, 10, 64, 40], abs=0.1)
    stage = opened.element("#drawing")
    stage.send_keys(Keys.LEFT)
    assert opened.run(box)[0] < 16
    before = opened.run(box)
    ActionChains(opened.driver).move_to_element(stage).click_and_hold().move_by_offset(-30, -20).release().perform()
    assert opened.run(box)[0] > before[0]
    assert opened.run(box)[1] > before[1]
    stage.send_keys("0")
    assert opened.run(box) == [0, 0, 96, 60]


def test_the_slider_goes_through_the_search(opened: Page, fitted: Any) -> None:
    frames = len(fitted.frames)
    assert opened.element("#moment").get_property("max") == str(frames)
    assert opened.element("#readout").text.startswith("Result: Step 40")
    last = opened.run("return document.querySelector('#frame svg').outerHTML")
    assert slide(opened, "#moment", -frames) == "0"
    assert opened.element("#readout").text.startswith("Step 1,")
    assert opened.run("return document.querySelector('#frame svg').outerHTML") != last
    opened.element("#play").click()
    opened.wait("return document.getElementById('readout').textContent.startsWith('Result')")
    assert opened.element("#play").text == "Play"


def test_curves_have_all_steps(opened: Page, fitted: Any) -> None:
    curves = [each.get_attribute("d") for each in opened.driver.find_elements("css selector", ".curve")]
    assert [each.count("L") for each in curves] == [39, 39]
    assert opened.element(".curves svg").get_attribute("aria-label").startswith("PSNR: from ")
    opened.element("input[value=step]").click()
    assert opened.driver.find_elements("css selector", ".curve")[0].get_attribute("d") != curves[0]


def test_files_are_those_of_the_fit(opened: Page, fitted: Any, tmp_path: Path) -> None:
    folder = {"behavior": "allow", "downloadPath": str(tmp_path)}
    opened.driver.execute_cdp_cmd("Browser.setDownloadBehavior", folder)
    for link in opened.driver.find_elements("css selector", "#files a"):
        path = tmp_path / link.get_attribute("download")
        link.click()
        WebDriverWait(opened.driver, 10).until(lambda _, path=path: path.exists())
    assert (tmp_path / "drawing.svg").read_text() == sr.to_svg(fitted.scene)
    loaded = sr.load(tmp_path / "drawing.json").layers[0]
    np.testing.assert_array_equal(loaded.params, fitted.scene.layers[0].params)
    np.testing.assert_allclose(read_image(tmp_path / "drawing.png"), fitted.image.clip(0, 1), atol=0.51 / 255)


def test_its_pictures_are_the_target_and_the_result(report: Path, fitted: Any) -> None:
    found = re.findall(r"data:image/(?:webp|png);base64,([^\"]+)", report.read_text())
    for data, expected in zip(found, (fitted.target, fitted.image), strict=True):
        with Image.open(io.BytesIO(b64decode(data))) as image:
            np.testing.assert_allclose(read_image(image), expected.clip(0, 1), atol=0.51 / 255)
