"""A real browser without a window, and the checker of accessibility; what is missing is named where tests are skipped.

Both come with ``.ci/browser``: Debian's packages ``chromium`` and ``chromium-driver``, and ``axe-core`` of npm.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--hide-scrollbars",
)


class Page:
    """A page in a browser.

    Attributes
    ----------
    driver : WebDriver
        Of selenium.
    """

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, path: Path, width: int = 1200, height: int = 900, scheme: str = "light", motion: str = "") -> None:
        """Open a file from disk."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": motion},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        self.driver.get(path.as_uri())

    def element(self, selector: str) -> Any:
        """Return the first element of a CSS selector."""
        return self.driver.find_element("css selector", selector)

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what a script returns, or what its promise becomes."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, script: str) -> Any:
        """Return what a script returns, once that is true; for ten seconds."""
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, 10).until(lambda driver: driver.execute_script(script))

    def said(self) -> list[str]:
        """Return errors and warnings of the console since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def screenshot(self, path: Path, selector: str | None = None) -> None:
        """Save a picture of the whole page, or of an element."""
        if selector is not None:
            path.write_bytes(self.element(selector).screenshot_as_png)
            return
        from base64 import b64decode

        made = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "format": "png"})
        path.write_bytes(b64decode(made["data"]))

    def violations(self) -> list[str]:
        """Return what axe-core finds wrong with the page."""
        if not AXE.exists():
            pytest.skip("axe-core is not there: npm install --no-save axe-core")
        self.run(AXE.read_text())
        found = self.run("return axe.run().then((result) => result.violations)")
        return [f"{each['id']}: {node['html']} {node['failureSummary']}" for each in found for node in each["nodes"]]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Return a page in headless Chromium."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not there: pip install selenium")
    chromium, driver = (os.environ.get(name.upper()) or shutil.which(name) for name in ("chromium", "chromedriver"))
    if not (chromium and driver):
        pytest.skip("Chromium is not there: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "WARNING"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield Page(started)
    started.quit()


@pytest.fixture
def page(browser: Page) -> Iterator[Page]:
    """Return a page that must not say anything on its console."""
    browser.said()
    yield browser
    assert browser.said() == []
