"""What a running fit tells: its callback after every step, and the history at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import log10

from ..scene import Scene
from .options import FitOptions


@dataclass(frozen=True)
class FitProgress:
    """State of a running fit, as its callback sees it."""

    iteration: int
    """Number of finished steps."""
    iterations: int
    """Number of steps in all."""
    loss: float
    """Loss before the last step."""
    seconds: float
    """Time since the first step began."""
    psnr: float | None
    """PSNR in dB before the last step, if the loss is the MSE without weights or regularisers."""
    scene: Callable[[], Scene]
    """Returns the scene as it is now."""


Callback = Callable[[FitProgress], "bool | None"]


class Progress:
    """Clock, history and callback of one fit."""

    def __init__(self, options: FitOptions, callback: Callback | None) -> None:
        self._options, self._callback = options, callback
        self._start = time.perf_counter()
        self.history: list[tuple[float, float]] = []

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return time.perf_counter() - self._start

    def report(self, iteration: int, loss: float, scene: Callable[[], Scene]) -> bool:
        """Note a finished step, tell the callback, and return whether it wants the fit to end."""
        self.history.append((loss, self.seconds))
        if self._callback is None:
            return False
        plain = self._options.loss == "mse" and self._options.weight is None and not self._options.regularizers
        decibels = -10.0 * log10(max(loss, 1e-12)) if plain else None
        progress = FitProgress(iteration, self._options.iterations, loss, self.seconds, decibels, scene)
        return bool(self._callback(progress))
