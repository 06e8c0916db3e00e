"""What a file may ask for: drawings come from anywhere, and must not cost more than their size seems to say.

The largest drawings of public collections (maps) have some 10 MB, 20,000 elements and 40 levels.
"""

from __future__ import annotations

from ..errors import DataError

BYTES = 24 * 2**20
ELEMENTS = 100_000  # in the file
VISITS = 60_000  # of elements when they are drawn, those of <use> again every time
DEPTH = 128  # of elements in elements, those of <use> too
ENTITIES = 100  # that a file defines
EXPANDED = 8 * 2**20  # characters that entities may add
SEGMENTS = 1_000_000  # of all outlines
CONTOUR = 8  # segments that are drawn in the time that a contour takes
ARC = 8  # segments that are drawn in the time that an arc takes, beside its curves
STROKED = 2  # those in the time that a line takes to get joins and dashes
CURVES = 60_000  # in outlines of strokes, or dashes; where there would be more, a round brush draws
BESIDE = 10  # curves in the outline of a stroke for each that it goes along, if these are no more
DASHES = 20_000  # and gaps between them
VALUE = 10_000  # characters of an attribute or of a property that is read, but for path data, points and styles
TEXT = 64  # characters of path data or points that are read in the time of a segment, even if there are only spaces
DECLARATIONS = 1_000_000  # in the styles of elements
FUNCTIONS = 200_000  # of transformations
PATTERN = 16  # lengths in a pattern of dashes that are read in the time of a dash
SHEETS = 500_000  # characters of style sheets
MATCHES = 3_000_000  # of elements with selectors that may be theirs, and declarations of these
CLIPS = 6_000  # shapes in clip paths and curves of these, again at every other place
EFFECTS = 300_000  # of groups on each of their shapes: opacity, and clip paths that need not cut them
CUTS = 55_000  # of lines by sides of clip paths, or what takes as long; where there are more, their boxes cut, half
STOPS = 256  # of a gradient
CHAIN = 32  # references from gradient to gradient, or from clip path to clip path
LARGEST = 1e10  # coordinates


class Budget:
    """Counts down what is left of a limit.

    Parameters
    ----------
    name : str
        What is counted, for people to read.
    limit : int
        How many there may be.

    Attributes
    ----------
    spent : bool
        Whether there was a time when not so many were left as were asked for.
    """

    def __init__(self, name: str, limit: int) -> None:
        self._name, self._limit, self._left = name, limit, limit
        self.spent = False

    def allows(self, count: int) -> bool:
        """Take some if there are so many left, and return whether there were."""
        if count > self._left:
            self.spent = True
            return False
        self._left -= count
        return True

    def has(self, count: int) -> bool:
        """Return whether there are so many left."""
        return count <= self._left

    def spend(self, count: int) -> None:
        """Take some, or all if there are not so many left."""
        self._left -= min(count, self._left)

    def check(self, count: int) -> None:
        """Refuse what would ask for more than there is.

        Raises
        ------
        DataError
            If there are not so many left.
        """
        if count > self._left:
            self.take(count)

    def take(self, count: int = 1) -> None:
        """Take some.

        Raises
        ------
        DataError
            If there are not so many left.
        """
        if count <= self._left:
            self._left -= count
        else:
            self.spent = True
            raise DataError(f"the drawing has more than {self._limit:,} {self._name}; that is too much")
