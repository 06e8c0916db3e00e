"""Workers of a Dask cluster, which may be on other machines and come and go.

Dask carries what is said, and knows who is there. Which worker gets which picture is decided here: one picture at a
time each, for the fits of one process would take turns in their kernels, and only those that have said that they have
this version of the package. If a worker goes away while it has a picture, another one gets that. Results are written
here, and a picture has one worker at a time whose answer counts, so nothing is written twice.
"""

from __future__ import annotations

import pickle
import time
import uuid
import warnings
from collections import deque
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from importlib import import_module
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import __version__
from ..errors import DeviceError, missing
from .crew import PAUSE, Crew, Said, Share
from .errand import LACKS, READY, SHARE, errand, presence
from .job import ENDED, Job, Outcome, failed

if TYPE_CHECKING:
    from distributed import Client, Future

PATIENCE = 10.0  # seconds for a scheduler to answer, and for workers to end what they do
ALONE = 60.0  # seconds without a worker before a line says so
LOOK = 1.0  # seconds between two looks at who is there
TRIES = 3  # workers that may go away while they have a picture, before it is given up
WORDS = 20  # about how far pictures are, from all workers, in a second at most


class _Task(NamedTuple):
    """A job that a worker has."""

    job: Job
    worker: str
    tries: int
    future: Future


