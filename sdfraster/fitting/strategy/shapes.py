"""Choices of fits of shapes: when they come and go, where they start, how fast they move."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Annealing:
    """How a fit changes with time, which is counted in shares of its steps.

    Attributes
    ----------
    start_radius : float
        Radius of the pixel filter at the start, in pixels of the level.
    narrowed : float
        Time at which the filter has the radius of the result, and at which shapes that must be opaque are so.
    held : float
        Time until which learning rates are full.
    last_rate : float
        Factor on the learning rates at the end.
    wide : float
        Share of the iterations of L-BFGS, as the only optimiser, that are made with the wide filter.
    """

    start_radius: float = 6.0
    narrowed: float = 0.8
    held: float = 0.9
    last_rate: float = 0.05
    wide: float = 0.3


@dataclass(frozen=True)
class Growth:
    """Cycles in which shapes are added, all of them move for a while, and the least important ones are removed.

    Attributes
    ----------
    share : float
        Shapes that are added in a cycle, as a share of those wanted. With 0, no shapes come or go.
    cycles : int
        Cycles in a fit, if the number of their steps is then in the range below.
    shortest, longest : int
        Steps of a cycle.
    present : float
        Share of the steps of a cycle in which the additional shapes are there.
    until : float
        Share of the steps of a fit after which the number of shapes stays; for meshes too.
    """

    share: float = 0.8
    cycles: int = 24
    shortest: int = 20
    longest: int = 55
    present: float = 0.75
    until: float = 0.85


@dataclass(frozen=True)
class Seeding:
    """Where new shapes appear, and what they are like.

    Attributes
    ----------
    sizes : tuple of 2 floats
        Range of their sizes, in typical ones; the logarithm is uniform.
    blur : float
        Deviation of the filter that blurs the residual, in typical sizes.
    power : float
        Power of the blurred residual that the density of places is.
    uniform : float
        Share of the density that does not depend on the residual.
    along_lines : bool
        Whether shapes are laid along lines of the residual.
    line : float
        Coherence of the residual, 0 to 1, above which it counts as a line.
    stretch : float
        What is added to the length of a shape along a line of coherence 1, in its own lengths.
    """

    sizes: tuple[float, float] = (0.18, 3.6)
    blur: float = 0.6
    power: float = 2.0
    uniform: float = 0.1
    along_lines: bool = False
    line: float = 0.3
    stretch: float = 2.0


@dataclass(frozen=True)
class Rates:
    """Factors on the learning rates of the roles of parameters.

    Attributes
    ----------
    all : float
        On all rates.
    corners, sides, outline : float
        On those of a point among a few that make a shape, of a side of a shape, and of a point of an outline.
    smallest, largest : float
        Range of sizes that rates are proportional to, in typical ones.
    thinnest : float
        Least thickness that rates are proportional to, in typical sizes.
    along_axes : bool
        Whether points and sides of shapes without an outline move along the axes of their shape.
    decay : float
        Decay, per step, of the optimiser's average of squared gradients.
    """

    all: float = 2.0
    corners: float = 1.5
    sides: float = 2.8
    outline: float = 3.0
    smallest: float = 0.2
    largest: float = 4.0
    thinnest: float = 0.1
    along_axes: bool = True
    decay: float = 0.9


@dataclass(frozen=True)
class Colors:
    """When colours are not left to the optimiser.

    Attributes
    ----------
    solver_steps : int
        Steps of conjugate gradients for the colours at the end, in each of the rounds of `solve_colors`.
    palette_from : float
        Share of the steps after which colours are those of the palette asked for; for meshes too.
    """

    solver_steps: int = 5
    palette_from: float = 0.5


@dataclass(frozen=True)
class NarrowShapes:
    """Which shapes of a contour are too narrow for the coverage of one side to hold, and parts of them.

    Attributes
    ----------
    held : float
        Mean width in pixels below which a shape keeps its colour and opacity.
    part : float
        Width in pixels below which a part of a shape keeps it.
    stiffness : float
        Squared contrast for which the error of other widths counts in the loss.
    """

    held: float = 2.2
    part: float = 1.3
    stiffness: float = 2.0
