"""Paints as colours of a layer: its rule of colours, the values, and what is part of the opacity."""

from __future__ import annotations

from functools import lru_cache
from math import hypot
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from ..model.gradients import held, linear_gradient, radial_gradient, with_stops
from ..model.paint import frame_of
from ..model.shading import CONSTANT, rules_of, shading_of
from ..model.stops import Graded
from ..primitives import Contoured, primitive
from .findings import Findings
from .forms import Form
from .paints import RGB, Flat, Linear, Paint, Radial, Stop
from .thinning import TOO_MANY, thinned

COUNTS = (2, 4, 8)  # numbers of stops that are drawn: every one of them is a kernel to compile
SAME = 1e-6  # alphas that differ by less are the same


class Color(NamedTuple):
    """The colour of a shape of a layer.

    Attributes
    ----------
    shading : str
        Its rule: ``"constant"``, ``"gradient"`` or ``"radial"``.
    values : ndarray
        As the rule has them.
    alpha : float
        To be multiplied with the opacity.
    """

    shading: str
    values: NDArray[np.float64]
    alpha: float


def color_of(paint: Paint, form: Form, element: Element, findings: Findings) -> Color:
    """Return the colour of a form, and note what of the paint cannot be drawn."""
    if isinstance(paint, Flat):
        return Color(CONSTANT, np.array(paint.color), paint.alpha)
    if paint.spread != "pad":
        findings.add(f"gradients that {paint.spread}", element)
    alphas = [stop.alpha for stop in paint.stops]
    if max(alphas) - min(alphas) > SAME:
        findings.add("gradients whose opacity changes", element)
    if isinstance(paint, Radial) and _is_cone(paint):
        findings.add("gradients that begin outside of their circle", element)
    kept = paint.stops
    while True:
        try:
            shading, values = _values(paint, kept, form)
            break
        except ValueError:
            kept, seen = thinned(kept, len(kept) - 1)
            if seen:
                findings.add(TOO_MANY, element)
    if values.shape == (3,):
        return Color(CONSTANT, values, alphas[-1])
    return Color(shading, values, sum(alphas) / len(alphas))


def _is_cone(paint: Radial) -> bool:
    cx, cy, r = paint.circle
    fx, fy, fr = paint.focus
    return hypot(fx - cx, fy - cy) + fr > r * (1.0 + SAME)


def _values(paint: Linear | Radial, stops: tuple[Stop, ...], form: Form) -> tuple[str, NDArray[np.float64]]:
    frame = frame_of(primitive(form.kind), shape_of(form))
    given = _held(tuple((stop.offset, stop.color) for stop in stops))
    if isinstance(paint, Linear):
        return "gradient", linear_gradient(frame, paint.ends, given, paint.matrix)
    return "radial", radial_gradient(frame, paint.circle, paint.focus, given, paint.matrix)


@lru_cache(64)
def _held(stops: tuple[tuple[float, RGB], ...]) -> Graded:
    """Return stops as gradients take them: many shapes in a row have the same."""
    return held(stops)


def shape_of(form: Form) -> list[float] | Contoured:
    """Return the parameters of a form as the functions of its kind take them."""
    if len(form.params) == 1:
        return list(form.params[0].tolist())
    values = np.concatenate(form.params).tolist()
    return Contoured(values, [len(contour) // 2 for contour in form.params])


def stops(color: Color) -> int:
    """Return a number of stops that is drawn, and not less than a colour has."""
    if color.values.ndim != 1 or color.shading == CONSTANT:
        return COUNTS[0]
    rules = rules_of(color.shading)
    own = len(rules[shading_of((1, *color.values.shape), color.shading)].tones) // 3
    return next(count for count in COUNTS if count >= own)


def lifted(color: Color, count: int) -> Color:
    """Return the same colour with so many stops."""
    if color.shading == CONSTANT or count == COUNTS[0]:
        return color
    return color._replace(values=with_stops(color.values, color.shading, count))
