"""Shapes as Geometrize writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.errors import DataError

RED = [[1.0, 0.0, 0.0]]


def written(folder: Path, *layers: Any, background: Any = (1, 1, 1)) -> list[dict[str, Any]]:
    path = folder / "x.geometrize.json"
    sr.save(sr.Scene(40, 30, layers, background), path)
    shapes: list[dict[str, Any]] = json.loads(path.read_text())["shapes"]
    return shapes


def test_kinds_that_it_can_hold(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        sr.Layer("circle", [[10, 11, 4.126]], RED, 0.5),
        sr.Layer("ellipse", [[10, 11, 4, 3, np.pi / 6], [10, 11, 4, 3, 0]], RED * 2),
        sr.Layer("rectangle", [[10, 11, 4, 3, -np.pi / 2, 0], [10, 11, 4, 3, 0, 0]], RED * 2),
        sr.Layer("triangle", [[1, 2, 3, 4, 5, 7]], RED),
    )
    assert all(set(shape) == {"type", "data", "color", "score"} and shape["score"] > 0 for shape in found)
    assert [(shape["type"], shape["data"]) for shape in found] == [
        (1, [0, 0, 40, 30]),
        (32, [10, 11, 4.13]),
        (16, [10, 11, 4, 3, 30]),
        (8, [10, 11, 4, 3]),
        (2, [8, 9.5, 12, 12.5, 270]),
        (1, [8, 9.5, 12, 12.5]),
        (4, [1, 2, 3, 4, 5, 7]),
    ]
    assert [shape["color"] for shape in found[:3]] == [[255, 255, 255, 255], [255, 0, 0, 128], [255, 0, 0, 255]]


def test_a_transparent_canvas_has_its_size(tmp_path: Path) -> None:
    assert written(tmp_path, background=None) == [
        {"type": 1, "data": [0, 0, 40, 30], "color": [0, 0, 0, 0], "score": 1}
    ]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (
            sr.Layer("line", [[1, 2, 3, 4, 5]], RED),
            "only the kinds circle, ellipse, rectangle, triangle, no line layers",
        ),
        (sr.Layer("rectangle", [[9, 9, 4, 3, 0, 1]], RED), "no rectangles with round corners"),
        (sr.Layer("circle", [[9, 9, 4]], [np.zeros((3, 3))]), "only shapes of one colour, no linear colours"),
        (sr.Mesh([[0, 0], [1, 0], [0, 1]], [[0, 1, 2]], RED), "no meshes"),
    ],
)
def test_others_are_refused(tmp_path: Path, layer: Any, message: str) -> None:
    with pytest.raises(DataError, match=rf"x.geometrize.json: Geometrize knows .*{message}"):
        written(tmp_path, layer)
    assert not list(tmp_path.iterdir())


def test_it_cannot_be_read(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(DataError, match=r"not from .geometrize.json"):
        sr.load(tmp_path / "x.geometrize.json")
