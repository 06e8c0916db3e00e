"""Signals end a command; a fit writes what there is."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image
from sdfraster.cli import fit as module
from sdfraster.cli import signals
from sdfraster.cli.bar import Bar
from sdfraster.cli.signals import Signals

import sdfraster as sr
from sdfraster import io as files
from sdfraster.fitting import FitProgress
from sdfraster.io import atomic

Run = Callable[..., Result]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
NUMBERS = [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)]


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Let no signal be ignored, even if the tests run under nohup."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in NUMBERS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def command(tmp_path: Path) -> tuple[object, ...]:
    """Return a command that fits a small picture."""
    Image.new("RGB", (20, 16), (200, 60, 40)).save(tmp_path / "image.png")
    return ("fit", tmp_path / "image.png", "-o", tmp_path / "x.json", "--count", 4, "--iterations", 9, "--json")


def sending(monkeypatch: pytest.MonkeyPatch, step: int, *numbers: int) -> None:
    """Let signals come after a step."""

    class Sending(Bar):
        def __call__(self, progress: FitProgress) -> None:
            super().__call__(progress)
            if progress.iteration == step:
                for number in numbers:
                    signal.raise_signal(number)

    monkeypatch.setattr(module, "Bar", Sending)


@pytest.mark.compiled
@pytest.mark.parametrize("number", NUMBERS)
def test_a_fit_writes_what_there_is(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[object, ...], number: int
) -> None:
    sending(monkeypatch, 5, number, number)  # twice, as `timeout` does
    result = run(*command)
    assert result.exit_code == 128 + number
    summary = json.loads(result.stdout)
    assert summary["interrupted"]
    assert summary["iterations"] == 6  # the step that it comes in is finished
    assert len(sr.load(tmp_path / "x.json").layers[0]) == 4


@pytest.mark.compiled
def test_after_the_last_step_the_fit_is_complete(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[object, ...]
) -> None:
    sending(monkeypatch, 9, signal.SIGTERM)
    result = run(*command)
    assert result.exit_code == 143
    assert not json.loads(result.stdout)["interrupted"]
    assert (tmp_path / "x.json").exists()


@pytest.mark.compiled
def test_while_files_are_written(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[object, ...]
) -> None:
    save = files.save

    def slow(*arguments: object, **options: object) -> None:
        signal.raise_signal(signal.SIGTERM)
        save(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "save", slow)
    assert run(*command).exit_code == 143
    assert (tmp_path / "x.json").exists()


def test_before_the_fit_nothing_is_written(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[object, ...]
) -> None:
    monkeypatch.setattr(files, "read_image", lambda *_: signal.raise_signal(signal.SIGTERM))
    result = run(*command)
    assert (result.exit_code, result.stdout, result.stderr) == (143, "", "sdfraster: interrupted\n")
    assert not (tmp_path / "x.json").exists()


@pytest.mark.compiled
def test_a_second_signal_ends_at_once(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[object, ...]
) -> None:
    monkeypatch.setattr(signals, "PATIENCE", 0.0)

    def twice(*_: object, **__: object) -> None:
        for _ in range(2):
            signal.raise_signal(signal.SIGTERM)
        pytest.fail("the second one is to end this")

    monkeypatch.setattr(files, "save", twice)
    result = run(*command)
    assert (result.exit_code, result.stdout) == (143, "")
    assert result.stderr.endswith("sdfraster: interrupted\n")


@pytest.mark.compiled
def test_a_pipe_without_a_reader_is_no_prison(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[object, ...]
) -> None:
    os.mkfifo(tmp_path / "pipe.svg")
    into, main = atomic._write_into, threading.main_thread().ident
    assert main is not None

    def watched(path: Path, data: bytes) -> None:
        threading.Thread(target=signal.pthread_kill, args=(main, signal.SIGTERM)).start()
        into(path, data)

    monkeypatch.setattr(atomic, "_write_into", watched)
    result = run(*command, "-o", tmp_path / "pipe.svg")
    assert (result.exit_code, result.stdout) == (143, "")
    assert (tmp_path / "x.json").exists()


def test_what_a_signal_breaks_is_no_error(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[object, ...]
) -> None:
    def broken(*_: object) -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        except KeyboardInterrupt:  # dropped, as by a callback from C
            raise RuntimeError("half compiled") from None

    monkeypatch.setattr(files, "read_image", broken)
    result = run(*command)
    assert (result.exit_code, result.stderr) == (143, "sdfraster: interrupted\n")


def test_signals_that_are_ignored_stay_ignored() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with Signals() as held:
        signal.raise_signal(signal.SIGTERM)
        assert not held.came
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def test_handlers_are_as_before_afterwards(run: Run) -> None:
    before = [signal.getsignal(number) for number in NUMBERS], sys.unraisablehook
    run("kinds")
    assert ([signal.getsignal(number) for number in NUMBERS], sys.unraisablehook) == before
