"""The values of a vector by name: views that write through, and masks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .layer import Layer
from .mesh import Mesh
from .primitives import Parameter, primitive
from .scene import in_short
from .shapes import Index as Index
from .shapes import Shapes
from .vector import LayerView, Layout

BACKGROUND = "background"
POSITION = "position"  # the role of both coordinates
SEVERAL = "; masks of several are combined by |"


class NamedValues(NamedTuple):
    """A vector by layer and name; what is assigned to an element changes the vector."""

    layers: tuple[LayerValues, ...]
    background: NDArray[Any] | None  # (3,)

    def __repr__(self) -> str:
        behind = "no background" if self.background is None else f"background {self.background.tolist()}"
        return f"NamedValues({in_short([repr(layer) for layer in self.layers])}; {behind})"


class LayerValues(Mapping[str, NDArray[Any]]):
    """The values of one layer, as views of a vector.

    Keys are ``"params"`` (of a mesh ``"vertices"``), ``"color"``, ``"opacity"``, the names of the parameters (N,), such
    as ``"cx"``, and their roles (N, K), such as ``"position"``. Parameters of one role that do not stand at equal
    distances are read as a copy that cannot be written to; assign to the key instead: ``values["length"] = lengths``.

    If the shapes of a layer differ in their numbers of points, ``"params"`` are all numbers, shape after shape (V,), a
    name has the values of all shapes that have such a parameter, and a role all values of the role (K,).
    """

    def __init__(self, layer: Shapes, view: LayerView) -> None:
        self._view = view
        whole = "vertices" if isinstance(layer, Mesh) else "params"
        self._whole = {whole: view.params, "color": view.color, "opacity": view.opacity}
        self._columns: dict[str, list[int]] = {}
        self._single = [parameter.name for parameter in layer.parameters]
        for k, parameter in enumerate(layer.parameters):
            self._columns[parameter.name] = [k]
        for k, parameter in enumerate(layer.parameters):
            role = _role_of(parameter)
            if role not in self._single:
                self._columns.setdefault(role, []).append(k)

    def __repr__(self) -> str:
        return f"LayerValues({', '.join(f'{name} {self[name].shape}' for name in self)})"

    def __getitem__(self, key: str) -> NDArray[Any]:
        if key in self._whole:
            return self._whole[key]
        if key not in self._columns:
            raise KeyError(f"{key!r} must be one of {', '.join(self)}")
        columns, params = self._columns[key], self._view.params
        if key in self._single:
            return params[:, columns[0]]
        steps = set(np.diff(columns).tolist())
        if len(steps) <= 1:
            return params[:, columns[0] : columns[-1] + 1 : steps.pop() if steps else 1]
        copied = params[:, columns]
        copied.setflags(write=False)
        return copied

    def __setitem__(self, key: str, value: ArrayLike) -> None:
        if key in self._whole:
            self._whole[key][...] = value
        elif key in self._single:
            self._view.params[:, self._columns[key][0]] = value
        else:
            self._view.params[:, self._columns[key]] = value

    def __iter__(self) -> Iterator[str]:
        return iter([*self._whole, *self._columns])

    def __len__(self) -> int:
        return len(self._whole) + len(self._columns)

    def mark(self, key: str, rows: Any) -> None:
        """Set the values of some shapes to True: of all of them, or of those with a name."""
        marked = self[key].copy()
        marked[rows] = True
        self[key] = self[key] | marked


class RaggedValues(LayerValues):
    """The values of a layer whose shapes differ in their numbers of points; its parameters are no columns."""

    def __init__(self, layer: Layer, view: LayerView) -> None:
        super().__init__(layer, view)
        self._layer = layer

    def __getitem__(self, key: str) -> NDArray[Any]:
        if key in self._whole:
            return self._whole[key]
        places, params = self._places(key), self._view.params
        steps = set(np.diff(places).tolist())
        if len(places) and len(steps) <= 1:
            return params[places[0] : places[-1] + 1 : steps.pop() if steps else 1]
        copied = params[places]
        copied.setflags(write=False)
        return copied

    def __setitem__(self, key: str, value: ArrayLike) -> None:
        if key in self._whole:
            self._whole[key][...] = value
        else:
            self._view.params[self._places(key)] = value

    def mark(self, key: str, rows: Any) -> None:
        """Set the values of some shapes to True: of all of them, or of those with a name."""
        chosen = np.zeros(len(self._layer), bool)
        chosen[rows] = True
        whole = self._whole.get(key)
        if whole is not None and whole is not self._view.params:
            whole[chosen] = True
        else:
            places = np.arange(len(self._view.params)) if whole is not None else self._places(key)
            owner = np.repeat(np.arange(len(self._layer)), self._layer.sizes)
            self._view.params[places[chosen[owner[places]]]] = True

    def _places(self, key: str) -> NDArray[np.intp]:
        """Return where in the parameters of all shapes those with a name or a role are."""
        if key not in self._columns:
            raise KeyError(key)
        by_name = key in self._single
        return np.flatnonzero(self._layer.by_parameter(lambda item: key == (item.name if by_name else _role_of(item))))


def _role_of(parameter: Parameter) -> str:
    """Return the name of the role of a parameter, which both coordinates share."""
    return POSITION if parameter.role.axis is not None else parameter.role.name


def values_of(layer: Shapes, view: LayerView) -> LayerValues:
    """Return the values of a layer by name."""
    return RaggedValues(layer, view) if isinstance(layer, Layer) and layer.contours else LayerValues(layer, view)


def named_values(layout: Layout, vector: NDArray[Any]) -> NamedValues:
    """Return the values of a vector by name."""
    views, background = layout.views(vector)
    layers = layout.template.layers
    return NamedValues(tuple(values_of(*pair) for pair in zip(layers, views, strict=True)), background)


def mask_of(layout: Layout, layer: int | None, role: str | None, index: Index | None) -> NDArray[np.bool_]:
    """Return a mask of a vector (size,): True for what `Objective.where` is asked for."""
    mask = np.zeros(layout.size, bool)
    values = named_values(layout, mask)
    count = len(values.layers)
    if layer is not None and not (isinstance(layer, Integral) and -count <= layer < count):
        raise ValueError(f"layer must be the number of one of {count} layers, not {layer!r}{SEVERAL}")
    chosen = values.layers if layer is None else (values.layers[layer],)
    known = {name for part in chosen for name in part}
    if layer is None and index is None and values.background is not None:
        known.add(BACKGROUND)
        values.background[:] = role in (None, BACKGROUND)
    if role is not None and not (isinstance(role, str) and role in known):
        several = "" if isinstance(role, str) else SEVERAL
        raise ValueError(f"role must be one of {', '.join(sorted(known))}, not {role!r}{several}")
    rows = slice(None) if index is None else index
    for part in chosen:
        for name in part if role is None else [role] * (role in part):
            try:
                part.mark(name, rows)
            except IndexError as error:
                raise ValueError(f"index must be among the shapes of the layer: {error}") from None
    return mask


def where_in(layout: Layout, place: int) -> str:
    """Return what a place of a vector is, such as ``layers[0], shape 3, cx``."""
    numbers: NDArray[Any] = np.arange(layout.size)
    views, _ = layout.views(numbers)
    for k, (layer, view) in enumerate(zip(layout.template.layers, views, strict=True)):
        for name, part in zip(("params", "color", "opacity"), view, strict=True):
            if part.size and part.flat[0] <= place <= part.flat[-1]:
                at = place - int(part.flat[0])
                row, column = divmod(at, part[0].size)
                if name == "params" and part.ndim == 1:
                    row = int(np.searchsorted(np.cumsum(layer.sizes), at, side="right"))
                    column = at - int(layer.sizes[:row].sum())
                    name = primitive(layer.kind).parameters_of(int(layer.sizes[row]))[column].name
                elif name == "params":
                    name = layer.parameters[column].name
                return f"{name} of {_owner(layer, name)} {row} of layer {k}"
    return BACKGROUND


def _owner(layer: Shapes, name: str) -> str:
    """Return what has a value of a name in a layer."""
    if not isinstance(layer, Mesh):
        return "shape"
    of_faces = name == "opacity" or (name == "color" and layer.color is not None)
    return "face" if of_faces else "vertex"
