"""Immutable layers, which are shapes of one kind, and gradients of the same layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .model.shading import CONSTANT, SHADINGS, Shading, check_colors, shading_of
from .primitives import Parameter, primitive
from .ragged import Contours, by_contour, geometry_of, sizes_of, split, with_contours
from .shapes import Array, Index, Shapes, check_adding, check_composite, colors_of, freeze, opacities_of

FILL_RULES = ("nonzero", "evenodd")


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Layer(Shapes):
    """N shapes of one kind, painted in order; `dataclasses.replace` makes one that differs in some fields.

    Parameters
    ----------
    kind : str
        Name of a primitive, see `kinds`.
    params : array_like, shape (N, P), or a sequence of N items
        Shape parameters in the order of ``primitive(kind).params``: pixels and radians. Numbers beyond 1e10 are drawn
        as 1e10. Polygons, paths and strokes have any number of points. If these differ between the shapes, there is an
        array (P,) for each. Polygons and paths may have several contours, such as holes: then there is a list of
        arrays, one for each contour. A float64 array makes the layer float64; anything else becomes float32.
    color : array_like, shape (N, 3), (N, 3, 3) or (N, ...)
        Constant RGB from 0 to 1, or as CSS has it (``["navy", "#ff8000"]``), or colours that change within the shape,
        see `shading`.
    opacity : array_like, shape (N,) or scalar
        0 is invisible, 1 opaque.
    composite : {"over", "mean"}
        ``"over"``: each shape is painted over what is below (SVG). ``"mean"``: the shapes of the layer are averaged by
        coverage and painted as one group, without seams between shapes that share an edge.
    fill_rule : {"nonzero", "evenodd"}
        What is inside an outline that crosses itself: all that it winds around, or around an odd number of times.
        For polygons and paths; other kinds have no choice.
    shading : {"gradient", "linear", "radial"}
        What colours that are not constant are, with (u, v) the place in the frame of the shape: its origin is 0, and 1
        is its unit away, see `primitive`.

        ``"linear"``, (N, 3, 3): ``[channel, (slope_u, slope_v, offset)]``.

        ``"gradient"``, (N, 3, 3): two colours and a line, ``[c0, c1, (slope_u, slope_v, offset)]``, as SVG has them:
        the colour is c0 where ``t = slope_u u + slope_v v + offset`` is 0 or less, c1 where it is 1 or more, and
        changes evenly in between. Of 3 to 8 stops, (N, 4 S + 1): S colours, the line, and the offsets of the inner
        stops from 0 to 1; each is at least that before it.

        ``"radial"``, (N, 5, 3): ``[c0, c1, (x_u, x_v, x_1), (y_u, y_v, y_1), (fx, fy, first)]``, and of 3 to 8 stops,
        (N, 4 S + 7): S colours, these nine, and inner offsets. ``x = x_u u + x_v v + x_1``, and y, are the place where
        the circle of the gradient, at which it ends with its last colour, has the radius 1 and its centre at 0. From
        the focus (fx, fy) to the circle t goes from 0 to 1, as in SVG; c0 is seen up to first, mostly 0. A focus
        that is not inside of the circle is moved there.

        Gradients are for *over* layers only.
    contours : sequence of N sequences of int, optional
        Numbers of points of the contours of every shape, where `params` do not say it: if they are all numbers of all
        shapes, one after the other, or an array for each shape with its contours one after the other.

    Attributes
    ----------
    params : ndarray, shape (N, P), or tuple of N ndarrays
        The latter if numbers of points differ, or a shape has several contours, which follow each other in its array.
    contours : tuple of N tuples of int, or None
        Numbers of points of the contours of every shape; None if `params` is one array.
    geometry : ndarray, shape (N, P) or (V,)
        All parameters: `params`, or the array of which these are the parts.

    Raises
    ------
    ValueError
        If a shape does not fit, a value is not finite or out of its range; the message names the argument.
    """

    kind: str
    params: Any  # (N, P), or N arrays
    color: Array  # (N, 3) or (N, *rule.shape)
    opacity: Array  # (N,)
    composite: str = "over"
    fill_rule: str = "nonzero"
    shading: str = "linear"
    contours: Contours | None = None
    geometry: Array = field(init=False)  # (N, P) or (V,)

    def __init__(
        self,
        kind: str,
        params: ArrayLike,
        color: ArrayLike,
        opacity: ArrayLike = 1.0,
        composite: str = "over",
        fill_rule: str = "nonzero",
        shading: str = "linear",
        *,
        contours: Sequence[Sequence[int]] | None = None,
    ) -> None:
        shape = primitive(kind)
        check_composite(composite)
        rules = FILL_RULES if shape.filled else FILL_RULES[:1]
        if fill_rule not in rules:
            raise ValueError(f"fill_rule of a {kind} layer must be {' or '.join(rules)}, not {fill_rule!r}")
        changing = [name for name in SHADINGS if name != CONSTANT]
        if shading not in changing:
            raise ValueError(f"shading must be {' or '.join(changing)}, not {shading!r}")
        check_adding(composite, shading, "shading")
        p, own_contours = geometry_of(shape, params, contours)
        dtype, n = p.dtype, len(p) if own_contours is None else len(own_contours)
        c = colors_of("color", color, dtype)
        if c.size == 0 and n == 0 and c.ndim < 2:
            c = c.reshape(0, 3)
        check_colors(c.shape, n, shading)
        o = opacities_of(opacity, n, dtype)
        freeze(self, kind=kind, color=c, opacity=o, composite=composite, fill_rule=fill_rule, shading=shading)
        freeze(self, contours=own_contours, geometry=p)
        freeze(self, params=p if own_contours is None else split(p, self.sizes))
        self._check_ranges()

    def _check_ranges(self) -> None:
        """Refuse values out of the range of their role."""
        for item, values in self._limited() if len(self) else ():
            low, high = item.role.lower, item.role.upper
            low, high = min(low, float(np.float32(low))), max(high, float(np.float32(high)))  # which may be outside
            if not (low <= values.min() and values.max() <= high):
                raise ValueError(
                    f"{item.name} of a {self.kind} must be from {item.role.lower:g} to {item.role.upper:g}, "
                    f"but there are values from {values.min():g} to {values.max():g}"
                )

    def _limited(self) -> Iterable[tuple[Parameter, Array]]:
        """Return parameters with their values, but for the points of outlines, which may be anywhere."""
        shape, p = primitive(self.kind), self.geometry
        if shape.outline is None:
            return zip(self.parameters, p.T, strict=True)
        if not shape.stroked:
            return ()
        return ((shape.parameters[-1], p[:, -1] if self.contours is None else p[np.cumsum(self.sizes) - 1]),)

    def __len__(self) -> int:
        return len(self.params)

    def __repr__(self) -> str:
        return f"Layer({self.summary}, {self.dtype})"

    @property
    def summary(self) -> str:
        """What it is, in a few words."""
        return f"{len(self)} of {self.kind}, {self.color_rule} colours, {self.composite}"

    def __getitem__(self, index: Index) -> Layer:
        """Return some of the shapes, in the order asked for, as a layer.

        Parameters
        ----------
        index : int, slice, or array of int or bool
            Which; ``layer[:100]`` are the lowest hundred, ``layer[layer.opacity > 0.5]`` those that can be seen well.
        """
        places: Any = index  # whatever NumPy takes
        rows = np.atleast_1d(np.arange(len(self))[places])
        color, opacity = self.color[rows], self.opacity[rows]
        if self.contours is None:
            return self.with_values(self.params[rows], color, opacity)
        contours = tuple(self.contours[k] for k in rows)
        return replace(self, params=[self.params[k] for k in rows], contours=contours, color=color, opacity=opacity)

    def parted(self, counts: Iterable[int]) -> list[Layer]:
        """Return the shapes as layers of so many in a row, which share the arrays of this one.

        Parameters
        ----------
        counts : iterable of int
            Numbers of shapes; their sum is that of this layer.
        """
        ends, sizes, found, first = np.concatenate([[0], np.cumsum(self.sizes)]), self.sizes.tolist(), list[Layer](), 0
        for count in counts:
            last = first + count
            contours = None if self.contours is None else self.contours[first:last]
            if contours is None:
                params = geometry = self.geometry[first:last]
            else:
                geometry = self.geometry[ends[first] : ends[last]]
                if len(set(sizes[first:last])) == 1 and max(map(len, contours)) == 1:  # alike
                    params = geometry = geometry.reshape(count, -1)
                    contours = None
                else:
                    params = self.params[first:last]
            part = object.__new__(Layer)
            freeze(part, kind=self.kind, params=params, geometry=geometry, contours=contours)
            freeze(part, color=self.color[first:last], opacity=self.opacity[first:last])
            freeze(part, composite=self.composite, fill_rule=self.fill_rule, shading=self.shading)
            found.append(part)
            first = last
        return found

    @property
    def values(self) -> tuple[Array, Array, Array]:
        """`geometry`, color and opacity: what an optimiser may change."""
        return self.geometry, self.color, self.opacity

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What the columns of `params` are; if these are no single array, the parameters of the largest shape."""
        return primitive(self.kind).parameters_of(int(self.sizes.max()) if len(self) else self.geometry.shape[1])

    @property
    def sizes(self) -> NDArray[np.intp]:
        """Number of parameters of every shape (N,)."""
        outline = primitive(self.kind).outline
        if self.contours is None or outline is None:
            return np.full(len(self.geometry), self.geometry.shape[1])
        return sizes_of(outline, self.contours)

    def shapes(self) -> Iterator[Any]:
        """Yield the parameters of every shape as Python floats: what the functions of a `primitive` take."""
        return iter(self.params.tolist()) if self.contours is None else with_contours(self.params, self.contours)

    def nested(self) -> list[Any]:
        """Return `params` as nested arrays, those of contours too: the layer made of them needs no `contours`."""
        return list(self.params) if self.contours is None else list(by_contour(self.params, self.contours))

    def by_parameter(self, value_of: Callable[[Parameter], Any]) -> NDArray[Any]:
        """Return an array of the shape of the geometry, with what a function says of its parameter in every place."""
        if self.contours is None:
            return super().by_parameter(value_of)
        rows = {
            size: [value_of(parameter) for parameter in primitive(self.kind).parameters_of(size)]
            for size in set(self.sizes.tolist())
        }
        return np.concatenate([rows[size] for size in self.sizes.tolist()])

    @property
    def color_rule(self) -> str:
        """Name of the rule of its colours: `shading`, or ``"constant"``."""
        return shading_of(self.color.shape, self.shading)

    @property
    def rule(self) -> Shading:
        """The rule of its colours."""
        return SHADINGS[self.color_rule]

    def with_values(self, params: ArrayLike, color: ArrayLike, opacity: ArrayLike) -> Layer:
        """Return the layer with other `values`."""
        changes: dict[str, Any] = {"params": params, "color": color, "opacity": opacity}
        return replace(self, **changes)

    def gradient(self, params: Array, color: Array, opacity: Array) -> LayerGradient:
        """Return the derivative of a loss by the `values` as an object laid out like the layer."""
        if self.contours is None:
            return LayerGradient(params, color, opacity)
        return LayerGradient(split(params, self.sizes), color, opacity, params)


