"""Batches on a Dask cluster: a real scheduler, and workers as processes, some of which are killed.

Neither the scheduler nor one of the workers has the package: they run in an environment that lacks it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from sdfraster.cli.main import main

import sdfraster as sr
from sdfraster.batch import cluster, job
from sdfraster.batch.cluster import TRIES, Cluster
from sdfraster.batch.job import DONE, ENDED, FAILED, Job, Outcome
from sdfraster.batch.many import carried_out
from sdfraster.batch.wish import Output, Wish

distributed: Any = pytest.importorskip("distributed", reason="Dask's distributed is not installed (extra dask)")

ENVIRONMENT = {**os.environ, "SDFRASTER_JIT": "off", "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error"}
LONG: dict[str, Any] = {"count": 3, "iterations": 60}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a Python that has all libraries, but not sdfraster."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, symlinks=True)
    theirs = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "sdfraster" not in entry.name:
            (theirs / entry.name).symlink_to(entry)
    python = str(folder / "bin" / "python")
    asked = [python, "-c", "import sdfraster"]
    assert b"No module named 'sdfraster'" in subprocess.run(asked, capture_output=True, cwd=folder, check=False).stderr
    return python


@contextmanager
def running(python: str, module: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of Dask until it is left."""
    command = [python, "-m", f"distributed.cli.{module}", *words]
    process = subprocess.Popen(command, env=ENVIRONMENT, cwd=Path(python).parent, start_new_session=True)
    try:
        yield process
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, number)
                process.wait(10)
                break
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def scheduler(bare: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Return the address of a scheduler, and its process."""
    port = free_port()
    with running(bare, "dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard") as process:
        yield f"tcp://127.0.0.1:{port}", process


def worker(address: str, *words: str, python: str = sys.executable) -> Any:
    """Start a worker; without a nanny, it is not started again."""
    given = address, "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", *words
    return running(python, "dask_worker", *given)


def wait_for_workers(address: str, count: int) -> None:
    with distributed.Client(address) as client:
        client.wait_for_workers(count, timeout=60)


def picture(seed: int) -> Any:
    return np.random.default_rng(seed).integers(0, 255, (20, 30, 3), np.uint8)


def jobs(folder: Path, names: str, **options: Any) -> Iterator[Job]:
    for seed, name in enumerate(names):
        wish = Wish(sr.FitOptions(**options))
        yield Job(name, picture(seed), (Output(folder / f"{name}.json", "json"),), wish)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of files as they are written."""
    names: list[str] = []
    write = job.write_atomic

    def noted(place: Any, data: Any) -> None:
        names.append(Path(place).name)
        write(place, data)

    monkeypatch.setattr(job, "write_atomic", noted)
    return names


def kill(crew: Cluster, picture: str) -> None:
    """Kill the worker that has a picture."""
    (theirs,) = (task.worker for task in crew._tasks.values() if task.job.picture == picture)
    os.kill(crew._client.run(os.getpid, workers=[theirs])[theirs], signal.SIGKILL)


def outcomes(jobs: Iterator[Job], crew: Cluster, kills: int) -> dict[str, Outcome]:
    """Return what becomes of pictures, while so many workers are killed that have said how far theirs is."""
    found: dict[str, Outcome] = {}
    for said in carried_out(jobs, crew):
        if isinstance(said, Outcome):
            assert said.picture not in found
            found[said.picture] = said
        elif kills:
            kill(crew, said.picture)
            kills -= 1
    assert not kills
    return found


@pytest.mark.slow
def test_a_worker_is_killed_and_another_lacks_the_package(
    bare: str, scheduler: tuple[str, Any], tmp_path: Path, written: list[str]
) -> None:
    """Nothing is lost, nothing is written twice, and a line names the worker."""
    address, _ = scheduler
    message = r"worker tcp://127.0.0.1:\d+ on .* gets no pictures: No module named 'sdfraster'; install sdfraster 0"
    with (
        worker(address, "--no-nanny"),
        worker(address, "--no-nanny"),
        worker(address, "--no-nanny", python=bare),
    ):
        wait_for_workers(address, 3)
        with pytest.warns(UserWarning, match=message):
            found = outcomes(jobs(tmp_path, "abcdef", **LONG), Cluster(address), kills=1)
    assert {name: (each.status, each.error) for name, each in found.items()} == dict.fromkeys("abcdef", (DONE, ""))
    assert sorted(written) == [f"{name}.json" for name in "abcdef"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(written)


@pytest.mark.slow
def test_a_picture_that_takes_its_workers_with_it_is_given_up(scheduler: tuple[str, Any], tmp_path: Path) -> None:
    address, _ = scheduler
    with worker(address, "--nanny"):  # which starts another worker each time
        (outcome,) = outcomes(jobs(tmp_path, "a", **LONG), Cluster(address), kills=TRIES).values()
    assert outcome.status == FAILED
    assert outcome.error == f"{TRIES} workers went away while they had it, perhaps for lack of memory"
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_scheduler_goes_away(scheduler: tuple[str, Any], tmp_path: Path) -> None:
    address, process = scheduler

    def all_of_them() -> Iterator[Job]:
        yield from jobs(tmp_path, "a", **LONG)
        process.kill()  # the first is done: there is one worker
        yield from jobs(tmp_path, "bc", **LONG)

    message = f"{address}: the scheduler has gone away .* what is done is kept"
    with worker(address, "--no-nanny"), pytest.raises(sr.DeviceError, match=message):
        list(carried_out(all_of_them(), Cluster(address)))
    assert [path.stem for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.slow
def test_what_is_being_fitted_is_given_up(scheduler: tuple[str, Any], tmp_path: Path) -> None:
    address, _ = scheduler
    said: list[Any] = []
    endless = jobs(tmp_path, "abc", count=3, iterations=100_000)
    with worker(address, "--no-nanny"):
        for each in carried_out(endless, Cluster(address), lambda: bool(said)):
            said.append(each)
    assert [each.status for each in said if isinstance(each, Outcome)] == [ENDED]
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_command_and_a_cluster_of_its_own(
    scheduler: tuple[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The results are the same bits as those of processes of this machine."""
    monkeypatch.setenv("SDFRASTER_JIT", "off")
    (tmp_path / "in").mkdir()
    for seed, name in enumerate("ab"):
        Image.fromarray(picture(seed)).save(tmp_path / "in" / f"{name}.png")
    (tmp_path / "in" / "bad.png").write_bytes(b"no picture")

    def fit(where: str, *words: str) -> Result:
        given = ["fit", str(tmp_path / "in"), "-o", str(tmp_path / where / "{stem}.json"), *words]
        return CliRunner().invoke(main, [*given, "--count", "3", "--iterations", "4"])

    address, _ = scheduler
    with worker(address, "--no-nanny"):
        results = [fit("pool"), fit("there", "--scheduler", address), fit("local", "--scheduler", "local")]
    for result in results:
        assert result.exit_code == 1, result.output
        assert f"sdfraster: error: {tmp_path}/in/bad.png: not an image file" in result.stderr
        assert "3 pictures in" in result.stdout
        assert "2 done, 1 failed" in result.stdout
    for name in ("a.json", "b.json"):
        pool, there, local = ((tmp_path / where / name).read_bytes() for where in ("pool", "there", "local"))
        assert pool == there == local


def test_a_scheduler_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    Image.fromarray(picture(0)).save(tmp_path / "a.png")
    address = f"tcp://127.0.0.1:{free_port()}"
    words = ["fit", str(tmp_path / "a.png"), "-o", str(tmp_path / "{stem}.svg"), "--scheduler", address]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1
    (line,) = [line for line in result.stderr.splitlines() if "error" in line]
    assert line.startswith(f"sdfraster: error: {address}: no scheduler answers there (Timed out trying to connect")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
