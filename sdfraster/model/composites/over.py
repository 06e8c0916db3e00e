"""Porter and Duff's source-over: every shape is painted over what is below it, with alpha = c o."""

from __future__ import annotations

from ..composite import Composite

COMPOSITE = Composite(
    grouped=False,
    in_svg=True,
    initial_opacity=0.5,  # opaque from the start cost a prototype 0.7 dB
    opacity_moves=True,
)


def over(below, color, alpha):
    """Return the channel after source-over."""
    return below + alpha * (color - below)


def over_adjoint(below, color, alpha, g):
    """Return the gradient by `below`, by `color` and by `alpha`."""
    return g - alpha * g, alpha * g, g * (color - below)
