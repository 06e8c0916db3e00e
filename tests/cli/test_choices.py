"""What the command line offers is what there is, and to offer it costs no compiler."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from click.testing import Result
from sdfraster.cli import choices

from sdfraster.engine.losses.picture import LOSS_NAMES
from sdfraster.fitting import FitOptions
from sdfraster.fitting.checks import AUTO_INIT
from sdfraster.fitting.initial import INITIALIZERS
from sdfraster.fitting.options import CONTOUR


def test_names_that_are_written_twice_are_the_same() -> None:
    assert (AUTO_INIT, *INITIALIZERS, CONTOUR) == choices.INITS
    assert choices.LOSSES == LOSS_NAMES


def test_every_choice_is_an_option() -> None:
    for name, values in {
        "kind": choices.KINDS,
        "color": choices.COLORS,
        "composite": choices.COMPOSITES,
        "filter": choices.FILTERS,
        "loss": choices.LOSSES,
        "optimizer": choices.OPTIMIZERS,
        "device": choices.FITTING_DEVICES,
    }.items():
        for value in values:
            assert getattr(FitOptions(**{name: value}), name) == value


def test_help_imports_no_compiler() -> None:
    code = "import sys; from sdfraster.cli import main; print({'numba', 'scipy', 'llvmlite'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_commands_tell_of_the_formats_that_they_write(run: Callable[..., Result]) -> None:
    helps = {name: " ".join(run(name, "--help").stdout.split()) for name in ("fit", "render", "trace")}
    assert [".history.json" in text and ".html" in text for text in helps.values()] == [True, False, False]
    assert [".ply" in text for text in helps.values()] == [True, True, False]
    assert "[default: lines]" in helps["trace"]
    assert "[default: --lines]" not in helps["trace"]
