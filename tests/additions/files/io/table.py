"""Shapes as rows of a table: kind and parameters."""

from __future__ import annotations

from sdfraster.io.atomic import write_atomic
from sdfraster.io.formats import Format
from sdfraster.layer import Layer


def write(scene, place, wanted):
    """Write a row for every shape."""
    rows = [[layer.kind, *map(str, p)] for layer in scene.layers if isinstance(layer, Layer) for p in layer.params]
    write_atomic(place, "".join(",".join(row) + "\n" for row in rows).encode())


FILE_FORMATS = (Format(".csv", write),)
