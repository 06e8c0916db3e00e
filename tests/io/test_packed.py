"""Trees of numbers, arrays and scenes as bytes come back bit for bit, and nothing in them is run."""

from __future__ import annotations

import pickle
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sdfraster as sr
from sdfraster.io.packed import packed, unpacked
from sdfraster.vector import layout_key

from ..strategies import repeatable, scenes

leaves: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just(inf)
)
trees = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@repeatable
@given(trees)
def test_any_tree_comes_back(tree: Any) -> None:
    assert unpacked(packed(tree)) == tree


@repeatable
@given(scenes(), st.sampled_from(["float32", "float64"]))
def test_any_scene_comes_back(scene: sr.Scene, dtype: str) -> None:
    scene = scene.astype(dtype)
    (again,) = unpacked(packed([scene]))
    assert layout_key(again) == layout_key(scene)
    assert [layer.composite for layer in again.layers] == [layer.composite for layer in scene.layers]
    for array, other in zip(again.values, scene.values, strict=True):
        assert array.dtype == other.dtype == dtype
        np.testing.assert_array_equal(array, other)


def test_arrays_of_any_dtype_and_shape_come_back() -> None:
    arrays = [np.float32(2.5), np.arange(6).reshape(2, 3), np.zeros((0, 4)), np.array(True), np.array([1.5], "f4")]
    number, *others = unpacked(packed(arrays))
    assert number == 2.5
    for array, other in zip(others, arrays[1:], strict=True):
        assert (array.dtype, array.shape) == (other.dtype, other.shape)  # type: ignore[union-attr]
        np.testing.assert_array_equal(array, other)


class Trap:
    """What tells if it is made again."""

    sprung = False

    def __reduce__(self) -> Any:
        return setattr, (Trap, "sprung", True)


def test_code_is_not_run() -> None:
    trap = pickle.dumps(Trap())
    objects = packed([np.zeros(len(trap), np.uint8)]).replace(b"|u1", b"|O")[: -len(trap)] + trap
    for data in (objects, trap, b"[" + trap):
        with pytest.raises(ValueError, match=r"."):
            unpacked(data)
    assert not Trap.sprung
