"""Differentiable 2D rasterizer: signed distance shapes, hand-derived adjoint."""

from .primitives import kinds, primitive
from .render import render, render_vjp, value_and_grad
from .scene import Layer, LayerGradient, Scene, SceneGradient

__all__ = [
    "Layer",
    "LayerGradient",
    "Scene",
    "SceneGradient",
    "kinds",
    "primitive",
    "render",
    "render_vjp",
    "value_and_grad",
]

__version__ = "0.1.0"
