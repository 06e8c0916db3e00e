"""The promise of one file: a kind, a rule of colours, an optimiser or a format is added by adding its file.

Each file of `tests/additions/files` is copied to a folder of its own, which is appended to a registry in a process that
runs the tests of `tests/additions`. Kernels are not compiled there, and those of the GPU run in Numba's simulator.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import sdfraster as sr

from .processes import ROOT, run_tests
from .scenes import COMBINATIONS, combinations

ADDITIONS = {
    "star": "sdfraster.primitives",
    "waves": "sdfraster.model.shadings",
    "signum": "sdfraster.optim",
    "table": "sdfraster.io",
}
ALREADY = {
    "star": [
        f"tests/{name}.py" for name in ("primitives/test_primitives", "primitives/test_degenerate", "io/test_svg")
    ],
    "waves": ["tests/model/test_shading.py"],
}


def run(name: str, folder: Path, tests: list[str], **environment: str) -> str:
    """Run tests where there is one file more, and return what they say."""
    package = ADDITIONS[name]
    shutil.copy(ROOT / "tests/additions/files" / package.rpartition(".")[2] / f"{name}.py", folder)
    added = {"SDFRASTER_ADDED": f"{package}={folder}", **environment}
    return run_tests("-p", "tests.additions.plugin", *tests, **added)


@pytest.mark.slow
@pytest.mark.parametrize("name", ADDITIONS)
def test_one_file_is_enough(name: str, tmp_path: Path) -> None:
    said = run(name, tmp_path, [f"tests/additions/test_{name}.py"], SDFRASTER_JIT="off", NUMBA_ENABLE_CUDASIM="1")
    assert " skipped" not in said


@pytest.mark.slow
@pytest.mark.parametrize("name", ALREADY)
def test_what_is_tested_of_all_is_tested_of_it(name: str, tmp_path: Path) -> None:
    assert " passed" in run(name, tmp_path, [*ALREADY[name], "-k", f"{name} and not any_size"])


def test_a_kind_more_changes_nothing_of_what_is_tested_of_others() -> None:
    for added in ("arc", "star", "a"):
        assert set(combinations((*sr.kinds(), added))) - set(COMBINATIONS) <= {
            (added, "over", "constant"),
            (added, "mean", "linear"),
        }
        assert set(COMBINATIONS) < set(combinations((*sr.kinds(), added)))


@pytest.mark.slow
def test_it_is_compiled(tmp_path: Path) -> None:
    """In the other tests kernels are plain Python."""
    run("star", tmp_path, ["tests/additions/test_star.py", "-k", "drawn and not gpu"])
