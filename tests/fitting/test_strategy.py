"""The strategy of a fit is data: documented, made for a kind by its primitive, and nothing else decides."""

from __future__ import annotations

import ast
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from benchmarks.choices import CHANGES, Change
from sdfraster.fitting import strategy
from sdfraster.fitting.fit import fit_by
from sdfraster.fitting.strategy import FitStrategy
from sdfraster.primitives import Search

from .pictures import picture

PARTS = [getattr(strategy, name) for name in strategy.__all__]
FITTING = Path(strategy.__file__).parents[1]


@pytest.mark.parametrize("part", PARTS)
def test_every_choice_is_documented_and_none_can_be_set(part: Any) -> None:
    said = part.__doc__.partition("Attributes\n")[2]
    names = {
        name.strip() for line in said.splitlines() if " : " in line for name in line.partition(" : ")[0].split(",")
    }
    assert names == {choice.name for choice in fields(part)}
    with pytest.raises(AttributeError):
        setattr(part(), fields(part)[0].name, None)


def test_every_choice_is_read_somewhere() -> None:
    files = [path for path in FITTING.rglob("*.py") if path.parent.name != "strategy"]
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    read = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    chosen = {choice.name for part in PARTS for choice in fields(part)}
    assert chosen - read == set()


def test_a_name_in_capitals_has_one_meaning() -> None:
    """Those that are left are thresholds and tolerances of one module."""
    found: dict[str, Path] = {}
    for path in FITTING.rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            for name in {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}:
                if name.isupper():
                    assert found.setdefault(name, path) == path, name
    assert "UNSEEN" in found


@pytest.mark.parametrize("kind", [*sr.kinds(), "mesh"])
def test_a_primitive_says_what_its_kind_does_otherwise(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = FitStrategy.of(kind)
    assert all(is_dataclass(getattr(usual, part.name)) for part in fields(usual))
    hash(usual)  # it holds values only
    if kind == "mesh":
        assert usual == FitStrategy()
        return
    other = Search(start_radius=3.5, growth=0.25, pixels=(1.0, 2.0, 3.0), rate=0.7, along_lines=True)
    changed = replace(sr.primitive(kind), search=other)
    monkeypatch.setattr("sdfraster.mesh.primitive", {kind: changed}.__getitem__)
    made = FitStrategy.of(kind)
    assert (made.annealing.start_radius, made.growth.share, made.rates.all) == (3.5, 0.25, 0.7)
    assert (made.pyramid.pixels, made.seeding.along_lines) == ((1.0, 2.0, 3.0), True)


@pytest.mark.compiled
@pytest.mark.parametrize("change", [change for change in CHANGES if change.fields], ids=lambda change: change.what)
def test_a_changed_choice_changes_the_fit(change: Change) -> None:
    target = np.kron(picture(), np.ones((3, 3, 1), np.float32))  # with levels of a pyramid
    options = sr.FitOptions(**{"kind": "ellipse", "count": 9, "iterations": 100, **change.options})
    usual, other = (fit_by(how, target, options) for how in (FitStrategy.of("ellipse"), change.strategy("ellipse")))
    assert not np.array_equal(usual.scene.layers[0].color, other.scene.layers[0].color)
    assert np.array_equal(usual.image, sr.fit(target, options).image)
