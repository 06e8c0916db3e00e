"""What all commands share: help, version, exit codes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import Result
from sdfraster.cli import kinds as module
from sdfraster.cli.main import COMMANDS

import sdfraster
from sdfraster import compiling

Run = Callable[..., Result]


def test_help_names_every_command(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert f"\n  {command.name} " in result.stdout
        assert "Usage: " in run(command.name, "--help").stdout


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"sdfraster, version {sdfraster.__version__}\n"


@pytest.mark.parametrize("arguments", [["nonsense"], ["kinds", "--nonsense"], ["render"], ["compare", "a.png"]])
def test_usage_errors(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (MemoryError(), 1), (OSError(28, "full"), 1)])
def test_interruption_and_lack_of_memory(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(module.sdfraster, "kinds", fail)
    result = run("kinds")
    assert result.exit_code == code
    assert result.stderr.startswith("sdfraster: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(("terminal", "lines"), [(True, 1), (False, 0)])
def test_compiling_is_told_on_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch, terminal: bool, lines: int) -> None:
    def compile_two() -> dict[str, str]:
        compiling.begins()
        compiling.begins()
        return {}

    monkeypatch.setattr(module.sdfraster, "kinds", compile_two)
    monkeypatch.setattr(import_module("sdfraster.cli.main"), "_on_terminal", lambda: terminal)
    result = run("kinds")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.count("sdfraster: compiling for this machine, once") == result.stderr.count("\n") == lines


def test_as_a_program(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "from sdfraster.cli.main import main; main()"]
    done = subprocess.run([*program, "compare", "no.png", "x.png"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "sdfraster: error: no.png: there is no such file\n"


def test_closed_pipe_is_quiet(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "from sdfraster.cli.main import main; main()", "kinds"]
    running = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    with running.stderr:
        assert running.stderr.read() == ""
    assert running.wait() in (0, 1)


def test_an_extra_that_is_not_there_is_one_line(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><style>a{}</style></svg>'
    )
    monkeypatch.setitem(sys.modules, "tinycss2", None)
    result = run("render", tmp_path / "x.svg", "-o", tmp_path / "x.png")
    assert result.exit_code == 1
    assert result.stderr.startswith("sdfraster: error: a drawing with style sheets needs ")
    assert result.stderr.endswith('run pip install "sdfraster[svg]"\n')
    assert result.stderr.count("\n") == 1
