"""Steps of Gauss-Newton, damped, on the squared errors of the pixels that a layout covers.

All of it is compiled, not the sums alone: most outlines that are tried are three pieces in a few hundred pixels, where
a step takes less time than a call from Python does.
"""

from ...engine.compile.marks import noinline
from .area import squares, sum_up
from .arrays import Cover, Covering
from .equations import solve
from .pieces import NONE, derive

DAMPING = 1e-3
ENOUGH = 1e-3  # of the error, gained in a round
LARGEST = 1.0  # pixels that a number may move in a round
ATTEMPTS = 4  # of a round, each damped more


def errors(layout, covering, row):
    """Return the sum of squared errors of a layout as it is."""
    derive(layout, covering.some.pieces, covering.of, row)
    return squares(covering)


def put(numbers, z):
    """Set the numbers of a layout."""
    for m in range(z.shape[0]):
        z[m] = numbers[m]


@noinline
def from_best(layout, starts, covering, row):
    """Set the numbers of a layout to the best of some starts; return the sum of squared errors.

    Which is the best is told without derivatives.
    """
    z, best, least, last = layout.z, 0, 0.0, starts.shape[0]
    some, of, cover, goal, even, sums = covering
    bare = Cover(cover.left, cover.top, cover.place, cover.sums, cover.jacobian[:0], cover.marked, cover.bit)
    for s in range(last if last > 1 else 0):
        put(starts[s], z)
        error = errors(layout, Covering(some, of, bare, goal, even, sums), row)
        if s == 0 or error < least:
            best, least = s, error
    put(starts[best], z)
    return errors(layout, covering, row)


@noinline
def keep(z, sums, steps):
    """Remember where steps start, and their equations."""
    put(z, steps.z)
    for i in range(sums.right.shape[0]):
        steps.right[i] = sums.right[i]
        for j in range(i, sums.right.shape[0]):
            steps.normal[i, j] = sums.normal[i, j]


@noinline
def descend(layout, starts, covering, steps, limits):
    """Move the free numbers of a layout, from the best of some starts; return the sum of squared errors.

    Parameters
    ----------
    layout : Layout
        Out: its z.
    starts : (S, Z)
        What it may be at first.
    covering : Covering
        The pieces in question, and what they should cover.
    steps : Steps
        Scratch.
    limits : Limited
        When to stop.
    """
    z, free, step, sums = layout.z, covering.some.free, steps.step, covering.sums
    sum_up(covering.goal, covering.even)
    error = from_best(layout, starts, covering, steps.row)
    damping = DAMPING
    for _ in range(limits.rounds if error <= limits.hopeless else 0):
        keep(z, sums, steps)
        moved = error
        for _ in range(ATTEMPTS):
            solve(steps.normal, steps.right, damping, steps.factor, step)
            largest = LARGEST
            for m in range(step.shape[0]):
                largest = max(largest, abs(step[m]))
            for m in range(z.shape[0]):
                if free[m] != NONE:
                    z[m] = steps.z[m] - LARGEST / largest * step[free[m]]
            moved = errors(layout, covering, steps.row)
            if moved < error:
                break
            damping *= 10.0
        if moved >= error:
            put(steps.z, z)
            errors(layout, covering, steps.row)
            break
        gain, error, damping = error - moved, moved, 0.3 * damping
        if gain < ENOUGH * error:
            break
    return error