class Cluster(Crew):
    """Workers that a scheduler knows.

    Parameters
    ----------
    scheduler : str or distributed.Client
        Its address, or a client of it, which stays open.

    Raises
    ------
    ModuleNotFoundError
        If Dask's distributed is not installed.
    """

    def __init__(self, scheduler: str | Client) -> None:
        self._dask, self._distributed = _library("dask"), _library("distributed")
        self._scheduler = scheduler
        self._name = f"sdfraster-{uuid.uuid4().hex}"  # of the plugin, and of its topic
        self._tasks: dict[int, _Task] = {}
        self._again: deque[tuple[Job, int]] = deque()  # whose worker has gone, and how often that has happened
        self._ready: set[str] = set()  # addresses of workers that can take pictures
        self._heard: SimpleQueue[list[Any]] = SimpleQueue()  # what workers say, or the number of a task that has ended
        self._count, self._looked = 0, 0.0
        self._since: float | None = time.monotonic()  # when there was a worker; None once a line says that none is

    def __enter__(self) -> Cluster:
        self._client = self._connected()
        try:
            self._listen()
            self._client.register_plugin(presence(self._name, __version__), name=self._name)
        except Exception as error:  # of one of the workers, which may just have gone away; the others have been asked
            warnings.warn(f"{self._address}: not all workers can be asked ({_reason(error)})", stacklevel=2)
        return self

    def __exit__(self, *error: Any) -> None:
        with suppress(Exception):  # it may have gone away
            self._client.unsubscribe_topic(self._name)
            self._client.cancel([task.future for task in self._tasks.values()])
            self._client.unregister_worker_plugin(self._name)
        self._tasks.clear()
        self._again.clear()
        self._leave()

    def _listen(self) -> None:
        """Hear from now on what workers say: the scheduler may answer other calls before it knows who listens."""
        self._client.subscribe_topic(self._name, lambda event: self._heard.put(event[1]))
        last = time.monotonic() + PATIENCE
        while self._heard.empty() and time.monotonic() < last:
            self._client.log_event(self._name, [])
            time.sleep(PAUSE)

    def _connected(self) -> Client:
        """Return a client of the scheduler.

        Raises
        ------
        DeviceError
            If it does not answer.
        """
        if isinstance(self._scheduler, self._distributed.Client):
            return self._scheduler
        try:
            return self._distributed.Client(self._scheduler, timeout=PATIENCE, set_as_default=False)
        except Exception as error:  # of addresses, of the network, of what else listens there
            raise DeviceError(f"{self._scheduler}: no scheduler answers there ({_reason(error)})") from None

    def _leave(self) -> None:
        """Close the client, if it is ours."""
        if self._client is not self._scheduler:
            with suppress(Exception):
                self._client.close(timeout=PATIENCE)

    @property
    def _address(self) -> str:
        return str(getattr(self._client.scheduler, "address", self._scheduler))

    @property
    def busy(self) -> bool:
        """Whether there are jobs that are not done."""
        return bool(self._tasks or self._again)

    @property
    def free(self) -> bool:
        """Whether there is a worker without a picture."""
        return not self._again and bool(self._idle)

    @property
    def _idle(self) -> set[str]:
        return self._ready - {task.worker for task in self._tasks.values()}

    def start(self, job: Job) -> None:
        """Send a job to a worker."""
        self._send(job, 0)

    def _send(self, job: Job, tries: int) -> None:
        """Send a job to a worker that has none."""
        worker, number = self._idle.pop(), self._count
        self._count += 1
        pause = max(1.0, len(self._ready) / WORDS)
        with self._dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"}):
            future = self._client.submit(
                errand(),
                pickle.dumps(job),
                number,
                self._name,
                pause,
                key=f"{self._name}-{number}",
                workers=[worker],
                pure=False,
            )
        self._tasks[number] = _Task(job, worker, tries, future)
        future.add_done_callback(lambda _: self._heard.put([number]))

    def heard(self) -> Iterator[Said]:
        """Yield what workers say, after a moment at most; what has lost its worker is sent to another one."""
        yield from self._look()
        wait = PAUSE
        while True:
            try:
                said = self._heard.get(timeout=wait)
            except Empty:
                break
            wait = 0.0
            yield from self._understood(said)
        while self._again and self._idle:
            self._send(*self._again.popleft())

    def end(self) -> Iterator[Outcome]:
        """Have all that is being done given up, and yield what becomes of it: it may have been done just now."""
        self._ready.clear()
        yield from (Outcome(job.picture, ENDED) for job, _ in self._again)
        self._again.clear()
        if not self._tasks:
            return
        self._client.unregister_worker_plugin(self._name)
        last = time.monotonic() + PATIENCE
        while self._tasks and time.monotonic() < last:
            yield from (said for said in self.heard() if isinstance(said, Outcome))

    def _look(self) -> Iterator[Outcome]:
        """Look who is there, and take pictures back from those who have gone away; yield what is given up.

        Raises
        ------
        DeviceError
            If the scheduler has gone away.
        """
        now = time.monotonic()
        if now - self._looked < LOOK:
            return
        self._looked = now
        try:
            there = set(self._client.nthreads())
        except Exception as error:
            raise self._gone(error) from None
        self._ready &= there
        if self._ready or self._tasks:
            self._since = now
        elif self._since is not None and now - self._since > ALONE:
            self._since = None
            warnings.warn(f"{self._address}: none of its {len(there)} workers can take pictures; waiting", stacklevel=2)
        for number, task in list(self._tasks.items()):
            if task.worker in there:
                continue
            del self._tasks[number]
            task.future.cancel()
            if task.tries + 1 < TRIES:
                self._again.append((task.job, task.tries + 1))
            else:
                lost = f"{TRIES} workers went away while they had it, perhaps for lack of memory"
                yield failed(task.job.picture, lost)

    def _gone(self, error: Exception) -> DeviceError:
        done = "what is done is kept, and need not be done again"
        return DeviceError(f"{self._address}: the scheduler has gone away ({_reason(error)}); {done}")

    def _understood(self, said: list[Any]) -> Iterator[Said]:
        """Yield what something that was heard means for the caller."""
        match said:
            case [int(number)]:
                task = self._tasks.get(number)
                outcome = task and self._outcome(task)
                if outcome is not None:
                    del self._tasks[number]
                    yield outcome
            case [str(what), int(number), float(share)] if what == SHARE and number in self._tasks:
                yield Share(self._tasks[number].job.picture, share)
            case [str(what), str(worker)] if what == READY:
                self._ready.add(worker)
            case [str(what), str(worker), str(node), str(why)] if what == LACKS:
                self._ready.discard(worker)
                install = f"install sdfraster {__version__} there, and start it again"
                warnings.warn(f"worker {worker} on {node} gets no pictures: {why}; {install}", stacklevel=2)

    def _outcome(self, task: _Task) -> Outcome | None:
        """Return what became of a job whose task has ended; None if its worker has gone away with the answer.

        Raises
        ------
        DeviceError
            If the scheduler has gone away.
        """
        try:
            outcome: Outcome = pickle.loads(task.future.result(timeout=PATIENCE))
        except TimeoutError:
            return None
        except CancelledError as error:
            raise self._gone(error) from None
        except Exception as error:  # what is wrong with a worker
            return failed(task.job.picture, f"{task.worker}: {type(error).__name__}: {error}")
        return outcome


class LocalCluster(Cluster):
    """Workers on this machine, made for a batch.

    Parameters
    ----------
    workers : int
        How many.
    threads : int
        Threads of each.
    """

    def __init__(self, workers: int, threads: int) -> None:
        super().__init__("local")
        self._size = workers, threads

    def _connected(self) -> Client:
        workers, threads = self._size
        try:
            self._cluster = self._distributed.LocalCluster(
                n_workers=workers, threads_per_worker=threads, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL"
            )
        except Exception as error:  # of the system, or of a script that starts processes as it is imported
            raise DeviceError(f"no cluster can be made here ({_reason(error)})") from None
        return self._distributed.Client(self._cluster, set_as_default=False)

    def _leave(self) -> None:
        super()._leave()
        self._cluster.close()


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise missing("a scheduler", "Dask's distributed", "dask", error, ("dask", "distributed")) from None
