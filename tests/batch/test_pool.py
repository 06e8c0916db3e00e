"""Processes that share jobs, with work that takes no time."""

from __future__ import annotations

import gc
import os
import signal
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from sdfraster.batch.crew import Share
from sdfraster.batch.job import DONE, FAILED, Job, Outcome, Tell
from sdfraster.batch.pool import Pool


def named(*names: str) -> Iterator[Any]:
    return (Job(name, [[0.0]], (), None) for name in names)  # type: ignore[arg-type]


def outcomes(pool: Pool, jobs: Iterator[Any]) -> dict[str, Outcome]:
    return {said.picture: said for said in pool.run(jobs) if isinstance(said, Outcome)}


def play(job: Job, tell: Tell) -> Outcome:
    """Do what the name of a picture says."""
    if job.picture == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if job.picture == "exits":
        os._exit(3)
    if job.picture == "endless":
        while not tell(0.25):
            time.sleep(0.02)
        return Outcome(job.picture, "ended")
    figures = {"pid": os.getpid(), "threads": os.environ["NUMBA_NUM_THREADS"]}
    return Outcome(job.picture, DONE, figures=figures)


@pytest.mark.compiled
def test_a_process_that_dies_costs_its_picture_only() -> None:
    known = Outcome("known", FAILED, error="before")
    with Pool(play, processes=2, threads=3) as pool:

        def jobs() -> Iterator[Any]:
            yield from named("a", "killed", "b")
            yield None  # nothing for a moment
            yield known
            yield from named("exits", "c", "d")

        found = outcomes(pool, jobs())
    assert {name: each.status for name, each in found.items()} == {
        **dict.fromkeys("abcd", DONE),
        **dict.fromkeys(("killed", "exits", "known"), FAILED),
    }
    assert found["killed"].error == "its process was ended by SIGKILL, perhaps for lack of memory"
    assert found["exits"].error == "its process ended with status 3"
    assert found["known"] is known
    figures = [found[name].figures or {} for name in "abcd"]
    assert all(each["threads"] == "3" for each in figures)
    assert len({each["pid"] for each in figures}) <= 4  # they serve more than one picture
    assert "NUMBA_NUM_THREADS" not in os.environ or os.environ["NUMBA_NUM_THREADS"] != "3"


@pytest.mark.compiled
def test_processes_give_up_when_they_are_left() -> None:
    with Pool(play, processes=1, threads=1) as pool:
        for said in pool.run(named("endless")):
            if isinstance(said, Share):
                assert said == ("endless", 0.25)
                break
        (process, _), *_ = pool._busy.values()
        start = time.monotonic()
    assert time.monotonic() - start < 4.0  # it was not killed after its time
    assert process.exitcode == 0


@pytest.mark.compiled
def test_memory_does_not_grow_with_the_number_of_pictures() -> None:
    with Pool(play, processes=1, threads=1) as pool:
        held = []
        for count in (10, 10, 2000):  # once to warm up
            tracemalloc.start()
            for said in pool.run(Job(f"{k}.jpg", [[0.0]], (), None) for k in range(count)):  # type: ignore[arg-type]
                assert said is None or isinstance(said, (Outcome, Share))
                if isinstance(said, Outcome) and said.picture == f"{count - 1}.jpg":
                    gc.collect()
                    held.append(tracemalloc.get_traced_memory()[0])
            tracemalloc.stop()
    assert held[2] < held[1] + 50_000
