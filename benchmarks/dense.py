"""The step as array code writes it: every shape at every pixel, whole arrays at a time.

This is what a tensor framework computes for circles of constant colour in a mean layer (as DiffRaster2D does), with the
adjoint written out by hand, which is already kinder than recording it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

import sdfraster as sr

Floats = NDArray[np.float32]
Step = Callable[[], tuple[float, Floats, Floats]]


def loss_and_gradient(scene: sr.Scene, target: Floats) -> tuple[float, Floats, Floats]:
    """Return the MSE and its derivative by the parameters (N, 3) and colours (N, 3) of the only layer."""
    layer = scene.layers[0]
    x = np.arange(scene.width, dtype=np.float32) + np.float32(0.5)
    y = np.arange(scene.height, dtype=np.float32)[:, None] + np.float32(0.5)
    n, size = len(layer), scene.width * scene.height
    coverage = np.empty((n, size), np.float32)
    slope, nx, ny = np.empty_like(coverage), np.empty_like(coverage), np.empty_like(coverage)
    for k, (cx, cy, r) in enumerate(layer.params):
        dx, dy = x - cx, y - cy
        length = np.sqrt(dx * dx + dy * dy)
        t = np.clip(length - r, -1, 1)
        coverage[k] = (np.float32(0.5) + np.float32(0.25) * t * (t * t - 3)).ravel()
        slope[k] = (np.float32(0.75) * (t * t - 1)).ravel()
        inverse = 1 / np.maximum(length, np.float32(1e-12))
        nx[k], ny[k] = (dx * inverse).ravel(), (dy * inverse).ravel()
    total = coverage.sum(axis=0)
    m = np.maximum(total, 1)
    p = layer.color.T @ coverage  # (3, size)
    residual = p / m - target.reshape(-1, 3).T
    g = 2 / residual.size * residual / m
    g_total = np.where(total > 1, -(g * p).sum(axis=0) / m, 0)
    g_coverage = layer.color @ g + g_total
    g_distance = g_coverage * slope
    g_params = np.stack([-(g_distance * nx).sum(1), -(g_distance * ny).sum(1), -g_distance.sum(1)], axis=1)
    return float((residual**2).mean()), g_params, coverage @ g.T


def autodiff(scene: sr.Scene, target: Floats) -> Step | None:
    """Return the same as a step of PyTorch, whose own autodiff finds the derivative; None if PyTorch is not there.

    Shapes, pixels and target are tensors already, as in a loop that is written with it.
    """
    if find_spec("torch") is None:
        return None
    import torch

    layer = scene.layers[0]
    x = torch.arange(scene.width, dtype=torch.float32) + 0.5
    y = torch.arange(scene.height, dtype=torch.float32)[:, None] + 0.5
    params, color = (torch.tensor(values, requires_grad=True) for values in (layer.params, layer.color))
    wanted = torch.tensor(target).reshape(-1, 3).T

    def step() -> tuple[float, Floats, Floats]:
        cx, cy, r = (params[:, k, None, None] for k in range(3))
        t = (torch.sqrt((x - cx) ** 2 + (y - cy) ** 2) - r).clamp(-1.0, 1.0)
        coverage = (0.5 + 0.25 * t * (t * t - 3.0)).reshape(len(params), -1)
        picture = color.T @ coverage / coverage.sum(dim=0).clamp(min=1.0)
        loss = ((picture - wanted) ** 2).mean()
        by_params, by_color = torch.autograd.grad(loss, (params, color))
        return loss.item(), by_params.numpy(), by_color.numpy()

    return step
