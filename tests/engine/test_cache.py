"""Fast kernels on disk: where there is no place for them, what damaged files do, and processes that compile at once."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.engine.compile import fingerprint, tiers
from sdfraster.engine.compile.kernel import serial

from .telling import check_told_once

cache = pytest.importorskip("sdfraster.engine.compile.fast.cache")
FILE = pytest.importorskip("sdfraster.engine.compile.fast.turns").FILE
pytestmark = pytest.mark.skipif(not tiers.fast_is_allowed(), reason="not with this Numba")


def double(array):
    for i in range(len(array)):
        array[i] = 2.0 * array[i]


def triple(array):
    for i in range(len(array)):
        array[i] = 3.0 * array[i]


def check(function: Callable[..., None] = double, factor: float = 2.0) -> None:
    """Compile a function, as a new process would, or take it from the disk, and see what it computes."""
    array = np.array([1.0, 2.5])
    serial(function, array.dtype, "test")(array)
    np.testing.assert_array_equal(array, [factor, 2.5 * factor])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder for kernels, once the fast tier is trusted, and forget that there was a warning."""
    tiers.tier()
    monkeypatch.setattr(cache.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(fingerprint, "_warned", [])
    return tmp_path / "sdfraster"


def kernels(place: Path) -> set[Path]:
    """Return the files of kernels, and what is left of any, but for the file in which processes take turns."""
    return set(place.iterdir()) - {place / FILE}


def kept(place: Path) -> dict[Path, tuple[bytes, int]]:
    """Return these files, with their contents and times of writing."""
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in kernels(place)}


@pytest.mark.compiled
def test_a_kernel_is_compiled_once(place: Path) -> None:
    check()
    first = kept(place)
    assert len(first) == 1
    check()
    check(triple, 3.0)
    assert first.items() < kept(place).items()
    assert len(kept(place)) == 2


@pytest.mark.compiled
@pytest.mark.usefixtures("place")
def test_it_is_told_once_that_kernels_are_compiled() -> None:
    check_told_once(check, lambda: check(triple, 3.0))


@pytest.mark.compiled
def test_no_folder_to_write_to_is_said_once(place: Path) -> None:
    place.write_text("a file, where the folder should be")
    with pytest.warns(sr.CacheWarning, match=r"kept \(.*sdfraster: File exists\).*; set NUMBA_CACHE_DIR to a folder"):
        check()
    check()  # another warning would be an error
    check(triple, 3.0)


@pytest.mark.compiled
def test_the_next_folder_takes_what_the_first_does_not(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place.mkdir()
    (place / "file").write_text("")
    monkeypatch.setattr(cache, "folders", lambda: [place / "file" / "below", place / "second"])
    check()
    (path,) = kernels(place / "second")
    before = path.stat().st_mtime_ns
    check()
    assert path.stat().st_mtime_ns == before


def test_a_user_without_a_home_gets_no_folder_in_the_current_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache.config, "CACHE_DIR", "")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    home = cache.folders()
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert cache.folders() == home[:1]


@pytest.mark.compiled
def test_a_disk_that_gets_full_leaves_nothing_behind(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def write_half(path: Path, data: bytes) -> int:
        write(path, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", write_half)
    with pytest.warns(sr.CacheWarning, match=os.strerror(errno.ENOSPC)):
        check()
    assert kept(place) == {}


def of_another_kernel(path: Path) -> None:
    check(triple, 3.0)
    (other,) = kernels(path.parent) - {path}
    shutil.copy(other, path)


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 16
    path.write_bytes(data)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "without code": lambda path: path.write_bytes(path.read_bytes()[:32]),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "one bit wrong": flipped,
    "noise": lambda path: path.write_bytes(np.random.default_rng(0).bytes(9999)),
    "another pickle": lambda path: path.write_bytes(pickle.dumps({"version": "0.1"})),
    "another kernel": of_another_kernel,
}


@pytest.mark.compiled
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_replaced(damage: str, place: Path) -> None:
    check()
    (path,) = kernels(place)
    DAMAGES[damage](path)
    damaged = path.read_bytes()
    check()
    whole = kept(place)[path]
    assert whole[0] != damaged
    check()
    assert kept(place)[path] == whole, "compiled again"


def test_what_cannot_be_read_back_is_compiled_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache.KernelCache, "dump", staticmethod(lambda result: b"not a pickle"))
    check()
    check()


@pytest.mark.compiled
def test_a_folder_in_place_of_a_file_is_left_alone(place: Path) -> None:
    check()
    (path,) = kernels(place)
    path.unlink()
    path.mkdir()
    with pytest.warns(sr.CacheWarning, match="Is a directory"):
        check()
    assert kernels(place) == {path}


@pytest.mark.compiled
def test_other_versions_have_files_of_their_own(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check()
    before = kept(place)
    monkeypatch.setattr(cache, "MADE_BY", (*cache.MADE_BY[:-1], "1.0.0"))
    check()
    assert before.items() < kept(place).items()


@pytest.mark.compiled
def test_a_file_that_many_write_at_once_is_always_whole(tmp_path: Path) -> None:
    path, key = tmp_path / "kernel.nbc", b"key"
    codes = [bytes([k]) * 50_000 for k in range(4)]
    cache.write(path, cache._checksum(key, codes[0]) + codes[0])

    def write(code: bytes) -> None:
        for _ in range(50):
            cache.write(path, cache._checksum(key, code) + code)

    writers = [threading.Thread(target=write, args=(code,)) for code in codes]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert cache._read(path, key) in codes
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.compiled
def test_the_command_line_says_it_in_one_line(tmp_path: Path) -> None:
    sr.save(sr.Scene(8, 8, sr.Layer("circle", [[4, 4, 3]], [[1, 1, 1]])), tmp_path / "scene.json")
    (tmp_path / "file").write_text("")
    command = [sys.executable, "-m", "sdfraster.cli.main", "render", "scene.json", "-o", "scene.png"]
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "file")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("sdfraster: warning: compiled kernels cannot be kept (")
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "scene.png").exists()
