"""New memory: zeros of any shape, that belong to nobody else, in large pages where there are some."""

from __future__ import annotations

import mmap
import sys

import numpy as np
import pytest

from sdfraster.engine.memory import LINE, PAGE, WORTH, zeros, zeros_together
from sdfraster.prepared.cache import held_bytes

WANTED = [((3, 5), np.float32), ((0, 4), np.float64), ((7,), np.uint8), ((), np.int32), ((WORTH // 4, 4), np.float64)]


@pytest.mark.parametrize("count", [4, 5], ids=["small", "large"])
def test_arrays_are_zeros_of_their_own(count: int) -> None:
    arrays = zeros_together(*WANTED[:count])
    for number, (array, (shape, dtype)) in enumerate(zip(arrays, WANTED, strict=False), 1):
        assert array.shape == shape
        assert array.dtype == dtype
        assert array.flags.c_contiguous
        assert array.flags.aligned
        assert array.flags.writeable
        assert not array.any()
        array[...] = number
    for number, array in enumerate(arrays, 1):
        assert (array == number).all()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere memory is NumPy's")
def test_what_is_large_has_pages_of_its_own() -> None:
    first, second = zeros_together(((WORTH // 4 + 1,), np.float32), ((WORTH // 2,), np.uint8))
    assert first.ctypes.data % mmap.PAGESIZE == 0
    assert second.ctypes.data % LINE == 0
    assert held_bytes([first, second]) == PAGE  # one block, of which the caches know
    assert zeros((WORTH - LINE,), np.uint8).base is None


@pytest.mark.parametrize("missing", ["MADV_HUGEPAGE", "memory"])
def test_systems_without_large_pages_have_the_same_arrays(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **named: object) -> None:
        raise OSError

    if missing == "memory":
        monkeypatch.setattr(mmap, "mmap", refuse)
    else:
        monkeypatch.delattr(mmap, missing, raising=False)
    array = zeros((WORTH,), np.int32)
    assert array.base is None
    assert array.shape == (WORTH,)
    assert not array.any()
