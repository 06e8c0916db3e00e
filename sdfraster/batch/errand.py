"""What runs on the workers of a cluster.

A worker need not have this package, or not this version, and the scheduler need not either. So what is sent are
functions and a class made within functions, which travel as code (cloudpickle does so), and import nothing by
themselves.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

READY, LACKS, SHARE = "ready", "lacks", "share"  # what workers say, under a topic of the batch
OWN = "sdfraster"


def presence(topic: str, version: str) -> Any:
    """Return a plugin that says of every worker, also of one that comes later, whether it can take pictures.

    It knows whether the batch has ended: then it is taken away.
    """
    from distributed import WorkerPlugin

    class Presence(WorkerPlugin):  # type: ignore[misc]
        def __init__(self) -> None:
            self.topic, self.ended = topic, False

        async def setup(self, worker: Any) -> None:
            """Tell the client whether this worker has the package."""
            import asyncio
            import platform

            fault = await asyncio.to_thread(self.fault)  # imports take a second or two
            said = [LACKS, worker.address, platform.node(), fault] if fault else [READY, worker.address]
            worker.log_event(topic, said)

        def teardown(self, worker: Any) -> None:
            """Let what is being fitted end."""
            self.ended = True

        @staticmethod
        def fault() -> str:
            """Return why no picture can be fitted here, if that is so."""
            try:
                import sdfraster
                import sdfraster.batch.job
            except Exception as error:  # whatever an installation lacks
                return str(error)
            return "" if sdfraster.__version__ == version else f"sdfraster {sdfraster.__version__} is another version"

    return Presence()


def errand() -> Callable[[bytes, int, str, float], bytes]:
    """Return what a worker calls with a job."""

    def call(job: bytes, number: int, name: str, pause: float) -> bytes:
        from sdfraster.batch.errand import run_errand

        return run_errand(job, number, name, pause)

    return call


def run_errand(job: bytes, number: int, name: str, pause: float) -> bytes:
    """Do a job on a worker, with as many threads as that has, and return the outcome.

    Parameters
    ----------
    job : bytes
        The pickled job.
    number : int
        What its client knows it by.
    name : str
        Of the plugin that `presence` made.
    pause : float
        Seconds between two words about how far it is.
    """
    import time

    import numba
    from distributed import get_worker

    from .job import work

    worker: Any = get_worker()
    plugin, told = worker.plugins.get(name), 0.0

    def tell(share: float) -> bool:
        nonlocal told
        now = time.monotonic()
        if plugin is not None and now - told >= pause:
            told = now
            worker.log_event(plugin.topic, [SHARE, number, share])
        return plugin is not None and plugin.ended

    numba.set_num_threads(min(worker.state.nthreads, numba.config.NUMBA_NUM_THREADS))
    return pickle.dumps(work(pickle.loads(job), tell))
