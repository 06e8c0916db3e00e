"""A scene that a fit starts from: what options follow from it, and which contradict it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arguments import choose
from ..layer import Layer
from ..model.ramp import FEWEST
from ..scene import Scene
from .backdrop import LINEAR, has_backdrop, is_picture, is_sloping


class DefaultText(str):
    """A text that nobody asked for: an option that may follow from a scene; it stays one in `dataclasses.replace`."""


class DefaultNumber(int):
    """A number that nobody asked for."""


def following(scene: Scene) -> dict[str, Any]:
    """Return the options that follow from a scene of one layer of shapes, which it must be."""
    layer = scene.layers[-1] if len(scene.layers) == 1 or has_backdrop(scene) else None
    if not isinstance(layer, Layer) or len(layer) == 0:
        raise ValueError(f"init must be a scene of one layer of shapes, not {scene!r}")
    color = layer.shading if layer.rule.framed else layer.color_rule  # without the number of stops
    texts = {"kind": layer.kind, "color": color, "composite": layer.composite}
    numbers = {"count": len(layer), "stops": max(layer.rule.stops, FEWEST)}
    following: dict[str, Any] = {name: DefaultText(text) for name, text in texts.items()}
    return {**following, **{name: DefaultNumber(number) for name, number in numbers.items()}}


def check_given(scene: Scene, asked: dict[str, Any], background: Any) -> None:
    """Refuse options that contradict a scene.

    Parameters
    ----------
    scene : Scene
        What the fit starts from.
    asked : dict
        Values of those that follow from it.
    background : array_like of 3 numbers, "linear", or None
        The one asked for.
    """
    for name, value in following(scene).items():
        if not isinstance(asked[name], (DefaultText, DefaultNumber)) and asked[name] != value:
            raise ValueError(f"{name} {asked[name]} contradicts init, a scene whose {name} is {value}")
    if is_sloping(background):
        return
    if is_picture(background) and not has_backdrop(scene) and scene.background is None:
        return
    if is_picture(background):
        raise ValueError("background of a picture contradicts init, which must be transparent to be put on one")
    if background is not None and has_backdrop(scene):
        raise ValueError(f"background {background} contradicts init, a scene whose background is {LINEAR}")
    if background is not None and (scene.background is None or not np.allclose(background, scene.background)):
        own = "transparent" if scene.background is None else tuple(scene.background.round(3).tolist())
        raise ValueError(f"background {background} contradicts init, a scene whose background is {own}")


def check_init(init: Any, known: tuple[str, ...]) -> None:
    """Refuse what no fit can start from."""
    if isinstance(init, Scene):
        following(init)
    elif isinstance(init, str):
        choose("init", init, known)
    else:
        raise ValueError(f"init must be a scene or one of {', '.join(known)}, not {type(init).__name__}")
