"""Borders of shapes that abut, as curves whose numbers follow from those that are free.

A *run* is a border that was fitted as one curve. Others end on it, at junctions that cut it into chains. A junction has
one place, however many borders end there. One on a straight line stays there, wherever the line goes, and one on the
frame of the picture slides along the frame.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, lil_array

from ..drawing.contour import Contour, joined
from .chains import Corner
from .curves import Curve, Layout, layout_of, make_curve, placed
from .kernels.arrays import Derived
from .palette import Pixels

SAME = 1e-5  # pixels by which what is level or straight is off, after rounding
TURN = 1e-4  # sine of the angle at a smooth node, after rounding


class Run(NamedTuple):
    """Chains that are one curve."""

    chains: list[int]
    contours: list[Contour]  # of the chains, one after the other
    corners: list[Corner]  # where they begin, and where the last one ends if it is open; none of one without junctions
    inner: int  # the region on the right
    outer: list[int]  # the regions on the left, of every chain
    closed: bool
    held: bool  # whether it stays

    @property
    def starts(self) -> NDArray[np.int64]:
        """The first piece of every chain, and the number of pieces."""
        return np.cumsum([0, *(len(contour.straight) for contour in self.contours)])


class Tie(NamedTuple):
    """A node that stays on a straight line: places in z of the coordinates of the node and of the ends of the line."""

    node: tuple[int, int]
    first: tuple[int, int]
    last: tuple[int, int]
    share: float  # of the way, as it is


class Numbers:
    """All numbers of some runs, as they follow from free ones.

    Attributes
    ----------
    layout : Layout
        The pieces of all runs.
    first : ndarray, shape (R + 1,)
        The first piece of each run.
    start : ndarray, shape (W,)
        The free numbers as they are: some of the layout's, and where junctions are on lines.
    """

    def __init__(self, runs: list[Run], width: int, height: int) -> None:
        self._runs = runs
        curves = [_curve(run) for run in runs]
        self.first = np.cumsum([0, *(curve.pieces for curve in curves)])
        self.layout = self._with_junctions(layout_of(curves))
        made = placed(self.layout)
        self._held = self._find_held(made, width, height)
        self._ties = self._find_ties()
        self._free = self._find_free(made)
        self.start = np.concatenate([self.layout.z[self._free], [tie.share for tie in self._ties]])

    def _with_junctions(self, layout: Layout) -> Layout:
        """Return a layout with one place for each junction, however many borders end there."""
        same, places = _Same(len(layout.z)), dict[Corner, tuple[int, int]]()
        for run, first in zip(self._runs, self.first, strict=False):
            for corner, start in zip(run.corners, run.starts, strict=False):
                place = int(layout.x[first + start]), int(layout.y[first + start])
                for one, other in zip(places.setdefault(corner, place), place, strict=True):
                    same.join(one, other)
        names = same.names()
        return layout._replace(x=names[layout.x], y=names[layout.y])

    def _node(self, run: int, start: int) -> tuple[int, int]:
        """Return the places in z of the node where a piece of a run begins."""
        k = self.first[run] + start % (self.first[run + 1] - self.first[run])
        return int(self.layout.x[k]), int(self.layout.y[k])

    def _find_held(self, made: Derived, width: int, height: int) -> set[int]:
        """Return the places in z of what stays: on the frame of the picture, and all of runs that are held."""
        held = set[int]()
        for number, run in enumerate(self._runs):
            for corner, start in zip(run.corners, run.starts, strict=False):
                node = self._node(number, int(start))
                held |= {node[axis] for axis, end in ((0, width), (1, height)) if corner[axis] in (0, end)}
            if run.held:
                for k in self._pieces(number):
                    held |= {*made.columns[k, : made.used[k]].tolist()}
        return held

    def _find_free(self, made: Derived) -> NDArray[np.int64]:
        """Return the places in z of what may move, and follows from nothing."""
        moving = np.zeros(len(self.layout.z), bool)
        for k in (k for number in range(len(self._runs)) for k in self._pieces(number)):
            moving[made.columns[k, : made.used[k]]] = True
        moving[[*self._held, *(column for tie in self._ties for column in tie.node)]] = False
        return np.flatnonzero(moving)

    def _pieces(self, number: int) -> range:
        """Return the pieces of a run."""
        first = int(self.first[number])
        return range(first, first + int(self._runs[number].starts[-1]))

    def _find_ties(self) -> list[Tie]:
        """Return the junctions on lines that are not level; a line comes before those that end on it."""
        z, ties, tied = self.layout.z, list[Tie](), set[tuple[int, int]]()
        for number, run in enumerate(self._runs):
            contour, count = joined(run.contours), int(run.starts[-1])
            cut = [k for k in map(int, run.starts[:-1]) if (k > 0 or run.closed) and _straight_at(contour, k)]
            for k in cut:
                before, after = k - 1, k + 1
                while before % count in cut:
                    before -= 1
                while after % count in cut:
                    after += 1
                node, a, b = (self._node(number, place) for place in (k, before, after))
                level = node[0] == a[0] or node[1] == a[1]
                if level or node in tied or not self._held.isdisjoint(node):
                    continue
                axis = int(np.abs([z[b[0]] - z[a[0]], z[b[1]] - z[a[1]]]).argmax())
                tied.add(node)
                ties.append(Tie(node, a, b, (z[node[axis]] - z[a[axis]]) / (z[b[axis]] - z[a[axis]])))
        return ties

    def of(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return all numbers (Z,) of the free ones."""
        z: NDArray[np.float64] = self.layout.z.copy()
        z[self._free] = w[: len(self._free)]
        for tie, share in zip(self._ties, w[len(self._free) :], strict=True):
            for node, first, last in zip(tie.node, tie.first, tie.last, strict=True):
                z[node] = z[first] + share * (z[last] - z[first])
        return z

    def slopes(self, w: NDArray[np.float64]) -> csr_array:
        """Return the derivative (Z, W) of all numbers by the free ones."""
        z, found = self.of(w), lil_array((len(self.layout.z), len(w)))
        found[self._free, np.arange(len(self._free))] = 1.0
        for k, tie in enumerate(self._ties, len(self._free)):
            for node, first, last in zip(tie.node, tie.first, tie.last, strict=True):
                row = (1.0 - w[k]) * found[[first]] + w[k] * found[[last]]
                found[[node]] = row
                found[node, k] = z[last] - z[first]
        slopes: csr_array = found.tocsr()
        return slopes


