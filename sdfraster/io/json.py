"""Scenes as JSON: the lossless format, readable by people and by any other program.

Numbers come back bit for bit. A float32 is written as the shortest decimal that denotes it ("0.1", not
"0.10000000149011612"): a third of the size of a hand-me-down float64. Reading is strict, because a scene file may
come from anywhere: every complaint names the file and the field.
"""

from __future__ import annotations

import json
import os
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..layer import Layer
from ..mesh import MESH, Mesh
from ..scene import Scene
from .atomic import write_atomic
from .formats import Format
from .parsed import parsed
from .place import Place

FORMAT, VERSION = "sdfraster-scene", 2
VERSIONS = (1, VERSION)  # that can be read: in the first one params are arrays (N, P) only
_SCENE_KEYS = ("format", "version", "width", "height", "dtype", "background", "layers")
_LAYER_KEYS = ("kind", "composite", "params", "color", "opacity")
_OPTIONAL_LAYER_KEYS = ("fill_rule", "shading")


def json_text(scene: Scene) -> str:
    """Return the scene as one line of JSON."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "width": scene.width,
        "height": scene.height,
        "dtype": str(scene.dtype),
        "background": None if scene.background is None else _shortest(scene.background),
        "layers": [_mesh_object(layer) if isinstance(layer, Mesh) else _object(layer) for layer in scene.layers],
    }
    return json.dumps(head, allow_nan=False) + "\n"


def _object(layer: Layer) -> dict[str, Any]:
    return {
        "kind": layer.kind,
        "composite": layer.composite,
        **({} if layer.fill_rule == "nonzero" else {"fill_rule": layer.fill_rule}),
        **({} if layer.shading == "linear" else {"shading": layer.shading}),
        "params": _params(layer),
        "color": _shortest(layer.color),
        "opacity": _shortest(layer.opacity),
    }


def _params(layer: Layer) -> Any:
    """Return nested lists of numbers: of every shape one, or one for each of its contours."""
    if layer.contours is None:
        return _shortest(layer.params)
    return [[_shortest(part) for part in p] if isinstance(p, list) else _shortest(p) for p in layer.nested()]


def _mesh_object(mesh: Mesh) -> dict[str, Any]:
    name, color = ("vertex_color", mesh.vertex_color) if mesh.color is None else ("color", mesh.color)
    assert color is not None
    return {
        "kind": mesh.kind,
        "composite": mesh.composite,
        "vertices": _shortest(mesh.vertices),
        "faces": mesh.faces.tolist(),
        name: _shortest(color),
        "opacity": _shortest(mesh.opacity),
    }


def write_json(scene: Scene, path: Place) -> None:
    """Write the scene as JSON.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    write_atomic(path, json_text(scene).encode())


def read_json(path: str | os.PathLike[str] | BinaryIO) -> Scene:
    """Read a scene that `write_json` wrote, or another program.

    Raises
    ------
    DataError
        If the file is missing, not JSON, or not exactly a scene; the message names the file and the field.
    """
    return parsed(path, "scene file", _scene)


def _shortest(array: NDArray[Any]) -> Any:
    """Return nested lists of Python floats whose repr is the shortest that denotes the array's own values."""
    if array.dtype == np.float64 or array.size == 0:
        return array.tolist()
    return array.astype(str).astype(np.float64).tolist()


