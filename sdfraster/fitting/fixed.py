"""Values that a fit holds: by name, as they are given or as the shapes have them that it starts from.

A value is held by a range of a single point, and has no gradient: directions in which other values move, too, must not
follow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..model.composite import COMPOSITES
from ..named import BACKGROUND as BACKGROUND
from ..named import mask_of, named_values, where_in
from ..scene import Scene
from ..shapes import Array
from ..vector import Layout

if TYPE_CHECKING:
    from .options import FitOptions

COLOR, OPACITY = "color", "opacity"  # as the names of `named` have them
MASK = "mask"  # name of what is held by its place

Mask = NDArray[np.bool_]


class Fixed:
    """The values of the shapes of a fit that are held.

    Parameters
    ----------
    fixed : mapping or array_like
        What is held by name, or a mask, see `FitOptions`; the background is an option.
    given : Scene or None
        The shapes that the fit starts from, whose values those are for which None is given, or that a mask holds.
    """

    def __init__(self, fixed: Mapping[str, Any] | ArrayLike, given: Scene | None) -> None:
        values, own = as_mapping(fixed), dict[str, Any]()
        self._mask: Mask | None = None
        if given is not None:
            layout = Layout(given)
            self._own = layout.vector(given)
            own.update(named_values(layout, self._own).layers[-1])
            if MASK in values:
                self._mask = mask_from(values[MASK], layout)
        held = {name: value for name, value in values.items() if name not in (BACKGROUND, MASK)}
        self._values = {name: own[name] if value is None else value for name, value in held.items()}

    def mask(self, layout: Layout) -> Mask:
        """Return which places of a vector are held."""
        held = self._asked(layout)
        if len(layout.template.layers) > 1:  # of a background that slopes, only the colour is free
            held |= mask_of(layout, 0, None, None) & ~mask_of(layout, 0, COLOR, None)
            held |= mask_of(layout, None, BACKGROUND, None)
        return held

    def _asked(self, layout: Layout) -> Mask:
        """Return which are held because somebody said so."""
        held = np.zeros(layout.size, bool)
        for name in self._values:
            held |= mask_of(layout, -1, name, None)
        if self._mask is not None:  # of the scene that was given, which may have had no background, or another one
            shapes = layout.size - (0 if layout.template.background is None else 3)
            held[:shapes] |= self._mask[:shapes]
        return held

    def set(self, layout: Layout, x: Array, pixel: float = 1.0) -> None:
        """Set what is held in a vector whose pixels have a side of so many pixels of the picture."""
        held = self._asked(layout)
        if not held.any():
            return
        whole = x.copy()
        if self._mask is not None:
            places = np.flatnonzero(self._mask[: min(len(self._mask), len(whole))])
            whole[places] = self._own[places]
        values = named_values(layout, whole).layers[-1]
        for name, value in self._values.items():
            values[name] = value
        whole /= layout.by_role(lambda role: pixel if role.scales else 1.0)
        np.copyto(x, whole, where=held)

    def scene(self, scene: Scene) -> Scene:
        """Return a scene in pixels of the picture with what is held."""
        layout = Layout(scene)
        x = layout.vector(scene)
        self.set(layout, x)
        return layout.scene(x)


def as_mapping(fixed: Any) -> Mapping[str, Any]:
    """Return what is held by name, given that or a mask."""
    if isinstance(fixed, Mapping):
        return fixed
    if isinstance(fixed, (np.ndarray, list, tuple)):
        return {MASK: fixed}
    raise ValueError(f"fixed must be a mapping of names to values, or a mask, not {type(fixed).__name__}")


def mask_from(value: Any, layout: Layout) -> Mask:
    """Return a mask of the values (n,) of scenes of one layer, given one of values or of shapes, or numbers of these.

    Raises
    ------
    ValueError
        If it is none, or holds part of the background.
    """
    count = len(layout.template.layers[-1])
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.zeros(())
    if array.dtype == bool and array.shape == (layout.size,):
        mask: Mask = array
    elif array.ndim == 1 and (array.shape == (count,) if array.dtype == bool else array.dtype.kind in "iu"):
        mask = mask_of(layout, -1, None, array)
    else:
        raise ValueError(
            f"fixed mask must be bool of shape ({count},), for shapes, or ({layout.size},), for values, or numbers of "
            f"shapes, not {array.dtype} of {array.shape}"
        )
    if layout.template.background is not None and len({*mask[-3:].tolist()}) > 1:
        raise ValueError("fixed mask must hold all of the background, or nothing of it")
    return mask


def beside_backdrop(fixed: Mapping[str, Any], scene: Scene, on_backdrop: Scene) -> Mapping[str, Any]:
    """Return what is held of a scene as what is held of the same shapes on a background that slopes."""
    mask = np.asarray(fixed.get(MASK, ()))
    if mask.dtype != bool or mask.size != Layout(scene).size or len(scene.layers) == len(on_backdrop.layers):
        return fixed
    own = 0 if scene.background is None else 3
    more = Layout(on_backdrop).size - mask.size - (3 - own)
    shapes = mask[: mask.size - own]
    return {**fixed, MASK: np.concatenate([np.zeros(more, bool), shapes, np.zeros(3, bool)])}


def held_places(options: FitOptions, scene: Scene) -> Mask:
    """Return which values (n,) of the scene that a fit found were not for it to find."""
    layout = Layout(scene)
    held = Fixed(options.fixed, options.given).mask(layout)
    if options.opaque or not COMPOSITES[options.composite].opacity_moves:
        held |= mask_of(layout, -1, OPACITY, None)
    if options.palette is not None:
        held |= mask_of(layout, -1, COLOR, None)
    if scene.background is not None and (options.background is not None or options.palette is not None):
        held |= mask_of(layout, None, BACKGROUND, None)
    return held


def held_colors(options: FitOptions, scene: Scene) -> Mask:
    """Return of which shapes (N,) a fit holds something of the colour."""
    layout = Layout(scene)
    held = Fixed(options.fixed, options.given).mask(layout).astype(np.float64)
    color = layout.views(held)[0][-1].color
    return np.asarray(color.reshape(len(color), -1).any(axis=1))


def held_background(values: Mapping[str, Any], given: Scene | None, asked: Any) -> Any:
    """Return the background that is held, if one is: the one asked for, or that among the values by name."""
    if BACKGROUND not in values:
        if MASK in values and given is not None and given.background is not None:
            return tuple(given.background.tolist()) if mask_from(values[MASK], Layout(given))[-1] else asked
        return asked
    if values[BACKGROUND] is not None or given is None or given.background is None:
        return values[BACKGROUND]
    return tuple(given.background.tolist())


def check_fixed(values: Mapping[str, Any], shapes: Scene, given: bool) -> None:
    """Refuse what the shapes of a fit cannot hold.

    Parameters
    ----------
    values : mapping
        What is to be held by name.
    shapes : Scene
        Those that the fit starts from, or one that is like them.
    given : bool
        Whether they are those.
    """
    layout = Layout(shapes)
    x = layout.vector(shapes)
    named = named_values(layout, x).layers[-1]
    start = named_values(layout, layout.vector(shapes)).layers[-1]
    rule = shapes.layers[-1].rule
    said = np.full(layout.size, "", object)  # by whom the value of a place was set
    if MASK in values:
        if not given:
            raise ValueError("fixed mask needs a scene as init, whose values it holds")
        said[mask_from(values[MASK], layout)] = MASK
    for name, value in values.items():
        if name == MASK:
            continue
        if name not in (*named, BACKGROUND):
            raise ValueError(f"fixed must name {', '.join((*named, BACKGROUND))}, not {name!r}")
        if value is None:
            if not given:
                raise ValueError(f"fixed {name} needs a value, unless init is a scene that has it")
            value = layout.vector(shapes)[-3:] if name == BACKGROUND else start[name]
        try:
            array = np.asarray(value, np.float64)
        except (TypeError, ValueError):
            raise ValueError(f"fixed {name} must be numbers, not {type(value).__name__}") from None
        if name == BACKGROUND:  # which is checked as the option of that name
            if said[-1] == MASK and shapes.background is not None and not np.array_equal(array, shapes.background):
                raise ValueError("fixed mask and background contradict each other: it cannot be both")
            continue
        if name == COLOR and array.shape[-len(rule.shape) :] != rule.shape:
            raise ValueError(f"fixed color must have shape {rule.shape}, as one of a shape, not {array.shape}")
        before = x.copy()
        try:
            named[name] = array
        except ValueError:
            more = f" or have shape {named[name].shape}" if given else ""
            raise ValueError(f"fixed {name} must be one value for all shapes{more}, not {array.shape}") from None
        other = np.flatnonzero((x != before) & (said != ""))
        if len(other) > 0:
            where, by = where_in(layout, int(other[0])), said[other[0]]
            raise ValueError(f"fixed {by} and {name} contradict each other: {where} cannot be both")
        said[mask_of(layout, -1, name, None)] = name
    try:
        layout.scene(x)
    except ValueError as error:
        raise ValueError(f"fixed {error}") from None
