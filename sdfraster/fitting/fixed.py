"""Values that a fit holds: by name, as they are given or as the shapes have them that it starts from.

A value is held by a range of a single point, and has no gradient: directions in which other values move, too, must not
follow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..named import BACKGROUND as BACKGROUND
from ..named import mask_of, named_values
from ..scene import Scene
from ..shapes import Array
from ..vector import Layout

COLOR = "color"  # as the names of `named` have it


class Fixed:
    """The values of the shapes of a fit that are held.

    Parameters
    ----------
    values : mapping
        What is held by name, see `FitOptions`; the background is an option.
    given : Scene or None
        The shapes that the fit starts from, whose values those are for which None is given.
    """

    def __init__(self, values: Mapping[str, Any], given: Scene | None) -> None:
        own: Mapping[str, Any] = {}
        if given is not None:
            layout = Layout(given)
            (own,) = named_values(layout, layout.vector(given)).layers
        held = {name: value for name, value in values.items() if name != BACKGROUND}
        self._values = {name: own[name] if value is None else value for name, value in held.items()}

    def mask(self, layout: Layout) -> NDArray[np.bool_]:
        """Return which places of a vector are held."""
        masks = [mask_of(layout, 0, name, None) for name in self._values]
        return np.logical_or.reduce(masks) if masks else np.zeros(layout.size, bool)

    def set(self, layout: Layout, x: Array, pixel: float = 1.0) -> None:
        """Set what is held in a vector whose pixels have a side of so many pixels of the picture."""
        if not self._values:
            return
        whole = x.copy()
        (values,) = named_values(layout, whole).layers
        for name, value in self._values.items():
            values[name] = value
        whole /= layout.by_role(lambda role: pixel if role.scales else 1.0)
        np.copyto(x, whole, where=self.mask(layout))

    def scene(self, scene: Scene) -> Scene:
        """Return a scene in pixels of the picture with what is held."""
        if not self._values:
            return scene
        layout = Layout(scene)
        x = layout.vector(scene)
        self.set(layout, x)
        return layout.scene(x)


def held_background(values: Mapping[str, Any], given: Scene | None, asked: Any) -> Any:
    """Return the background that is held, if one is: the one asked for, or that among the values by name."""
    if BACKGROUND not in values:
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
    (named,), _ = named_values(layout, x)
    rule = shapes.layers[0].rule
    for name, value in values.items():
        if name not in (*named, BACKGROUND):
            raise ValueError(f"fixed must name {', '.join((*named, BACKGROUND))}, not {name!r}")
        if value is None:
            if not given:
                raise ValueError(f"fixed {name} needs a value, unless init is a scene that has it")
            continue
        try:
            array = np.asarray(value, np.float64)
        except (TypeError, ValueError):
            raise ValueError(f"fixed {name} must be numbers, not {type(value).__name__}") from None
        if name == BACKGROUND:
            continue  # which is checked as the option of that name
        if name == COLOR and array.shape[-len(rule.shape) :] != rule.shape:
            raise ValueError(f"fixed color must have shape {rule.shape}, as one of a shape, not {array.shape}")
        try:
            named[name] = array
        except ValueError:
            more = f" or have shape {named[name].shape}" if given else ""
            raise ValueError(f"fixed {name} must be one value for all shapes{more}, not {array.shape}") from None
    try:
        layout.scene(x)
    except ValueError as error:
        raise ValueError(f"fixed {error}") from None
