"""What the searches for shapes and for meshes have in common: a run can be ended between any two steps, and go on.

It takes its steps in a course. When that is over, a run for a PSNR that is not reached gets another round of steps (see
`enough`). So does a run that goes on with more steps or shapes than it was asked for before.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from ..scene import Scene
from .enough import Overtime, Round
from .options import FitOptions
from .progress import Progress
from .pyramid import Level
from .strategy import FitStrategy


@dataclass(kw_only=True)
class Position:
    """Where a run is.

    Attributes
    ----------
    step : int
        Number of steps that were taken; a run for a PSNR may go back.
    reached : bool
        Whether what was found has the PSNR asked for.
    complete : bool
        Whether all steps were taken.
    """

    step: int = 0
    reached: bool = False
    complete: bool = False


P = TypeVar("P", bound=Position)


class Run(ABC, Generic[P]):
    """The state of one fit.

    Parameters
    ----------
    picture : Level
        The finest level of the pyramid. Results are in its pixels.
    options : FitOptions
        What is asked for.
    progress : Progress
        Told after every step.
    strategy : FitStrategy
        The choices of the fit.
    """

    _at: P

    def __init__(self, picture: Level, options: FitOptions, progress: Progress, strategy: FitStrategy) -> None:
        self.options, self._progress, self._picture, self._strategy = options, progress, picture, strategy
        self._rng = np.random.default_rng(options.seed)
        self._overtime = Overtime(options.count, strategy, options.group)

    @abstractmethod
    def run(self) -> bool:
        """Take the steps, and return whether all were taken: neither the callback nor a limit ended the fit."""

    @abstractmethod
    def finish(self) -> Scene:
        """Return what was found, as it has to be at the end."""

    @property
    def state(self) -> dict[str, Any]:
        """All that what happens next depends on, to be asked for between two steps."""
        asked = {"count": self.options.count, "steps": self.options.steps}
        generator, overtime = self._rng.bit_generator.state, self._overtime.state
        parts = {"asked": asked, "position": asdict(self._at), "generator": generator, "overtime": overtime}
        return {**parts, **self._found}

    def _restore(self, state: dict[str, Any]) -> None:
        """Go on where another run was, and with more steps or shapes if these are asked for now."""
        self._rng.bit_generator.state = state["generator"]
        self._overtime.restore(state["overtime"])
        self._take_up(state)
        asked = state["asked"]
        if (self.options.count, self.options.steps) != (asked["count"], asked["steps"]):
            self._extend(self.options.count - asked["count"])

    def _extend(self, more: int) -> None:
        """Go on with more steps, or so many more shapes, which get as many steps as all shapes do in overtime."""
        options, at = self.options, self._at
        at.complete = False
        if more > 0 and options.target_psnr is None:
            self._enlarge(more)
            at.step = min(at.step, round(self._strategy.target.again * options.steps))
        self._progress.expect(options.all_steps - at.step)

    def _descend(self) -> bool:
        """Take the steps, and more if a PSNR asked for needs them; return whether all were taken."""
        at = self._at
        while not (at.complete or at.reached):
            if not self._course():
                return False
            at.complete = not self._goes_on()
        return at.complete

    def _goes_on(self) -> bool:
        """Return whether a fit without the PSNR asked for goes on; then it has more shapes, and steps that are left."""
        options, at = self.options, self._at
        if options.target_psnr is None or options.steps == 0 or options.settled:
            return False
        following = self._next_round()
        if following is None:
            return False
        at.step = min(round(following.start * options.steps), options.steps - 1)
        self._progress.go_on(options.steps - at.step)
        return True

    @property
    @abstractmethod
    def _found(self) -> dict[str, Any]:
        """What was found so far: the parts of `state` that are the run's own."""

    @abstractmethod
    def _take_up(self, state: dict[str, Any]) -> None:
        """Go on with the position and with what was found in the state of another run."""

    @abstractmethod
    def _enlarge(self, more: int) -> None:
        """Add so many shapes, for which there was no room before."""

    @abstractmethod
    def _course(self) -> bool:
        """Take the steps that are left, and return whether all were taken."""

    @abstractmethod
    def _next_round(self) -> Round | None:
        """Return the next round of overtime, with its shapes made, or None if there is none."""
