"""How long the engine takes: ``python -m benchmarks.engine``.

Prints one row for every scene, composite and rule of colour: forward alone, loss and gradient (binning included), and
loss and gradient per (pixel, shape) pair of the bins; then the ratio to dense array code, and cold and warm start.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numba
import numpy as np

import sdfraster as sr
from sdfraster.engine.plan import Plan
from sdfraster.engine.tiles import PIXELS, pack

from . import dense, scenes

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


def median_ms(function: Callable[[], object], runs: int) -> tuple[float, float]:
    """Return median and minimum time in milliseconds, after one run that is not counted."""
    function()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(1e3 * (time.perf_counter() - start))
    return float(np.median(times)), min(times)


def machine() -> str:
    """Return the processor and the number of threads."""
    name = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as lines:
            name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), name)
    return f"{name}, {numba.get_num_threads()} threads, Python {platform.python_version()}, Numba {numba.__version__}"


def engine_table(runs: int) -> None:
    """Print the table of the cases."""
    print("| scene | layer | colour | forward ms | loss + gradient ms (min) | ns per pair |")
    print("|---|---|---|---|---|---|")
    for name, composite, linear in CASES:
        scene, target = scenes.load(name, composite, linear)
        plan, tiles = Plan(scene, "parabolic"), pack(target)
        x = plan.layout.vector(scene)

        def step(plan: Plan = plan, x: np.ndarray = x, tiles: np.ndarray = tiles) -> float:
            return plan.value_and_grad(x, tiles, 1.0)

        def forward(plan: Plan = plan, x: np.ndarray = x) -> np.ndarray:
            return plan.render(x, 1.0)

        painted, _ = median_ms(forward, runs)
        median, least = median_ms(step, runs)
        pairs = plan.hits * PIXELS
        color = "linear" if linear else "constant"
        times = f"{painted:.2f} | {median:.2f} ({least:.2f}) | {1e6 * median / pairs:.2f}"
        print(f"| {name} | {composite} | {color} | {times} |")


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
    plan, tiles = Plan(scene, "parabolic"), pack(scenes.target(side, side))
    x = plan.layout.vector(scene)
    median, _ = median_ms(lambda: plan.value_and_grad(x, tiles, 1.0), runs)
    return f"{median:.2f} ({1e6 * median / (plan.hits * PIXELS):.2f})"


def dense_ratio(runs: int) -> None:
    """Print how much longer dense array code takes for the same numbers."""
    scene, target = scenes.load("circles256", "mean")
    value, gradient = sr.value_and_grad(scene, target)
    other, g_params, _ = dense.loss_and_gradient(scene, target)
    assert abs(value - other) < 1e-5 * other, (value, other)
    assert np.abs(gradient.layers[0].params - g_params).max() < 1e-4 * np.abs(g_params).max()
    plan, tiles = Plan(scene, "parabolic"), pack(target)
    x = plan.layout.vector(scene)
    ours, _ = median_ms(lambda: plan.value_and_grad(x, tiles, 1.0), runs)
    theirs, _ = median_ms(lambda: dense.loss_and_gradient(scene, target), 3)
    print(f"circles256, mean: dense NumPy {theirs:.0f} ms, engine {ours:.2f} ms: {theirs / ours:.0f} times")


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
    print(machine())
    engine_table(runs=100)
    growth_tables(runs=30)
    dense_ratio(runs=30)
    first_calls()
    starts()


if __name__ == "__main__":
    main()
