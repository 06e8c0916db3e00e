"""Shapes with different numbers of points, or of several contours: one flat array, and where what begins.

An array (N, P) is a layer whose shapes have one contour each, all of as many points. What else a layer of outlines can
hold is all parameters of one shape after the other, flat, and the number of points of every contour. Nothing is padded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from operator import index
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .primitives import Contoured, Outline, Primitive
from .shapes import Array, array_of, dtype_of

Contours = tuple[tuple[int, ...], ...]  # of every shape, the number of points of each contour


class Geometry(NamedTuple):
    """The parameters of all shapes of a layer."""

    values: Array  # (N, P), or flat
    contours: Contours | None  # None for (N, P)


def geometry_of(shape: Primitive, params: Any, contours: Any) -> Geometry:
    """Return what params of a layer are, in one of both forms; shapes that are alike are an array (N, P).

    Parameters
    ----------
    shape : Primitive
        The kind.
    params : array_like, or sequence of array_like
        As of a `Layer`.
    contours : sequence of sequences of int, or None
        As of a `Layer`.

    Raises
    ------
    ValueError
        If they do not fit; the message says which shape does not.
    """
    outline, dtype = shape.outline, dtype_of_items(params)
    if contours is not None:
        if outline is None:
            raise ValueError(f"contours must be None for a {shape.kind} layer, whose shapes have none")
        items = params if _is_sequence(params) and len(params) and not np.isscalar(params[0]) else [params]
        flat = np.concatenate([array_of("params", item, dtype).ravel() for item in items])
        return _checked(shape, outline, flat, _counts(contours))
    if outline is None or not _is_ragged(params):
        return Geometry(_array(shape, array_of("params", params, dtype)), None)
    shapes = [_contours_of(item, dtype, k) for k, item in enumerate(params)]
    counts = tuple(tuple(len(contour) // 2 for contour in each) for each in shapes)
    for k, each in enumerate(shapes):
        for contour in each:
            _check(shape, outline, len(contour), k)
    return _checked(shape, outline, np.concatenate(list(chain.from_iterable(shapes))), counts)


def dtype_of_items(params: Any) -> np.dtype[Any]:
    """Return float64 if an array, or any array of a sequence of shapes and contours, has that; else float32."""
    dtype = dtype_of(params)
    if isinstance(params, (list, tuple)) and any(
        isinstance(item, (np.ndarray, list, tuple)) and dtype_of_items(item) == np.float64 for item in params
    ):
        return np.dtype(np.float64)
    return dtype


def sizes_of(outline: Outline, contours: Contours) -> NDArray[np.intp]:
    """Return the number of parameters of every shape (N,)."""
    points = np.array([sum(each) for each in contours], np.intp)
    return 2 * points + (1 if outline.stroked else 0)


def split(values: Array, sizes: NDArray[np.intp]) -> tuple[Array, ...]:
    """Return views of the parameters of every shape."""
    return tuple(np.split(values, np.cumsum(sizes)[:-1]))


def with_contours(params: Sequence[Array], contours: Contours) -> Iterator[list[float] | Contoured]:
    """Yield the parameters of every shape as the functions of a primitive want them."""
    for p, each in zip(params, contours, strict=True):
        yield p.tolist() if len(each) == 1 else Contoured(p.tolist(), each)


def by_contour(params: Sequence[Array], contours: Contours) -> Iterator[Array | list[Array]]:
    """Yield the parameters of every shape as a `Layer` takes them: one array, or an array for each contour."""
    for p, each in zip(params, contours, strict=True):
        yield p if len(each) == 1 else np.split(p, 2 * np.cumsum(each[:-1]))


def _is_sequence(value: Any) -> bool:
    return isinstance(value, (list, tuple, np.ndarray))


def _is_ragged(params: Any) -> bool:
    """Return whether params are a sequence of shapes that differ, or have several contours."""
    if isinstance(params, np.ndarray) or not _is_sequence(params) or len(params) == 0:
        return False
    try:
        array = np.asarray(params)
        return array.ndim == 3 or array.dtype == object
    except ValueError:  # rows of different length
        return all(map(_is_sequence, params))


def _contours_of(item: Any, dtype: np.dtype[Any], k: int) -> list[Array]:
    """Return the contours of shape k."""
    several = _is_sequence(item) and len(item) > 0 and _is_sequence(item[0])
    contours = [array_of(f"params of shape {k}", contour, dtype) for contour in (item if several else [item])]
    for contour in contours:
        if contour.ndim != 1:
            raise ValueError(
                f"params must be an array of numbers for each shape, or a list of these, one for each contour; "
                f"shape {k} has an array of shape {contour.shape}"
            )
    return contours


def _counts(contours: Any) -> Contours:
    """Return numbers of points as they are given, or say what is wrong."""
    try:
        return tuple(tuple(index(count) for count in each) for each in contours)
    except TypeError:
        raise ValueError(
            f"contours must be the numbers of points of every contour of every shape, such as [[12, 9], [6]], "
            f"not {contours!r}"
        ) from None


def _checked(shape: Primitive, outline: Outline, flat: Array, contours: Contours) -> Geometry:
    """Return geometry whose contours fit the kind and the number of parameters."""
    for k, each in enumerate(contours):
        if len(each) != 1 and not outline.filled:
            raise ValueError(f"a {shape.kind} has one contour, but shape {k} has {len(each)}")
        for points in each:
            _check(shape, outline, 2 * points + (1 if outline.stroked else 0), k)
    sizes = sizes_of(outline, contours)
    if sizes.sum() != flat.size:
        raise ValueError(f"params must hold the {sizes.sum()} numbers that contours say, not {flat.size}")
    if len(sizes) and all(len(each) == 1 for each in contours) and (sizes == sizes[0]).all():
        return Geometry(flat.reshape(len(sizes), sizes[0]), None)
    return Geometry(flat, contours) if contours else Geometry(_array(shape, flat), None)


def _array(shape: Primitive, values: Array) -> Array:
    """Return the array (N, P) that params are."""
    p = values.reshape(0, len(shape.parameters)) if values.shape == (0,) else values
    try:
        shape.check_count(p.shape[1] if p.ndim == 2 else 0)
    except ValueError:
        wanted = f"(N, {shape.counts})" if shape.outline is None else f"(N, P) with P = {shape.counts}"
        raise ValueError(
            f"params of a {shape.kind} layer must have shape {wanted} ({shape.signature}), not {p.shape}"
        ) from None
    return p


def _check(shape: Primitive, outline: Outline, count: int, k: int) -> None:
    """Refuse a contour that no shape of the kind can have."""
    if not outline.accepts(count):
        raise ValueError(
            f"params of a {shape.kind} layer must have {shape.counts} numbers for each contour ({shape.signature}), "
            f"but one of shape {k} has {count}"
        )
