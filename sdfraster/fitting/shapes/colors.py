"""The best colours of given shapes, exactly.

With geometry, order and opacities given, a picture is linear in all colours and in the background. So the best ones are
a least-squares solution: conjugate gradients (Hestenes and Stiefel 1952) find it on the normal equations, and every
product with these is one picture and one adjoint. Colours that would leave their range are held at its end. Fits that
end early gain from it, see `docs/decisions/fit-annealing.md`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...objective import Objective
from ...prepared.targets import PreparedTarget
from ...roles import BACKGROUND, COLOR
from ...scene import Scene
from ...shapes import Array

HELD_ROUNDS = 3  # of finding out which colours are held
SOLVED = 1e-20  # squared residual of the equations that is none
SOLVED_SHARE = 1e-12  # of the first residual, that is none
NO_CURVATURE = 1e-7  # share of the largest curvature that is none


def solve_colors(
    scene: Scene,
    target: Array,
    filter: str,
    radius: float,
    steps: int,
    background: bool,
    *,
    device: str = "cpu",
    held: NDArray[np.bool_] | None = None,
    weight: Array | None = None,
) -> Scene:
    """Return a scene of one layer with the colours, and the background, that come closest to a picture.

    Parameters
    ----------
    scene : Scene
        Where colours start; all but linear ones stay within 0..1.
    target : ndarray, shape (H, W, C)
        The picture.
    filter, radius
        Pixel filter.
    steps : int
        Of conjugate gradients in each of three rounds.
    background : bool
        Whether the colour of the background is free, if there is one.
    device : {"cpu", "cuda"}
        Where to draw.
    held : ndarray, shape (N,), optional
        Shapes whose colour stays.
    weight : ndarray, shape (H, W), optional
        How much every pixel counts.
    """
    goal, blank = PreparedTarget.of(target), PreparedTarget.of(np.zeros_like(target))
    objective = Objective(scene, goal, weight=weight, filter=filter, filter_radius=radius, device=device)
    x, layout = objective.x, objective.layout
    painted = layout.by_role(lambda role: role in (COLOR, BACKGROUND))
    free = layout.by_role(lambda role: role is COLOR or (background and role is BACKGROUND))
    (layer,) = scene.layers
    for vector in (free, painted):  # what is not linear, such as the line of a gradient, stays as it is
        color = layout.views(vector)[0][-1].color
        color.reshape(len(layer), layer.rule.values)[:, list(layer.rule.bent)] = 0
    if held is not None:
        layout.views(free)[0][-1].color[held] = 0
    bounded = free if layer.rule.held else np.zeros_like(free)  # linear ones may leave the range
    least, g = objective(x)
    for _ in range(HELD_ROUNDS):
        held = (bounded > 0) & ((x <= 0.0) & (g > 0.0) | (x >= 1.0) & (g < 0.0))
        mask = np.where(held, 0, free)
        better = x + _descend(objective, np.where(painted > 0, 0, x), -g * mask, mask, blank, steps)
        better = np.where(bounded > 0, np.clip(better, 0.0, 1.0), better)
        loss, g = objective(better)
        if not loss < least:
            break
        x, least = better, loss
    return layout.scene(x)


def _descend(objective: Objective, still: Array, r: Array, mask: Array, blank: PreparedTarget, steps: int) -> Array:
    """Return the change of the colours that steps of conjugate gradients find from a residual r of the equations.

    `still` holds everything but colours: with colours p beside it, the gradient of the mean square of the picture is
    the product of the equations with p.
    """
    change, p = np.zeros_like(r), r
    square = first = float(r @ r)
    steepest = 0.0
    for _ in range(steps):
        if square <= max(SOLVED, SOLVED_SHARE * first):
            break
        _, product = objective(still + p, blank)
        product *= mask
        curvature, length = float(p @ product), float(p @ p)
        steepest = max(steepest, curvature / length)
        if curvature <= NO_CURVATURE * steepest * length:  # colours that nothing shows: all that is left is rounding
            break
        alpha = r.dtype.type(square / curvature)
        change = change + alpha * p
        r = r - alpha * product
        previous, square = square, float(r @ r)
        p = r + r.dtype.type(square / previous) * p
    return change
