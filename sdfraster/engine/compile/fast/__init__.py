"""The tier *fast*. All that is private to Numba and llvmlite is in this folder; without it, kernels are *plain*."""

from .kernel import parallel, serial, worker_count
from .selfcheck import check

__all__ = ["check", "parallel", "serial", "worker_count"]
