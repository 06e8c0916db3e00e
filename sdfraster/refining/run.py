"""Refining a drawing: descent on the numbers that its file has.

Paths move as a whole at first, seen through a wide filter, so that they find what is a few pixels away; then all their
numbers move, and what the picture does not tell of (a point along a smooth curve) stays as it was.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..arguments import check_whole, choose
from ..drawing.document import Document, read_bytes
from ..drawing.reader import drawing_of
from ..errors import DataError
from ..io.atomic import write_atomic
from ..io.place import Place
from ..io.sources import SHARP
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
from .judge import Judge, Judgement
from .sketch import FILL, GEOMETRY, Sketch

FILTER = SHARP  # as drawings are judged
WIDE = 4.0  # pixels: radius of the filter at first
SHARE = 0.6  # of the steps, in which paths move as a whole
RATES = {"shift": 0.12, "number": 0.03, "color": 0.008, "gradient": 0.01}  # pixels, of 1, and shares of its size
FLAT = 0.05  # of a rate at the end
BETAS = 0.9, 0.99
SETTLED = 0.02  # share of the largest gradient below which steps become smaller
_ENCODING = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)")
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
        The loss before every step, seen through the filter of that step, which is wide at first.
    before, after : Judgement
        ``loss`` and ``psnr`` in dB of the drawing at first and of this one, as they are written; the PSNR is that of
        `sdfraster compare`, and of a transparent drawing that has an opaque target that on white.
    unsupported : tuple of str
        What of the drawing is not drawn, and so cannot be refined.
    """

    text: bytes
    scene: Scene
    history: Numbers
    before: Judgement
    after: Judgement
    unsupported: tuple[str, ...]

    def __repr__(self) -> str:
        return f"RefineResult({self.scene!r}: {self.summary})"

    @property
    def summary(self) -> str:
        """How much closer it is, in a few words."""
        (loss, psnr), (after, psnr_after) = self.before, self.after
        return f"loss {loss:.3g} -> {after:.3g}, PSNR {psnr:.2f} -> {psnr_after:.2f} dB, {len(self.history)} steps"

    @property
    def svg(self) -> str:
        """The file as text, without the encoding that it may say."""
        return _decoded(self.text)

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
    weight: PictureLike | None = None,
) -> RefineResult:
    """Move the shapes of a drawing, and change their colours, until it looks like a picture.

    Ids, classes, titles, groups and their transformations, order, comments, and what is not drawn stay as they are.
    Straight lines stay straight, smooth nodes smooth and closed contours closed. What the edges of the canvas hide
    stays: a shape all over it, and sides along its edges. If nothing better is found, the file is as it was.

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
    data = drawing if isinstance(drawing, bytes) else bytes_of(Path(drawing))
    try:
        sketch, judge = _prepared(read_bytes(data), wanted, (loss, weight), only, tuple(lock))
    except DataError as error:
        raise DataError(f"{name}{error}") from None
    objective = Objective(sketch.scene(), judge.wanted, loss, weight=weight, filter=FILTER)
    descent = _Descent(sketch, objective, judge.wanted, steps)
    text, before = sketch.document.source, judge(sketch.document.source)
    history = np.array([descent.step(k) for k in range(steps)])
    sketch.take(descent.best())
    after = judge(sketch.text())
    if after.loss < before.loss:
        text = sketch.text()
    else:
        sketch.take(descent.start)
        after = before
    return RefineResult(text, sketch.scene(), history, before, after, sketch.findings.features)


def _prepared(
    document: Document, wanted: Array, measure: tuple[str, Any], only: str | None, lock: tuple[str, ...]
) -> tuple[Sketch, Judge]:
    """Return what can be changed of a drawing, and who judges it."""
    height, width, _ = wanted.shape
    missing = [each for each in lock if each not in document.ids]
    if missing:
        raise DataError(f"there is no element with the id {missing[0]!r} to lock")
    drawing = drawing_of(document, width)
    if abs(drawing.height - height) > 1:
        raise DataError(f"at {width} pixels it is {drawing.height} high, but the target {height}; crop one of them")
    judge = Judge(document.source, wanted, *measure)
    sketch = Sketch(document, width, judge.background, only, lock)
    sketch.drawing = sketch.drawing._replace(height=height)
    if not (sketch.handles or sketch.colors or sketch.gradients):
        raise DataError("there is nothing that could be changed")
    return sketch, judge


def _decoded(text: bytes) -> str:
    """Return the text of a file in the encoding that it says."""
    said = _ENCODING.match(text)
    return text.decode("utf-8-sig" if said is None else said.group(1).decode())


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
        self._colors = objective.where(role="color")
        self._momenta: defaultdict[object, _Momentum] = defaultdict(_Momentum)
        self.start = sketch.numbers()
        self._best: tuple[float, Mapping[str, Any]] = float("inf"), self.start

    def best(self) -> Mapping[str, Any]:
        """Return the numbers of least loss, of those of the second part and those of now."""
        loss, _ = self._objective(self._layout.vector(self._sketch.scene()), filter_radius=SVG_RADIUS[FILTER])
        self._look(loss)
        return self._best[1]

    def _look(self, loss: float) -> None:
        """Keep the numbers of now, whose loss is known, if they are the best so far."""
        if loss < self._best[0]:
            self._best = loss, self._sketch.numbers()

    def step(self, k: int) -> float:
        """Take a step, and return the loss before it."""
        part = k / self._steps
        whole = part < SHARE
        radius = SVG_RADIUS[FILTER]
        if whole:
            radius = max(radius, WIDE * (1.0 - part / SHARE) ** 2)
        scene = self._sketch.scene()
        x = self._layout.vector(scene)
        loss, gradient = self._objective(x, filter_radius=radius)
        if not whole:
            self._look(loss)
            _, calm = self._objective(x, self._without_noise(x), filter_radius=radius)
            gradient = np.where(self._colors, gradient, calm)
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
            own: Numbers = -step * decay * RATES["number" if key.many and not whole else "shift"]
            key.values = key.coarse(own) if whole else key.stepped(own)
        elif isinstance(key, Owner):
            color = self._sketch.colors[key]
            color[:] = (color - RATES["color"] * decay * step).clip(0.0, 1.0)
        else:
            numbers = self._sketch.gradients[key]  # type: ignore[index]
            numbers -= RATES["gradient"] * decay * step * max(float(np.ptp(numbers)), 1e-3)
