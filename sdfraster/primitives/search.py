"""What a fit of one kind does otherwise than a fit of another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Search:
    """How shapes of a kind are searched for; a module says so with ``SEARCH`` if the defaults do not suit its kind.

    Attributes
    ----------
    steps : int
        Steps of the optimiser, if none are asked for.
    steps_of_many : int
        The same for more than 500 shapes.
    start_radius : float
        Radius of the pixel filter at the start, in pixels of the level of the pyramid.
    growth : float
        Shapes that are added in a cycle, as a share of those wanted.
    pixels : tuple of 3 floats
        Pixels for each shape on the levels of the pyramid, the coarsest first; the picture itself follows.
    rate : float
        Factor on all learning rates.
    along_lines : bool
        Whether new shapes are laid along the lines of the residual. They have a ``width`` as their last parameter.
    """

    steps: int = 2000
    steps_of_many: int = 2500
    start_radius: float = 6.0
    growth: float = 0.8
    pixels: tuple[float, float, float] = (67.0, 160.0, 400.0)
    rate: float = 2.0
    along_lines: bool = False


# Outlines of many points cost more with every pixel and every shape, and each point moves only a part of its shape.
FILLED = Search(steps=1000, steps_of_many=1000, start_radius=2.0, growth=0.3, pixels=(260.0, 260.0, 260.0), rate=1.0)
STROKED = Search(
    steps=1300,
    steps_of_many=1300,
    start_radius=2.0,
    growth=0.3,
    pixels=(85.0, 200.0, 500.0),
    rate=1.0,
    along_lines=True,
)
