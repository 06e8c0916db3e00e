"""Drawing a scene and differentiating it, and the checks of what is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from .arguments import check_positive, choose
from .devices import DEVICES
from .engine.losses.picture import parse_loss
from .engine.tiles import TILE, pack, tile_grid, unpack
from .errors import DataError
from .model.coverage import FILTERS
from .pictures import brightness
from .pictures.arrays import PictureLike, as_array
from .plan import ScenePlan
from .prepared.cache import borrowed
from .prepared.targets import Target, shared
from .scene import Scene, SceneGradient, check_scene
from .shapes import Array

# Tiles that are painted at a time, 1.5 megapixels, so that large pictures take little memory beside themselves. Shapes
# are flattened and binned for each strip: with 2,048 tiles, 2,048 curves on 2040 x 1344 pixels took 120 to 140 ms, now
# 80 to 100, of which 60 to 75 are painting in one strip.
STRIP_TILES = 6144


def render(scene: Scene, filter_radius: float = 1.0, filter: str = "parabolic", device: str = "cpu") -> Array:
    """Draw a scene.

    Parameters
    ----------
    scene : Scene
        What to draw; its dtype is that of the picture.
    filter_radius : float
        Radius of the pixel filter in pixels, above 0. 0.645 gives the parabolic filter the variance of the 1-pixel
        square that SVG renderers use.
    filter : {"parabolic", "tent", "box"}
        Density of the pixel filter.
    device : {"cpu", "cuda"}
        Where to compute; ``"cuda"`` is an NVIDIA GPU and needs the extra ``cuda12`` or ``cuda13``.

    Returns
    -------
    ndarray, shape (height, width, 3) or (height, width, 4)
        RGB, not clamped; with a transparent background premultiplied RGBA.

    Raises
    ------
    ValueError
        If an option is not one of those above.
    DeviceError
        If there is no such device here, or it has too little memory.
    MemoryError
        If there is too little for a picture of this size.
    """
    check_scene(scene)
    check_options(filter_radius, filter, device)
    try:
        image = np.empty(picture_shape(scene), scene.dtype)
        with borrowed(device, scene, filter) as plan:
            return draw(plan, plan.layout.vector(scene), filter_radius, image)
    except MemoryError:
        size = f"{scene.width:,} x {scene.height:,}"
        raise MemoryError(f"scene of {size} pixels needs more memory than there is") from None


def render_strips(
    scene: Scene, filter_radius: float = 1.0, filter: str = "parabolic", device: str = "cpu"
) -> Iterator[tuple[slice, Array]]:
    """Yield the picture of a scene some rows at a time, from the top: which rows, and what `render` returns of them."""
    check_scene(scene)
    check_options(filter_radius, filter, device)
    with borrowed(device, scene, filter) as plan:
        for rows, tiles in _strips(plan, plan.layout.vector(scene), filter_radius, scene.width, scene.height):
            yield rows, unpack(tiles, scene.width, rows.stop - rows.start)


def draw(plan: ScenePlan, x: Array, filter_radius: float, image: Array) -> Array:
    """Draw the scene of a vector into an array (height, width, C), and return it."""
    height, width, _ = image.shape
    for rows, tiles in _strips(plan, x, filter_radius, width, height):
        unpack(tiles, width, rows.stop - rows.start, out=image[rows])
    return image


def _strips(plan: ScenePlan, x: Array, filter_radius: float, width: int, height: int) -> Iterator[tuple[slice, Array]]:
    """Yield the picture of a vector some rows at a time: which rows, and their tiles."""
    columns, _ = tile_grid(width, height)
    step, top = max(1, STRIP_TILES // columns), 0
    for tiles in plan.strips(x, filter_radius, step):
        bottom = min(top + len(tiles) // columns * TILE, height)
        yield slice(top, bottom), tiles
        top = bottom


def render_vjp(
    scene: Scene, g_image: ArrayLike, filter_radius: float = 1.0, filter: str = "parabolic", device: str = "cpu"
) -> SceneGradient:
    """Carry the gradient of a loss from the picture to the scene (the adjoint of `render`).

    Parameters
    ----------
    scene : Scene
        The scene that was drawn.
    g_image : array_like, shape of the picture
        Derivative of the loss by every value of the picture.
    filter_radius, filter, device
        As for `render`.

    Returns
    -------
    SceneGradient
        Derivative of the loss by every value of the scene.

    Raises
    ------
    ValueError
        If `g_image` has not the shape of the picture or is not finite, or an option is not known.
    """
    check_scene(scene)
    check_options(filter_radius, filter, device)
    g = check_gradient(g_image, scene)
    with borrowed(device, scene, filter) as plan:
        plan.vjp(plan.layout.vector(scene), pack(g), filter_radius)
        return plan.layout.gradient(plan.gradient.copy())


def value_and_grad(
    scene: Scene,
    target: Target,
    loss: str = "mse",
    filter_radius: float = 1.0,
    filter: str = "parabolic",
    device: str = "cpu",
    delta: float = 0.1,
    weight: PictureLike | None = None,
) -> tuple[float, SceneGradient]:
    """Compare a scene with a target and differentiate the loss.

    A single per-pixel loss takes one visit of every tile; any other is the loss of a picture that is drawn first. On a
    GPU losses that are not per pixel are computed by the CPU; the picture is copied there, and its gradient back.

    Parameters
    ----------
    scene : Scene
        The scene to draw.
    target : path, ``"sample:NAME"``, binary stream, PIL image or array, of the size of the picture
        The picture it should be, as `fit` takes it: integers and bools are divided by their largest value, grey becomes
        RGB, and what has no alpha is opaque. Floats with alpha are premultiplied. If they cannot be, because a colour
        is above its alpha, they are taken as straight; but if some are not from 0 to 1 they are what `render` draws of
        such colours, and so premultiplied.
    loss : str
        Mean over all values of the picture of the squared, absolute, Huber or Charbonnier error (``"mse"``, ``"mae"``,
        ``"huber"``, ``"charbonnier"``), or of the squared or Charbonnier error of the differences between neighbours
        (``"gradient"``, ``"gradient_charbonnier"``); 1 - SSIM or 1 - MS-SSIM (``"ssim"``, ``"ms_ssim"``); or a sum of
        these with factors, such as ``"mse + 0.2*ssim"``.
    filter_radius, filter, device
        As for `render`.
    delta : float
        Error at which the Huber and Charbonnier losses become linear.
    weight : array_like, shape (height, width), or a picture, optional
        How much every pixel counts, at least 0 and not all 0; means are weighted means. Of a picture (a path, PIL image
        or array of channels) the brightness counts.

    Returns
    -------
    float
        The loss.
    SceneGradient
        Derivative of the loss by every value of the scene.

    Raises
    ------
    ValueError
        If `target` has not the size of the picture, is not finite or far from 0..1, or an option is not known or out of
        range.
    """
    check_scene(scene)
    check_options(filter_radius, filter, device)
    check_loss(loss, delta)
    tiles = shared.tiles(target, scene)
    weights = None if weight is None else check_weight(weight, scene.width, scene.height)
    with borrowed(device, scene, filter, loss, delta, weights) as plan:
        value = plan.value_and_grad(plan.layout.vector(scene), tiles, filter_radius)
        return value, plan.layout.gradient(plan.gradient.copy())


def check_options(filter_radius: float, filter: str, device: str = "cpu") -> None:
    """Raise ValueError unless these are valid options of `render`."""
    check_radius(filter_radius)
    choose("filter", filter, FILTERS)
    choose("device", device, DEVICES)


def check_radius(filter_radius: float) -> None:
    """Raise ValueError unless this is a valid radius of a filter."""
    check_positive("filter_radius", filter_radius, what="a number of pixels above 0")


def check_loss(loss: str, delta: float) -> None:
    """Raise ValueError unless these are a valid loss and width of the quadratic part of an error."""
    parse_loss(loss)
    check_positive("delta", delta)


def check_weight(weight: PictureLike, width: int, height: int) -> Array:
    """Return the weights of the pixels of a picture, or raise DataError unless they are valid.

    They are an array (height, width), or what has colours: of a mask white counts fully, black or transparent not at
    all. A mask holds numbers, so its colour profile does not matter.
    """
    prefix = f"{weight}: " if isinstance(weight, (str, os.PathLike)) or hasattr(weight, "read") else ""
    weights = brightness(weight, "weight")
    if weights.shape != (height, width):
        raise DataError(f"{prefix}weight must have the shape of the picture, {(height, width)}, not {weights.shape}")
    if not (np.isfinite(weights).all() and weights.min() >= 0.0 and weights.max() > 0.0):
        raise DataError(f"{prefix}weight must be finite, nowhere below 0 and somewhere above 0")
    return weights


def picture_shape(scene: Scene) -> tuple[int, int, int]:
    """Return the shape of the picture of a scene."""
    return scene.height, scene.width, 4 if scene.background is None else 3


def check_gradient(value: ArrayLike, scene: Scene) -> Array:
    """Return an array as a gradient of the picture of a scene, or raise ValueError unless it is one."""
    wanted = picture_shape(scene)
    g_image = as_array(value, "g_image", scene.dtype)
    if g_image.shape != wanted:
        raise ValueError(f"g_image must have shape {wanted}, not {g_image.shape}")
    if not np.isfinite(g_image).all():
        raise ValueError("g_image must be finite, but it holds NaN or infinity")
    return g_image
