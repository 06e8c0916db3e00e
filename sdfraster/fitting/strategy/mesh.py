"""Choices of fits of meshes."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MeshPlacement:
    """Where the vertices of a mesh start.

    Attributes
    ----------
    uniform : float
        Share of the density of vertices that does not depend on the picture.
    blur : float
        Deviation, in pixels, of the filter of the gradient that attracts vertices.
    smooth : float
        Deviation, in pixels, of the filter of the density.
    lloyd : int
        Steps of Lloyd's iteration towards even spacing.
    border : float
        Spacing inside, by that on the border.
    inside : float
        Least distance of a vertex inside from the border, in mean spacings.
    """

    uniform: float = 0.3
    blur: float = 1.5
    smooth: float = 4.0
    lloyd: int = 12
    border: float = 0.75
    inside: float = 0.25


@dataclass(frozen=True)
class Remeshing:
    """How vertices and faces of a mesh change.

    Attributes
    ----------
    first : int
        Rounds of changes before the first step.
    rounds : int
        Rounds of changes between steps.
    flips : int
        Passes of edge flips in a round.
    share : float
        Share of the vertices that may move to another place in a round.
    tried : int
        Edges whose split is tried, in such shares.
    gain : float
        What a split must bring, by what the collapse beside it costs.
    splits : tuple of floats
        Where on an edge, from 0 to 1, a vertex may appear.
    rows : int
        Rows of sample points on a face, whose square is their number.
    smallest : float
        Smallest angle allowed, in degrees.
    free : float
        Smallest angle without a penalty, in degrees.
    penalty : float
        What a face with twice the sharpness of the free angle costs, in variances of the picture over its share of it;
        the weight of the regulariser ``"angle"`` if none is given.
    """

    first: int = 4
    rounds: int = 32
    flips: int = 4
    share: float = 0.08
    tried: int = 10
    gain: float = 0.5
    splits: tuple[float, ...] = (0.5, 0.4, 0.6, 0.3, 0.7)
    rows: int = 8
    smallest: float = 5.2
    free: float = 15.0
    penalty: float = 1e-2


@dataclass(frozen=True)
class MeshStrategy:
    """What fits of meshes do otherwise than those of shapes.

    Attributes
    ----------
    placement : MeshPlacement
        Where vertices start.
    remeshing : Remeshing
        How vertices and faces change.
    pixels : float
        Pixels for each face of the level on which the mesh changes.
    rate : float
        Learning rate of vertices, in spacings of vertices per step.
    start_radius : float
        Radius of the pixel filter at the start, in pixels of the level.
    narrowed, held, last_rate : float
        As in `Annealing`.
    damping : float
        Factor on the Newton steps of colours.
    solver_steps, last_solver_steps : int
        Steps of conjugate gradients for the colours after a change of the mesh, and at the end.
    """

    placement: MeshPlacement = field(default_factory=MeshPlacement)
    remeshing: Remeshing = field(default_factory=Remeshing)
    pixels: float = 70.0
    rate: float = 0.045
    start_radius: float = 2.0
    narrowed: float = 0.7
    held: float = 0.8
    last_rate: float = 0.05
    damping: float = 0.7
    solver_steps: int = 6
    last_solver_steps: int = 30
