"""Pictures of scenes as a differentiable operation of PyTorch, which is imported with this module only.

It is a custom operator: `torch.compile` takes it as it is, and autograd knows its adjoint. Operators take tensors,
numbers and strings, so an objective is passed by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from .errors import missing
from .objective import Objective, objective_named
from .scene import Scene

try:
    import torch
except ModuleNotFoundError as error:
    raise missing("sdfraster.torch", "PyTorch", "torch", error) from None

LATEST = 8  # scenes for which what was prepared is kept

_of_compiled: list[Objective] = []


def render(scene: Objective | Scene, x: torch.Tensor) -> torch.Tensor:
    """Draw the scene of a vector; PyTorch can differentiate the picture by the vector.

    Parameters
    ----------
    scene : Objective or Scene
        An objective, with its layout, filter and device; or any scene of the layout. What is prepared for a scene is
        kept for the last few of them, and for good if it is compiled into a function.
    x : tensor, shape (n,) or (B, n)
        Values in the order of `Objective.x`, float32 or float64, or a batch of them; on the device of the objective.

    Returns
    -------
    tensor, shape (height, width, C) or (B, height, width, C)
        As `sdfraster.render` draws it, in the dtype and on the device of `x`. Nothing is copied from one device to
        another.

    Raises
    ------
    ValueError
        If `x` has another length or dtype, is on another device than the objective, or holds NaN.
    """
    if not isinstance(x, torch.Tensor):
        raise ValueError(f"x must be a tensor, not {type(x).__name__}")
    objective = (
        _objective_of(scene, x.device.type, torch.compiler.is_compiling()) if isinstance(scene, Scene) else scene
    )
    if not isinstance(objective, Objective):
        raise ValueError(f"scene must be an Objective or a Scene, not {type(scene).__name__}")
    n = objective.x.size
    if x.dim() not in (1, 2) or x.shape[-1] != n or x.dtype not in (torch.float32, torch.float64):
        raise ValueError(f"x must be float32 or float64 of shape ({n},) or (B, {n}), not {x.dtype} of {tuple(x.shape)}")
    if x.device.type != objective.device:
        where = f"x must be on the device of the objective, {objective.device}, not on {x.device}"
        raise ValueError(f"{where}; move it there, or make the Objective with device={x.device.type!r}")
    picture: torch.Tensor = _render(x, objective.name)
    return picture


@torch.compiler.assume_constant_result
def _objective_of(scene: Scene, device: str, compiling: bool) -> Objective:
    """Return what is prepared for a scene. A compiled function knows its name only, so it is kept for good."""
    objective = _prepared(scene, device)
    if compiling:
        _of_compiled.append(objective)
    return objective


@lru_cache(LATEST)
def _prepared(scene: Scene, device: str) -> Objective:
    return Objective(scene, device=device)


def _shape(x: torch.Tensor, name: str) -> tuple[int, ...]:
    """Return the shape of the picture, or pictures, of a vector."""
    return *x.shape[:-1], *objective_named(name).shape


@torch.library.custom_op("sdfraster::render", mutates_args=())
def _render(x: torch.Tensor, name: str) -> torch.Tensor:
    objective, picture = objective_named(name), x.new_empty(_shape(x, name))
    if x.device.type == "cpu" and x.dim() == 2:
        objective.render_many(_array(x), out=_array(picture))
        return picture
    with _in_turn(x):
        for vector, out in zip(_rows(x, 1), _rows(picture, 3), strict=True):
            objective.render(vector, out=out)
    return picture


@_render.register_fake
def _(x: torch.Tensor, name: str) -> torch.Tensor:
    return x.new_empty(_shape(x, name))


@torch.library.custom_op("sdfraster::render_adjoint", mutates_args=())
def _adjoint(x: torch.Tensor, g: torch.Tensor, name: str) -> torch.Tensor:
    objective, gradient = objective_named(name), x.new_empty(x.shape)
    with _in_turn(x):
        for vector, g_image, out in zip(_rows(x, 1), _rows(g, 3), _rows(gradient, 1), strict=True):
            objective.vjp(vector, g_image, out=out)
    return gradient


@_adjoint.register_fake
def _(x: torch.Tensor, g: torch.Tensor, name: str) -> torch.Tensor:
    return x.new_empty(x.shape)


def _remember(ctx: Any, inputs: tuple[torch.Tensor, str], output: torch.Tensor) -> None:
    x, name = inputs
    ctx.save_for_backward(x)
    ctx.name, ctx.objective = name, objective_named(name)  # which must not be dropped before


def _backward(ctx: Any, g: torch.Tensor) -> tuple[torch.Tensor, None]:
    (x,) = ctx.saved_tensors
    return _adjoint(x, g, ctx.name), None


_render.register_autograd(_backward, setup_context=_remember)


def _rows(tensor: torch.Tensor, axes: int) -> Iterator[Any]:
    """Yield the rows of a batch, or the only one: each has so many axes."""
    for row in tensor.detach().contiguous().reshape(-1, *tensor.shape[tensor.dim() - axes :]):
        yield _array(row)


def _array(tensor: torch.Tensor) -> Any:
    """Return a tensor as an array that shares its memory: of NumPy, or on a GPU of whoever speaks its interface."""
    return tensor.detach().numpy() if tensor.device.type == "cpu" else tensor.detach()


@contextmanager
def _in_turn(x: torch.Tensor) -> Iterator[None]:
    """Let the kernels of sdfraster, on the default stream of a GPU, wait for those of PyTorch, and these for them.

    Raises
    ------
    ValueError
        If a tensor is on another GPU than that on which sdfraster works.
    """
    if x.device.type == "cpu":
        yield
        return
    from numba import cuda

    ours = cuda.get_current_device().id
    if x.device.index != ours:
        raise ValueError(
            f"x must be on cuda:{ours}, where sdfraster works, not on {x.device}; see numba.cuda.select_device"
        )
    current, default = torch.cuda.current_stream(x.device), torch.cuda.default_stream(x.device)
    default.wait_stream(current)
    yield
    current.wait_stream(default)
