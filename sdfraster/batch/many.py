"""Many pictures: fits as they are done, by processes of this machine or by workers of a cluster."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..arguments import check_whole
from ..fitting import FitOptions
from ..io.atomic import DiskFullError
from ..io.formats import FORMATS, suffix_of
from ..pictures.arrays import PictureLike
from .crew import Crew, Said
from .job import Job, Outcome, failed, stored, work
from .names import Taken
from .names import pictures as found
from .pool import Pool
from .watch import missing
from .wish import Output, Wish

if TYPE_CHECKING:
    from distributed import Client

LOCAL = "local"  # the scheduler of a cluster that is made here for the batch
ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://[^\s/]+:\d+/?")  # of a scheduler, as Dask has them


def fit_many(
    pictures: str | os.PathLike[str] | Iterable[PictureLike] | Mapping[str, PictureLike],
    options: FitOptions | None = None,
    *,
    outputs: str | Iterable[str] = (),
    skip_existing: bool = False,
    checkpoint: str | None = None,
    resume: bool = False,
    scheduler: str | Client | None = None,
    workers: int | None = None,
    **changes: Any,
) -> Generator[Outcome, None, None]:
    """Fit many pictures, and yield what becomes of each as soon as it is known.

    Each has a process of its own, as many at once as there are cores, or a worker of a cluster. One that fails does not
    end the others. Closing the iterator gives up what is being fitted. A script that calls this needs
    ``if __name__ == "__main__":``, for processes import it.

    Parameters
    ----------
    pictures : path, or iterable or mapping of pictures
        A folder or a pattern such as ``"photos/*.jpg"``; or pictures as `fit` takes them, perhaps by what they are
        called. They are read when it is their turn.
    options : FitOptions, optional
        Options of every fit.
    outputs : str or iterable of str
        Names of files, with ``{stem}``, ``{name}`` or ``{parent}`` of the picture, such as ``"out/{stem}.svg"``. They
        are written here, each completely or not at all; workers need no disk.
    skip_existing : bool
        Whether pictures are left out whose files are all there.
    checkpoint : str, optional
        Name of the files that get where each fit is, as for `fit`, such as ``"ck/{stem}.ckpt"``. Not with a scheduler,
        whose workers need no disk.
    resume : bool
        Whether each picture whose checkpoint is there goes on from it; the others begin. The options of those that go
        on must be the same as before, but ``iterations``, ``count`` and ``polish`` may be larger.
    scheduler : str, distributed.Client or None
        None for processes of this machine. The address of a Dask scheduler, such as ``"tcp://10.0.0.7:8786"``, or a
        client of one; ``"local"`` makes a cluster here. Needs the extra ``dask``.
    workers : int, optional
        How many processes, or workers of a cluster that is made here; by default one for each core.
    **changes
        Options by name, e.g. ``kind="triangle", count=100``.

    Yields
    ------
    Outcome
        With ``picture``, ``status``, ``error`` and ``figures``, and the names of the ``files``, or without outputs the
        `FitResult` as ``result``. That holds two pictures of floats, 3 MB for 451 x 300 pixels.

    Raises
    ------
    ValueError
        If an argument is not valid, or two pictures would have one file.
    DataError
        If there are no pictures, the disk is full, or a mask cannot be read.
    DeviceError
        If no scheduler answers within ten seconds, or it goes away.
    ModuleNotFoundError
        If Dask is needed and not installed.
    """
    chosen = replace(options or FitOptions(), **changes)
    patterns = (outputs,) if isinstance(outputs, str) else tuple(outputs)
    if resume and checkpoint is None:
        raise ValueError("resume needs checkpoint, the name of the files to go on from")
    taken = Taken(patterns, checkpoint)
    for pattern in patterns:
        if suffix_of(pattern) not in FORMATS:
            raise ValueError(f"{pattern}: unknown suffix; the known ones are {', '.join(FORMATS)}")
    if workers is not None:
        check_whole("workers", workers, 1)
    wish, named = Wish(chosen).loaded(), _named(pictures)
    count = len(named) if isinstance(named, list) else None
    if isinstance(named, list):  # else it is found out as they come
        for name, _ in named:
            taken.outputs(name)

    def job(name: str, source: PictureLike) -> Job | Outcome:
        try:
            paths = taken.outputs(name)
        except ValueError as error:
            return failed(name, str(error))
        files = tuple(Output(Path(path), suffix_of(path).lstrip(".")) for path in paths)
        return Job(name, source, files, wish, checkpoint=taken.checkpoint(name), resume=resume)

    jobs: Iterator[Job | Outcome | None] = (job(name, source) for name, source in named)
    if skip_existing:
        jobs = missing(jobs)
    crew = hired(scheduler, workers, count, chosen.device, checkpoint is not None)
    return _outcomes(carried_out(jobs, crew))


def _outcomes(said: Generator[Said, None, None]) -> Generator[Outcome, None, None]:
    with closing(said):
        yield from (each for each in said if isinstance(each, Outcome))


def _named(
    pictures: str | os.PathLike[str] | Iterable[PictureLike] | Mapping[str, PictureLike],
) -> Iterable[tuple[str, PictureLike]]:
    """Return pictures with what they are called: a list, if it is known how many there are."""
    if isinstance(pictures, (str, os.PathLike)):
        return [(name, name) for name in found([os.fspath(pictures)])]
    if isinstance(pictures, Mapping):
        return list(pictures.items())
    if not isinstance(pictures, Iterable):
        raise ValueError(f"pictures must be a folder, a pattern or pictures, not {type(pictures).__name__}")
    named = ((_name(picture, number), picture) for number, picture in enumerate(pictures))
    return list(named) if isinstance(pictures, Sequence) else named


def _name(picture: PictureLike, number: int) -> str:
    return os.fspath(picture) if isinstance(picture, (str, os.PathLike)) else f"picture {number}"


def carried_out(
    jobs: Iterable[Job | Outcome | None], crew: Crew, ended: Callable[[], bool] = lambda: False
) -> Generator[Said, None, None]:
    """Have jobs done and write their files; yield how far they are and what becomes of them, as it becomes known.

    Parameters
    ----------
    jobs : iterable of Job, Outcome or None
        As `Crew.run` takes them.
    crew : Crew
        Who does them.
    ended : callable
        Asked now and then whether to give up what is being done.

    Raises
    ------
    NoSpaceError
        If there is no space left for a file.
    """
    with crew:
        for said in crew.run(iter(jobs)):
            if said is not None:
                yield _kept(said)
            if ended():
                break
        for said in crew.end():
            yield _kept(said)


class NoSpaceError(DiskFullError):
    """There is no space left for the results of a batch; `outcome` is that of the picture for which there was none."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"{outcome.error}; what is done is kept, and need not be done again")
        self.outcome = outcome


