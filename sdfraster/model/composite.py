"""Compositing: one shape, or one group of shapes, onto one pixel.

A composite is a module of `composites` that defines ``COMPOSITE``, beside the formulas of a pixel and their adjoints.
These act on one channel; alpha is a channel whose shapes all have colour 1. What walks over the shapes of a tile is a
module of its name in `engine.composites`, and the twin of that in `cuda.composites`.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..registry import Registry

OVER = "over"  # name of source-over, which whatever draws SVG has


@dataclass(frozen=True)
class Composite:
    """What the rest of the package must know of a composite.

    Attributes
    ----------
    grouped : bool
        Whether all shapes of a layer are painted as one group. Then its colours must add up, see `Shading`.
    in_svg : bool
        Whether SVG has it.
    initial_opacity : float
        Opacity of the new shapes of a fit.
    opacity_moves : bool
        Whether a fit changes opacities.
    """

    grouped: bool
    in_svg: bool
    initial_opacity: float
    opacity_moves: bool


COMPOSITES: Registry[Composite] = Registry(
    f"{__package__}.composites", "COMPOSITE", lambda name, module: {name: module.COMPOSITE}
)
