"""What layers and meshes have in common: values that an optimiser may change, checked once and never written again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from .css import as_numbers
from .model.composite import COMPOSITES
from .model.shading import SHADINGS
from .primitives import Parameter
from .roles import COLOR, OPACITY, Role

Array = NDArray[np.floating[Any]]
Index: TypeAlias = "int | slice | ArrayLike"  # of shapes
S = TypeVar("S", bound="Shapes")


class Valued(Protocol):
    """What has arrays as shapes do."""

    @property
    def values(self) -> tuple[Array, Array, Array]:
        """By geometry, colour and opacity."""


class Shapes(ABC):
    """What scenes are made of: a `Layer` of shapes of one kind, or a `Mesh`."""

    composite: str

    @property
    @abstractmethod
    def values(self) -> tuple[Array, Array, Array]:
        """Geometry, color and opacity: the arrays that an optimiser may change."""

    @property
    @abstractmethod
    def parameters(self) -> tuple[Parameter, ...]:
        """What the columns of the geometry are."""

    @abstractmethod
    def with_values(self: S, geometry: ArrayLike, color: ArrayLike, opacity: ArrayLike) -> S:
        """Return the same with other `values`."""

    @abstractmethod
    def gradient(self, geometry: Array, color: Array, opacity: Array) -> Valued:
        """Return the derivative of a loss by the `values` as an object laid out like this one."""

    def by_parameter(self, value_of: Callable[[Parameter], Any]) -> NDArray[Any]:
        """Return an array of the shape of the geometry, with what a function says of its parameter in every place."""
        row = [value_of(parameter) for parameter in self.parameters]
        return np.array(np.broadcast_to(row, self.values[0].shape))

    def by_role(self, value_of: Callable[[Role], float]) -> tuple[Array, Array, Array]:
        """Return arrays like the `values`, with what a function says of its role in every place."""
        geometry, color, opacity = (np.empty_like(array) for array in self.values)
        geometry[:] = self.by_parameter(lambda parameter: value_of(parameter.role))
        color[:], opacity[:] = value_of(COLOR), value_of(OPACITY)
        return geometry, color, opacity

    @property
    def bounds(self) -> tuple[tuple[Array, Array, Array], tuple[Array, Array, Array]]:
        """Lowest and highest valid `values`: two triples of arrays of their shapes, infinite for none."""
        return self.by_role(lambda role: role.lower), self.by_role(lambda role: role.upper)

    def clipped(
        self: S, geometry: ArrayLike | None = None, color: ArrayLike | None = None, opacity: ArrayLike | None = None
    ) -> S:
        """Return the same with other `values`, moved into their `bounds` first; None leaves what there is."""
        changed = zip((geometry, color, opacity), self.values, strict=True)
        values = (own if value is None else value for value, own in changed)
        return self.with_values(*(np.clip(*each) for each in zip(values, *self.bounds, strict=True)))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of the `values`."""
        return self.values[0].dtype

    def astype(self: S, dtype: DTypeLike) -> S:
        """Return the same with all `values` in `dtype` (float32 or float64)."""
        d = np.dtype(dtype)
        return self if d == self.dtype else self.with_values(*(array.astype(d) for array in self.values))


def check_composite(composite: str) -> None:
    """Refuse what is no composite."""
    if composite not in COMPOSITES:
        raise ValueError(f"composite must be one of {', '.join(COMPOSITES)}, not {composite!r}")


def check_adding(composite: str, shading: str, name: str) -> None:
    """Refuse colours that do not add up where shapes are painted as a group; `name` is that of the argument.

    Raises
    ------
    ValueError
        Says which composites there are for them.
    """
    if COMPOSITES[composite].grouped and SHADINGS[shading].rebase is None:
        others = " or ".join(other for other, rule in COMPOSITES.items() if not rule.grouped)
        raise ValueError(f"composite must be {others} with {name} {shading}, not {composite!r}")


def dtype_of(value: Any) -> np.dtype[Any]:
    """Return float64 for an array of that, float32 for anything else."""
    wide = isinstance(value, (np.ndarray, np.generic)) and value.dtype == np.float64
    return np.dtype(np.float64 if wide else np.float32)


def array_of(name: str, value: ArrayLike, dtype: np.dtype[Any]) -> Array:
    """Return a contiguous copy, or say which argument is not an array of finite numbers."""
    if value is None:  # which NumPy takes for NaN
        raise ValueError(f"{name} must be an array of numbers, not None")
    try:
        with np.errstate(over="ignore"):  # refused below
            array = np.array(value, dtype=dtype, order="C")
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be an array of numbers with rows of equal length") from None
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, but it holds NaN, infinity or a number too large for {dtype}")
    return array


def colors_of(name: str, value: ArrayLike, dtype: np.dtype[Any]) -> Array:
    """Return colours as `array_of` does, also those of CSS, but refuse whole numbers up to 255, as files have them."""
    value = as_numbers(name, value)
    array, given = array_of(name, value, dtype), np.asarray(value)
    if array.ndim < 3 and array.size and given.dtype.kind in "iu" and int(given.max()) > 1:
        raise ValueError(f"{name} must be from 0 to 1, not up to {given.max()}: divide colours of 0 to 255 by 255")
    return array


def opacities_of(value: ArrayLike, count: int, dtype: np.dtype[Any]) -> Array:
    """Return one opacity for each shape, or say what is wrong."""
    o = array_of("opacity", value, dtype)
    if o.shape not in ((), (count,)):
        raise ValueError(f"opacity must be a number or have shape ({count},), not {o.shape}")
    if count and not (o.min() >= 0.0 and o.max() <= 1.0):
        raise ValueError(f"opacity must be from 0 to 1, but there are values from {o.min():g} to {o.max():g}")
    return np.array(np.broadcast_to(o, count))


def freeze(instance: Any, **values: Any) -> None:
    """Set the fields of a frozen instance; nothing can write to arrays then."""
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
        object.__setattr__(instance, name, value)