class _Same:
    """Numbers, some of which are one."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def name(self, k: int) -> int:
        """Return the first of the numbers that one is the same as."""
        while self._parent[k] != k:
            k = self._parent[k]
        return k

    def join(self, one: int, other: int) -> None:
        """Make two numbers one."""
        first, last = sorted((self.name(one), self.name(other)))
        self._parent[last] = first

    def names(self) -> NDArray[np.int64]:
        """Return the names of all."""
        return np.array([self.name(k) for k in range(len(self._parent))])


def _curve(run: Run) -> Curve:
    """Return a run as a closed curve; of one that is open the last piece is none."""
    contour = joined(run.contours)
    control = np.stack([contour.curve(k) for k in range(len(contour.straight))])
    line = contour.straight
    smooth = np.array([_smooth(control[k - 1], control[k]) for k in range(len(control))])
    if not run.closed:
        control = np.concatenate([control, np.tile(control[-1, 3], (1, 4, 1))])
        line, smooth = np.append(line, False), np.append(smooth, False)
        smooth[0] = False
    handles = np.stack([control[:, 1] - control[:, 0], control[:, 3] - control[:, 2]], axis=1)
    return make_curve(control[:, 0], line, smooth, handles, SAME)


def _smooth(before: Pixels, after: Pixels) -> bool:
    """Return whether a piece (4, 2) leads on in the direction of the one before."""
    (ax, ay), (bx, by) = before[3] - before[2], after[1] - after[0]
    return bool(ax * bx + ay * by > 0.0 and abs(ax * by - ay * bx) <= TURN * np.hypot(ax, ay) * np.hypot(bx, by))


def _straight_at(contour: Contour, k: int) -> bool:
    """Return whether the pieces before and after a node are one straight line."""
    if not (contour.straight[k - 1] and contour.straight[k]):
        return False
    before, here, after = contour.curve(k - 1 if k > 0 else len(contour.straight) - 1)[0], *contour.curve(k)[::3]
    (ax, ay), (bx, by) = here - before, after - here
    off = abs(ax * by - ay * bx) / max(float(np.hypot(*(after - before))), 1e-9)
    return bool(ax * bx + ay * by > 0.0 and off <= SAME)
