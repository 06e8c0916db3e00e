"""A scene that a fit starts from: what options follow from it, and which contradict it.

One of fewer shapes than are asked for stays as it is, and the others are put on top of it.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ..arguments import choose
from ..layer import Layer, concatenate
from ..model.composite import COMPOSITES
from ..model.ramp import FEWEST
from ..scene import Scene
from .backdrop import LINEAR, has_backdrop, is_picture, is_sloping


class DefaultText(str):
    """A text that nobody asked for: an option that may follow from a scene; it stays one in `dataclasses.replace`."""


class DefaultNumber(int):
    """A number that nobody asked for."""


def is_file(init: Any) -> bool:
    """Return whether a fit is to start from a scene in a file."""
    return isinstance(init, os.PathLike) or (
        isinstance(init, str) and init.lower().endswith((".json", ".svg", ".svgz"))
    )


def shapes_in(scene: Scene) -> int:
    """Return how many shapes a scene has, without a background that slopes."""
    return sum(len(layer) for layer in scene.layers) - has_backdrop(scene)


def is_below(init: Any, count: Any) -> bool:
    """Return whether so many shapes were asked for that some are to be put on top of a scene."""
    asked = isinstance(init, Scene) and isinstance(count, int) and not isinstance(count, DefaultNumber)
    return asked and count > shapes_in(init)


def on_top(below: Scene, shapes: Layer) -> Scene:
    """Return a scene with shapes on top, in its uppermost layer if they are like those in it."""
    upper, shapes = below.layers[-1:], shapes.astype(below.dtype)
    rules = [
        (layer.kind, layer.composite, layer.fill_rule, layer.color_rule)
        for layer in (*upper, shapes)
        if isinstance(layer, Layer) and not COMPOSITES[layer.composite].grouped
    ]
    if len(rules) == 2 and rules[0] == rules[1]:
        return below.replace(layers=[*below.layers[:-1], concatenate([*upper, shapes])])
    return below.replace(layers=[*below.layers, shapes])


def following(scene: Scene) -> dict[str, Any]:
    """Return the options that follow from a scene of one layer of shapes, which it must be."""
    layer = scene.layers[-1] if len(scene.layers) == 1 or has_backdrop(scene) else None
    if not isinstance(layer, Layer) or len(layer) == 0:
        raise ValueError(f"init must be a scene of one layer of shapes, or have fewer than count, not {scene!r}")
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


def check_below(asked: dict[str, Any]) -> None:
    """Refuse what cannot be put on top of a scene; `asked` says by name what is asked for."""
    for name, contradicted in asked.items():
        if contradicted:
            raise ValueError(f"{name} contradicts init with more shapes than the scene has, which are put on top of it")


def check_init(init: Any, known: tuple[str, ...]) -> None:
    """Refuse what no fit can start from."""
    if isinstance(init, str) and not is_file(init):
        choose("init", init, known)
    elif not isinstance(init, Scene) and not is_file(init):
        raise ValueError(
            f"init must be a scene, a file of one, or one of {', '.join(known)}, not {type(init).__name__}"
        )
