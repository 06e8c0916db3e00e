"""Refining a drawing: descent on the numbers that its file has.

Shapes move as a whole at first, seen through a wide filter, so that they find what is a few pixels away; then all their
numbers move, and what the picture does not tell of (a point along a smooth curve) stays as it was.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..arguments import check_whole, choose
from ..drawing.document import read_bytes
from ..errors import DataError
from ..io.atomic import write_atomic
from ..io.place import Place
from ..io.svg_in import bytes_of
from ..model.coverage import SVG_RADIUS
from ..objective import Objective
from ..pictures.arrays import PictureLike
from ..pictures.files import read_image
from ..scene import Scene
from ..shapes import Array
from ..vector import Layout
from .handles import Handle, Numbers
from .inks import Owner
from .sketch import FILL, GEOMETRY, Sketch

WHITE = (1.0, 1.0, 1.0)
FILTER = "parabolic"
WIDE = 4.0  # pixels: radius of the filter at first
SHARE = 0.6  # of the steps, in which shapes move as a whole
RATES = {"shift": 0.12, "number": 0.03, "color": 0.008, "gradient": 0.01}  # pixels, of 1, and shares of its size
FLAT = 0.05  # of a rate at the end
BETAS = 0.9, 0.99
SETTLED = 0.02  # share of the largest gradient below which steps become smaller
NOISE = 0.08  # by which renderers differ at edges; what is less moves no points


@dataclass(frozen=True, eq=False, repr=False)
class RefineResult:
    """What a drawing has become.

    Attributes
    ----------
    text : bytes
        The file. What has not changed is as it was, byte for byte.
    scene : Scene
        What is drawn, in pixels of the target.
    history : ndarray, shape (steps,)
        The loss before every step.
    unsupported : tuple of str
        What of the drawing is not drawn, and so cannot be refined.
    """

    text: bytes
    scene: Scene
    history: Numbers
    unsupported: tuple[str, ...]

    def save(self, path: Place) -> None:
        """Write the file.

        Raises
        ------
        DataError
            If it cannot be written.
        """
        write_atomic(path, self.text)


def refine(
    drawing: str | os.PathLike[str] | bytes,
    target: PictureLike,
    steps: int = 300,
    only: str | None = None,
    lock: Iterable[str] = (),
    loss: str = "mse",
    weight: Any = None,
) -> RefineResult:
    """Move the shapes of a drawing, and change their colours, until it looks like a picture.

    Ids, classes, titles, groups and their transformations, order, comments, and what is not drawn stay as they are.
    Straight lines stay straight, smooth nodes smooth and closed contours closed.

    Parameters
    ----------
    drawing : path or bytes
        An SVG file, or its text.
    target : path, PIL image or array
        What it is to look like; of any size, with the proportions of the drawing.
    steps : int
        Of the descent.
    only : {"fill", "geometry"}, optional
        Change colours only, or shapes only.
    lock : iterable of str
        Ids of elements that stay as they are, with all that is in them.
    loss, weight
        As of `value_and_grad`.

    Raises
    ------
    DataError
        If the drawing or the target cannot be read, they differ in their proportions, or there is nothing to change.
    ValueError
        If an option is not known.
    """
    check_whole("steps", steps, 0)
    if only is not None:
        choose("only", only, (FILL, GEOMETRY))
    name = "" if isinstance(drawing, bytes) else f"{drawing}: "
    wanted = read_image(target, np.float32)
    sketch = _sketch(drawing, name, wanted, only, tuple(lock))
    rates = _rates(sketch)
    if not rates:
        raise DataError(f"{name}there is nothing that could be changed")
    objective = Objective(sketch.scene(), wanted, loss, weight=weight, filter=FILTER)
    descent = _Descent(sketch, objective, wanted, steps)
    history = np.array([descent.step(k) for k in range(steps)])
    return RefineResult(sketch.text(), sketch.scene(), history, sketch.findings.features)


def _sketch(drawing: Any, name: str, wanted: Any, only: str | None, lock: tuple[str, ...]) -> Sketch:
    height, width, channels = wanted.shape
    data = drawing if isinstance(drawing, bytes) else bytes_of(Path(drawing))
    try:
        document = read_bytes(data)
        missing = [each for each in lock if each not in document.ids]
        if missing:
            raise DataError(f"there is no element with the id {missing[0]!r} to lock")
        sketch = Sketch(document, width, WHITE if channels == 3 else None, only, lock)
    except DataError as error:
        raise DataError(f"{name}{error}") from None
    own = sketch.drawing.height
    if abs(own - height) > 1:
        raise DataError(f"{name}at {width} pixels it is {own} high, but the target {height}; crop one of them")
    sketch.drawing = sketch.drawing._replace(height=height)
    return sketch


def _rates(sketch: Sketch) -> int:
    """Return how many things can be changed."""
    return len(sketch.handles) + len(sketch.colors) + len(sketch.gradients)


class _Momentum:
    """Adam with one scale for all numbers of a thing (Kingma and Ba 2015, with the largest square for each).

    With a scale for each number, one that the picture says nothing of would follow the noise.
    """

    def __init__(self) -> None:
        self._mean: Numbers | float = 0.0
        self._square, self._steps = 0.0, 0
        self.peak = 0.0  # of all gradients

    def step(self, g: Numbers, least: float = 0.0) -> Numbers:
        """Return the next step, about 1 for the number that changes most; smaller if gradients are below `least`."""
        self._steps += 1
        self.peak = max(self.peak, float(np.abs(g).max()))
        self._mean = BETAS[0] * self._mean + (1.0 - BETAS[0]) * g
        self._square = BETAS[1] * self._square + (1.0 - BETAS[1]) * float((g * g).max())
        mean = self._mean / (1.0 - BETAS[0] ** self._steps)
        scale = (self._square / (1.0 - BETAS[1] ** self._steps)) ** 0.5
        out: Numbers = mean / max(scale, least, SETTLED * self.peak, 1e-300)
        return out


class _Descent:
    """Moves each thing that can be changed."""

    def __init__(self, sketch: Sketch, objective: Objective, wanted: Array, steps: int) -> None:
        self._sketch, self._objective, self._steps = sketch, objective, max(steps, 1)
        self._wanted = wanted
        self._layout = Layout(sketch.scene())
        self._momenta: defaultdict[object, _Momentum] = defaultdict(_Momentum)

    def step(self, k: int) -> float:
        """Take a step, and return the loss before it."""
        part = k / self._steps
        whole = part < SHARE
        radius = SVG_RADIUS[FILTER]
        if whole:
            radius = max(radius, WIDE * (1.0 - part / SHARE) ** 2)
        scene = self._sketch.scene()
        x = self._layout.vector(scene)
        target = None if whole else self._without_noise(x)
        loss, gradient = self._objective(x, target, filter_radius=radius)
        within = part / SHARE if whole else (part - SHARE) / (1.0 - SHARE)
        decay = FLAT + (1.0 - FLAT) * 0.5 * (1.0 + np.cos(np.pi * within))
        for key, g in self._sketch.pull(self._layout.gradient(gradient), whole).items():
            self._move(key, g, whole, decay)
        return float(loss)

    def _without_noise(self, x: Array) -> Array:
        """Return the target, with what differs little from the picture of a vector as in that."""
        drawn = self._objective.render(x, filter_radius=SVG_RADIUS[FILTER])
        away = self._wanted - drawn
        out: Array = drawn + np.sign(away) * np.maximum(np.abs(away) - NOISE, 0.0)
        return out

    def _move(self, key: object, g: Numbers, whole: bool, decay: float) -> None:
        place = (key, whole) if isinstance(key, Handle) else key
        if not (g.any() and np.isfinite(g).all()):
            return
        least = 0.0
        if isinstance(key, Handle) and not whole:  # what its points had when it was away from its place
            least = self._momenta[key, True].peak / max(len(g), 1)
        step = self._momenta[place].step(g, least)
        if isinstance(key, Handle):
            own: Numbers = -step * decay * RATES["shift" if whole else "number"]
            key.values = key.moved(own) if whole else key.stepped(own)
        elif isinstance(key, Owner):
            color = self._sketch.colors[key]
            color[:] = (color - RATES["color"] * decay * step).clip(0.0, 1.0)
        else:
            numbers = self._sketch.gradients[key]  # type: ignore[index]
            numbers -= RATES["gradient"] * decay * step * max(float(np.ptp(numbers)), 1e-3)
