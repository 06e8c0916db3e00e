"""Drawings as scenes: things of one kind that follow each other are a layer."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import attrgetter
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
from .contour import Contour
from .document import read_bytes
from .findings import Findings
from .meshes import mesh_of
from .nesting import as_nonzero
from .paints import RGB, Flat, Paint
from .reader import Drawing, drawing_of
from .things import Thing


class Shape(NamedTuple):
    """A thing with its colour as layers have it.

    Attributes
    ----------
    thing : Thing
        The thing.
    color : Color
        Its colour.
    rule : tuple
        What the shapes of a layer have in common: kind, fill rule and shading.
    """

    thing: Thing
    color: Color
    rule: tuple[str, str, str]


def shapes_of(things: list[Thing], findings: Findings) -> list[Shape]:
    """Return things with their colours, and note what of these cannot be drawn."""
    return alike([colored(thing, color_of(thing.paint, thing.form, thing.element, findings)) for thing in things])


def colored(thing: Thing, color: Color) -> Shape:
    """Return a thing with a colour."""
    form = thing.form
    return Shape(thing, color, _rule(form.kind, form.fill_rule, color.shading))


@cache
def _rule(kind: str, fill_rule: str, shading: str) -> tuple[str, str, str]:
    return kind, fill_rule if primitive(kind).filled else "nonzero", shading


def _runs(shapes: Iterable[Shape]) -> Iterator[list[Shape]]:
    """Yield shapes that follow each other and have a rule in common."""
    for _, run in groupby(shapes, key=attrgetter("rule")):
        yield list(run)


def alike(shapes: list[Shape]) -> list[Shape]:
    """Return shapes whose gradients have as many stops as those next to them, so that they can be one layer."""
    if all(shape.color.shading == CONSTANT for shape in shapes):
        return shapes
    found: list[Shape] = []
    for each in _runs(shapes):
        count = max(stops(shape.color) for shape in each)
        found += [shape._replace(color=lifted(shape.color, count)) for shape in each]
    return found


def layers_of(shapes: list[Shape]) -> list[Layer]:
    """Return layers of shapes in their order: those that are alike are made, and checked, at once."""
    runs = list(_runs(shapes))
    together: dict[Any, list[int]] = {}
    for k, each in enumerate(runs):
        together.setdefault((each[0].rule, each[0].color.values.shape), []).append(k)
    layers: dict[int, Layer] = {}
    for which in together.values():
        whole = _layer([shape for k in which for shape in runs[k]])
        layers.update(zip(which, whole.parted([len(runs[k]) for k in which]), strict=True))
    return [layers[k] for k in range(len(runs))]


def _layer(shapes: list[Shape]) -> Layer:
    """Return one layer of shapes with a rule and the shape of their colours in common."""
    kind, fill_rule, shading = shapes[0].rule
    shape = len(shapes), *shapes[0].color.values.shape
    colors = np.concatenate([shape.color.values for shape in shapes]).reshape(shape)
    changing: dict[str, Any] = {} if shading == CONSTANT else {"shading": shading}
    return Layer(
        kind,
        **_geometry([shape.thing.form.params for shape in shapes]),
        color=colors.astype(np.float32),
        opacity=_opacities(shape.thing.opacity * shape.color.alpha for shape in shapes),
        fill_rule=fill_rule,
        **changing,
    )


def _geometry(shapes: list[tuple[NDArray[np.float64], ...]]) -> dict[str, Any]:
    """Return the arguments of a layer that say the parameters of shapes, given for each of their contours."""
    values = np.concatenate([contour for contours in shapes for contour in contours]).astype(np.float32)
    if all(len(contours) == 1 for contours in shapes) and len({len(contours[0]) for contours in shapes}) == 1:
        return {"params": values.reshape(len(shapes), -1)}
    return {"params": values, "contours": [[len(contour) // 2 for contour in contours] for contours in shapes]}


def _opacities(values: Iterable[float]) -> NDArray[np.float32]:
    return np.array(list(values), np.float32).clip(0.0, 1.0)


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
        If nothing is drawn, or contours are filled by different rules and cross.
    """
    things = drawing.things
    if not things:
        raise DataError("nothing is drawn, so no fit can start from it")
    outlines, rule = _outlines(things)
    colors = [color_of(thing.paint, thing.form, thing.element, drawing.findings) for thing in things]
    layer = Layer(
        "path",
        **_geometry([tuple(contour.points[:-1].ravel() for contour in outline) for outline in outlines]),
        color=np.array([_middle(thing.paint) for thing in things], np.float32),
        opacity=_opacities(thing.opacity * color.alpha for thing, color in zip(things, colors, strict=True)),
        fill_rule=rule,
    )
    background = None if drawing.background is None else np.array(drawing.background, np.float32)
    return Scene(drawing.width, drawing.height, layer, background, drawing.findings.features)


def _outlines(things: list[Thing]) -> tuple[list[list[Contour]], str]:
    """Return things as contours that are all filled by one rule, and that.

    Raises
    ------
    DataError
        If they cannot be.
    """
    outlines = [[contour.filled() for contour in thing.form.outline()] for thing in things]
    rules = [thing.form.fill_rule if len(outline) > 1 else "" for thing, outline in zip(things, outlines, strict=True)]
    found = set(rules) - {""}
    if len(found) < 2:
        return outlines, found.pop() if found else "nonzero"
    for k, rule in enumerate(rules):
        if rule == "evenodd":
            same = as_nonzero(outlines[k])
            if same is None:
                raise DataError(
                    "a fit starts from shapes that are all filled by nonzero, or all by evenodd, but here there are "
                    "both, and contours of those by evenodd that cross; it can put others on top of these, with a "
                    "count above their number, or `sdfraster refine` moves them as they are"
                )
            outlines[k] = same
    return outlines, "nonzero"


def _middle(paint: Paint) -> RGB:
    """Return the colour of a paint, of a gradient the mean of its stops."""
    if isinstance(paint, Flat):
        return paint.color
    red, green, blue = np.mean([stop.color for stop in paint.stops], axis=0).tolist()
    return red, green, blue


@uncollected()
def from_svg(text: str | bytes, strict: bool = False, name: str = "", sizes: Sequence[tuple[int, ...]] = ()) -> Scene:
    """Read a scene from the text of an SVG file.

    Parameters
    ----------
    text : str or bytes
        The file, which may be compressed (.svgz).
    strict : bool
        Whether it is an error if something in it cannot be drawn.
    name : str
        What messages begin with.
    sizes : sequence of (height, width)
        Of canvases; the first that has the proportions of the file is taken instead of the one that the file says.

    Returns
    -------
    Scene
        Its field ``unsupported`` says what cannot be drawn.

    Raises
    ------
    DataError
        If it is no SVG, asks for too much, or, if `strict`, has something that cannot be drawn.
    ValueError
        If it is no text.
    ModuleNotFoundError
        If it has style sheets, and the extra ``svg`` is not installed.

    Warns
    -----
    DataWarning
        If something cannot be drawn.
    """
    if not isinstance(text, (str, bytes)):
        raise ValueError(f"text must be that of an SVG file, str or bytes, not {type(text).__name__}")
    try:
        drawing = drawing_of(read_bytes(text.encode() if isinstance(text, str) else text), sizes=sizes)
        scene = scene_of(drawing)
    except DataError as error:
        raise DataError(f"{name}{error}") from None
    if scene.unsupported:
        message = f"{name}not drawn as it is in the file: {drawing.findings.summary()}"
        if strict:
            raise DataError(message)
        warnings.warn(message, DataWarning, stacklevel=3)  # beyond the decorator
    return scene
