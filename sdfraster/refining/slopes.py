"""How the parameters of what is seen change with the numbers of a handle.

What is filled by points of a path is linear in them, and its matrix is known. All else goes by differences, which are
taken anew every few steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..drawing.painting import Drawn
from ..drawing.things import Thing
from .handles import Handle, Numbers

STEP = 1e-3  # pixels
KEPT = 20  # calls for which differences are kept
MOST = 400  # numbers of a handle whose differences are taken; one with more moves as a whole only


class Slopes:
    """Pulls gradients back to handles.

    Parameters
    ----------
    things : callable
        ``things(drawn, values)``: what is seen of a shape with other numbers of its handle.
    """

    def __init__(self, things: Callable[[Drawn, Numbers], list[Thing]]) -> None:
        self._things = things
        self._kept: dict[Any, tuple[int, list[Numbers]]] = {}

    def pull(self, which: tuple[int, int], drawn: Drawn, handle: Handle, g: Numbers, whole: bool) -> Numbers:
        """Return the gradient by the numbers of a handle, in pixels, given that by the parameters of a thing."""
        shape, place = which
        age, matrices = self._kept.get((shape, whole), (KEPT, []))
        if age >= KEPT:
            age, matrices = 0, self._differences(drawn, handle, whole)
        self._kept[shape, whole] = age + 1, matrices
        count = handle.coarse_count if whole else handle.count
        if place >= len(matrices) or matrices[place].shape != (count, len(g)):
            return np.zeros(count)
        out: Numbers = matrices[place] @ g
        return out

    def _differences(self, drawn: Drawn, handle: Handle, whole: bool) -> list[Numbers]:
        """Return the derivatives of the parameters of every thing by every number."""
        if not whole and handle.count > MOST:
            return []
        before = self._params(drawn, handle.values)
        rows: list[list[Numbers]] = [[] for _ in before]
        count = handle.coarse_count if whole else handle.count
        for unit in STEP * np.eye(count):
            values = handle.coarse(unit) if whole else handle.values + unit / handle.size
            after = self._params(drawn, values)
            for row, a, b in zip(rows, before, after, strict=False):
                row.append((b - a) / STEP if a.shape == b.shape else np.zeros_like(a))
        return [np.array(row) for row in rows if len(row) == count]

    def _params(self, drawn: Drawn, values: Numbers) -> list[Numbers]:
        return [np.concatenate(thing.form.params) for thing in self._things(drawn, values)]
