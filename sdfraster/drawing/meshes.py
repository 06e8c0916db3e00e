"""Triangle meshes in a drawing: faces above an underlay of the same faces, which keeps what is behind from showing.

They are known by what they are, since groups and classes are for designers: in a group first one without antialiasing,
and then nothing but triangles, which are those of the first in reverse order. What else is drawn of such a group, or by
other programs, is as it is in the file.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import numpy as np

from ..mesh import Mesh
from ..model.gradients import unclamped_gradient
from ..model.paint import frame_of
from ..model.shading import SHADINGS
from ..primitives import primitive
from .document import Document, local
from .limits import Budget
from .numbers import plain_numbers
from .paints import Flat, Linear
from .path_data import contours_of
from .things import Thing

FACE = "triangle"


class Place(NamedTuple):
    """One mesh where it is drawn: its group, and the ``<use>`` elements that it is drawn by."""

    group: Element
    uses: tuple[Element, ...]


class Meshes:
    """The meshes of a document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[Element, bool] = {}

    def is_mesh(self, group: Element) -> bool:
        """Return whether a group is a mesh."""
        known = self._known.get(group)
        if known is None:
            known = self._known[group] = _is_mesh(group)
        return known

    def masks(self, group: Element, link: str) -> bool:
        """Return whether the mask of a mesh is its own rim, which a mesh has anyway."""
        mask = self._document.ids.get(link[1:])
        only = None if mask is None or len(mask) != 1 else mask[0]
        if only is None or local(only) != "path" or only.get("fill") != "#fff":
            return False
        data = only.get("d", "")
        contours, whole = contours_of(data, Budget("segments of a rim", len(data)))
        corners = {corner for face in list(group)[1:] for corner in _corners(face)}
        return whole and all(tuple(node) in corners for contour in contours for node in contour.nodes.tolist())

    def place(self, thing: Thing) -> Place | None:
        """Return the mesh that a thing belongs to, as a face or as what is below one."""
        parents = self._document.parents
        above = parents.get(thing.element)
        for group in (above, parents.get(above) if above is not None else None):
            if group is not None and self.is_mesh(group):
                return Place(group, thing.uses)
        return None

    def faces(self, things: list[Thing], place: Place) -> list[Thing]:
        """Return those things of a mesh that are its faces."""
        return [thing for thing in things if self._document.parents[thing.element] is place.group]


def _is_mesh(group: Element) -> bool:
    if local(group) != "g" or len(group) < 2 or group[0].get("shape-rendering") != "crispEdges":
        return False
    under, faces = list(group[0]), list(group)[1:]
    if local(group[0]) != "g" or any(local(each) not in ("path", "polygon") for each in under + faces):
        return False
    return [_outline(face) for face in faces] == [_outline(each) for each in reversed(under)] and all(
        len(_corners(face)) == 3 for face in faces
    )


def _outline(face: Element) -> str:
    return face.get("d", "") or face.get("points", "")


def _corners(face: Element) -> list[tuple[float, float]]:
    """Return the corners of a face: a path of one contour with absolute points, or, as there were before, a polygon."""
    text = _outline(face).strip()
    if local(face) == "path":
        if not (text.startswith("M") and text.endswith("z")):
            return []
        text = text[1:-1]
    values = plain_numbers(text) or []
    return list(zip(values[::2], values[1::2], strict=False))


def mesh_of(faces: list[Thing]) -> Mesh | None:
    """Return the mesh of its faces, or None if these are no longer triangles, or of colours that no mesh has."""
    if not faces or any(thing.form.kind != "polygon" or thing.form.params[0].shape != (6,) for thing in faces):
        return None
    values = [_color(thing) for thing in faces]
    opacities = {thing.opacity * (thing.paint.alpha if isinstance(thing.paint, Flat) else 1.0) for thing in faces}
    if any(value is None for value in values) or len(opacities) != 1:
        return None
    color = np.array(values, np.float32)
    if not color[..., :2].any():
        color = color[..., 2]
    corners = np.array([thing.form.params[0] for thing in faces], np.float32).reshape(-1, 2)
    vertices, which = np.unique(corners, axis=0, return_inverse=True)
    return Mesh(vertices, which.reshape(-1, 3), color, min(opacities.pop(), 1.0))


def _color(thing: Thing) -> Any:
    """Return the linear colour of a face."""
    paint = thing.paint
    if isinstance(paint, Flat):
        return SHADINGS["linear"].start(np.array([paint.color]), None)[0]
    if not isinstance(paint, Linear) or paint.spread != "pad" or any(stop.alpha != 1.0 for stop in paint.stops):
        return None
    frame = frame_of(primitive(FACE), thing.form.params[0].tolist())
    return unclamped_gradient(frame, paint.ends, [(stop.offset, stop.color) for stop in paint.stops], paint.matrix)
