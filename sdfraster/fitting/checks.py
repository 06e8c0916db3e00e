"""Which options of a fit contradict each other, or are none: what `FitOptions` asks before any work is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..arguments import check_whole
from ..layer import Layer
from ..mesh import MESH, outline_of
from ..model.composite import COMPOSITES
from ..model.ramp import FEWEST, MOST
from ..model.shading import CONSTANT, SHADINGS
from ..optim import OPTIMIZERS, SEARCHES, needs_squares
from ..palette import read_palette
from ..scene import Scene
from ..shapes import check_adding
from .backdrop import LINEAR, is_picture, is_sloping
from .fixed import BACKGROUND, MASK, as_mapping, check_fixed
from .initial import shapes as typical

if TYPE_CHECKING:
    from .options import FitOptions

AUTO_INIT, RANDOM, CONTOUR = "auto", "random", "contour"  # values of init


MOST_SHAPES = 10_000_000  # with what an optimiser knows of each some gigabytes


def check_limits(options: FitOptions) -> None:
    """Refuse limits on the shapes that contradict other options, or that no memory holds."""
    if options.count > MOST_SHAPES:
        raise ValueError(f"count must be at most {MOST_SHAPES:,}, not {options.count:,}")
    limits = [name for name in ("target_psnr", "palette") if getattr(options, name) is not None]
    if limits and options.optimizer in SEARCHES:
        raise ValueError(f"optimizer must be one of {', '.join(OPTIMIZERS)} with {limits[0]}, not {options.optimizer}")
    if options.target_psnr is not None and not options.plain:
        raise ValueError("loss must be mse, without weight, region or regularizers, with target_psnr")
    check_adding(options.composite, options.color, "color")
    if options.symmetric and options.count % 2:
        raise ValueError(f"count must be even with symmetric, not {options.count}: shapes come in pairs")
    if options.palette is not None:
        read_palette(options.palette)
        if options.color != CONSTANT:
            raise ValueError(f"color must be constant with palette, not {options.color}")


def check_squares(options: FitOptions) -> None:
    """Refuse what is no squared error of free shapes, if the optimiser is for that."""
    if not needs_squares(options.optimizer):
        return
    if options.loss != "mse" or options.regularizers:
        what = f"loss {options.loss}" if options.loss != "mse" else "regularizers"
        raise ValueError(f"optimizer {options.optimizer} is for loss mse without regularizers, not for {what}")
    if options.symmetric or options.init == CONTOUR:
        what = "symmetric" if options.symmetric else f"init {CONTOUR!r}"
        raise ValueError(f"optimizer {options.optimizer} is for shapes that move freely, not for {what}")


def check_stops(options: FitOptions) -> None:
    """Refuse numbers of stops that gradients cannot have, and stops of what is none."""
    check_whole("stops", options.stops, FEWEST)
    if options.stops > MOST:
        raise ValueError(f"stops must be from {FEWEST} to {MOST}, not {options.stops}")
    if options.stops > FEWEST and SHADINGS[options.color].variant is None:
        gradients = " or ".join(name for name, rule in SHADINGS.items() if rule.variant is not None)
        raise ValueError(f"stops are of gradients: color must be {gradients}, not {options.color}")


def check_region(options: FitOptions) -> None:
    """Refuse what is no part of any picture."""
    numbers = _numbers(options.region)
    if numbers.shape != (4,) or not np.isfinite(numbers).all() or not (numbers[2:] > 0.0).all():
        raise ValueError(f"region must be x, y, width and height in pixels, the last two above 0, not {options.region}")


def check_background(background: Any) -> None:
    """Refuse what is no colour, unless it slopes or is a picture."""
    if is_sloping(background) or is_picture(background):
        return
    color = _numbers(background)
    if color.shape != (3,) or not ((color >= 0.0) & (color <= 1.0)).all():
        raise ValueError(f"background must be three numbers from 0 to 1, or {LINEAR!r}, not {background!r}")


def check_behind(options: FitOptions) -> None:
    """Refuse what cannot be on a background that slopes, or on a picture."""
    background = LINEAR if is_sloping(options.background) else "of a picture"
    others = {"a mesh": options.kind == MESH, "symmetric": options.symmetric, "palette": options.palette is not None}
    others[f"init {CONTOUR!r}"] = options.init == CONTOUR
    for name, contradicted in others.items():
        if contradicted:
            raise ValueError(f"background {background} is not for a fit with {name}")


def check_held(options: FitOptions) -> None:
    """Refuse what cannot be held."""
    fixed = as_mapping(options.fixed)
    others = {"a mesh": options.kind == MESH, "symmetric": options.symmetric}
    others["opaque"] = options.opaque and bool({"opacity", MASK} & {*fixed})
    others["palette"] = options.palette is not None and bool({"color", BACKGROUND, MASK} & {*fixed})
    others["background"] = options.background is not None and BACKGROUND in fixed
    for name, contradicted in others.items():
        if contradicted:
            raise ValueError(f"fixed {', '.join(fixed)} is not for a fit with {name}")
    shapes = options.given
    if shapes is None:
        params = typical(options.kind, [(0.0, 0.0)], [1.0], np.random.default_rng(0), options.segments)
        colors = np.zeros((1, *SHADINGS[options.color_rule].shape))
        rule: dict[str, Any] = {} if options.color == CONSTANT else {"shading": options.color}
        shapes = Scene(1, 1, Layer(options.kind, params, colors, **rule))
    check_fixed(fixed, shapes, options.given is not None)


def check_segments(options: FitOptions, segments: int) -> None:
    """Refuse outlines that the kind cannot have."""
    outline = outline_of(options.kind)
    if outline is None or options.init == CONTOUR:
        what = f"init {CONTOUR!r}" if outline is not None else options.kind
        raise ValueError(f"segments is for paths, strokes and polygons that start as typical ones, not for {what}")
    least = outline.fewest
    check_whole(f"segments of a {options.kind}", segments, least)


def check_contour(options: FitOptions) -> None:
    """Refuse what regions cannot become."""
    outline = outline_of(options.kind)
    if outline is None or not outline.filled:
        raise ValueError(f"init {CONTOUR!r} is for the kinds path and polygon, not {options.kind}")
    if options.symmetric:
        raise ValueError(f"symmetric is not for init {CONTOUR!r}, whose regions are as they are")
    if COMPOSITES[options.composite].grouped:
        raise ValueError(f"init {CONTOUR!r} paints regions over each other: composite must be over")


def check_mesh(options: FitOptions) -> None:
    """Refuse what a mesh cannot have."""
    if options.count < 2:
        raise ValueError(f"count of a mesh must be at least 2, not {options.count}: it covers a rectangle")
    for name, only in (("loss", "mse"), ("optimizer", "adam")):
        if getattr(options, name) != only:
            raise ValueError(f"{name} of a mesh must be {only}, not {getattr(options, name)!r}")
    if options.palette is not None and options.shade != "flat":
        raise ValueError(f"shade must be flat with palette, not {options.shade}: others mix colours")
    if options.symmetric:
        raise ValueError("symmetric is not for meshes")
    if options.polish > 0:
        raise ValueError("polish is not for meshes, whose colours are exact")
    for name, known in (("color", (CONSTANT,)), ("composite", ("over",)), ("init", (AUTO_INIT, RANDOM))):
        if getattr(options, name) not in known:
            raise ValueError(f"{name} is not for meshes, which have rules of their own; see shade for colours")


def _numbers(value: Any) -> NDArray[np.float64]:
    """Return an array of numbers, empty if it is none."""
    try:
        return np.asarray(value, np.float64)
    except (TypeError, ValueError):
        return np.zeros(0)
