"""Launches that are the same in every step, recorded once as a CUDA graph.

A step is some twenty kernels of a few microseconds each, and to launch one from Python takes 20 us or more. Launched as
one graph they follow each other within a microsecond. So all that changes from step to step, such as the filter radius,
lies in memory of the device and is no argument.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

from numba import cuda

from .kernel import SIMULATED, launching


class Replay:
    """Does work again and again, if it consists of launches of kernels only, with the same arguments.

    The first time it is done as it is, because kernels may have to be compiled or loaded, and memory to be found. The
    second time it is recorded.
    """

    def __init__(self) -> None:
        self._graphs: dict[Hashable, _Graph | None] = {}

    def clear(self) -> None:
        """Forget all that was recorded, because arrays are others now."""
        self._graphs.clear()

    def __call__(self, key: Hashable, work: Callable[[], None]) -> None:
        """Do work that goes by the name `key`."""
        if SIMULATED:
            work()
        elif key not in self._graphs:
            work()
            self._graphs[key] = None
        else:
            graph = self._graphs[key]
            if graph is None:
                graph = self._graphs[key] = _Graph(work)
            graph.launch()


@cache
def _stream() -> Any:
    """Return the stream of all graphs. It and the default stream, on which all else is done, wait for each other."""
    return cuda.stream()


class _Graph:
    """Recorded launches."""

    def __init__(self, work: Callable[[], None]) -> None:
        from cuda.bindings import driver

        stream = _stream()
        self._handle = driver.CUstream(int(stream.handle))
        with cuda.defer_cleanup():  # no memory is freed while launches are recorded
            check(driver.cuStreamBeginCapture(self._handle, driver.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED))
            launching.stream = stream
            try:
                work()
            finally:
                launching.stream = 0
                recorded = check(driver.cuStreamEndCapture(self._handle))
        self._graph = check(driver.cuGraphInstantiate(recorded, 0))
        check(driver.cuGraphDestroy(recorded))
        self._launch = driver.cuGraphLaunch
        weakref.finalize(self, driver.cuGraphExecDestroy, self._graph)

    def launch(self) -> None:
        """Start the kernels."""
        check(self._launch(self._graph, self._handle))


def check(answer: tuple[Any, ...]) -> Any:
    """Return what a function of the driver gave besides its status.

    Raises
    ------
    RuntimeError
        If the status is not that of success.
    """
    status, *values = answer
    if int(status) != 0:
        raise RuntimeError(f"the CUDA driver reports {status.name}")
    return values[0] if values else None
