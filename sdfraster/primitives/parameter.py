"""What the rest of the package must know about one parameter of a primitive."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Parameter:
    """Name, role and range of one shape parameter.

    Attributes
    ----------
    name : str
        Field's standard name, unique within the primitive.
    role : str
        What kind of quantity it is: ``"position"`` or ``"length"`` (pixels) or ``"angle"`` (radians).
        Roles choose learning rates and how a scene is scaled.
    lower, upper : float
        Closed range of valid values; optimisers clamp to it.
    size : bool
        Whether nothing of the shape is left where the parameter is 0.
    half_of : tuple of str
        Names of the lengths of the shape whose halves it cannot exceed; a larger value is drawn as if it were that,
        and has no derivative.
    """

    name: str
    role: str
    lower: float = -inf
    upper: float = inf
    size: bool = False
    half_of: tuple[str, ...] = ()


def position(name: str) -> Parameter:
    """Return a coordinate in pixels."""
    return Parameter(name, "position")


def length(name: str, size: bool = True, half_of: tuple[str, ...] = ()) -> Parameter:
    """Return a non-negative length in pixels."""
    return Parameter(name, "length", lower=0.0, size=size, half_of=half_of)


def angle(name: str) -> Parameter:
    """Return an angle in radians, clockwise on the screen; any number of turns is valid."""
    return Parameter(name, "angle")
