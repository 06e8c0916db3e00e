"""Groups of images of the plane: axes, and turns about a centre."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .palette import Pixels

WHOLE = 1e-12  # by which numbers of a matrix may be off and are whole


class Element(NamedTuple):
    """A turn, or a mirror image, about a centre; a curve that is mirrored is gone along the other way round."""

    angle: float  # what directions are turned by; of an image, what they are subtracted from: twice that of its normal
    mirrors: bool

    @property
    def matrix(self) -> NDArray[np.float64]:
        """Return the matrix (2, 2) of vectors from the centre; whole numbers in it are exact."""
        return _matrix(*self)

    @property
    def normal(self) -> NDArray[np.float64]:
        """Return the unit vector across the axis of an image; its zeros and ones are exact."""
        return Axis(0.5 * self.angle, 0.0).normal

    @property
    def sign(self) -> float:
        """What directions are multiplied by before the angle is added."""
        return -1.0 if self.mirrors else 1.0

    def of(self, other: Element) -> Element:
        """Return the element that this one is of what another one makes."""
        return Element(self.angle + self.sign * other.angle, self.mirrors != other.mirrors)


@lru_cache(maxsize=256)
def _matrix(angle: float, mirrors: bool) -> NDArray[np.float64]:
    """Return the matrix of an element."""
    c, s = np.cos(angle), np.sin(angle)
    matrix = np.array([[-c, -s], [-s, c]]) if mirrors else np.array([[c, -s], [s, c]])
    whole = np.round(matrix)
    exact: NDArray[np.float64] = whole if np.abs(matrix - whole).max() < WHOLE else matrix
    exact.flags.writeable = False
    return exact


IDENTITY = Element(0.0, False)


class Axis(NamedTuple):
    """The line of the points p with ``normal @ p == place``."""

    angle: float  # of the normal
    place: float

    @property
    def normal(self) -> NDArray[np.float64]:
        """Return the unit vector across the axis; its zeros and ones are exact."""
        normal = np.array([np.cos(self.angle), np.sin(self.angle)])
        eighths = self.angle / (0.25 * np.pi)
        if abs(eighths - round(eighths)) < WHOLE:
            whole = np.sign(np.round(normal, 9))
            normal = whole / np.sqrt(whole @ whole)
        return normal

    @property
    def level(self) -> bool:
        """Whether the images of level lines are level."""
        return self.symmetry(np.zeros(2)).level

    def beyond(self, points: Pixels) -> NDArray[np.float64]:
        """Return how far points (..., 2) lie on the side that the normal points to."""
        far: NDArray[np.float64] = points @ self.normal - self.place
        return far

    def image(self, points: Pixels) -> Pixels:
        """Return the images of points (..., 2)."""
        mirrored: Pixels = points - 2.0 * self.beyond(points)[..., None] * self.normal
        return mirrored

    def symmetry(self, near: NDArray[np.float64]) -> Symmetry:
        """Return the symmetry of what is its own image at this axis; its centre is the point nearest to one (2,)."""
        return Symmetry(1, True, self.angle, near - self.beyond(near) * self.normal)


class Symmetry(NamedTuple):
    """Images of what is the same after parts of a full turn, or at axes, or both."""

    order: int  # turns, or axes, or both
    mirrored: bool  # whether there are axes
    angle: float  # of the normal of one of them
    centre: NDArray[np.float64]  # (2,)

    @property
    def turns(self) -> list[Element]:
        """The turns, the one that changes nothing first."""
        return [Element(2.0 * np.pi * k / self.order, False) for k in range(self.order)]

    @property
    def mirrors(self) -> list[Element]:
        """The images at axes, by the angles of these."""
        axes = range(self.order if self.mirrored else 0)
        return [Element(2.0 * (self.angle + np.pi * k / self.order), True) for k in axes]

    @property
    def level(self) -> bool:
        """Whether the images of level lines are level."""
        matrices = [element.matrix for element in self.turns + self.mirrors]
        return all(bool((matrix == np.round(matrix)).all()) for matrix in matrices)

    @property
    def likely(self) -> bool:
        """Whether who draws means it: at a level axis, or of more than two images; others may be so by chance."""
        return self.order + self.mirrored > 2 or (self.mirrored and self.level)

    def image(self, element: Element, points: Pixels) -> Pixels:
        """Return the images of points (..., 2)."""
        moved: Pixels = (points - self.centre) @ element.matrix.T + self.centre
        return moved

    def beyond(self, mirror: Element, points: Pixels) -> NDArray[np.float64]:
        """Return how far points (..., 2) lie on the side of an axis that its normal points to."""
        far: NDArray[np.float64] = (points - self.centre) @ mirror.normal
        return far
