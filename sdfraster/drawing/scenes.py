"""Drawings as scenes: things of one kind that follow each other are a layer."""

from __future__ import annotations

import warnings
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, DataWarning
from ..garbage import uncollected
from ..layer import Layer
from ..mesh import Mesh
from ..model.shading import CONSTANT
from ..primitives import primitive
from ..scene import Scene
from .colors import Color, color_of, lifted, stops
from .document import read_bytes
from .findings import Findings
from .meshes import mesh_of
from .paints import RGB, Flat, Paint
from .reader import Drawing, drawing_of
from .things import Thing


class Shape(NamedTuple):
    """A thing with its colour as layers have it."""

    thing: Thing
    color: Color

    @property
    def rule(self) -> tuple[str, str, str]:
        """What the shapes of a layer have in common."""
        form = self.thing.form
        fill_rule = form.fill_rule if primitive(form.kind).filled else "nonzero"
        return form.kind, fill_rule, self.color.shading


def shapes_of(things: list[Thing], findings: Findings) -> list[Shape]:
    """Return things with their colours, and note what of these cannot be drawn."""
    return alike([Shape(thing, color_of(thing.paint, thing.form, thing.element, findings)) for thing in things])


def alike(shapes: list[Shape]) -> list[Shape]:
    """Return shapes whose gradients have as many stops as those next to them, so that they can be one layer."""
    found: list[Shape] = []
    for _, run in groupby(shapes, key=lambda shape: shape.rule):
        each = list(run)
        count = max(stops(shape.color) for shape in each)
        found += [shape._replace(color=lifted(shape.color, count)) for shape in each]
    return found


def layers_of(shapes: list[Shape]) -> list[Layer]:
    """Return layers of shapes in their order."""
    layers = []
    for (kind, fill_rule, shading), run in groupby(shapes, key=lambda shape: shape.rule):
        each = list(run)
        layers.append(
            Layer(
                kind,
                _params([shape.thing.form.params for shape in each]),
                np.array([shape.color.values for shape in each], np.float32),
                np.array([shape.thing.opacity * shape.color.alpha for shape in each], np.float32).clip(0.0, 1.0),
                fill_rule=fill_rule,
                **({} if shading == CONSTANT else {"shading": shading}),
            )
        )
    return layers


def _params(shapes: list[tuple[NDArray[np.float64], ...]]) -> list[Any]:
    """Return parameters as a layer takes them."""
    return [
        contours[0].astype(np.float32) if len(contours) == 1 else [contour.astype(np.float32) for contour in contours]
        for contours in shapes
    ]


@uncollected()
def scene_of(drawing: Drawing) -> Scene:
    """Return a drawing as a scene."""
    meshes, layers = drawing.walker.resolver.meshes, list[Layer | Mesh]()
    for place, run in groupby(drawing.things, key=meshes.place):
        things = list(run)
        mesh = None if place is None else mesh_of(meshes.faces(things, place))
        layers += layers_of(shapes_of(things, drawing.findings)) if mesh is None else [mesh]
    background = None if drawing.background is None else np.array(drawing.background, np.float32)
    return Scene(drawing.width, drawing.height, layers, background, drawing.findings.features)


@uncollected()
def paths_of(drawing: Drawing) -> Scene:
    """Return a drawing as a scene of one layer of paths, each of one colour, for a fit to start from.

    Raises
    ------
    DataError
        If nothing is drawn, or contours are filled by different rules.
    """
    things = drawing.things
    outlines = [[contour.filled().points[:-1].ravel() for contour in thing.form.outline()] for thing in things]
    rules = {thing.form.fill_rule for thing, outline in zip(things, outlines, strict=True) if len(outline) > 1}
    if not things:
        raise DataError("nothing is drawn, so no fit can start from it")
    if len(rules) > 1:
        raise DataError(
            "a fit starts from shapes that are all filled by nonzero, or all by evenodd; it can put others on top of "
            "these, with a count above their number, or `sdfraster refine` moves them as they are"
        )
    colors = [color_of(thing.paint, thing.form, thing.element, drawing.findings) for thing in things]
    layer = Layer(
        "path",
        _params([tuple(outline) for outline in outlines]),
        np.array([_middle(thing.paint) for thing in things], np.float32),
        np.array([thing.opacity * color.alpha for thing, color in zip(things, colors, strict=True)], np.float32).clip(
            0, 1
        ),
        fill_rule=rules.pop() if rules else "nonzero",
    )
    background = None if drawing.background is None else np.array(drawing.background, np.float32)
    return Scene(drawing.width, drawing.height, layer, background, drawing.findings.features)


def _middle(paint: Paint) -> RGB:
    """Return the colour of a paint, of a gradient the mean of its stops."""
    if isinstance(paint, Flat):
        return paint.color
    red, green, blue = np.mean([stop.color for stop in paint.stops], axis=0).tolist()
    return red, green, blue


def from_svg(text: str | bytes, strict: bool = False, name: str = "") -> Scene:
    """Read a scene from the text of an SVG file.

    Parameters
    ----------
    text : str or bytes
        The file, which may be compressed (.svgz).
    strict : bool
        Whether it is an error if something in it cannot be drawn.
    name : str
        What messages begin with.

    Returns
    -------
    Scene
        Its field ``unsupported`` says what cannot be drawn.

    Raises
    ------
    DataError
        If it is no SVG, asks for too much, or, if `strict`, has something that cannot be drawn.
    ModuleNotFoundError
        If it has style sheets, and the extra ``svg`` is not installed.

    Warns
    -----
    DataWarning
        If something cannot be drawn.
    """
    try:
        drawing = drawing_of(read_bytes(text.encode() if isinstance(text, str) else text))
        scene = scene_of(drawing)
    except DataError as error:
        raise DataError(f"{name}{error}") from None
    if scene.unsupported:
        message = f"{name}not drawn as it is in the file: {drawing.findings.summary()}"
        if strict:
            raise DataError(message)
        warnings.warn(message, DataWarning, stacklevel=2)
    return scene
