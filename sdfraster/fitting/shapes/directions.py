"""The directions in which the optimiser moves a scene, with a learning rate for each.

Along a needle a pixel is little, across it much: so points move along the axes of their shape, not by x and y. Ellipses
and rectangles move their four sides, each of which has its own part of the picture, instead of a centre and two
lengths. `docs/decisions/fit-rates.md` says what that is worth.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array, identity

from ...anatomy import position_columns, sides
from ...shapes import Array
from ...vector import Layout


class Directions:
    """Directions in the space of the values of a scene, as many as there are values.

    Parameters
    ----------
    directions : sparse array, shape (n, n)
        By how much each direction, a column, changes the values.
    """

    def __init__(self, directions: csr_array) -> None:
        self.directions, self.transposed = directions, directions.T.tocsr()

    def slope(self, g: Array) -> Array:
        """Return the derivative along every direction, given that by every value."""
        slope: Array = self.transposed @ g
        return slope

    def values(self, step: Array) -> Array:
        """Return the change of the values, given the step along every direction."""
        values: Array = self.directions @ step
        return values

    def spread(self, rates: Array) -> Array:
        """Return how fast the values change if steps along different directions are independent, with these rates."""
        spread: Array = np.sqrt(self.directions.power(2) @ rates**2)
        return spread


def coordinate_directions(layout: Layout) -> Directions:
    """Return the directions of the single values."""
    return Directions(csr_array(identity(layout.size, layout.template.dtype)))


def along_axes(layout: Layout, axes: Array) -> Directions:
    """Return directions along the axes of the shapes of the first layer, whose first axes are unit vectors (N, 2).

    They move the points of a shape, or its sides if it has any. The direction of a side stands in place of a coordinate
    of the centre, and that of the opposite side in place of the length along the same axis.
    """
    layer = layout.template.layers[-1]
    position = position_columns(layer)
    lengths, reach = sides(layer)
    count = len(layer.parameters)
    local = np.eye(count)
    for coordinate, column, unit in zip(position, lengths, reach, strict=False):
        local[np.ix_([coordinate, column], [coordinate, column])] = [[0.5, -0.5], [0.5 / unit, 0.5 / unit]]
    turn = np.tile(np.eye(count), (len(layer), 1, 1))
    x, y = position[::2], position[1::2]
    turn[:, x, x] = turn[:, y, y] = axes[:, :1]
    turn[:, y, x], turn[:, x, y] = axes[:, 1:], -axes[:, 1:]
    blocks = turn @ local
    every: Any = np.arange(layout.size)
    numbers = layout.views(every)[0][-1].params
    others = np.setdiff1d(every, numbers)
    shape, value, direction = np.nonzero(blocks)
    data = np.concatenate([blocks[shape, value, direction], np.ones(len(others))]).astype(layout.template.dtype)
    rows, columns = (np.concatenate([numbers[shape, k], others]) for k in (value, direction))
    return Directions(csr_array((data, (rows, columns)), shape=(layout.size, layout.size)))
