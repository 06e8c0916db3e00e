"""Property: any nesting of elements with any attributes is drawn or refused in a line; and so are many mutations."""

from __future__ import annotations

import random
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdfraster.drawing.document import read_bytes
from sdfraster.drawing.reader import drawing_of
from sdfraster.drawing.scenes import scene_of
from sdfraster.errors import DataError

from ..strategies import examples
from .oracle import whole
from .test_agreement import CASES
from .test_hostile import mutated

TAGS = (
    *("g", "a", "svg", "symbol", "use", "switch", "defs", "clipPath", "linearGradient", "radialGradient", "stop"),
    *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "mask", "style", "unknown"),
)
NAMES = (
    *("id", "href", "x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "x2", "fx", "fr", "points", "d"),
    *("transform", "viewBox", "preserveAspectRatio", "clip-path", "fill", "stroke", "stroke-width", "stroke-dasharray"),
    *(
        "opacity",
        "style",
        "offset",
        "stop-color",
        "gradientUnits",
        "clipPathUnits",
        "display",
        "systemLanguage",
        "class",
    ),
)
VALUES = (
    *(
        "a",
        "b",
        "#a",
        "#b",
        "url(#a)",
        "url(#b) red",
        "0",
        "1",
        "50",
        "-7",
        "1e30",
        "40%",
        "2em",
        "3mm",
        "none",
        "inherit",
    ),
    *("0 0 10 10", "1,2 30,4 5,60", "M0 0L50 50C1 2 3 4 5 6z", "M5 5A9 9 0 1 1 3 3", "rotate(30)", "scale(0)", "en"),
    *("objectBoundingBox", "userSpaceOnUse", "xMinYMax slice", "fill: lime; opacity: .5", "currentColor", "#12345678"),
    *("skewX(89) translate(1e9)", "5 3", "matrix(1 2 2 4 0 0)", "\N{SNOWMAN}", "reflect", ".a", "hidden"),
)
ATTRIBUTES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=6)


def tag(name: str, attributes: dict[str, str], inside: str) -> str:
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{said}>{inside}</{name}>"


ELEMENT = st.builds(tag, st.sampled_from(TAGS), ATTRIBUTES, st.sampled_from(("", "text", "* { fill: red }")))
TREES = st.recursive(
    ELEMENT,
    lambda inner: st.builds(tag, st.sampled_from(TAGS), ATTRIBUTES, st.lists(inner, max_size=4).map("".join)),
    max_leaves=12,
)


def drawn(text: str) -> bool:
    """Return whether a file is drawn; otherwise it is refused in a line."""
    try:
        scene_of(drawing_of(read_bytes(text.encode())))
    except DataError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return False
    return True


@given(st.lists(TREES, max_size=4))
@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_structure(elements: list[str]) -> None:
    drawn(whole("".join(elements)))


@pytest.mark.slow
def test_ten_thousand_mutations() -> None:
    rng = random.Random(0)
    cases = sorted(CASES.values())
    assert sum(drawn(mutated(whole(rng.choice(cases)), rng)) for _ in range(10_000)) > 2000
