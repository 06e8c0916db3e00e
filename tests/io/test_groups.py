"""Shapes in groups of their colour: what overlaps is painted in the order that it had."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from sdfraster.io.groups import Element, by_color, group


@pytest.mark.parametrize("size", [0.0, 5.0, 40.0])
def test_what_overlaps_keeps_its_order(size: float, rng: np.random.Generator) -> None:
    low = rng.uniform(-50.0, 150.0, (120, 2))
    boxes = np.hstack([low, low + rng.uniform(0.0, size, (120, 2))])
    colors = [f"#{k:06x}" for k in rng.integers(0, 4, 120)]
    groups = by_color(colors, [tuple(box) for box in boxes.tolist()])
    order = [k for _, members in groups for k in members]
    assert sorted(order) == list(range(120))
    assert all(colors[k] == color for color, members in groups for k in members)
    for (at, a), (then, b) in combinations(enumerate(order), 2):
        if (boxes[a, :2] <= boxes[b, 2:]).all() and (boxes[b, :2] <= boxes[a, 2:]).all():
            assert (at < then) == (a < b)
    runs = 1 + sum(a != b for a, b in pairwise(colors))
    assert len(groups) < (0.75 if size < 40.0 else 1.0) * runs
    assert by_color([], []) == []


def test_a_group_has_what_all_elements_have_and_inherit() -> None:
    elements = [Element("a", {"x": "1", "fill": "red", "stroke": y}) for y in ("b", "c")]
    assert group(elements) == ['<g fill="red">', '<a x="1" stroke="b"/>', '<a x="1" stroke="c"/>', "</g>"]
    assert group(elements[:1]) == ['<a x="1" fill="red" stroke="b"/>']
    assert group(elements[:1], {"id": "k"}) == ['<g id="k" fill="red" stroke="b">', '<a x="1"/>', "</g>"]
