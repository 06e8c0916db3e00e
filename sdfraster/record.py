"""What a fit keeps of its search: scenes at steps that lie ever further apart, as most happens at first."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from .scene import Scene

if TYPE_CHECKING:
    from .fitting import FitProgress


class Frame(NamedTuple):
    """A moment of a fit."""

    iteration: int
    """Number of finished steps."""
    seconds: float
    """Time since the first step began."""
    loss: float
    """Before the last step, without unit."""
    psnr: float | None
    """Before the last step, in dB, as `FitProgress` has it."""
    scene: Scene
    """The shapes as they were."""


class Recorder:
    """A callback of `fit` that keeps frames at logarithmic steps.

    Steps follow each other at a constant ratio, but for the first ones, which are all kept. The ratio is such that
    there are no more than `most` frames, unless the fit gets more steps than it began with.

    Parameters
    ----------
    most : int
        Number of frames, at least 2.

    Attributes
    ----------
    frames : list of Frame
        What was kept so far.
    """

    def __init__(self, most: int) -> None:
        self._gaps = max(most - 1, 1)
        self._next = 1
        self.frames: list[Frame] = []

    def __call__(self, progress: FitProgress) -> None:
        """Keep the scene if its turn has come; the last step is kept too."""
        step, steps = progress.iteration, progress.iterations
        if step < self._next and step != steps:
            return
        self._next = max(step + 1, ceil(step * steps ** (1.0 / self._gaps)))
        self.frames.append(Frame(step, progress.seconds, progress.loss, progress.psnr, progress.scene))

    @property
    def state(self) -> dict[str, Any]:
        """What was kept so far, and what is next."""
        return {"next": self._next, "frames": [tuple(frame) for frame in self.frames]}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where another one was."""
        self._next, self.frames = state["next"], [Frame(*frame) for frame in state["frames"]]

    def then(self, callback: Callable[[FitProgress], bool | None] | None) -> Callable[[FitProgress], bool | None]:
        """Return a callback that records, and then asks another one."""

        def both(progress: FitProgress) -> bool | None:
            self(progress)
            return None if callback is None else callback(progress)

        return both
