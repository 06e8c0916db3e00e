"""Choices of fits that start from contours: what is a region, and how curves follow its outline.

Differences of colours are those of a channel, and distances of colours Euclidean, with channels from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .thin import Cover, Inks, ThinFeatures


@dataclass(frozen=True)
class FlatColors:
    """Which colours a picture has, and which pixels have one of them.

    Attributes
    ----------
    flat : float
        Largest difference among the 3 x 3 pixels of a flat place.
    apart : float
        Least distance of two colours of the palette.
    most : int
        Largest number of colours of the palette.
    bins : int
        Bins, per channel, in which flat places vote for colours.
    rounds : int
        Rounds of k-means.
    few : int
        A palette of fewer colours is no photograph's, and may get colours of thin lines.
    strange : float
        Distance from all mixtures of known colours that makes a colour of its own.
    common, common_share : int, float
        Pixels that must have such a colour, and share of all that are strange.
    pure : float
        Distance from its colour at which a pixel is no mixture.
    alike : int
        Neighbours of its colour that such a pixel needs: a mixture has them by chance only.
    """

    flat: float = 0.04
    apart: float = 0.06
    most: int = 64
    bins: int = 32
    rounds: int = 4
    few: int = 16
    strange: float = 0.25
    common: int = 4
    common_share: float = 0.02
    pure: float = 0.05
    alike: int = 3


@dataclass(frozen=True)
class FlatRegions:
    """What becomes a region, and what is painted of it.

    Attributes
    ----------
    speck : int
        Pixels below which there is no region.
    mixed : float
        Weight of a mixture in the colour of a region.
    invisible : float
        Alpha below which a region is not painted.
    under : int
        Pixels by which a region reaches under those that are painted later.
    margin : int
        Pixels around a region that are looked at.
    contrast : float
        Distance of two colours that tells by how much a pixel belongs to one of them.
    beyond : int
        Pixels by which an outline may leave the picture.
    hole : float
        Square pixels of the least hole.
    """

    speck: int = 4
    mixed: float = 1e-6
    invisible: float = 0.1
    under: int = 3
    margin: int = 6
    contrast: float = 0.02
    beyond: int = 2
    hole: float = 2.0


@dataclass(frozen=True)
class SlimRegions:
    """Which regions are lines or letters.

    Attributes
    ----------
    wide_share : float
        Share of a region that is three pixels wide, below which it is slim.
    near, far : int
        Sides in pixels of the squares whose difference is around a line: it may fade in the next pixel.
    flat_share : float
        Share of what is around that must be no mixture.
    contrast : float
        Mean difference from what is around.
    """

    wide_share: float = 0.5
    near: int = 3
    far: int = 7
    flat_share: float = 0.6
    contrast: float = 0.2


@dataclass(frozen=True)
class Curves:
    """How curves follow outlines, and in how many pieces.

    Attributes
    ----------
    corner : float
        Degrees by which an outline turns at a corner.
    reach : float
        Pixels on either side of a corner that tell its angle.
    rounds : int
        Newton steps of the parameters of a piece.
    tolerance, thin_tolerance : float
        Pixels between an outline of a region, or of a thin feature, and its curve.
    straight, cubic : tuple of 3 ints
        Of polygons and of paths: fewest and most pieces of a region, and most of all regions.
    cut : int
        Times as many pieces for a region that gaps cut.
    thin : int
        Times the pieces of all regions that thin features may have, which may need one for each pixel.
    area : float
        Least area that a thin line encloses, in square pixels.
    """

    corner: float = 40.0
    reach: float = 3.0
    rounds: int = 3
    tolerance: float = 0.25
    thin_tolerance: float = 0.1
    straight: tuple[int, int, int] = (12, 96, 6144)
    cubic: tuple[int, int, int] = (4, 128, 2048)
    cut: int = 2
    thin: int = 3
    area: float = 0.25


@dataclass(frozen=True)
class ContourStrategy:
    """What of a picture becomes the shapes that a fit starts from.

    Attributes
    ----------
    colors : FlatColors
        Which colours there are.
    regions : FlatRegions
        What is a region.
    slim : SlimRegions
        Which regions are lines.
    inks : Inks
        What thin features are painted with.
    thin : ThinFeatures
        What is thin.
    cover : Cover
        How thin features are outlined.
    curves : Curves
        How curves follow outlines.
    unnoticed : float
        Difference that nobody misses.
    much, too_much : float
        Shares of a picture that are worth a warning, if thin features or anything is left out. With more than the
        latter, flat art starts at random if nobody says how: see `docs/decisions/fit-contours.md`.
    """

    colors: FlatColors = field(default_factory=FlatColors)
    regions: FlatRegions = field(default_factory=FlatRegions)
    slim: SlimRegions = field(default_factory=SlimRegions)
    inks: Inks = field(default_factory=Inks)
    thin: ThinFeatures = field(default_factory=ThinFeatures)
    cover: Cover = field(default_factory=Cover)
    curves: Curves = field(default_factory=Curves)
    unnoticed: float = 0.02
    much: float = 0.1
    too_much: float = 0.2
