"""What a picture is made of: immutable scenes and layers of shapes, and gradients of the same layout."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .primitives import primitive

Array = NDArray[np.floating[Any]]

COMPOSITES = ("over", "mean")
FILL_RULES = ("nonzero", "evenodd")


@dataclass(frozen=True, eq=False, init=False)
class Layer:
    """N shapes of one kind, painted in order; `dataclasses.replace` makes one that differs in some fields.

    Parameters
    ----------
    kind : str
        Name of a primitive, see `kinds`.
    params : array_like, shape (N, P)
        Shape parameters in the order of ``primitive(kind).params``: pixels and radians. Polygons, paths and strokes
        have any number of points, the same for all shapes of the layer. A float64 array makes the layer float64;
        anything else becomes float32.
    color : array_like, shape (N, 3) or (N, 3, 3)
        Constant RGB, or linear colour ``[channel, (slope_u, slope_v, offset)]`` in the frame of the shape, 0..1.
    opacity : array_like, shape (N,) or scalar
        0 is invisible, 1 opaque.
    composite : {"over", "mean"}
        ``"over"``: each shape is painted over what is below (SVG). ``"mean"``: the shapes of the layer are averaged by
        coverage and painted as one group, without seams between shapes that share an edge.
    fill_rule : {"nonzero", "evenodd"}
        What is inside an outline that crosses itself: all that it winds around, or around an odd number of times.
        For polygons and paths; other kinds have no choice.

    Raises
    ------
    ValueError
        If a shape does not fit, a value is not finite or out of its range; the message names the argument.
    """

    kind: str
    params: Array  # (N, P)
    color: Array  # (N, 3) or (N, 3, 3)
    opacity: Array  # (N,)
    composite: str = "over"
    fill_rule: str = "nonzero"

    def __init__(
        self,
        kind: str,
        params: ArrayLike,
        color: ArrayLike,
        opacity: ArrayLike = 1.0,
        composite: str = "over",
        fill_rule: str = "nonzero",
    ) -> None:
        shape = primitive(kind)
        if composite not in COMPOSITES:
            raise ValueError(f"composite must be one of {', '.join(COMPOSITES)}, not {composite!r}")
        filled = shape.outline is not None and shape.outline.filled
        rules = FILL_RULES if filled else FILL_RULES[:1]
        if fill_rule not in rules:
            raise ValueError(f"fill_rule of a {kind} layer must be {' or '.join(rules)}, not {fill_rule!r}")
        dtype = _dtype(params)
        p = _array("params", params, dtype)
        if p.shape == (0,):
            p = p.reshape(0, len(shape.parameters))
        try:
            parameters = shape.parameters_of(p.shape[1] if p.ndim == 2 else 0)
        except ValueError:
            wanted = f"(N, {shape.counts})" if shape.outline is None else f"(N, P) with P = {shape.counts}"
            raise ValueError(
                f"params of a {kind} layer must have shape {wanted} ({shape.signature}), not {p.shape}"
            ) from None
        n = len(p)
        c = _array("color", color, dtype)
        if c.size == 0 and n == 0 and c.ndim < 2:
            c = c.reshape(0, 3)
        if c.shape not in ((n, 3), (n, 3, 3)):
            raise ValueError(f"color must have shape ({n}, 3) or ({n}, 3, 3), not {c.shape}")
        o = _array("opacity", opacity, dtype)
        if o.shape not in ((), (n,)):
            raise ValueError(f"opacity must be a number or have shape ({n},), not {o.shape}")
        if n and not (o.min() >= 0.0 and o.max() <= 1.0):
            raise ValueError(f"opacity must be from 0 to 1, but there are values from {o.min():g} to {o.max():g}")
        for k, item in enumerate(parameters):
            if n and not (item.lower <= p[:, k].min() and p[:, k].max() <= item.upper):
                raise ValueError(
                    f"{item.name} of a {kind} must be from {item.lower:g} to {item.upper:g}, "
                    f"but there are values from {p[:, k].min():g} to {p[:, k].max():g}"
                )
        o = np.array(np.broadcast_to(o, n))
        _freeze(self, kind=kind, params=p, color=c, opacity=o, composite=composite, fill_rule=fill_rule)

    def __len__(self) -> int:
        return len(self.params)

    def astype(self, dtype: Any) -> Layer:
        """Return the layer with all arrays in `dtype` (float32 or float64)."""
        d = np.dtype(dtype)
        if d == self.params.dtype:
            return self
        return replace(self, params=self.params.astype(d), color=self.color.astype(d), opacity=self.opacity.astype(d))


@dataclass(frozen=True, eq=False, init=False)
class Scene:
    """Layers over a background, on a canvas of whole pixels.

    Parameters
    ----------
    width, height : int
        Size of the canvas in pixels.
    layers : sequence of Layer
        Painted in order. If any is float64, all become float64.
    background : array_like of 3 numbers or None
        RGB, 0..1; None is transparent.

    Raises
    ------
    ValueError
        If the size is not positive or the background is not three finite numbers.
    """

    width: int
    height: int
    layers: tuple[Layer, ...]
    background: Array | None

    def __init__(
        self, width: int, height: int, layers: Any = (), background: ArrayLike | None = (0.0, 0.0, 0.0)
    ) -> None:
        for name, value in (("width", width), ("height", height)):
            if not (isinstance(value, Real) and value >= 1 and float(value).is_integer()):
                raise ValueError(f"{name} must be a whole number of pixels, at least 1, not {value}")
        items = (layers,) if isinstance(layers, Layer) else tuple(layers)
        for item in items:
            if not isinstance(item, Layer):
                raise ValueError(f"layers must be Layer objects, not {type(item).__name__}")
        wide = any(item.params.dtype == np.float64 for item in items) or (
            not items and _dtype(background) == np.float64
        )
        dtype = np.dtype(np.float64 if wide else np.float32)
        b = None
        if background is not None:
            b = _array("background", background, dtype)
            if b.shape != (3,):
                raise ValueError(f"background must be three numbers or None, not an array of shape {b.shape}")
        _freeze(
            self,
            width=int(width),
            height=int(height),
            layers=tuple(item.astype(dtype) for item in items),
            background=b,
        )

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of every array of the scene."""
        if self.layers:
            return self.layers[0].params.dtype
        return np.dtype(np.float32) if self.background is None else self.background.dtype

    def astype(self, dtype: Any) -> Scene:
        """Return the scene with all arrays in `dtype` (float32 or float64)."""
        background = None if self.background is None else self.background.astype(dtype)
        return Scene(self.width, self.height, [layer.astype(dtype) for layer in self.layers], background)


@dataclass(frozen=True, eq=False)
class LayerGradient:
    """Derivative of a loss by the arrays of a `Layer`, with the same shapes."""

    params: Array  # (N, P)
    color: Array  # (N, 3) or (N, 3, 3)
    opacity: Array  # (N,)


@dataclass(frozen=True, eq=False)
class SceneGradient:
    """Derivative of a loss by the arrays of a `Scene`, laid out like it."""

    layers: tuple[LayerGradient, ...]
    background: Array | None  # (3,)


def _dtype(value: Any) -> np.dtype[Any]:
    wide = isinstance(value, (np.ndarray, np.generic)) and value.dtype == np.float64
    return np.dtype(np.float64 if wide else np.float32)


def _array(name: str, value: ArrayLike, dtype: np.dtype[Any]) -> Array:
    """Return a contiguous copy, or say which argument is not an array of finite numbers."""
    try:
        with np.errstate(over="ignore"):  # refused below
            array = np.array(value, dtype=dtype, order="C")
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be an array of numbers with rows of equal length") from None
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, but it holds NaN, infinity or a number too large for {dtype}")
    return array


def _freeze(instance: Any, **values: Any) -> None:
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
        object.__setattr__(instance, name, value)
