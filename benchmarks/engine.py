"""How long the engine takes: ``python -m benchmarks.engine``.

Prints one row for every scene, composite and rule of colour: a picture, loss and gradient (binning included) by an
`Objective` and by `value_and_grad`, how these compare with each other and with the engine alone, what the first call
takes beyond its step, and loss and gradient per (pixel, shape) pair of the bins; then the ratio to dense array code,
and cold and warm start.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence

import numba
import numpy as np

import sdfraster as sr
from sdfraster.engine.plan import Plan
from sdfraster.engine.tiles import PIXELS, pack

from . import arguments, dense, scenes

CASES = [
    ("circles256", "mean", False),
    ("circles256", "mean", True),
    ("circles256", "over", False),
    ("circles256", "over", True),
    ("circles256_a08", "over", False),
    ("circles4096", "mean", False),
    ("circles4096", "over", False),
    ("ellipses512", "over", False),
    ("closed512", "over", False),
    ("strokes512_1seg", "over", False),
    ("strokes512_3seg", "over", False),
    ("closed2048_hd", "over", False),
    ("ring10000", "over", False),
]


def medians_ms(functions: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """Return the median time of each function in milliseconds, called in turn, after one call that is not counted."""
    times: list[list[float]] = [[] for _ in functions]
    for function in functions:
        function()
    for _ in range(runs):
        for function, taken in zip(functions, times, strict=True):
            start = time.perf_counter()
            function()
            taken.append(1e3 * (time.perf_counter() - start))
    return [float(np.median(taken)) for taken in times]


def machine() -> str:
    """Return the processor and the number of threads."""
    name = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as lines:
            name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), name)
    return f"{name}, {numba.get_num_threads()} threads, Python {platform.python_version()}, Numba {numba.__version__}"


def engine_table(runs: int) -> None:
    """Print the table of the cases."""
    print(
        "| scene | layer | colour | picture ms | `Objective` ms | to the engine alone | `value_and_grad` ms "
        "| to `Objective` | first call ms beyond | ns per pair |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, composite, linear in CASES:
        scene, target = scenes.load(name, composite, linear)
        plan, tiles = Plan(scene, "parabolic"), pack(target)
        objective = sr.Objective(scene, target)
        x = objective.x
        functions: list[Callable[[], object]] = [
            lambda plan=plan, x=x, tiles=tiles: plan.value_and_grad(x, tiles, 1.0),  # type: ignore[misc]
            lambda objective=objective, x=x: objective(x),  # type: ignore[misc]
            lambda scene=scene, target=target: sr.value_and_grad(scene, target),  # type: ignore[misc]
            lambda objective=objective, x=x: objective.render(x),  # type: ignore[misc]
        ]
        engine, public, once, picture = medians_ms(functions, runs)
        first = first_ms(scene, target) - public
        pairs = plan.hits * PIXELS
        color = "linear" if linear else "constant"
        ratios = f"{public:.2f} | {public / engine:.2f} | {once:.2f} | {once / public:.2f}"
        print(
            f"| {name} | {composite} | {color} | {picture:.2f} | {ratios} | {first:.1f} | {1e6 * public / pairs:.2f} |"
        )


def first_ms(scene: sr.Scene, target: np.ndarray) -> float:
    """Return the median time in milliseconds of an objective that is made and called once, in a warm process."""

    def first() -> float:
        objective = sr.Objective(scene, target)
        return objective(objective.x)[0]

    return medians_ms([first], runs=5)[0]


def growth_tables(runs: int) -> None:
    """Print how loss and gradient grow with the number of shapes, with the image, and with shapes that grow with it."""
    sides = (256, 512, 1024, 2048)
    cases = {
        "N shapes of radius 2 to 12 on 1024 x 1024": {f"N {n}": (n, 1024, 1.0) for n in (128, 512, 2048, 8192)},
        "512 such shapes on larger images": {f"side {side}": (512, side, 1.0) for side in sides},
        "512 shapes that grow with the image": {f"side {side}": (512, side, side / 512) for side in sides},
    }
    for title, columns in cases.items():
        print(f"\n{title}, loss + gradient in ms (ns per pair of a pixel and a shape)\n")
        print(f"| kind | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
        for kind in GROWING:
            cells = [growth(kind, *case, runs) for case in columns.values()]
            print(f"| {kind} | {' | '.join(cells)} |")
    print()


GROWING: dict[str, Callable[..., scenes.Shapes]] = {
    "circle": scenes.circles,
    "ellipse": scenes.ellipses,
    "path": scenes.closed,
    "stroke": lambda seed, n, size, radius, opacity: scenes.strokes(seed, n, size, 1, opacity, 2.0 * radius[1]),
}


def growth(kind: str, n: int, side: int, factor: float, runs: int) -> str:
    """Return the time of n shapes of one kind, also per pair of a pixel and a shape."""
    shapes = GROWING[kind](12, n, (side, side), (2 * factor, 12 * factor), 1.0)
    scene = sr.Scene(side, side, sr.Layer(shapes.kind, shapes.params.astype(np.float32), shapes.color, shapes.opacity))
    target = scenes.target(side, side)
    objective, plan = sr.Objective(scene, target), Plan(scene, "parabolic")
    plan.value_and_grad(objective.x, pack(target), 1.0)  # which counts the pairs
    (median,) = medians_ms([lambda: objective(objective.x)], runs)
    return f"{median:.2f} ({1e6 * median / (plan.hits * PIXELS):.2f})"


def dense_ratio(runs: int) -> None:
    """Print how much longer dense array code takes for the same numbers, by NumPy and by PyTorch's own autodiff."""
    scene, target = scenes.load("circles256", "mean")
    value, gradient = sr.value_and_grad(scene, target)
    objective = sr.Objective(scene, target)
    (one,) = medians_ms([lambda: objective(objective.x)], runs)  # not in turn: threads of others spin for a while
    steps = {
        "dense NumPy": lambda: dense.loss_and_gradient(scene, target),
        "dense PyTorch": dense.autodiff(scene, target),
    }
    for name, step in steps.items():
        if step is None:
            print(f"circles256, mean: {name} is not there; the extra torch has it")
            continue
        other, g_params, g_color = step()
        assert abs(value - other) < 1e-5 * other, (value, other)
        for ours, theirs in zip(
            (gradient.layers[0].params, gradient.layers[0].color), (g_params, g_color), strict=True
        ):
            assert np.abs(ours - theirs).max() < 1e-4 * np.abs(theirs).max()
        (many,) = medians_ms([step], 3)
        print(f"circles256, mean: {name} {many:.0f} ms, Objective {one:.2f} ms: {many / one:.0f} times")


