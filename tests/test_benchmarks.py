"""Every benchmark says what it is for, and runs nothing, if it is asked for help."""

from __future__ import annotations

import importlib.util
import runpy
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if "__main__" in path.read_text())


def test_there_are_some() -> None:
    assert {"coverage", "engine", "gradients", "kodak", "peers", "quality"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_help(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    spec = importlib.util.find_spec(f"benchmarks.{name}")
    assert spec is not None
    assert spec.origin is not None
    monkeypatch.setattr("sys.argv", [spec.origin, "--help"])
    monkeypatch.delitem(sys.modules, spec.name, raising=False)  # others may have imported it
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(spec.name, run_name="__main__")
    assert not ended.value.code
    said = capsys.readouterr().out
    assert said.startswith(f"usage: python -m benchmarks.{name} ")
    first = Path(spec.origin).read_text().removeprefix('"""').partition("\n")[0]
    assert first.removesuffix('"""') in said
