"""Who does the jobs of a batch: processes here, or workers elsewhere. What they have in common is the order of things.

Jobs are taken one by one, as there is somebody to do them. So pictures are read when it is their turn, and memory does
not grow with their number.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import DataError
from .job import Job, Outcome, failed

PAUSE = 0.2  # seconds after which jobs that were not there are asked for again, and signals are looked at


class Share(NamedTuple):
    """How far a picture is."""

    picture: str
    share: float


Said = Outcome | Share


class Crew(ABC):
    """Whoever does jobs; to be used in a ``with`` statement, which ends what they do."""

    @abstractmethod
    def __enter__(self) -> Crew: ...

    @abstractmethod
    def __exit__(self, *error: Any) -> None: ...

    def run(self, jobs: Iterator[Job | Outcome | None]) -> Iterator[Said | None]:
        """Do all jobs, as many at once as there is somebody for; yield what becomes of them, as it becomes known.

        An outcome among the jobs is known already. None stands for jobs that are not there yet, which are asked for
        again later. None is yielded now and then, so that the caller can look at other things.
        """
        more = True
        while more or self.busy:
            while more and self.free:
                try:
                    job = next(jobs)
                except StopIteration:
                    more = False
                    break
                if job is None:
                    break
                if isinstance(job, Outcome):
                    yield job
                    continue
                try:
                    self.start(job.loaded())
                except DataError as error:
                    yield failed(job.picture, str(error))
            yield None
            if more and not self.busy:
                time.sleep(PAUSE)
            yield from self.heard()

    @property
    @abstractmethod
    def busy(self) -> bool:
        """Whether there are jobs that are not done."""

    @property
    @abstractmethod
    def free(self) -> bool:
        """Whether there is somebody for another job."""

    @abstractmethod
    def start(self, job: Job) -> None:
        """Have a job done, whose picture is loaded."""

    @abstractmethod
    def heard(self) -> Iterator[Said]:
        """Yield what is said of the jobs, after a moment at most."""

    @abstractmethod
    def end(self) -> Iterator[Outcome]:
        """Have all that is being done given up, and yield what becomes of it: it may have been done just now."""