def first_calls() -> None:
    """Print the processor time of the first loss and gradient of every kind with an empty kernel cache."""
    code = (
        "import time, numpy as np, sdfraster as sr; start = time.process_time()\n"
        "shape = sr.primitive({kind!r}).sample(np.random.default_rng(0), 16, 16, 8)\n"
        "layer = sr.Layer({kind!r}, np.array([shape], np.float32), np.ones((1, 3)))\n"
        "sr.value_and_grad(sr.Scene(32, 32, layer), np.zeros((32, 32, 3), np.float32))\n"
        "print(time.process_time() - start)"
    )
    for kind in sr.kinds():
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
            command = [sys.executable, "-c", code.format(kind=kind)]
            first = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            print(f"first call of {kind}: {float(first.stdout):.1f} s of processor time")


def starts() -> None:
    """Print the time of a whole ``sdfraster fit --iterations 1`` with an empty and a filled kernel cache."""
    with tempfile.TemporaryDirectory() as folder:
        code = (
            "import time; start = time.perf_counter()\n"
            "import sdfraster as sr\n"
            "sr.fit('sample:chelsea', iterations=1, callback=lambda p: print(time.perf_counter() - start))"
        )
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        first = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        print(f"cold start to the end of the first iteration: {float(first.stdout):.1f} s")
        command = [sys.executable, "-m", "sdfraster.cli.main", "fit", "sample:chelsea", "--iterations", "1"]
        command += ["-o", os.path.join(folder, "x.png")]
        times = []
        for _ in range(4):
            start = time.perf_counter()
            subprocess.run(command, env=environment, capture_output=True, check=True)
            times.append(time.perf_counter() - start)
        print(f"warm sdfraster fit --iterations 1: {np.median(times[1:]):.2f} s (whole process)")
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import sdfraster"], check=True)
        times.append(time.perf_counter() - start)
    print(f"import sdfraster: {np.median(times):.2f} s (whole process)")


def main() -> None:
    """Run everything."""
    arguments.parser(__doc__).parse_args()
    print(machine())
    engine_table(runs=100)
    growth_tables(runs=30)
    dense_ratio(runs=30)
    first_calls()
    starts()


if __name__ == "__main__":
    main()
