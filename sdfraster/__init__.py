"""Differentiable 2D rasterizer: signed distance shapes, hand-derived adjoint, fits that redraw any picture."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import optim as optimizers
from .errors import CacheWarning, DataError, DataWarning, DeviceError
from .layer import Layer, LayerGradient, concatenate
from .mesh import Mesh, MeshGradient
from .primitives import kinds, primitive
from .scene import Scene, SceneGradient

if TYPE_CHECKING:
    from .batch.many import fit_many
    from .fitting import FitOptions, FitProgress, FitResult, fit
    from .io import from_svg, load, save, to_svg
    from .objective import Objective
    from .refining import RefineResult, refine
    from .rendering import render, render_vjp, value_and_grad
    from .tracing import trace

__all__ = [
    "CacheWarning",
    "DataError",
    "DataWarning",
    "DeviceError",
    "FitOptions",
    "FitProgress",
    "FitResult",
    "Layer",
    "LayerGradient",
    "Mesh",
    "MeshGradient",
    "Objective",
    "RefineResult",
    "Scene",
    "SceneGradient",
    "concatenate",
    "fit",
    "fit_many",
    "from_svg",
    "kinds",
    "load",
    "optimizers",
    "primitive",
    "refine",
    "render",
    "render_vjp",
    "save",
    "to_svg",
    "trace",
    "value_and_grad",
]

__version__ = "0.2.0"

_LAZY = {  # these import Numba (0.4 s), which describing and converting scenes does not need
    "FitOptions": "fitting",
    "FitProgress": "fitting",
    "FitResult": "fitting",
    "Objective": "objective",
    "fit": "fitting",
    "fit_many": "batch.many",
    "from_svg": "io",
    "load": "io",
    "RefineResult": "refining",
    "refine": "refining",
    "render": "rendering",
    "render_vjp": "rendering",
    "save": "io",
    "to_svg": "io",
    "trace": "tracing",
    "value_and_grad": "rendering",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{_LAZY[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
