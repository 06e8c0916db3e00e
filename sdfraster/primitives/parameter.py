"""What the rest of the package must know about one parameter of a primitive."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..roles import ANGLE, LENGTH, RATIO, Role, X, Y


@dataclass(frozen=True)
class Parameter:
    """Name and role of one shape parameter.

    Attributes
    ----------
    name : str
        Field's standard name, unique within the primitive.
    role : Role
        What kind of quantity it is: this says its range, how it scales and mirrors, and how fast it is learned.
    size : bool
        Whether it is a length, and nothing of the shape is left where it is 0.
    half_of : tuple of str
        Names of the lengths of the shape whose halves it cannot exceed; a larger value is drawn as if it were that,
        and has no derivative.
    """

    name: str
    role: Role
    size: bool = False
    half_of: tuple[str, ...] = ()


def point(x: str, y: str) -> tuple[Parameter, Parameter]:
    """Return both coordinates of a point in pixels."""
    return Parameter(x, X), Parameter(y, Y)


def length(name: str, size: bool = True, half_of: tuple[str, ...] = ()) -> Parameter:
    """Return a non-negative length in pixels."""
    return Parameter(name, LENGTH, size, half_of)


def angle(name: str) -> Parameter:
    """Return an angle in radians, clockwise on the screen; any number of turns is valid."""
    return Parameter(name, ANGLE)


def ratio(name: str, lower: float = 0.0, upper: float = 1.0) -> Parameter:
    """Return a number without a unit, which stays as it is when a shape is scaled or mirrored."""
    return Parameter(name, replace(RATIO, lower=lower, upper=upper))
