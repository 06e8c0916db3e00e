"""What the numbers of a scene are: how each scales, mirrors and moves, and its range. A new role is a new `Role`.

Whoever treats numbers of different kinds differently asks the role, and never for its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Role:
    """What kind of quantity a number of a scene is.

    Attributes
    ----------
    name : str
        For people to read.
    rate : float
        Learning rate: by how much a first-order optimiser changes it in a step, in its own unit.
    scales : bool
        Whether it is measured in pixels, and so grows with the canvas when a scene is drawn larger.
    mirrors : float
        What it is multiplied by in the mirror image of a shape at a vertical line: 1 or -1.
    lower, upper : float
        Closed range of valid values; optimisers clamp to it.
    axis : int or None
        0 of an x and 1 of a y: coordinates of points, which come in pairs, x first. The others have None.
    turns : bool
        Whether it is the angle in radians by which a shape is turned.
    """

    name: str
    rate: float
    scales: bool = False
    mirrors: float = 1.0
    lower: float = -inf
    upper: float = inf
    axis: int | None = None
    turns: bool = False


X = Role("x", rate=0.1, scales=True, mirrors=-1.0, axis=0)
Y = Role("y", rate=0.1, scales=True, axis=1)
LENGTH = Role("length", rate=0.1, scales=True, lower=0.0)
ANGLE = Role("angle", rate=0.1, mirrors=-1.0, turns=True)
RATIO = Role("ratio", rate=0.02, lower=0.0, upper=1.0)

# of every layer and scene, whatever its shapes are
COLOR = Role("color", rate=0.02)
OPACITY = Role("opacity", rate=0.02, lower=0.0, upper=1.0)
BACKGROUND = Role("background", rate=0.01)
