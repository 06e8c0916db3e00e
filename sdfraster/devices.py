"""Where scenes are evaluated: on the CPU, or on a GPU if one is there and asked for."""

from __future__ import annotations

from typing import Any

from .errors import DeviceError
from .mesh import outline_of
from .plan import ScenePlan
from .scene import Scene
from .shapes import Array

DEVICES = ("cpu", "cuda")
AUTO = "auto"  # for fits: whichever is expected to be faster

# Nanoseconds of a step of a fit for each pixel, roughly, as a few hundred shapes take on two cores; and from how many
# in all the GPU is taken: fits of 256 circles to 451 x 300 pixels take 1.4 s on an H200, and about as long on a CPU.
FORMULA_COST, OUTLINE_COST = 15.0, 60.0
WORTH_IT = 2e6


def make_plan(
    device: str,
    scene: Scene,
    filter: str,
    loss: str = "mse",
    delta: float = 0.1,
    weight: Array | None = None,
    workers: int | None = None,
) -> ScenePlan:
    """Return a plan on a device; the other arguments are those of `engine.plan.Plan`; a GPU has no workers.

    Raises
    ------
    DeviceError
        If there is no such device here; the message says what is missing.
    """
    require_device(device)
    if device == "cpu":
        from .engine.plan import Plan  # imports Numba, which the command line's help does not need

        return Plan(scene, filter, loss, delta, weight, workers)
    from .cuda.plan import CudaPlan

    return CudaPlan(scene, filter, loss, delta, weight)


def require_device(device: str) -> None:
    """Raise DeviceError if there is no such device here."""
    if device != "cpu":
        from .cuda import require

        require()


def on_gpu(array: Any) -> bool:
    """Return whether an array, of any library, is on a GPU."""
    return hasattr(array, "__cuda_array_interface__") or hasattr(array, "copy_to_host")


def choose_device(device: str, kind: str, pixels: int) -> str:
    """Return the device for a fit of shapes of one kind to a picture of so many pixels; `AUTO` takes the faster one.

    Raises
    ------
    DeviceError
        If a GPU is asked for and there is none.
    """
    if device == "cpu":
        return device
    from .cuda import require

    if device == AUTO:
        cost = FORMULA_COST if outline_of(kind) is None else OUTLINE_COST
        if pixels * cost < WORTH_IT:
            return "cpu"
        try:
            require()
        except DeviceError:
            return "cpu"
        return "cuda"
    require()
    return device
