"""The arguments of a kernel, packed in memory.

Every number has a slot of 8 bytes. First comes the number of workers, then the arguments that are numbers, then for
every array what Numba wants to know of it. Most arrays are the same in every call, and are written only once.
"""

from __future__ import annotations

import ctypes
import struct
import weakref
from typing import Any

import numba
import numpy as np
from numba import types

_array_types: dict[tuple[Any, ...], Any] = {}


class Pack:
    """Memory for a number of workers and the arguments of a kernel.

    Parameters
    ----------
    signature : numba.types.Tuple
        Types of the arguments.

    Attributes
    ----------
    address : int
        Of the memory.
    """

    def __init__(self, signature: Any) -> None:
        flat = members(signature)
        is_array = [isinstance(item, types.Array) for item in flat]
        self._number_at = [k for k, array in enumerate(is_array) if not array]
        self._number_types = [flat[k] for k in self._number_at]
        self._classes: list[Any] = []
        self._format = struct.Struct("q" + "".join(map(_slot, self._number_types)))
        self._array_at = [k for k, array in enumerate(is_array) if array]
        self._array_types = [flat[k] for k in self._array_at]
        self._seen: list[Any] = [_nothing] * len(self._array_at)
        lengths = list(map(_length, self._array_types))
        self._start = np.cumsum([1 + len(self._number_at), *lengths]).tolist()
        self._memory = (ctypes.c_int64 * self._start[-1])()
        self.address = ctypes.addressof(self._memory)

    def take(self, workers: int, values: list[Any]) -> bool:
        """Write the members of the arguments, and return whether they have the types this is for."""
        numbers = [values[k] for k in self._number_at]
        classes = list(map(type, numbers))
        if classes != self._classes:
            if list(map(numba.typeof, numbers)) != self._number_types:
                return False
            self._classes = classes
        self._format.pack_into(self._memory, 0, workers, *numbers)
        arrays = [values[k] for k in self._array_at]
        for k, (seen, array) in enumerate(zip(self._seen, arrays, strict=True)):
            if seen() is not array:
                if array_type(array) != self._array_types[k]:
                    return False
                about = 0, 0, array.size, array.itemsize, array.ctypes.data, *array.shape, *array.strides
                self._memory[self._start[k] : self._start[k + 1]] = about
                self._seen[k] = weakref.ref(array)
        return True


def array_type(array: Any) -> Any:
    """Return what Numba calls the type of an array.

    Numba takes 17 us to say so, which is a millisecond for the arrays of a new plan; here it is asked once for each.
    """
    flags = array.flags
    key = array.dtype, array.ndim, flags.c_contiguous, flags.f_contiguous, flags.aligned, flags.writeable
    found = _array_types.get(key)
    if found is None:
        found = _array_types[key] = numba.typeof(array)
    return found


def members(values: Any) -> list[Any]:
    """Return the members of nested tuples, or of types of nested tuples."""
    flat: list[Any] = []
    for value in values:
        if isinstance(value, (tuple, types.BaseTuple)):
            flat += members(value)
        else:
            flat.append(value)
    return flat


def slots(arguments: Any) -> list[int]:
    """Return in which slots of a pack the numbers are that Numba passes for arguments of some types."""
    flat = members(arguments)
    number, array = 1, 1 + sum(not isinstance(item, types.Array) for item in flat)
    places: list[int] = []
    for item in flat:
        if isinstance(item, types.Array):
            places += range(array, array + _length(item))
            array += _length(item)
        else:
            places.append(number)
            number += 1
    return places


def _length(item: Any) -> int:
    """Return how many numbers Numba passes for an argument.

    Those of an array are allocation, parent, size, size of an element, address, shape and strides.
    """
    return 5 + 2 * item.ndim if isinstance(item, types.Array) else 1


def _slot(item: Any) -> str:
    """Return the format, for the `struct` module, of a slot with a number of a type."""
    dtype = np.dtype(bool if item == types.boolean else item.name)
    return f"{dtype.char}{8 - dtype.itemsize}x"


def _nothing() -> None:
    """Stand for the reference of an array that is not there yet."""
