"""The registry of primitives: every module of this folder that defines ``PARAMETERS`` is one kind.

A kind is added by adding its file. Nothing else lists kinds: tests, command line, documentation and SVG all ask here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from .parameter import Parameter
from .rotation import Rotation

__all__ = ["Parameter", "Primitive", "Rotation", "kinds", "primitive"]


@dataclass(frozen=True)
class Primitive:
    """One kind of shape: its parameters and the plain scalar functions of its module.

    In these functions ``p`` is the sequence of the shape's parameters, and x and y are in pixels.

    Attributes
    ----------
    kind : str
        Name of the kind, e.g. ``"circle"``.
    parameters : tuple of Parameter
        Parameters in order.
    distance : callable
        ``distance(p, x, y) -> d``, signed distance, negative inside.
    gradient : callable
        ``gradient(p, x, y) -> (dd/dp0, dd/dp1, ...)``.
    bounds : callable
        ``bounds(p) -> (x0, y0, x1, y1)``, box of the zero set.
    frame, frame_adjoint : callable
        ``frame(p) -> (cx, cy, l)``, origin and unit of linear colours, and
        ``frame_adjoint(p, g_cx, g_cy, g_l) -> (g_p0, g_p1, ...)``.
    sample : callable
        ``sample(rng, x, y, size) -> p``, a typical shape at (x, y) about as large as a circle of radius `size`.
    svg : callable
        ``svg(p) -> (tag, attributes)``; attribute values are numbers, flat sequences of coordinates, strings, or a
        `Rotation` for ``transform``. An element with a ``stroke-width`` is painted by its stroke, others are filled.
    """

    kind: str
    parameters: tuple[Parameter, ...]
    distance: Callable[..., Any]
    gradient: Callable[..., Any]
    bounds: Callable[..., Any]
    frame: Callable[..., Any]
    frame_adjoint: Callable[..., Any]
    sample: Callable[..., Any]
    svg: Callable[..., Any]

    @property
    def params(self) -> tuple[str, ...]:
        """Parameter names in order."""
        return tuple(parameter.name for parameter in self.parameters)


@cache
def _registry() -> dict[str, Primitive]:
    found = {}
    for info in iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        if hasattr(module, "PARAMETERS"):
            functions = {
                name: getattr(module, name) for name in Primitive.__dataclass_fields__ if hasattr(module, name)
            }
            found[info.name] = Primitive(kind=info.name, parameters=module.PARAMETERS, **functions)
    return found


def kinds() -> tuple[str, ...]:
    """Return the names of all primitives, in alphabetical order."""
    return tuple(sorted(_registry()))


def primitive(kind: str) -> Primitive:
    """Return the primitive of that name.

    Raises
    ------
    ValueError
        If there is no such kind; the message lists those there are.
    """
    try:
        return _registry()[kind]
    except KeyError:
        raise ValueError(f"unknown kind {kind!r}; the kinds are {', '.join(kinds())}") from None
