"""How a fit goes about it: every choice that is neither an option nor mathematics, as one value.

A strategy is data. `fit` makes the one of a kind and hands it down; nothing reads a choice from anywhere else. So
another strategy is a `dataclasses.replace` away, see `benchmarks.choices`. Why a value is what it is: `docs/decisions`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...mesh import search_of
from .contours import ContourStrategy, Curves, FlatColors, FlatRegions, SlimRegions
from .mesh import MeshPlacement, MeshStrategy, Remeshing
from .pyramid import Pyramid
from .shapes import Annealing, Colors, Growth, NarrowShapes, Rates, Seeding
from .target import Target
from .thin import Cover, Inks, ThinFeatures

__all__ = [
    "Annealing",
    "Colors",
    "ContourStrategy",
    "Cover",
    "Curves",
    "FitStrategy",
    "FlatColors",
    "FlatRegions",
    "Growth",
    "Inks",
    "MeshPlacement",
    "MeshStrategy",
    "NarrowShapes",
    "Pyramid",
    "Rates",
    "Remeshing",
    "Seeding",
    "SlimRegions",
    "Target",
    "ThinFeatures",
]


@dataclass(frozen=True)
class FitStrategy:
    """The choices of a fit. The defaults are those of kinds that a formula describes.

    Attributes
    ----------
    annealing : Annealing
        How the pixel filter and the learning rates change with time.
    growth : Growth
        When shapes are added and removed, and how many.
    seeding : Seeding
        Where new shapes appear, and how large.
    pyramid : Pyramid
        On which smaller copies of the picture shapes are searched for.
    rates : Rates
        How fast the values of shapes move.
    colors : Colors
        When colours are solved for, or taken from a palette.
    contours : ContourStrategy
        What of a picture becomes the shapes of a fit that starts from contours.
    narrow : NarrowShapes
        What narrow shapes of a contour keep.
    target : Target
        How a fit for a given PSNR finds out how many shapes it needs.
    mesh : MeshStrategy
        What meshes do otherwise.
    """

    annealing: Annealing = field(default_factory=Annealing)
    growth: Growth = field(default_factory=Growth)
    seeding: Seeding = field(default_factory=Seeding)
    pyramid: Pyramid = field(default_factory=Pyramid)
    rates: Rates = field(default_factory=Rates)
    colors: Colors = field(default_factory=Colors)
    contours: ContourStrategy = field(default_factory=ContourStrategy)
    narrow: NarrowShapes = field(default_factory=NarrowShapes)
    target: Target = field(default_factory=Target)
    mesh: MeshStrategy = field(default_factory=MeshStrategy)

    @classmethod
    def of(cls, kind: str) -> FitStrategy:
        """Return the strategy for a kind of shapes, or for a mesh, which knows how it is searched for."""
        search = search_of(kind)
        return cls(
            annealing=Annealing(start_radius=search.start_radius),
            growth=Growth(share=search.growth),
            seeding=Seeding(along_lines=search.along_lines),
            pyramid=Pyramid(pixels=search.pixels),
            rates=Rates(all=search.rate),
        )
