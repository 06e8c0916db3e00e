"""What a picture is made of: immutable scenes, which are layers over a background, and gradients of the same layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .shapes import Array as Array  # which goes with scenes
from .shapes import Shapes, colors_of, dtype_of, freeze

SHOWN = 5  # layers that are named where a scene is shown in a line


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Scene:
    """Layers over a background, on a canvas of whole pixels.

    Parameters
    ----------
    width, height : int
        Size of the canvas in pixels.
    layers : sequence of Layer or Mesh
        Painted in order. If any is float64, all become float64.
    background : array_like of 3 numbers, str or None
        RGB, 0..1, or as CSS has it, such as ``"white"``; None is transparent.
    unsupported : sequence of str
        What a file that the scene was read from shows, and the scene does not.

    Raises
    ------
    ValueError
        If the size is not positive or the background is not three finite numbers.
    """

    width: int
    height: int
    layers: tuple[Any, ...]
    background: Array | None
    unsupported: tuple[str, ...] = ()

    def __init__(
        self,
        width: int,
        height: int,
        layers: Shapes | Iterable[Shapes] = (),
        background: ArrayLike | None = (0.0, 0.0, 0.0),
        unsupported: Sequence[str] = (),
    ) -> None:
        for name, value in (("width", width), ("height", height)):
            whole = isinstance(value, Real) and not isinstance(value, bool) and float(value).is_integer()
            if not (whole and value >= 1):
                raise ValueError(f"{name} must be a whole number of pixels, at least 1, not {value!r}")
        items = tuple(layers) if isinstance(layers, Iterable) else (layers,)
        for item in items:
            if not isinstance(item, Shapes):
                raise ValueError(f"layers must be Layer or Mesh objects, not {type(item).__name__}")
        wide = any(item.dtype == np.float64 for item in items) or (not items and dtype_of(background) == np.float64)
        dtype = np.dtype(np.float64 if wide else np.float32)
        b = None
        if background is not None:
            b = colors_of("background", background, dtype)
            if b.shape != (3,):
                raise ValueError(f"background must be three numbers or None, not an array of shape {b.shape}")
        freeze(
            self,
            width=int(width),
            height=int(height),
            layers=tuple(item.astype(dtype) for item in items),
            background=b,
            unsupported=tuple(unsupported),
        )

    def __repr__(self) -> str:
        layers = in_short([layer.summary for layer in self.layers])
        behind = (
            "transparent" if self.background is None else f"on {tuple(self.background.astype(float).round(3).tolist())}"
        )
        return f"Scene({self.width} x {self.height}: {layers}; {behind}, {self.dtype})"

    def _repr_svg_(self) -> str | None:
        """Return what notebooks show, if SVG can express it."""
        notebook = import_module(f"{__package__}.io.notebook")  # which stands on scenes
        svg: str | None = notebook.svg_of(self)
        return svg

    def _repr_png_(self) -> bytes | None:
        """Return what notebooks show otherwise."""
        notebook = import_module(f"{__package__}.io.notebook")
        png: bytes | None = notebook.png_of(self)
        return png

    @property
    def values(self) -> tuple[Array, ...]:
        """All arrays that an optimiser may change: those of every layer, and the background, if there is one."""
        own = () if self.background is None else (self.background,)
        return *(array for layer in self.layers for array in layer.values), *own

    def with_values(self, values: Sequence[ArrayLike]) -> Scene:
        """Return the scene with other `values`, in the same order."""
        wanted = len(self.values)
        if len(values) != wanted:
            raise ValueError(f"values must be {wanted} arrays, as those of the scene, not {len(values)}")
        layers = [layer.with_values(*values[3 * k : 3 * k + 3]) for k, layer in enumerate(self.layers)]
        return self.replace(layers=layers, background=None if self.background is None else values[-1])

    def replace(self, **changes: Any) -> Scene:
        """Return the scene with other fields, such as ``background=(1, 1, 1)``."""
        return replace(self, **changes)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of every array of the scene."""
        if self.layers:
            dtype: np.dtype[Any] = self.layers[0].dtype
            return dtype
        return np.dtype(np.float32) if self.background is None else self.background.dtype

    def astype(self, dtype: DTypeLike) -> Scene:
        """Return the scene with all arrays in `dtype` (float32 or float64)."""
        background = None if self.background is None else self.background.astype(dtype)
        return self.replace(layers=[layer.astype(dtype) for layer in self.layers], background=background)


def in_short(layers: Sequence[str]) -> str:
    """Return what layers are in a line, of many the first ones only."""
    more = [f"and {len(layers) - SHOWN} more layers"] if len(layers) > SHOWN else []
    return "; ".join([*layers[:SHOWN], *more]) or "no layers"


def check_scene(scene: Any) -> None:
    """Raise ValueError unless it is a scene."""
    if not isinstance(scene, Scene):
        raise ValueError(f"scene must be a Scene, not {type(scene).__name__}")


@dataclass(frozen=True, eq=False, repr=False)
class SceneGradient:
    """Derivative of a loss by the arrays of a `Scene`, laid out like it.

    Attributes
    ----------
    layers : tuple of LayerGradient or MeshGradient
        By the layers, in order.
    background : ndarray, shape (3,), or None
        By the background; None if it is transparent.
    """

    layers: tuple[Any, ...]
    background: Array | None

    def __repr__(self) -> str:
        layers = [" ".join(str(array.shape) for array in layer.values) for layer in self.layers]
        behind = "no background" if self.background is None else f"background {self.background.tolist()}"
        return f"SceneGradient({in_short(layers)}; {behind})"

    @property
    def values(self) -> tuple[Array, ...]:
        """The arrays, in the order of those of a scene."""
        own = () if self.background is None else (self.background,)
        return *(array for layer in self.layers for array in layer.values), *own
