"""Choices of fits that start from contours: what is thin, of which ink, and its outline; units as in `contours`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Inks:
    """Which colours make the pixels that regions do not explain.

    Attributes
    ----------
    most : int
        Largest number of inks.
    difference : float
        Least distance of an ink from what is below.
    fading : int
        Pixels from those that are not explained to the last ones with ink.
    off, off_relative : float
        How far a colour may be off the line from what is below to an ink: in all, and more by so much of the way on it.
    over : float
        Times the way to the ink that a colour may be on that line.
    clearly : float
        By how much a weaker ink must explain a pixel better.
    """

    most: int = 16
    difference: float = 0.01
    fading: int = 2
    off: float = 0.06
    off_relative: float = 0.12
    over: float = 1.1
    clearly: float = 0.03


@dataclass(frozen=True)
class ThinFeatures:
    """What of a picture is thin, and in what parts it is drawn.

    Attributes
    ----------
    clean, noisy : float
        Differences that are no noise: where there is hardly any, and elsewhere.
    exact : float
        Difference below which there is none.
    noise_side, noise_share : int, float
        Pixels of the side of a square, and share of it that differs a little, if there is noise.
    edge : float
        Share of the contrast nearby that may be an inexact outline.
    worth : float
        Least squared error that a feature explains, in squares of what is no noise.
    thick : int
        Pixels of the side of a square that is not thin.
    connected : float
        Cover that connects.
    sure : float
        Share of a feature that no inexact outline may explain.
    alone : float
        Share of the pixels around it that regions must explain.
    faintest : float
        Alpha from which an ink that makes the picture more transparent is no gap.
    margin : int
        Pixels around a feature.
    middle : float
        Share of the ink that must be left on either side of a cut.
    shortest : int
        Pixels of the longer side of a feature that is not cut.
    ink : float
        Pixels of ink that are a part.
    end : float
        Share of the ink in the last row of a line that its outline, which is round there, does not enclose.
    """

    clean: float = 0.012
    noisy: float = 0.04
    exact: float = 0.003
    noise_side: int = 9
    noise_share: float = 0.25
    edge: float = 0.3
    worth: float = 20.0
    thick: int = 7
    connected: float = 0.2
    sure: float = 0.4
    alone: float = 0.6
    faintest: float = 0.6
    margin: int = 2
    middle: float = 0.3
    shortest: int = 12
    ink: float = 0.5
    end: float = 0.3


@dataclass(frozen=True)
class Cover:
    """How outlines enclose what covers pixels in part.

    Attributes
    ----------
    fine : int
        Samples for each pixel, along each axis.
    smooth : float
        Deviation of the filter, in pixels.
    near : float
        Pixels to the ridge.
    ridges : tuple of 2 floats
        Heights of ridges that tell a width.
    ink : float
        Factor on the area: a hair wider, for renderers that sample pixels.
    level : float
        The lowest that is looked for.
    bisections : int
        Steps of the search for the level.
    rounds : int
        Rounds of it: the first with the area of samples, others with that of the curves.
    slope : float
        The least of a field, by sample.
    secure : int
        Empty pixels around what is covered.
    """

    fine: int = 4
    smooth: float = 0.5
    near: float = 1.25
    ridges: tuple[float, float] = (0.02, 0.999)
    ink: float = 1.02
    level: float = 0.05
    bisections: int = 20
    rounds: int = 2
    slope: float = 1e-3
    secure: int = 3
