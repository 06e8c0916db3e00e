"""What each trick of the fast tier buys: ``python -m benchmarks.tricks [circle path ...]``.

Prints the processor time of the first loss and gradient, with an empty kernel cache, without one trick after the other;
then that of a step on one thread. Figures and what was decided by them are in ``docs/decisions/numba.md``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

import numba
import numpy as np

from sdfraster.engine.compile.fast import kernel, passes
from sdfraster.engine.plan import Plan
from sdfraster.engine.tiles import pack

from . import arguments, scenes

RUNS = 3
SCENES = {"circle": "circles256", "path": "closed512"}


def option(name: str) -> None:
    """Compile without an option of ``njit``."""
    njit = numba.njit

    def compile_without(*arguments: Any, **options: Any) -> Any:
        options.pop(name, None)
        return njit(*arguments, **options)

    numba.njit = compile_without


# What stands in the place of what when a trick is left out: a function to call, or modules, names and values
TRICKS: dict[str, Callable[[], None] | list[tuple[Any, str, Any]]] = {
    "none of these": [],
    "fragments are not translated": [
        (kernel, "FragmentCompiler", passes._FunctionCompiler),
        (kernel, "OptimizedFragmentCompiler", passes._FunctionCompiler),
    ],
    "fragments are not optimised": [(kernel, "FragmentCompiler", passes.OptimizedFragmentCompiler)],
    "some fragments are optimised first": [(kernel, "OptimizedFragmentCompiler", passes.FragmentCompiler)],
    "types of a call are found once": [(passes, "_remembering", nullcontext)],
    "two passes are left out": [(passes, "UNUSED", set())],
    "the garbage collector waits": [(passes, "uncollected", nullcontext)],
    "int, min and max of our own": [(kernel, "BUILTINS", {})],
    "no_cpython_wrapper": partial(option, "no_cpython_wrapper"),
    "no_cfunc_wrapper": partial(option, "no_cfunc_wrapper"),
    "_nrt=False": partial(option, "_nrt"),
    "forceinline": partial(option, "forceinline"),
}


def measure(kind: str, trick: str) -> None:
    """Print the processor time of the first step without a trick, in s, and of a later one, in ms."""
    left_out = TRICKS[trick]
    if callable(left_out):
        left_out()
    else:
        for module, name, value in left_out:
            setattr(module, name, value)
    scene, target = scenes.load(SCENES[kind], "over")
    start = time.process_time()
    plan, tiles = Plan(scene, "parabolic"), pack(target)
    x = plan.layout.vector(scene)
    times = []
    for _ in range(30):
        plan.value_and_grad(x, tiles, 1.0)
        times.append(time.process_time() - start)
    print(times[0], 1e3 * min(np.diff(times)))


def main() -> None:
    """Measure every trick in processes of their own, one after the other, again and again."""
    parser = arguments.parser(__doc__)
    parser.add_argument("kinds", nargs="*", default=list(SCENES))
    for kind in parser.parse_args().kinds:
        best = dict.fromkeys(TRICKS, (np.inf, np.inf))
        for _ in range(RUNS):
            for trick, before in best.items():
                with tempfile.TemporaryDirectory() as folder:
                    code = f"from benchmarks.tricks import measure; measure({kind!r}, {trick!r})"
                    environment = {**os.environ, "NUMBA_CACHE_DIR": folder, "NUMBA_NUM_THREADS": "1"}
                    command = [sys.executable, "-c", code]
                    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
                first, step = map(float, done.stdout.split())
                best[trick] = min(before[0], first), min(before[1], step)
        print(f"{kind}, least of {RUNS} runs")
        for trick, (first, step) in best.items():
            print(f"without {trick}: first call {first:.1f} s, step {step:.2f} ms")


if __name__ == "__main__":
    main()
