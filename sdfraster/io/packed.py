"""Trees of numbers, texts, arrays and scenes as bytes, bit for bit: what checkpoints of fits are made of.

The bytes are a line of JSON, and after it all that is in the arrays, to which the JSON points. Nothing in them can be
code, as in a pickle, so a file from anywhere can be opened. The arrays of a fit are many and small; as an .npz file
they took four times as long.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from ..layer import Layer
from ..mesh import MESH, Mesh
from ..scene import Scene

Tree = Any
"""None, a bool, number, text, array or scene; a sequence of trees, which comes back as a list; a mapping of names to
trees."""

ARRAY, SCENE = "@array", "@scene"  # keys of what stands for one in JSON


def packed(tree: Tree) -> bytes:
    """Return a tree as bytes."""
    arrays = bytearray()
    text = json.dumps(_plain(tree, arrays))
    return text.encode() + b"\n" + arrays


def unpacked(data: bytes) -> Tree:
    """Return the tree of bytes that `packed` has made; others raise KeyError, TypeError or ValueError."""
    text, _, arrays = data.partition(b"\n")
    return _tree(json.loads(text), arrays)


def _plain(tree: Tree, arrays: bytearray) -> Any:
    """Return a tree as JSON has it, and add what is in its arrays."""
    if isinstance(tree, np.ndarray):
        place = len(arrays)
        arrays += tree.tobytes()
        return {ARRAY: [tree.dtype.str, tree.shape, place]}
    if isinstance(tree, np.generic):
        return tree.item()
    if isinstance(tree, Scene):
        return {SCENE: _plain(_parts(tree), arrays)}
    if isinstance(tree, Mapping):
        return {name: _plain(value, arrays) for name, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [_plain(value, arrays) for value in tree]
    return tree


def _tree(plain: Any, arrays: bytes) -> Tree:
    """Return the tree that JSON and arrays stand for."""
    if isinstance(plain, list):
        return [_tree(value, arrays) for value in plain]
    if not isinstance(plain, dict):
        return plain
    if plain.keys() == {ARRAY}:
        dtype, shape, place = plain[ARRAY]
        return np.frombuffer(arrays, dtype, prod(shape), place).reshape(shape).copy()
    if plain.keys() == {SCENE}:
        return _scene(_tree(plain[SCENE], arrays))
    return {name: _tree(value, arrays) for name, value in plain.items()}


def _parts(scene: Scene) -> dict[str, Tree]:
    """Return what a scene is made of, by the names that its parts have when it is made."""
    layers = [_mesh_parts(layer) if isinstance(layer, Mesh) else _layer_parts(layer) for layer in scene.layers]
    return {"width": scene.width, "height": scene.height, "background": scene.background, "layers": layers}


def _layer_parts(layer: Layer) -> dict[str, Tree]:
    names = ("kind", "color", "opacity", "composite", "fill_rule", "shading", "contours")
    return {"params": layer.geometry, **{name: getattr(layer, name) for name in names}}


def _mesh_parts(mesh: Mesh) -> dict[str, Tree]:
    names = ("kind", "vertices", "faces", "color", "opacity", "composite", "vertex_color")
    return {name: getattr(mesh, name) for name in names}


def _scene(parts: dict[str, Tree]) -> Scene:
    layers = []
    for layer in parts.pop("layers"):
        kind = layer.pop("kind")
        layers.append(Mesh(**layer) if kind == MESH else Layer(kind, **layer))
    return Scene(**parts, layers=layers)
