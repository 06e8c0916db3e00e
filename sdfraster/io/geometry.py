"""Meshes for tools that know geometry (3D, games, maps): OBJ and PLY, as text, with colours of vertices.

Both look along -z with y up, so y becomes height - y, and faces turn counter-clockwise. OBJ and PLY readers agree on
colours of vertices only: if faces have the colours, each brings three vertices of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..mesh import Mesh
from ..model.shading import MIN_FRAME
from ..primitives import primitive
from ..scene import Scene
from .atomic import write_atomic
from .formats import Format
from .place import Place


def write_obj(scene: Scene, path: Place) -> None:
    """Write the meshes of a scene as Wavefront OBJ, with ``v x y z r g b``.

    Raises
    ------
    DataError
        If the scene holds anything but meshes, or the file cannot be written.
    """
    points, colors, faces = _triangles(scene, path)
    lines = [
        f"v {x:.6g} {y:.6g} 0 {r:.4g} {g:.4g} {b:.4g}" for (x, y), (r, g, b, _) in zip(points, colors, strict=True)
    ]
    lines += [f"f {a} {b} {c}" for a, b, c in faces + 1]
    write_atomic(path, "\n".join([*lines, ""]).encode())


def write_ply(scene: Scene, path: Place) -> None:
    """Write the meshes of a scene as PLY (ASCII 1.0) with 8-bit red, green, blue and alpha.

    Raises
    ------
    DataError
        If the scene holds anything but meshes, or the file cannot be written.
    """
    points, colors, faces = _triangles(scene, path)
    head = ["ply", "format ascii 1.0", f"element vertex {len(points)}"]
    head += [f"property float {axis}" for axis in "xyz"]
    head += [f"property uchar {name}" for name in ("red", "green", "blue", "alpha")]
    head += [f"element face {len(faces)}", "property list uchar int vertex_indices", "end_header"]
    bytes_ = np.rint(colors * 255.0).astype(int)
    lines = [f"{x:.6g} {y:.6g} 0 {r} {g} {b} {a}" for (x, y), (r, g, b, a) in zip(points, bytes_, strict=True)]
    lines += [f"3 {a} {b} {c}" for a, b, c in faces]
    write_atomic(path, "\n".join([*head, *lines, ""]).encode())


def _triangles(scene: Scene, path: Place) -> Any:
    """Return vertices (V, 2), colours (V, 4) and faces (F, 3) of all meshes."""
    parts = [_mesh(layer) for layer in scene.layers if isinstance(layer, Mesh)]
    if not parts or len(parts) < len(scene.layers):
        raise DataError(f"{path}: only scenes of meshes can be written as geometry; write .svg, .json or a picture")
    starts = np.cumsum([0, *(len(points) for points, _, _ in parts[:-1])])
    points = np.concatenate([points for points, _, _ in parts]).astype(np.float64)
    points[:, 1] = scene.height - points[:, 1]
    faces = np.concatenate([faces + start for (_, _, faces), start in zip(parts, starts, strict=True)])
    return points, np.concatenate([colors for _, colors, _ in parts]).clip(0.0, 1.0), faces[:, ::-1]


def _mesh(mesh: Mesh) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[Any]]:
    """Return vertices, colours with opacity, and faces of positive area."""
    faces = np.where(mesh.areas[:, None] < 0.0, mesh.faces[:, ::-1], mesh.faces)
    if mesh.vertex_color is not None and (mesh.opacity == 1.0).all():
        return mesh.vertices, np.column_stack([mesh.vertex_color, np.ones(len(mesh.vertices))]), faces
    colors = np.empty((len(mesh), 3, 4))
    colors[..., 3] = mesh.opacity[:, None]
    frame = primitive("triangle").frame
    layer = mesh.layer()
    for k, color in enumerate(layer.color):
        if color.ndim == 1:
            colors[k, :, :3] = color
            continue
        cx, cy, unit = frame(layer.params[k].tolist())
        local = (mesh.vertices[faces[k]] - [cx, cy]) / max(unit, MIN_FRAME)
        colors[k, :, :3] = local @ color[:, :2].T + color[:, 2]
    return mesh.vertices[faces].reshape(-1, 2), colors.reshape(-1, 4), np.arange(3 * len(mesh)).reshape(-1, 3)


FILE_FORMATS = (
    Format(".obj", lambda scene, place, wanted: write_obj(scene, place), meshes=True),
    Format(".ply", lambda scene, place, wanted: write_ply(scene, place), meshes=True),
)
