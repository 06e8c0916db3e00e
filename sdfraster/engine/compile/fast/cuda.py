"""The kernels of a GPU on disk. Numba's own cache does not keep them: they call other compiled functions."""

from __future__ import annotations

import pickle
from importlib.metadata import version
from typing import Any

from numba.core.target_extension import target_override

from .cache import KernelCache


def keep(dispatcher: Any, name: str) -> None:
    """Keep what is compiled of a kernel, under a name that says of what it is made."""
    dispatcher._cache = _CudaCache(f"numba-cuda {version('numba-cuda')} {name}")


class _CudaCache(KernelCache):
    """The disk cache of a kernel."""

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Return what was compiled for a signature, or None."""
        with target_override("cuda"):
            return super().load_overload(signature, target_context)

    @staticmethod
    def dump(result: Any) -> bytes:
        """Return what Numba compiled as bytes."""
        from numba.cuda.serialize import dumps

        return dumps(result._reduce_states())

    @staticmethod
    def load(target_context: Any, code: bytes) -> Any:
        """Return what Numba compiled, from those bytes."""
        from numba.cuda.dispatcher import _Kernel

        return _Kernel._rebuild(**pickle.loads(code))
