"""Shapes that are images of each other, such as eyes and ears, become so exactly, where the picture holds.

Each of a pair follows the same outline with its own nodes and its own noise. Two paths move once more as one shape that
is its own mirror image. Two primitives of a kind get the mean of what one says and what the image of the other says.
Only vertical and horizontal axes count.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..primitives import primitive
from .curves import derived
from .drawing import Drawing, Shape, controls
from .fitting import Tolerance
from .forms import form_of
from .groups import Axis
from .palette import Pixels
from .refine import Target, every, squares
from .stack import canvas_of, lights, over, sheet_of, wanted
from .symmetry import STEP, symmetrical

ALIKE = 0.7  # pixels between the sizes of two shapes, and along the axis between their middles
MOST = 40  # shapes of one sort: more are a pattern
AS_GOOD, SLACK = 1.05, 0.02  # times the error, and squared pixels, that two primitives may have which are images
OWN = 1e-6  # pixels between nodes that are images of each other


class Pair(NamedTuple):
    """Two shapes that may be images of each other."""

    first: int
    second: int
    angle: float  # of the normal of the axis


def paired(drawing: Drawing, pixels: Pixels, limits: Tolerance) -> Drawing:
    """Return a drawing in which shapes that are nearly images of each other are so, if a picture (H, W, 4) holds."""
    pairs = _pairs(drawing.shapes)
    targets = _targets(drawing, pixels, {k for pair in pairs for k in pair[:2]})
    shapes, taken = list(drawing.shapes), set[int]()
    for first, second, angle in pairs:
        if first in taken or second in taken:
            continue
        both, known = (shapes[first], shapes[second]), (targets[first], targets[second])
        found = _alike(both, known, angle) if both[0].params is not None else _tied(both, known, limits)
        if found is not None:
            shapes[first], shapes[second] = found
            taken |= {first, second}
    return drawing._replace(shapes=shapes)


def _pairs(shapes: list[Shape]) -> list[Pair]:
    """Return shapes of one sort and size that lie beside each other, or one above the other."""
    sorts: dict[tuple[str, int, bytes], list[int]] = {}
    for k, shape in enumerate(shapes):
        if shape.paint.kind == "flat" and form_of(shape) is not None:
            key = shape.kind, len(shape.curves), shape.paint.colors.tobytes()
            sorts.setdefault(key, []).append(k)
    found = []
    for members in sorts.values():
        boxes = {k: _box(shapes[k]) for k in members} if 1 < len(members) <= MOST else {}
        for first, second in combinations(boxes, 2):
            (low, high), (other_low, other_high) = boxes[first], boxes[second]
            if np.abs(high - low - other_high + other_low).max() > ALIKE:
                continue
            apart = 0.5 * np.abs(low + high - other_low - other_high)
            size = high - low
            for axis, angle in enumerate((0.0, 0.5 * np.pi)):
                if apart[1 - axis] <= ALIKE and apart[axis] > size[axis]:
                    found.append(Pair(first, second, angle))
    return found


def _box(shape: Shape) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest x and y (2,) of the nodes of a path, or of a primitive."""
    if shape.params is not None:
        bounds = primitive(shape.kind).bounds(tuple(shape.params.tolist()))
        return np.array(bounds[:2]), np.array(bounds[2:])
    points = np.concatenate(controls(shape))[:, 0]
    return points.min(axis=0), points.max(axis=0)


def _targets(drawing: Drawing, pixels: Pixels, which: set[int]) -> dict[int, Target]:
    """Return what some shapes have to cover, if all others stay."""
    if not which:
        return {}
    sheets = [sheet_of(shape, drawing) for shape in drawing.shapes]
    canvas, found = canvas_of(drawing), {}
    for k, (sheet, light) in enumerate(zip(sheets, lights(sheets), strict=True)):
        if k in which:
            found[k] = wanted(sheet, light, canvas, pixels)
        over(sheet, canvas)
    return found


def _error(shape: Shape, target: Target) -> float:
    """Return the sum of the squared errors of what a shape covers, over the strength of its pixels."""
    form = form_of(shape)
    assert form is not None
    return squares(form.layout, every(form), target)[0] / max(float(target.counts.max(initial=0.0)), 1e-6) ** 2


