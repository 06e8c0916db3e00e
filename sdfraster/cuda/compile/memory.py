"""Arrays on the device, lists that grow, and what to say when they do not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import cuda

from ...errors import DeviceError
from .kernel import SIMULATED

OUT_OF_MEMORY = 2  # CUDA_ERROR_OUT_OF_MEMORY
LEAST_ROOM = 1 if SIMULATED else 1024  # of a list


def empty(shape: Any, dtype: Any) -> Any:
    """Return a new array on the device.

    Raises
    ------
    DeviceError
        If it does not fit; the message says how many MB were asked for, and what to make smaller.
    """
    shape = (shape,) if isinstance(shape, int) else shape
    shape = tuple(max(1, n) for n in shape)  # the driver knows no arrays without elements
    try:
        return cuda.device_array(shape, dtype)
    except Exception as error:  # numba.cuda.cudadrv.driver.CudaAPIError, or cuda.core's own, by version
        if getattr(error, "code", None) != OUT_OF_MEMORY and "OUT_OF_MEMORY" not in str(error):
            raise
        size = np.dtype(dtype).itemsize * float(np.prod(shape)) / 1e6
        raise DeviceError(
            f"the GPU has no room for another {size:.0f} MB; use a smaller picture (--size, --scale), fewer or smaller "
            'shapes, or device="cpu"'
        ) from None


def on_device(array: Any) -> Any:
    """Return a copy of an array on the device; see `empty`."""
    copy = empty(array.shape, array.dtype)
    if array.size:
        copy.copy_to_device(array)
    return copy


def zeros(shape: Any, dtype: Any) -> Any:
    """Return a new array of zeros on the device; see `empty`."""
    array = empty(shape, dtype)
    array.copy_to_device(np.zeros(array.shape, dtype))
    return array


class List:
    """Arrays of one length, which is found out on the device while it is filled.

    Parameters
    ----------
    slot : int
        Where the device leaves the number of elements there should have been room for.
    room : int
        Length to begin with.
    **columns : tuple
        Of every array, its dtype, and the lengths of its further dimensions.
    """

    def __init__(self, slot: int, room: int, **columns: Any) -> None:
        self.slot, self.room, self._columns = slot, 0, columns
        self.grow(max(room, LEAST_ROOM))

    def grow(self, needed: int) -> bool:
        """Make room for as many elements, and some more, unless there is; return whether there was not."""
        if needed <= self.room:
            return False
        self.room = needed + needed // 4
        for name, (dtype, *rest) in self._columns.items():
            setattr(self, name, None)  # free the old one first
            setattr(self, name, empty((self.room, *rest), dtype))
        return True

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)  # for type checkers: arrays are attributes
