"""Which functions a kind has on the device: those of a formula, or those of a list of edges."""

from __future__ import annotations

from ...engine.composites.kernels import LayerSpec
from ..functions import PixelFunctions, pixel_functions
from ..outlines.nearest import edge_functions


def functions_of(spec: LayerSpec) -> PixelFunctions:
    """Return the functions of the kind and the colours of a layer."""
    if spec.outlined:
        return edge_functions(spec.kind, spec.shading, spec.dtype)
    return pixel_functions(spec.kind, spec.shading)
