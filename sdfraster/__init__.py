"""Differentiable 2D rasterizer: signed distance shapes, hand-derived adjoint."""

from .primitives import kinds, primitive
from .scene import Layer, LayerGradient, Scene, SceneGradient

__all__ = ["Layer", "LayerGradient", "Scene", "SceneGradient", "kinds", "primitive"]

__version__ = "0.1.0"
