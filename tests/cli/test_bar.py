"""The progress bar of a fit."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image
from sdfraster.cli import bar
from sdfraster.cli.signals import Signals

from sdfraster.fitting import FitOptions, fit

pytestmark = pytest.mark.compiled

Run = Callable[..., Result]


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


class Broken(Terminal):
    """A terminal that is gone."""

    def write(self, text: str) -> int:
        """Fail."""
        raise OSError(5, "Input/output error")


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Return the path of a small picture."""
    picture = Image.new("RGB", (24, 16), (200, 60, 40))
    picture.paste((20, 90, 200), (4, 4, 12, 12))
    picture.save(tmp_path / "image.png")
    return tmp_path / "image.png"


@pytest.mark.parametrize(
    "changes",
    [
        {"iterations": 4, "polish": 6},
        {"iterations": 0, "polish": 6},
        {"iterations": 6, "optimizer": "lbfgs", "polish": 4},
        {"iterations": 10, "kind": "mesh", "count": 4},
        {"iterations": 10},
    ],
)
def test_every_step_counts(image: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object]) -> None:
    options = FitOptions(**({"count": 2, "kind": "ellipse"} | changes))  # type: ignore[arg-type]
    terminal = Terminal()
    monkeypatch.setattr(bar.sys, "stderr", terminal)
    monkeypatch.setattr(bar, "REDRAW", 0.0)
    with bar.Bar(options.all_steps, Signals()) as shown:
        result = fit(image, options, shown)
    assert len(result.history) == options.all_steps
    percent = [int(text) for text in re.findall(r"(\d+)%", terminal.getvalue())]
    wanted = [100 * k // options.all_steps for k in range(options.all_steps + 1)]
    assert list(dict.fromkeys(percent)) == wanted


def test_a_fit_that_has_no_more_to_gain_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (24, 16), (200, 60, 40)).save(tmp_path / "plain.png")
    options = FitOptions(count=2, iterations=2, polish=500)
    terminal = Terminal()
    monkeypatch.setattr(bar.sys, "stderr", terminal)
    with bar.Bar(options.all_steps, Signals()) as shown:
        result = fit(tmp_path / "plain.png", options, shown)
    assert len(result.history) < options.all_steps
    assert re.findall(r"(\d+)%", terminal.getvalue())[-1] == "100"


@pytest.mark.parametrize("stderr", [Broken(), None])
def test_a_bar_that_cannot_be_drawn_costs_nothing(
    image: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stderr: io.StringIO | None
) -> None:
    monkeypatch.setattr(bar.sys, "stderr", stderr)
    monkeypatch.setattr(bar, "REDRAW", 0.0)
    with bar.Bar(5, Signals()) as shown:
        result = fit(image, FitOptions(count=2, iterations=5), shown)
    assert len(result.history) == 5
    assert capsys.readouterr().out == ""
