"""Gauss-Newton, damped, on differences of pixels that are sparse in the numbers of strokes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..fitting import solved

DAMPING = 1e-3
ENOUGH = 1e-3  # of the error, gained in a round
LARGEST = 1.0  # pixels that a number may move in a round


class Steps(NamedTuple):
    """What is to be done."""

    state: Callable[[NDArray[np.float64]], Any]  # of numbers (Z,): has the differences ``off`` and their ``square``
    rows: Callable[[Any], Any]  # derivative (N, Z), sparse, of the differences of a state
    rounds: int
    stays: float = 0.0  # weight of a number that stays, beside those of pixels, for what hardly a pixel tells of


def descended(x: NDArray[np.float64], steps: Steps) -> tuple[NDArray[np.float64], Any]:
    """Return numbers (Z,) after some steps, each of which is better than the one before, and their state."""
    state, damping = steps.state(x), DAMPING
    factor, step = np.empty((len(x), len(x))), np.empty(len(x))
    for _ in range(steps.rounds):
        rows = steps.rows(state)
        normal, right = (rows.T @ rows).toarray() + steps.stays * np.eye(len(x)), rows.T @ state.off
        for _ in range(4):
            solved()(normal, right, damping, factor, step)
            step *= min(1.0, LARGEST / max(float(np.abs(step).max()), 1e-9))
            after = steps.state(x - step)
            if after.square < state.square:
                break
            damping *= 10.0
        else:
            break
        done = state.square - after.square < ENOUGH * state.square
        x, state, damping = x - step, after, 0.3 * damping
        if done:
            break
    return x, state
