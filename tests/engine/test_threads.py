"""Forked processes, in which the threads that run kernels are gone: pools of them work, and nothing hangs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.compiled

SCRIPT = """
import multiprocessing, os, sys, threading
from concurrent.futures import ProcessPoolExecutor
import numpy as np, sdfraster as sr

def work(seed):
    rng = np.random.default_rng(seed)
    scene = sr.Scene(100, 90, sr.Layer("circle", rng.uniform(5, 90, (30, 3)), rng.random((30, 3)), 0.7))
    image = sr.render(scene)
    _, g = sr.value_and_grad(scene, 1 - image, "mse + 0.2*ssim")
    return image.tobytes() + g.layers[0].params.tobytes()

def pool():
    with fork.Pool(2) as workers:
        return workers.map(work, range(3))

def executor():
    with ProcessPoolExecutor(2, mp_context=fork) as workers:
        return list(workers.map(work, range(3)))

def bare():
    pid = os.fork()
    if pid == 0:
        sys.exit(0 if pool() == expected else 1)  # from a child of a child
    return expected if os.waitpid(pid, 0)[1] == 0 else None

def beside_threads():
    stop = threading.Event()
    def draw():
        k = 0
        while not stop.is_set():
            work(k := k + 1)
            sr.render(sr.Scene(8, 8, sr.Layer("circle", [[4, 4, 3]], [[1, 1, 1]])), filter=("tent", "box")[k % 2])
    others = [threading.Thread(target=draw) for _ in range(2)]
    for other in others:
        other.start()
    done = [executor() for _ in range(3)]
    stop.set()
    for other in others:
        other.join()
    return expected if done == [expected] * 3 else None

fork = multiprocessing.get_context("fork")
expected = [work(seed) for seed in range(3)]
assert {way}() == expected
assert work(0) == expected[0]  # and the parent goes on
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("way", ["pool", "executor", "bare", "beside_threads"])
def test_forked_processes_compute_the_same(way: str) -> None:
    command = [sys.executable, "-c", SCRIPT.replace("{way}", way)]
    environment = {**os.environ, "NUMBA_NUM_THREADS": "2"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
