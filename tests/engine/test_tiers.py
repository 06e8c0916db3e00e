"""Which tier runs kernels, when the fast one is not trusted, and that the package does without it."""

from __future__ import annotations

import ast
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
import pytest

import sdfraster as sr
from sdfraster.engine.compile import interpret, plain, tiers
from sdfraster.engine.compile.fingerprint import PACKAGE
from tests.engine.test_interpret import DRAW

NUMBA = numba.__version__
ROOT = Path(__file__).parents[2]
FAST = PACKAGE / "engine" / "compile" / "fast"
needs_fast = pytest.mark.skipif(not tiers.fast_is_allowed(), reason="not with this Numba")


@pytest.fixture(autouse=True)
def _undecided(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Begin as a new process with an empty cache does, and forget what was decided."""
    monkeypatch.delenv("SDFRASTER_JIT", raising=False)
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    tiers._fast_or_plain.cache_clear()
    yield
    tiers._fast_or_plain.cache_clear()


@pytest.mark.compiled
@needs_fast
def test_the_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    for asked, answer in (("plain", plain), ("off", interpret), ("on", tiers._fast()), ("", tiers._fast())):
        monkeypatch.setenv("SDFRASTER_JIT", asked)
        assert tiers.tier() is answer
    monkeypatch.setenv("SDFRASTER_JIT", " OFF")
    assert tiers.tier() is interpret
    monkeypatch.setenv("SDFRASTER_JIT", "maybe")
    with pytest.raises(sr.DataError, match="SDFRASTER_JIT must be on, plain or off, not 'maybe'"):
        tiers.tier()


def test_a_numba_that_was_not_tested_is_used_the_plain_way(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tiers, "NUMBA_TESTED", ((0, 1), (0, 2)))
    assert not tiers.fast_is_allowed()
    assert tiers.tier() is tiers.tier() is plain
    message = capfd.readouterr().err
    assert message.startswith(
        f"sdfraster: fast kernels were tested with Numba 0.1 to 0.2, and this is {numba.__version__};"
    )
    assert message.count("\n") == 1
    tiers._fast_or_plain.cache_clear()
    monkeypatch.setattr("multiprocessing.parent_process", lambda: object())
    assert tiers.tier() is plain
    assert capfd.readouterr().err == "", "a child says it again"


def nothing(*arguments: Any) -> None:
    """Stand for a kernel that leaves its arrays as they were."""


def changed(*arguments: Any) -> None:
    """Stand for a kernel that calls what Numba no longer has."""
    raise AttributeError("no such thing\nany more")


@needs_fast
@pytest.mark.parametrize(
    ("run", "reason"),
    [(nothing, "wrong numbers"), (changed, "AttributeError: no such thing")],
    ids=["numbers", "error"],
)
def test_the_check_is_taken_seriously_and_remembered(
    run: Callable[..., None], reason: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from sdfraster.engine.compile.fast import kernel

    with monkeypatch.context() as patch:
        patch.setattr(kernel, "parallel", lambda *_: run)
        assert tiers.tier() is plain
    for _ in range(2):
        message = capfd.readouterr().err
        assert f"fast kernels failed a check ({reason})" in message
        assert message.count("\n") == 1
        tiers._fast_or_plain.cache_clear()
        assert tiers.tier() is plain, "the verdict was forgotten"


@pytest.mark.compiled
@needs_fast
def test_the_check_passes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from sdfraster.engine.compile.fast import kernel

    assert tiers.tier() is tiers._fast()
    tiers._fast_or_plain.cache_clear()
    monkeypatch.setattr(kernel, "parallel", lambda *_: changed)
    assert tiers.tier() is tiers._fast(), "checked again"


CRASH = """
import os
from sdfraster.engine.compile import tiers
from sdfraster.engine.compile.fast import kernel
kernel.parallel = lambda *_: lambda *_: os._exit(77)
tiers.tier()
"""


@pytest.mark.compiled
@needs_fast
def test_a_check_that_ends_processes_is_not_tried_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """But one that ended once may have been killed by somebody else."""
    from sdfraster.engine.compile.fast import selfcheck

    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    killed = [sys.executable, "-c", CRASH]
    assert subprocess.run(killed, cwd=ROOT, env=environment, check=False).returncode == 77
    (note,) = (tmp_path / "sdfraster").glob("check-*.txt")
    assert note.read_text().startswith("running")
    assert tiers.tier() is tiers._fast()
    assert note.read_text() == "passed"
    assert capfd.readouterr().err == ""
    note.unlink()
    assert subprocess.run(killed, cwd=ROOT, env=environment, check=False).returncode == 77
    tiers._fast_or_plain.cache_clear()
    monkeypatch.setattr(selfcheck.sys, "executable", "false")
    assert tiers.tier() is plain
    assert f"(it ended a process with 1; to try again, delete {note})" in capfd.readouterr().err
    note.write_text(f"running {os.getppid()} {platform.node()}")  # one that goes on
    tiers._fast_or_plain.cache_clear()
    assert tiers.tier() is tiers._fast()
    assert note.read_text() == "passed"


@needs_fast
def test_an_interrupted_check_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sdfraster.engine.compile.fast import selfcheck

    def interrupt() -> str:
        assert len(list(tmp_path.rglob("check-*.txt"))) == 1
        raise KeyboardInterrupt

    monkeypatch.setattr(selfcheck, "_compare", interrupt)
    with pytest.raises(KeyboardInterrupt):
        tiers.tier()
    assert not list(tmp_path.rglob("check-*.txt"))


def test_private_parts_of_numba_are_used_in_one_folder_only() -> None:
    public = {"numba", "numba.extending", "numba.types"}
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if FAST in path.parents or ("numba" not in source and "llvmlite" not in source):
            continue
        for node in ast.walk(ast.parse(source)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module)]
            for name in names:
                room, *_ = name.split(".")
                assert room != "llvmlite", path
                assert room != "numba" or name in public, (path, name)


@pytest.mark.slow
def test_without_the_fast_folder_kernels_are_plain(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for name in ("sdfraster", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "fast")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    assert not (copy / FAST.relative_to(ROOT)).exists()
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(copy)}
    environment.pop("SDFRASTER_JIT", None)
    scene = "sr.Scene(10, 8, scenes.layer(rng, ('circle', 'over', 'constant'), 10, 8))"  # `.ci/numba` compiles all so
    script = f"{DRAW.format(scene=scene)}\nassert sr.__file__.startswith({str(copy)!r}), sr.__file__"
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "fast kernels cannot be imported" in done.stderr
    assert done.stderr.count("\n") == 1
