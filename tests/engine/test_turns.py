"""Processes that would compile the same kernel take turns, and nobody waits for the dead or for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sdfraster.engine.compile import tiers
from sdfraster.engine.compile.kernel import serial

turns = pytest.importorskip("sdfraster.engine.compile.fast.turns")
cache = pytest.importorskip("sdfraster.engine.compile.fast.cache")
BESIDE = Path(turns.__file__).parent
pytestmark = pytest.mark.skipif(turns.fcntl is None, reason="this system has no such locks")

HOLD = """
import sys, time
from pathlib import Path
from turns import Turn
turn = Turn()
turn.take([Path(sys.argv[1])], sys.argv[2], lambda: None)
print("taken", flush=True)
time.sleep(600)
"""

TRY = """
import sys
from pathlib import Path
from turns import _locked, _opened
sys.exit(not _locked(_opened([Path(sys.argv[1])]), int(sys.argv[2], 16)))
"""


def started(code: str, *words: object) -> subprocess.Popen[str]:
    """Start a process that knows the module alone, without what takes long to import."""
    command = [sys.executable, "-c", code, *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(BESIDE)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def held(folder: Path, name: str) -> subprocess.Popen[str]:
    """Return another process, which has the turn of a kernel."""
    process = started(HOLD, folder, name)
    assert process.stdout is not None
    assert process.stdout.readline() == "taken\n"
    return process


def is_free(folder: Path, name: str) -> bool:
    """Return whether another process can have the turn of a kernel at once."""
    with started(TRY, folder, name) as process:
        return process.wait() == 0


def nothing() -> None:
    """Say that nothing was compiled."""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with held(tmp_path, "2a") as process:
        yield process
        process.kill()


def waiting(function: Any, *arguments: Any) -> tuple[threading.Thread, list[Any]]:
    """Return a thread that waits in a function, and where its answer will be."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(function(*arguments)))
    thread.start()
    thread.join(0.3)
    assert thread.is_alive()
    return thread, answers


def test_who_waits_goes_on_when_the_other_is_killed(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    turn = turns.Turn()
    thread, answers = waiting(turn.take, [tmp_path], "2a", nothing)
    os.kill(other.pid, signal.SIGKILL)
    thread.join(10.0)
    assert answers == [None]
    assert not is_free(tmp_path, "2a")
    turn.give_back()
    assert is_free(tmp_path, "2a")


def test_who_waits_takes_what_the_other_has_compiled(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    turn = turns.Turn()
    thread, answers = waiting(turn.take, [tmp_path], "2a", lambda: "kernel")
    other.kill()
    thread.join(10.0)
    assert answers == ["kernel"]
    assert is_free(tmp_path, "2a")


def test_other_kernels_do_not_wait(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    begun = time.monotonic()
    turns.Turn().take([tmp_path], "2b", nothing)
    assert time.monotonic() - begun < turns.PATIENCE / 2
    assert other.poll() is None


def test_nobody_waits_for_ever(tmp_path: Path, other: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch) -> None:
    os.kill(other.pid, signal.SIGSTOP)
    monkeypatch.setattr(turns, "PATIENCE", 0.1)
    assert turns.Turn().take([tmp_path], "2a", nothing) is None
    os.kill(other.pid, signal.SIGCONT)
    assert other.poll() is None


def test_a_turn_that_was_not_given_back_does_not_outlast_the_next_one(tmp_path: Path) -> None:
    """A kernel that cannot be compiled is not kept, and its turn not given back at once."""
    turn = turns.Turn()
    turn.take([tmp_path], "2a", nothing)
    assert not is_free(tmp_path, "2a")
    turn.take([tmp_path], "2b", nothing)
    assert is_free(tmp_path, "2a")
    turn.give_back()


def test_without_a_folder_or_locks_everybody_compiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert turns.Turn().take([tmp_path / "file" / "below"], "2a", nothing) is None

    def unknown(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(turns.fcntl, "lockf", unknown)
    assert turns.Turn().take([tmp_path], "2a", nothing) is None
    monkeypatch.setattr(turns, "fcntl", None)
    assert turns.Turn().take([tmp_path], "2a", nothing) is None


@pytest.mark.compiled
@pytest.mark.skipif(not tiers.fast_is_allowed(), reason="not with this Numba")
def test_a_kernel_waits_for_its_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def double(array):  # type: ignore[no-untyped-def]
        for i in range(len(array)):
            array[i] = 2.0 * array[i]

    def compiled() -> float:
        array = np.array([2.5])
        serial(double, array.dtype, "turns")(array)
        return float(array[0])

    tiers.tier()
    monkeypatch.setattr(cache.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(cache, "_digest", lambda key: "2a")
    with held(tmp_path / "sdfraster", "2a") as process:
        thread, answers = waiting(compiled)
        process.kill()
    thread.join(60.0)
    assert answers == [5.0]
    assert (tmp_path / "sdfraster" / "kernel-2a.nbc").exists()
