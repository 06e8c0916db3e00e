"""A drawing that can be changed: its scene as a function of the numbers of handles, colours and gradients, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from ..drawing.colors import color_of, lifted, stops
from ..drawing.document import Document
from ..drawing.findings import Findings
from ..drawing.forms import Form
from ..drawing.painting import Drawn
from ..drawing.paints import Flat, Linear, Paint, Radial
from ..drawing.reader import drawing_of
from ..drawing.scenes import Shape, colored, layers_of
from ..drawing.scenes import alike as with_equal_stops
from ..drawing.things import Thing
from ..scene import Scene, SceneGradient
from .edit import Editor
from .handles import Handle, Numbers
from .inks import Owner, alpha_of, owner_of, places_of, stops_of
from .pins import beyond, covers
from .slopes import Slopes
from .writing import color_text, unlike, written

FILL, GEOMETRY = "fill", "geometry"
SMALL = 1e-4  # of a difference, of numbers of gradients


class Seen(NamedTuple):
    """A thing of the drawing, and which of the things of which shape it is; None of what is not a shape's own."""

    thing: Thing
    drawn: int | None
    place: int
    cut: bool
    wide: Form | None = None
    """How it is drawn if it covers the canvas: as more than that, since filters see beyond the edges."""


class Sketch:
    """A drawing and what of it can be changed.

    Parameters
    ----------
    document : Document
        The drawing.
    width : int
        Of the canvas, in pixels.
    background : tuple of float or None
        What the canvas is, where nothing is drawn.
    only : {"fill", "geometry"} or None
        What may change, if not both.
    lock : iterable of str
        Ids of elements that stay as they are, with all that is in them.
    """

    def __init__(
        self,
        document: Document,
        width: int,
        background: tuple[float, ...] | None,
        only: str | None = None,
        lock: Iterable[str] = (),
    ) -> None:
        self.document = document
        self.drawing = drawing = drawing_of(document, width)
        self.findings, self._background = drawing.findings, background
        self._drawn = [drawn for drawn, _ in drawing.walker.drawn]
        self._locked = {document.ids[name] for name in lock}
        self._editor = Editor(document)
        things = ([] if drawing.covering is None else [drawing.covering]) + drawing.things
        places = {
            id(thing.form): (k, i) for k, (_, own) in enumerate(drawing.walker.drawn) for i, thing in enumerate(own)
        }
        parts = {(drawn.element, drawn.uses): k for k, drawn in enumerate(self._drawn)}
        self._seen = [self._look(thing, places, parts) for thing in things]
        self._seen = [seen._replace(wide=self._widened(seen)) for seen in self._seen]
        self.handles: dict[Element, Handle] = {} if only == FILL else self._handles()
        self.colors: dict[Owner, Numbers] = {}
        self._alphas: dict[Owner, float] = {}
        self.gradients: dict[Element, Numbers] = {}
        self._owners = [[] if only == GEOMETRY else self._colored(seen) for seen in self._seen]
        self._slopes = Slopes(self._forms)
        if only != FILL:
            self._take_gradients()
        self.start_colors = {owner: color.copy() for owner, color in self.colors.items()}
        self.start_gradients = {element: numbers.copy() for element, numbers in self.gradients.items()}
        self.shapes = self._shapes()

    def _look(
        self, thing: Thing, places: dict[int, tuple[int, int]], parts: dict[tuple[Element, tuple[Element, ...]], int]
    ) -> Seen:
        found = places.get(id(thing.form))
        if found is not None:
            return Seen(thing, *found, cut=False)
        return Seen(thing, parts.get((thing.element, thing.uses)), 0, cut=True)

    def _widened(self, seen: Seen) -> Form | None:
        """Return what is drawn of a thing that covers the canvas."""
        canvas = self.drawing.width, self.drawing.height
        if seen.cut or seen.drawn is None or not covers(seen.thing, *canvas):
            return None
        drawn = self._drawn[seen.drawn]
        wide = self.drawing.walker.painter.paint(drawn._replace(matrix=beyond(*canvas) @ drawn.matrix))
        return wide[seen.place].form if seen.place < len(wide) else None

    def _handles(self) -> dict[Element, Handle]:
        """Return a handle for every shape that can move: one that is seen whole, at least once.

        One whose outline is nowhere seen, as it covers the canvas, cannot. Sides that the edges hide stay as well.
        """
        handles: dict[Element, Handle] = {}
        outlined = {seen.drawn for seen in self._seen if not seen.cut and seen.wide is None}
        stroked = {seen.drawn for seen in self._seen if seen.thing.part == "stroke"}
        for seen in self._seen:
            if seen.drawn is None or seen.cut or seen.drawn not in outlined:
                continue
            drawn = self._drawn[seen.drawn]
            free = not self._locked.intersection(drawn.path) and self._editor.editable(drawn.element)
            if free and drawn.element not in handles:
                canvas = None if seen.drawn in stroked else (self.drawing.width, self.drawing.height)
                handles[drawn.element] = Handle(drawn.element, drawn.geometry, drawn.matrix, canvas)
        return handles

    def _colored(self, seen: Seen) -> list[Owner | None]:
        """Return where the colours of a thing are said, and take these up."""
        if seen.drawn is None:
            return []
        drawn, paint = self._drawn[seen.drawn], seen.thing.paint
        resolver = self.drawing.walker.resolver
        if self._locked.intersection(drawn.path):
            return []
        flat = isinstance(paint, Flat)
        if drawn.style[seen.thing.part].link is not None:
            owners = [] if isinstance(paint, Flat) else stops_of(paint, self.document, resolver)
        else:
            owners = [owner_of(drawn, seen.thing.part, resolver)]
        if isinstance(paint, Flat):
            colors = [(paint.color, paint.alpha)]
        else:
            colors = [(stop.color, alpha_of(stop, resolver)) for stop in paint.stops]
        for owner, (color, alpha) in zip(owners, colors, strict=flat and bool(owners)):
            if owner is not None and self._may_change(owner.element):
                self.colors.setdefault(owner, np.array(color))
                self._alphas.setdefault(owner, alpha)
        return [owner if owner in self.colors else None for owner in owners]

    def _may_change(self, element: Element) -> bool:
        return element not in self._locked and self._editor.editable(element)

    def _take_gradients(self) -> None:
        for seen in self._seen:
            paint = seen.thing.paint
            if isinstance(paint, Flat) or paint.element is None or not self._may_change(paint.element):
                continue
            if seen.drawn is not None and not self._locked.intersection(self._drawn[seen.drawn].path):
                self.gradients.setdefault(paint.element, np.array(_numbers(paint)))

    # from numbers to a scene

    def _forms(self, drawn: Drawn, values: Numbers) -> list[Thing]:
        """Return the things of a shape with other numbers of its handle, as they are drawn."""
        handle, paint = self.handles[drawn.element], self.drawing.walker.painter.paint
        things = paint(drawn._replace(geometry=handle.geometry(values)))
        if not handle.goes_on:
            return things
        wide = paint(drawn._replace(geometry=handle.beyond(values)))
        return [thing._replace(form=each.form) for thing, each in zip(things, wide, strict=True)]

    def _shapes(self) -> list[Shape]:
        """Return what is drawn now. A thing that would become another kind stays as it was."""
        redrawn: dict[int, list[Thing]] = {}
        findings, shapes = Findings(), []
        for k, seen in enumerate(self._seen):
            thing = seen.thing
            if seen.wide is not None and alike(seen.wide, thing.form):
                thing = thing._replace(form=seen.wide)
            elif seen.drawn is not None and not seen.cut:
                drawn = self._drawn[seen.drawn]
                if drawn.element in self.handles:
                    if seen.drawn not in redrawn:
                        redrawn[seen.drawn] = self._forms(drawn, self.handles[drawn.element].values)
                    now = redrawn[seen.drawn]
                    if seen.place < len(now) and alike(now[seen.place].form, thing.form):
                        thing = thing._replace(form=now[seen.place].form, paint=now[seen.place].paint)
            thing = thing._replace(paint=self._painted(thing.paint, self._owners[k]))
            shapes.append(colored(thing, color_of(thing.paint, thing.form, thing.element, findings)))
        return with_equal_stops(shapes)

    def _painted(self, paint: Paint, owners: list[Owner | None]) -> Paint:
        """Return a paint with the colours and places that it has now."""
        colors = [None if owner is None else tuple(self.colors[owner].tolist()) for owner in owners]
        if isinstance(paint, Flat):
            return paint._replace(color=colors[0]) if colors and colors[0] else paint
        every = [
            stop._replace(color=color) if color else stop for stop, color in zip(paint.stops, colors, strict=False)
        ] or list(paint.stops)
        paint = paint._replace(stops=tuple(every))
        numbers = None if paint.element is None else self.gradients.get(paint.element)
        return paint if numbers is None else _placed(paint, numbers)

    def scene(self) -> Scene:
        """Return the scene that is drawn now."""
        self.shapes = self._shapes()
        return self.scene_of(self.shapes)

    def scene_of(self, shapes: list[Shape]) -> Scene:
        """Return the scene of shapes."""
        return Scene(self.drawing.width, self.drawing.height, layers_of(shapes), self._background)

    # from the gradient by the scene to that by numbers

    def pull(self, gradient: SceneGradient, whole: bool) -> dict[object, Numbers]:
        """Return the gradient by the numbers of handles, colours and gradients, or `whole`, by shifts of handles."""
        pulled: dict[object, Numbers] = {}
        at = 0
        for layer in gradient.layers:
            params = layer.params if isinstance(layer.params, tuple) else list(layer.params)
            for g_params, g_color in zip(params, layer.color, strict=True):
                self._pull(at, g_params.astype(float), g_color.astype(float), whole, pulled)
                at += 1
        return pulled

    def _pull(self, k: int, g_params: Numbers, g_color: Numbers, whole: bool, pulled: dict[object, Numbers]) -> None:
        seen, shape = self._seen[k], self.shapes[k]
        if seen.drawn is not None and not seen.cut and self._drawn[seen.drawn].element in self.handles:
            drawn = self._drawn[seen.drawn]
            handle = self.handles[drawn.element]
            _add(pulled, handle, self._slopes.pull((seen.drawn, seen.place), drawn, handle, g_params, whole))
        paint = shape.thing.paint
        if isinstance(paint, Flat):
            for owner in self._owners[k]:
                if owner is not None:
                    _add(pulled, owner, g_color)
            return
        self._pull_gradient(k, g_color, pulled)

    def _pull_gradient(self, k: int, g_color: Numbers, pulled: dict[object, Numbers]) -> None:
        """Pull by differences: the values of the rule of colours by stops and places."""
        thing, now, _ = self.shapes[k]
        paint = thing.paint
        assert not isinstance(paint, Flat)

        def by(changed: Linear | Radial, step: float) -> float:
            color = color_of(changed, thing.form, thing.element, Findings())
            values = lifted(color, stops(now)).values if color.shading == now.shading else color.values
            if values.shape != now.values.shape:
                return 0.0
            return float(((values - now.values) * g_color.reshape(values.shape)).sum()) / step

        for i, owner in enumerate(self._owners[k]):
            if owner is None:
                continue
            g = np.zeros(3)
            for channel in range(3):
                color = list(paint.stops[i].color)
                step = SMALL if color[channel] < 0.5 else -SMALL
                color[channel] += step
                every = list(paint.stops)
                every[i] = every[i]._replace(color=(color[0], color[1], color[2]))
                g[channel] = by(paint._replace(stops=tuple(every)), step)
            _add(pulled, owner, g)
        if paint.element in self.gradients:
            numbers = np.array(_numbers(paint))
            step = SMALL * max(float(np.abs(numbers).max()), 1e-6)
            g = np.array([by(_placed(paint, numbers + step * row), step) for row in np.eye(len(numbers))])
            _add(pulled, paint.element, g)

    # the numbers themselves

    def numbers(self) -> Mapping[str, Any]:
        """Return a copy of all numbers."""
        return {
            "handles": {element: handle.values.copy() for element, handle in self.handles.items()},
            "colors": {owner: color.copy() for owner, color in self.colors.items()},
            "gradients": {element: numbers.copy() for element, numbers in self.gradients.items()},
        }

    def take(self, numbers: Mapping[str, Any]) -> None:
        """Take numbers that `numbers` returned."""
        for element, values in numbers["handles"].items():
            self.handles[element].values = values
        self.colors, self.gradients = dict(numbers["colors"]), dict(numbers["gradients"])

    # the file

    def text(self) -> bytes:
        """Return the file with all that has changed."""
        editor = Editor(self.document)
        for element, handle in self.handles.items():
            for name, value in handle.changes(_digits(handle.size)).items():
                editor.set(element, name, value)
        for owner, color in self.colors.items():
            if color_text(color) != color_text(self.start_colors[owner]):
                text = color_text(color, self._alphas[owner])
                editor.set_property(owner.element, owner.name, text, owner.in_style)
        for element, numbers in self.gradients.items():
            paint = next(
                seen.thing.paint
                for seen in self._seen
                if not isinstance(seen.thing.paint, Flat) and seen.thing.paint.element is element
            )
            assert not isinstance(paint, Flat)
            for name, value, old in zip(places_of(paint), numbers, self.start_gradients[element], strict=True):
                digits = _digits(paint.matrix.size)
                if unlike(float(value), float(old), digits):
                    editor.set(element, name, written(float(value), digits))
        return editor.result()


def alike(a: Form, b: Form) -> bool:
    """Return whether two forms have the same kind and as many numbers."""
    return a.kind == b.kind and [len(each) for each in a.params] == [len(each) for each in b.params]


def _numbers(paint: Linear | Radial) -> tuple[float, ...]:
    return paint.ends if isinstance(paint, Linear) else paint.circle


def _placed(paint: Linear | Radial, numbers: NDArray[np.float64]) -> Linear | Radial:
    values = numbers.tolist()
    if isinstance(paint, Linear):
        return paint._replace(ends=(values[0], values[1], values[2], values[3]))
    cx, cy, r = values
    x, y, _ = paint.circle
    fx, fy, fr = paint.focus  # which moves along
    return paint._replace(circle=(cx, cy, max(r, 1e-6)), focus=(fx + cx - x, fy + cy - y, fr))


def _digits(size: float) -> int:
    """Return how many digits after the point are a hundredth of a pixel, or less."""
    return max(0, int(np.ceil(np.log10(max(size, 1e-6) * 100.0))))


def _add(pulled: dict[object, Numbers], key: object, g: Numbers) -> None:
    pulled[key] = pulled[key] + g if key in pulled else g
