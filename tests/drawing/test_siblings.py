"""Selectors with ``~``: agreement with cssselect2, and the work that they take."""

from __future__ import annotations

from xml.etree import ElementTree

import cssselect2
import numpy as np
import pytest
import tinycss2

from sdfraster.drawing import limits
from sdfraster.drawing.document import read_bytes
from sdfraster.drawing.paints import Flat
from sdfraster.drawing.reader import drawing_of
from sdfraster.drawing.siblings import has_siblings, predicate_of

from .oracle import whole

SELECTORS = (
    *("a ~ b", "a ~ b ~ .x", "a ~ b c", "a b ~ c", "a ~ b > c", "a ~ b + c", "* ~ *", ".x ~ :not(.x)"),
    *("b:not(a ~ b) ~ c", "a + b", "a b c"),
)


def grown(rng: np.random.Generator, depth: int = 4) -> ElementTree.Element:
    element = ElementTree.Element(str(rng.choice(["a", "b", "c"])), {"class": "x"} if rng.random() < 0.3 else {})
    element.extend(grown(rng, depth - 1) for _ in range(rng.integers(0, 6) if depth else 0))
    return element


@pytest.mark.parametrize("selector", SELECTORS)
def test_they_are_for_the_elements_that_cssselect2_finds(selector: str) -> None:
    (parsed,) = cssselect2.parser.parse(tinycss2.parse_component_value_list(selector))
    assert has_siblings(parsed.parsed_tree) == (" ~ " in selector)
    slow, quick = cssselect2.compiler.CompiledSelector(parsed).test, predicate_of(parsed.parsed_tree)
    root = grown(np.random.default_rng(5))
    elements = list(cssselect2.ElementWrapper.from_xml_root(root).iter_subtree())
    answers = [(bool(slow(each)), bool(quick(each))) for each in elements]
    assert 0 < sum(wanted for wanted, _ in answers) < len(answers)
    assert all(wanted == found for wanted, found in answers)


@pytest.mark.parametrize("selector", ["circle ~ circle", "rect ~ circle", "g > rect ~ circle"])
def test_siblings_are_looked_at_once(selector: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MATCHES", 30_000)
    circles = 2000 * '<circle r="1"/>'
    text = whole(f"<style>{selector} {{fill: red}}</style><g>{circles}</g>")
    red = sum(thing.paint == Flat((1.0, 0.0, 0.0), 1.0) for thing in drawing_of(read_bytes(text.encode())).things)
    assert red == (0 if "rect" in selector else 1999)
