"""How long a step takes on a GPU: ``python -m benchmarks.gpu``.

Loss and gradient with binning, by events of the device, beside the least that the memory and the arithmetic of the
device allow. That floor is an estimate: `PICTURES` pictures read or written, and `FLOPS` operations for each pair of a
pixel and a shape of its tile.
"""

from __future__ import annotations

import sys

import numpy as np

import sdfraster as sr
from sdfraster.cuda import require
from sdfraster.engine.plan import Plan
from sdfraster.engine.tiles import PIXELS, pack

from . import arguments, scenes

RUNS = 200
BANDWIDTH, PEAK = 4.8e12, 6.7e13  # bytes and float32 operations a second, of an H200
FLOPS = 100.0  # for a pair of a pixel and a shape: distance and coverage twice, the adjoint once
PICTURES = 8.0  # that a step reads or writes: canvas and gradient twice each, target, background, weights, what is kept


def many_ellipses() -> tuple[sr.Scene, np.ndarray]:
    """Return 100,000 ellipses of radius 2 to 8 on 3840 x 2160, and a target."""
    shapes = scenes.ellipses(13, 100_000, (3840, 2160), (2.0, 8.0), 1.0)
    layer = sr.Layer(shapes.kind, shapes.params.astype(np.float32), shapes.color, shapes.opacity)
    return sr.Scene(3840, 2160, layer), scenes.target(3840, 2160)


def main() -> None:
    """Print one row for every scene."""
    arguments.parser(__doc__).parse_args()
    try:
        require()
    except sr.DeviceError as error:
        sys.exit(str(error))
    from numba import cuda

    from sdfraster.cuda.plan import CudaPlan

    print(f"{cuda.get_current_device().name}\n")
    print("| scene | loss + gradient ms, median (min) | floor: bytes ms, arithmetic ms | ratio |\n|---|---|---|---|")
    cases = {name: scenes.load(name) for name in ("circles4096", "closed2048_hd")}
    cases["100,000 ellipses"] = many_ellipses()
    for name, (scene, target) in cases.items():
        plan, tiles = CudaPlan(scene, "parabolic"), pack(target)
        plan.x.copy_to_device(plan.layout.vector(scene))
        plan.evaluate(tiles, 1.0)  # compiles, and finds the room it takes
        times = []
        for _ in range(RUNS):
            start, end = cuda.event(), cuda.event()
            start.record()
            plan.evaluate(tiles, 1.0)
            end.record()
            end.synchronize()
            times.append(cuda.event_elapsed_time(start, end))
        counted = Plan(scene, "parabolic")
        counted.render(counted.layout.vector(scene), 1.0)
        memory = 1e3 * PICTURES * target.nbytes / BANDWIDTH
        arithmetic = 1e3 * FLOPS * counted.hits * PIXELS / PEAK
        median = float(np.median(times))
        ratio = median / max(memory, arithmetic)
        print(f"| {name} | {median:.3f} ({min(times):.3f}) | {memory:.3f}, {arithmetic:.3f} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