def mirrored(shape: Shape, axis: Axis) -> Shape:
    """Return the image of a primitive at a vertical or horizontal axis."""
    assert shape.params is not None
    across, params = int(axis.angle != 0.0), shape.params.copy()
    for k, parameter in enumerate(primitive(shape.kind).parameters):
        role = parameter.role
        if role.axis == across:
            params[k] = 2.0 * axis.place - params[k]
        elif role.turns:
            params[k] = -params[k]
    return shape._replace(params=params)


def _alike(both: tuple[Shape, Shape], targets: tuple[Target, Target], angle: float) -> tuple[Shape, Shape] | None:
    """Return two primitives as images of each other, or None if the picture does not hold then."""
    own, other = (np.asarray(shape.params) for shape in both)
    roles = [parameter.role for parameter in primitive(both[0].kind).parameters]
    across = np.array([role.axis == int(angle != 0.0) for role in roles])
    place = float(np.round((own + other)[across].mean() / STEP)) * 0.5 * STEP
    image = np.asarray(mirrored(both[1], Axis(angle, place)).params)
    if both[0].kind == "line" and np.abs(image - own).max() > ALIKE:  # it leads the other way round
        image = image[[2, 3, 0, 1, 4]]
    turns = np.array([role.turns for role in roles])
    image[turns] += np.pi * np.round((own - image)[turns] / np.pi)
    if np.abs(image - own)[~turns].max() > ALIKE:
        return None
    first = both[0]._replace(params=0.5 * (own + image))
    found = first, mirrored(first, Axis(angle, place))
    return found if _holds(both, found, targets) else None


def _holds(both: tuple[Shape, Shape], found: tuple[Shape, Shape], targets: tuple[Target, Target]) -> bool:
    """Return whether two shapes are nearly as good as what they were."""
    before, after = (sum(map(_error, shapes, targets)) for shapes in (both, found))
    return after <= AS_GOOD * before + SLACK


def _tied(both: tuple[Shape, Shape], targets: tuple[Target, Target], limits: Tolerance) -> tuple[Shape, Shape] | None:
    """Return two paths as images of each other, or None if the picture does not hold then, or each is its own image."""
    target = _joined(*targets)
    if target is None or all(map(_is_own, both)):
        return None
    joined = both[0]._replace(curves=[*both[0].curves, *both[1].curves])
    moved = symmetrical(joined, target, limits)
    if moved is joined:
        return None
    middles = [np.concatenate(controls(shape))[:, 0].mean(axis=0) for shape in both]
    parts: tuple[list[int], list[int]] = ([], [])
    for k, curve in enumerate(moved.curves):
        off = [float(np.linalg.norm(derived(curve).control[:, 0].mean(axis=0) - middle)) for middle in middles]
        parts[int(off[1] < off[0])].append(k)
    if len(parts[0]) != len(parts[1]):
        return None
    first, second = (
        shape._replace(curves=[moved.curves[k] for k in part]) for shape, part in zip(both, parts, strict=True)
    )
    return first, second


def _is_own(shape: Shape) -> bool:
    """Return whether a path is its own image already, at a vertical or a horizontal axis."""
    points = np.concatenate(controls(shape))[:, 0]
    for axis in (0, 1):
        image = points.copy()
        image[:, axis] = points[:, axis].min() + points[:, axis].max() - points[:, axis]
        if np.abs(points[:, None] - image).max(axis=2).min(axis=1).max() <= OWN:
            return True
    return False


def _joined(a: Target, b: Target) -> Target | None:
    """Return two targets as one, None if their windows overlap."""
    boxes = [(t.left, t.top, t.left + t.share.shape[1], t.top + t.share.shape[0]) for t in (a, b)]
    (l0, t0, r0, b0), (l1, t1, r1, b1) = boxes
    if l0 < r1 and l1 < r0 and t0 < b1 and t1 < b0:
        return None
    left, top = min(l0, l1), min(t0, t1)
    shape = max(b0, b1) - top, max(r0, r1) - left
    share, counts = np.zeros(shape), np.zeros(shape)
    for part in (a, b):
        height, width = part.share.shape
        window = np.s_[part.top - top : part.top - top + height, part.left - left : part.left - left + width]
        share[window], counts[window] = part.share, part.counts
    return Target(left, top, share, counts)
