"""Pictures of scenes as a differentiable operation of PyTorch, which is imported with this module only.

It is a custom operator: `torch.compile` takes it as it is, and autograd knows its adjoint. Operators take tensors,
numbers and strings, so an objective is passed by its name.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from .errors import missing
from .objective import Objective, objective_named
from .scene import Scene

try:
    import torch
except ModuleNotFoundError as error:
    raise missing("sdfraster.torch", "PyTorch", "torch", error) from None

LATEST = 8  # scenes for which what was prepared is kept


def render(scene: Objective | Scene, x: torch.Tensor) -> torch.Tensor:
    """Draw the scene of a vector; PyTorch can differentiate the picture by the vector.

    Parameters
    ----------
    scene : Objective or Scene
        An objective, with its layout, filter and device; or any scene of the layout, if nothing is to be compiled. What
        is prepared for a scene is kept for the last few of them.
    x : tensor, shape (n,) or (B, n)
        Values in the order of `Objective.x`, float32 or float64, or a batch of them.

    Returns
    -------
    tensor, shape (height, width, C) or (B, height, width, C)
        As `sdfraster.render` draws it, in the dtype and on the device of `x`. Tensors on a CPU are not copied; those on
        a GPU are, to the host and back.

    Raises
    ------
    ValueError
        If `x` has another length or dtype, or holds NaN.
    """
    objective = _prepared(scene) if isinstance(scene, Scene) else scene
    if not isinstance(objective, Objective):
        raise ValueError(f"scene must be an Objective or a Scene, not {type(scene).__name__}")
    n = objective.x.size
    if x.dim() not in (1, 2) or x.shape[-1] != n or x.dtype not in (torch.float32, torch.float64):
        raise ValueError(f"x must be float32 or float64 of shape ({n},) or (B, {n}), not {x.dtype} of {tuple(x.shape)}")
    picture: torch.Tensor = _render(x, objective.name)
    return picture


@lru_cache(LATEST)
def _prepared(scene: Scene) -> Objective:
    return Objective(scene)


def _shape(x: torch.Tensor, name: str) -> tuple[int, ...]:
    """Return the shape of the picture, or pictures, of a vector."""
    return *x.shape[:-1], *objective_named(name).shape


@torch.library.custom_op("sdfraster::render", mutates_args=())
def _render(x: torch.Tensor, name: str) -> torch.Tensor:
    picture = torch.empty(_shape(x, name), dtype=x.dtype)
    objective, vectors = objective_named(name), _array(x)
    if x.dim() == 1:
        objective.render(vectors, out=picture.numpy())
    else:
        objective.render_many(vectors, out=picture.numpy())
    return picture.to(x.device)


@_render.register_fake
def _(x: torch.Tensor, name: str) -> torch.Tensor:
    return x.new_empty(_shape(x, name))


@torch.library.custom_op("sdfraster::render_adjoint", mutates_args=())
def _adjoint(x: torch.Tensor, g: torch.Tensor, name: str) -> torch.Tensor:
    gradient = torch.empty(x.shape, dtype=x.dtype)
    objective, pictures = objective_named(name), _array(g).reshape(-1, *g.shape[-3:])
    rows = _array(x).reshape(-1, x.shape[-1]), pictures, gradient.numpy().reshape(-1, x.shape[-1])
    for vector, g_image, out in zip(*rows, strict=True):
        objective.vjp(vector, g_image, out=out)
    return gradient.to(x.device)


@_adjoint.register_fake
def _(x: torch.Tensor, g: torch.Tensor, name: str) -> torch.Tensor:
    return torch.empty_like(x)


def _remember(ctx: Any, inputs: tuple[torch.Tensor, str], output: torch.Tensor) -> None:
    x, name = inputs
    ctx.save_for_backward(x)
    ctx.name, ctx.objective = name, objective_named(name)  # which must not be dropped before


def _backward(ctx: Any, g: torch.Tensor) -> tuple[torch.Tensor, None]:
    (x,) = ctx.saved_tensors
    return _adjoint(x, g, ctx.name), None


_render.register_autograd(_backward, setup_context=_remember)


def _array(tensor: torch.Tensor) -> np.ndarray[Any, Any]:
    """Return a tensor as an array, without a copy if it is on the CPU."""
    array: np.ndarray[Any, Any] = tensor.detach().cpu().numpy()
    return array
