"""Processes that do one job after the other.

`concurrent.futures` gives up all jobs if one process dies, which a single picture may cause by running out of memory.
Here it costs that picture only. A process is started anew (``spawn``), because threads do not survive a fork.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from ..errors import DeviceError
from .crew import PAUSE, Crew, Said, Share
from .job import Job, Outcome, Tell, failed

READY = "ready"  # what a process says first: before, sending it a picture would wait for it
GUARD = "processes cannot be started; a script that starts some needs `if __name__ == '__main__':`, for they import it"
TELL = 0.1  # seconds between two words of a process about how far it is
PATIENCE = 5.0  # seconds for processes to end what they do
THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Pool(Crew):
    """Processes that share the jobs of a batch.

    Parameters
    ----------
    work : callable
        ``work(job, tell)`` does a job and returns its `Outcome`; a function of a module.
    processes : int
        How many at most.
    threads : int
        Threads of each.
    """

    def __init__(self, work: Callable[[Job, Tell], Outcome], processes: int, threads: int) -> None:
        self._work, self._processes, self._threads = work, processes, threads
        self._busy: dict[Connection, tuple[Any, Job]] = {}
        self._idle: list[tuple[Connection, Any]] = []
        self._proven = False  # whether any process has come to life

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *error: Any) -> None:
        processes = [*self._idle, *((end, process) for end, (process, _) in self._busy.items())]
        for end, _ in processes:
            with suppress(OSError):
                end.send(None)
        last = time.monotonic() + PATIENCE
        for end, process in processes:
            process.join(max(0.0, last - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
            end.close()
        self._idle, self._busy = [], {}

    @property
    def busy(self) -> bool:
        """Whether a process has a job."""
        return bool(self._busy)

    @property
    def free(self) -> bool:
        """Whether there is a process without a job, or may be another one."""
        return len(self._busy) < self._processes

    def start(self, job: Job) -> None:
        """Give a job to a process."""
        while self._idle:
            end, process = self._idle.pop()
            try:
                end.send(job)
            except OSError:  # it has ended between two jobs
                end.close()
                process.join()
            else:
                self._busy[end] = process, job
                return
        end, process = self._new()
        self._busy[end] = process, job  # which it gets when it is ready

    def heard(self) -> Iterator[Said]:
        """Yield what processes say, after a moment at most."""
        for end in self._ready():
            said = self._said(end)
            if said is not None:
                yield said

    def end(self) -> Iterator[Outcome]:
        """Have all that is being done given up, and yield what becomes of it: it may have been done just now."""
        for end in self._busy:
            with suppress(OSError):
                end.send(None)
        last = time.monotonic() + PATIENCE
        while self._busy and time.monotonic() < last:
            yield from (said for said in self.heard() if isinstance(said, Outcome))

    def _new(self) -> tuple[Connection, Any]:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._work), daemon=True)
        with _environment(dict.fromkeys(THREADS, str(self._threads))):
            process.start()
        theirs.close()
        return ours, process

    def _ready(self) -> list[Connection]:
        """Return the pipes of processes that have something to say, after a moment at most."""
        ready = wait(list(self._busy), PAUSE)
        return [end for end in self._busy if end in ready]

    def _said(self, end: Connection) -> Said | None:
        """Return what a process says of its job; one that has ended says so by the end of its pipe."""
        process, job = self._busy[end]
        try:
            said = end.recv()
            if said == READY:
                self._proven = True
                end.send(job)
                return None
        except (EOFError, OSError):
            process.join()
            end.close()
            del self._busy[end]
            if not self._proven:
                raise DeviceError(GUARD) from None
            return failed(job.picture, _last_words(process.exitcode))
        if isinstance(said, Outcome):
            del self._busy[end]
            self._idle.append((end, process))
            return said
        return Share(job.picture, said)


def _last_words(code: int | None) -> str:
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        hint = ", perhaps for lack of memory" if name == "SIGKILL" else ""
        return f"its process was ended by {name}{hint}"
    return f"its process ended with status {code}"


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables of the environment, which new processes inherit, for a moment."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(end: Connection, work: Callable[[Job, Tell], Outcome]) -> None:
    """Do the jobs that come, until None comes, or nobody is there any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process tells it when to end
    told = 0.0

    def tell(share: float) -> bool:
        nonlocal told
        now = time.monotonic()
        if now - told >= TELL:
            told = now
            end.send(share)
        return end.poll()

    with suppress(EOFError, OSError):
        end.send(READY)
        while (job := end.recv()) is not None:
            end.send(work(job, tell))
