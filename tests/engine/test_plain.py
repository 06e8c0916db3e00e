"""What the plain tier keeps on disk, and what it does where it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

import sdfraster as sr
from sdfraster.engine.compile import fingerprint, plain

from .telling import check_told_once

pytestmark = pytest.mark.compiled


CUT = b"cut"  # stands for what is there without its end


def double(array):
    for i in range(len(array)):
        array[i] = 2.0 * array[i]


def triple(array):
    for i in range(len(array)):
        array[i] = 3.0 * array[i]


def check(function: Any = double, factor: float = 2.0, dtype: type = np.float64) -> None:
    """Compile a function, as a new process would, or take it from the disk, and see what it computes."""
    array = np.array([1.0, 2.5], dtype)
    plain.serial(function, array.dtype, "test")(array)
    np.testing.assert_array_equal(array, np.array([factor, 2.5 * factor], dtype))


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder for kernels, and forget that there was a warning."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(fingerprint, "_warned", [])
    return tmp_path / "cache"


def kept(place: Path) -> dict[Path, tuple[bytes, int]]:
    """Return all files, with their contents and times of writing."""
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in place.rglob("*.nb?")}


def test_a_kernel_is_compiled_once(place: Path) -> None:
    check()
    first = kept(place)
    assert len(first) == 2  # an index and its one function
    check()
    assert kept(place) == first
    check(triple, 3.0)
    check(dtype=np.float32)
    assert len(kept(place)) == 6
    assert first.items() < kept(place).items()


def test_it_is_told_once_that_kernels_are_compiled() -> None:
    check_told_once(check, lambda: check(triple, 3.0))


def test_kernels_depend_on_all_sources(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check()
    monkeypatch.setattr(plain, "fingerprint", lambda: "of other sources")
    check()
    assert len(kept(place)) == 4


def test_no_folder_to_write_to_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    njit = numba.njit

    def refuse(*arguments: Any, **options: Any) -> Any:
        if options.pop("cache", False):
            raise RuntimeError("no locator available")  # as Numba does
        return njit(*arguments, **options)

    monkeypatch.setattr(numba, "njit", refuse)
    with pytest.warns(sr.CacheWarning, match=r"kept \(no locator available\).*; set NUMBA_CACHE_DIR to a folder"):
        check()
    check()  # another warning would be an error
    check(triple, 3.0)


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize("data", [b"", b"\x80\x04no pickle", CUT], ids=["empty", "noise", "cut"])
def test_damaged_files_are_replaced(data: bytes, suffix: str, place: Path) -> None:
    """Without a word: the next process finds whole ones."""
    check()
    (path,) = place.rglob(f"*{suffix}")
    path.write_bytes(path.read_bytes()[:-7] if data is CUT else data)
    check()
    whole = kept(place)
    check()
    assert kept(place) == whole
    assert len(whole) == 2