@dataclass(frozen=True, eq=False)
class LayerGradient:
    """Derivative of a loss by the arrays of a `Layer`, with the same shapes.

    Attributes
    ----------
    params : ndarray, shape (N, P), or tuple of N ndarrays
        By the shape parameters.
    color : ndarray, of the shape of that of the layer
        By the colours.
    opacity : ndarray, shape (N,)
        By the opacities, also where the layer was made with one number.
    flat : ndarray, shape (V,), or None
        If `params` is a tuple, the array of which it has the parts.
    """

    params: Any
    color: Array
    opacity: Array
    flat: Array | None = field(default=None, repr=False)

    @property
    def values(self) -> tuple[Array, Array, Array]:
        """The arrays, in the order of those of a layer."""
        return self.params if self.flat is None else self.flat, self.color, self.opacity


def concatenate(layers: Sequence[Layer]) -> Layer:
    """Return the shapes of several layers as one, in their order.

    Raises
    ------
    ValueError
        If there are none, or they differ in kind or in a rule.
    """
    if not layers:
        raise ValueError("layers must be at least one")
    for layer in layers:
        if not isinstance(layer, Layer):
            raise ValueError(f"layers must be Layer objects, not {type(layer).__name__}")
    rules = [(layer.kind, layer.composite, layer.fill_rule, layer.color_rule) for layer in layers]
    for k, rule in enumerate(rules):
        if rule != rules[0]:
            raise ValueError(f"layers must be alike, but layers[{k}] is {layers[k]!r}, and layers[0] {layers[0]!r}")
    if len({layer.values[0].shape[1:] for layer in layers}) == 1 and layers[0].contours is None:
        params: Any = np.concatenate([layer.params for layer in layers])
    else:
        params = [p for layer in layers for p in layer.nested()]
    color, opacity = (np.concatenate([layer.values[k] for layer in layers]) for k in (1, 2))
    return replace(layers[0], params=params, contours=None, color=color, opacity=opacity)
