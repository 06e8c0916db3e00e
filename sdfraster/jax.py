"""Pictures of scenes as a differentiable function for JAX, which is imported with this module only.

The picture is made on the host, by a callback without side effects, and its derivative is a rule of its own. So
``jit``, ``grad`` and ``vmap`` of JAX take it as they do any other function.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import numpy as np

from .errors import missing
from .objective import Objective
from .scene import Scene

try:
    import jax
except ModuleNotFoundError as error:
    raise missing("sdfraster.jax", "JAX", "jax", error) from None

LATEST = 8  # scenes for which what was prepared is kept


def render(scene: Objective | Scene, x: jax.Array) -> jax.Array:
    """Draw the scene of a vector; JAX can differentiate the picture by the vector, once and in reverse.

    Parameters
    ----------
    scene : Objective or Scene
        An objective, with its layout, filter and device; or any scene of the layout. What is prepared for a scene is
        kept for the last few of them.
    x : array, shape (n,)
        Values in the order of `Objective.x`, float32 or float64 (which JAX has only if it is told so). Batches go
        through ``jax.vmap``.

    Returns
    -------
    array, shape (height, width, C)
        As `sdfraster.render` draws it, in the dtype of `x`. Arrays on a GPU are copied to the host and back.

    Raises
    ------
    ValueError
        If `x` has another length or dtype.
    """
    objective = _prepared(scene) if isinstance(scene, Scene) else scene
    if not isinstance(objective, Objective):
        raise ValueError(f"scene must be an Objective or a Scene, not {type(scene).__name__}")
    x = jax.numpy.asarray(x)
    if x.shape != objective.x.shape or x.dtype not in (np.float32, np.float64):
        raise ValueError(f"x must be float32 or float64 of shape {objective.x.shape}, not {x.dtype} of {x.shape}")
    return _render(objective, x)


@lru_cache(LATEST)
def _prepared(scene: Scene) -> Objective:
    return Objective(scene)


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _render(objective: Objective, x: jax.Array) -> jax.Array:
    def draw(vectors: Any) -> np.ndarray[Any, Any]:
        many = np.asarray(vectors)
        out = np.empty((*many.shape[:-1], *objective.shape), many.dtype)
        objective.render_many(many.reshape(-1, many.shape[-1]), out=out.reshape(-1, *objective.shape))
        return out

    picture = jax.ShapeDtypeStruct(objective.shape, x.dtype)
    result: jax.Array = jax.pure_callback(draw, picture, x, vmap_method="expand_dims")
    return result


def _forward(objective: Objective, x: jax.Array) -> tuple[jax.Array, jax.Array]:
    return _render(objective, x), x


def _adjoint(objective: Objective, x: jax.Array, g: jax.Array) -> tuple[jax.Array]:
    def vjp(vectors: Any, pictures: Any) -> np.ndarray[Any, Any]:
        many, g_many = np.asarray(vectors), np.asarray(pictures)
        out = np.empty(many.shape, many.dtype)
        rows = many.reshape(-1, many.shape[-1]), g_many.reshape(-1, *objective.shape), out.reshape(-1, out.shape[-1])
        for vector, g_image, gradient in zip(*rows, strict=True):
            objective.vjp(vector, g_image, out=gradient)
        return out

    gradient = jax.ShapeDtypeStruct(x.shape, x.dtype)
    return (jax.pure_callback(vjp, gradient, x, g, vmap_method="broadcast_all"),)


_render.defvjp(_forward, _adjoint)
