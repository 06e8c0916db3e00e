"""What a running fit tells: its callback after every step, and the history at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import log10, nan
from typing import Any

import numpy as np

from ..lazy import Lazy
from ..scene import Scene
from .keeper import Keeper
from .options import FitOptions
from .strategy import Target

UNCOUNTED = 0.05  # share of a time limit, at its start, in which only steps count: the first ones take longer


@dataclass(frozen=True)
class FitProgress:
    """State of a running fit, as its callback sees it.

    Attributes
    ----------
    iteration : int
        Number of finished steps.
    iterations : int
        Number of steps in all; a fit for a given PSNR may get more.
    loss : float
        Loss before the last step, without unit.
    seconds : float
        Time since the first step began.
    psnr : float or None
        PSNR in dB before the last step, if the loss is the squared error alone, without weights or regularisers;
        on the level of the pyramid of that moment, which is coarser at first, and with the filter of that moment.
    count : int
        Number of shapes there are, or of faces of a mesh.
    scene : Scene
        The shapes as they are; made when it is first asked for, so ask in the callback.
    make_scene : callable
        What makes it.
    """

    iteration: int
    iterations: int
    loss: float
    seconds: float
    psnr: float | None
    count: int
    make_scene: Callable[[], Scene] = field(repr=False)

    @Lazy
    def scene(self) -> Scene:
        """The shapes as they are when this is first asked for."""
        return self.make_scene()


Callback = Callable[[FitProgress], "bool | None"]


class Progress:
    """Clock, history, callback and aim of one fit.

    Parameters
    ----------
    options : FitOptions
        What is asked for.
    strategy : Target
        When the PSNR asked for is tested.
    callback : callable or None
        Told after every step.
    finished : callable, optional
        Turns a scene of the fit into one for the callback.
    decibels : callable, optional
        Returns the PSNR of a scene of the fit against the picture itself.
    keeper : Keeper, optional
        Asked after every step to keep where the fit is.
    """

    def __init__(
        self,
        options: FitOptions,
        strategy: Target,
        callback: Callback | None,
        finished: Callable[[Scene], Scene] = lambda scene: scene,
        decibels: Callable[[Scene], float] | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self._options, self._callback, self._finished, self._decibels = options, callback, finished, decibels
        self._strategy, self._start, self._keeper = strategy, time.perf_counter(), keeper or Keeper()
        self._steps = options.all_steps
        self._hidden = 0.0  # squared error that the finest level of the fit hides, for lack of detail
        self._tested = 0.0  # squared error on that level, when the picture itself was last tested
        self.history: list[tuple[float, float, float, int]] = []

    @property
    def keeps(self) -> bool:
        """Whether it is kept where the fit is."""
        return bool(self._keeper)

    @property
    def state(self) -> dict[str, Any]:
        """What is known of the course of the fit."""
        known = {"history": np.array(self.history).reshape(-1, 4), "seconds": self.seconds}
        steps = {"steps": self._steps, "asked": self._options.all_steps}
        return {**known, **steps, "hidden": self._hidden, "tested": self._tested}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where another fit was."""
        self.history = [(loss, seconds, psnr, int(count)) for loss, seconds, psnr, count in state["history"].tolist()]
        self._start -= state["seconds"]
        self._steps += state["steps"] - state["asked"]
        self._hidden, self._tested = state["hidden"], state["tested"]

    @property
    def seconds(self) -> float:
        """Time since the start, without that between a checkpoint and its resumption."""
        return time.perf_counter() - self._start

    def done(self, step: int) -> float:
        """Return the share of the fit that is over before a step: of its steps, or of its time if that is more.

        Time counts when some is gone, so that a limit that the fit does not reach changes nothing, not a bit.
        """
        limit = self._options.time_limit
        time_over = 0.0 if limit is None else (min(self.seconds / limit, 1.0) - UNCOUNTED) / (1.0 - UNCOUNTED)
        return max(step / self._options.steps, time_over)

    @property
    def enough(self) -> float:
        """Squared error with which a scene has, as far as is known, the PSNR asked for."""
        target = self._options.target_psnr
        return 0.0 if target is None else 10.0 ** (-0.1 * target) - self._hidden

    def lacking(self, loss: float) -> float:
        """Return how many decibels a scene of this squared error has less than asked for."""
        return 10.0 * log10(max(loss, 1e-12) / max(self.enough, 1e-12))

    def reached(self, loss: float, scene: Callable[[], Scene]) -> bool:
        """Return whether a scene of this squared error has the PSNR asked for."""
        target = self._options.target_psnr
        if target is None or (loss > self.enough and loss > self._strategy.test_again * self._tested):
            return False
        if self._decibels is None:
            return True
        self._tested, decibels = loss, self._decibels(scene())
        self._hidden = self._strategy.hidden * max(0.0, 10.0 ** (-0.1 * decibels) - loss)
        return decibels >= target

    def expect_full_size(self) -> None:
        """Expect scenes in pixels of the picture itself from now on."""
        self._finished = lambda scene: scene

    def expect(self, left: int) -> None:
        """Expect so many more steps."""
        self._steps = len(self.history) + left

    def go_on(self, steps: int) -> None:
        """Expect more steps than the options say."""
        self._steps += steps

    def report(self, iteration: int, loss: float, scene: Callable[[], Scene], count: int) -> bool:
        """Note a finished step, tell the callback, and return whether the fit is to end."""
        options = self._options
        decibels = _decibels(loss) if options.plain else None
        self.history.append((loss, self.seconds, nan if decibels is None else decibels, count))
        late = options.time_limit is not None and self.seconds >= options.time_limit

        def shown() -> Scene:
            return self._finished(scene())

        told = False
        if self._callback is not None:
            state = FitProgress(iteration, self._steps, loss, self.seconds, decibels, count, shown)
            with self._keeper.at_last():
                told = bool(self._callback(state))
        self._keeper.now_and_then()
        return told or late


def _decibels(loss: float) -> float:
    """Return the PSNR for a mean squared error."""
    return -10.0 * log10(max(loss, 1e-12))