def _keys(value: Any, field: str, keys: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    if not isinstance(value, dict):
        raise DataError(f"{field} must be an object with the keys {', '.join(keys)}")
    missing = [key for key in keys if key not in value]
    extra = [key for key in value if key not in keys + optional]
    if missing:
        raise DataError(f"{field} lacks {', '.join(missing)}")
    if extra:
        raise DataError(
            f"{field} has unknown keys {', '.join(map(repr, extra))}; its keys are {', '.join(keys + optional)}"
        )


def _scene(value: Any) -> Scene:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise DataError(f'not a scene file; it must be an object with "format": "{FORMAT}"')
    if value.get("version") not in VERSIONS:
        raise DataError(f"version must be {' or '.join(map(str, VERSIONS))}, not {value.get('version')!r}")
    _keys(value, "the scene", _SCENE_KEYS)
    if value["dtype"] not in ("float32", "float64"):
        raise DataError(f"dtype must be float32 or float64, not {value['dtype']!r}")
    dtype = np.dtype(value["dtype"])
    for field in ("width", "height"):
        if type(value[field]) is not int or value[field] < 1:
            raise DataError(f"{field} must be a whole number of pixels, at least 1, not {value[field]!r}")
    if not isinstance(value["layers"], list):
        raise DataError("layers must be a list")
    background = None if value["background"] is None else _array(value["background"], "background", dtype)
    layers = [_layer(item, f"layers[{k}]", dtype) for k, item in enumerate(value["layers"])]
    return Scene(value["width"], value["height"], layers, background)


def _layer(value: Any, field: str, dtype: np.dtype[Any]) -> Layer | Mesh:
    if isinstance(value, dict) and value.get("kind") == MESH:
        return _mesh(value, field, dtype)
    _keys(value, field, _LAYER_KEYS, _OPTIONAL_LAYER_KEYS)
    words = {key: value[key] for key in ("kind", "composite", *_OPTIONAL_LAYER_KEYS) if key in value}
    for key, word in words.items():
        if not isinstance(word, str):
            raise DataError(f"{field}.{key} must be a text, not {word!r}")
    arrays: dict[str, Any] = {key: _array(value[key], f"{field}.{key}", dtype) for key in ("color", "opacity")}
    try:
        return Layer(**words, params=_shapes(value["params"], f"{field}.params", dtype), **arrays)
    except ValueError as error:
        raise DataError(f"{field}: {error}") from None


def _mesh(value: Any, field: str, dtype: np.dtype[Any]) -> Mesh:
    color = "vertex_color" if "vertex_color" in value else "color"
    _keys(value, field, ("kind", "composite", "vertices", "faces", color, "opacity"))
    arrays: dict[str, Any] = {
        key: _array(value[key], f"{field}.{key}", dtype) for key in ("vertices", color, "opacity")
    }
    faces = _array(value["faces"], f"{field}.faces", np.dtype(np.float64))
    if not (faces == np.rint(faces)).all():
        raise DataError(f"{field}.faces must hold whole numbers only")
    try:
        return Mesh(faces=faces.astype(np.int64), composite=value["composite"], **arrays)
    except ValueError as error:
        raise DataError(f"{field}: {error}") from None


def _shapes(value: Any, field: str, dtype: np.dtype[Any]) -> Any:
    """Return parameters of shapes: an array, or an array for every shape or for each of its contours."""
    rows = value if isinstance(value, list) else []
    several = [isinstance(row, list) and bool(row) and isinstance(row[0], list) for row in rows]
    if not any(several) and len({len(row) if isinstance(row, list) else -1 for row in rows}) <= 1:
        return _array(value, field, dtype)
    return [
        [_array(part, f"{field}[{k}][{n}]", dtype) for n, part in enumerate(row)]
        if of_contours
        else _array(row, f"{field}[{k}]", dtype)
        for k, (row, of_contours) in enumerate(zip(rows, several, strict=True))
    ]


def _array(value: Any, field: str, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return an array of what must be nested lists of numbers; text and true/false are no numbers here."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += item
        elif type(item) not in (int, float):
            raise DataError(f"{field} must hold numbers only, not {item!r}")
    try:
        with np.errstate(over="ignore"):  # too large for the dtype becomes infinity, which is refused below
            array = np.array(value, dtype=dtype)
    except OverflowError:
        raise DataError(f"{field} holds a number too large for {dtype}") from None
    except ValueError:
        raise DataError(f"{field} must be an array of numbers with rows of equal length") from None
    if not np.isfinite(array).all():
        raise DataError(f"{field} holds a number too large for {dtype}")
    return array


def _read(path: Any, strict: bool) -> Scene:
    return read_json(path)


FILE_FORMATS = (Format(".json", lambda scene, place, wanted: write_json(scene, place), _read),)