def _kept(said: Said) -> Said:
    if not isinstance(said, Outcome):
        return said
    try:
        return stored(said)
    except DiskFullError as error:
        raise NoSpaceError(failed(said.picture, str(error))) from None


def hired(
    scheduler: str | Client | None, workers: int | None, count: int | None, device: str, keeps: bool = False
) -> Crew:
    """Return who does a batch of so many pictures, if their number is known, and whether they keep checkpoints.

    Raises
    ------
    ValueError
        If the address is none, or a scheduler is to have another number of workers, or these would keep checkpoints.
    """
    if keeps and scheduler is not None:
        raise ValueError("checkpoints are for processes of this machine; workers of a scheduler share no disk with it")
    if isinstance(scheduler, str) and scheduler != LOCAL and not ADDRESS.fullmatch(scheduler):
        raise ValueError(f"scheduler must be an address such as tcp://10.0.0.7:8786, or {LOCAL}, not {scheduler!r}")
    if workers is not None and scheduler not in (None, LOCAL):
        raise ValueError(f"workers is for those of this machine; {scheduler} has its own")
    processes, threads = _divided(workers, count, device)
    if scheduler is None:
        return Pool(work, processes, threads)
    from .cluster import Cluster, LocalCluster

    return LocalCluster(processes, threads) if scheduler == LOCAL else Cluster(scheduler)


def _divided(workers: int | None, count: int | None, device: str) -> tuple[int, int]:
    """Return how many processes there are, and how many threads each has.

    A thread for each picture is fastest, see docs/batch.md; if there are fewer pictures than cores, they share these.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    processes = workers or (cores if device == "cpu" else 1)
    if count is not None:
        processes = min(processes, max(count, 1))
    return processes, max(1, cores // processes)
