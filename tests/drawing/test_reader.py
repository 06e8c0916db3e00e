"""What drawings come to: kinds, what is not drawn, style sheets without their libraries."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from sdfraster.drawing.paints import Flat, Linear, Radial

from .oracle import drawing

ROUND = 'stroke="red" stroke-width="4" fill="none" stroke-linecap="round" stroke-linejoin="round"'
CIRCLE = '<circle cx="50" cy="40" r="20"'
KINDS = {
    CIRCLE + "/>": ("circle", [50, 40, 20]),
    CIRCLE + ' transform="translate(1 2) rotate(90) scale(.5)"/>': ("circle", [-19, 27, 10]),
    CIRCLE + ' transform="scale(2 1)"/>': ("ellipse", [100, 40, 40, 20, 0]),
    '<ellipse rx="9" ry="4" transform="rotate(30)"/>': ("ellipse", [0, 0, 9, 4, np.pi / 6]),
    '<rect x="10" y="20" width="30" height="8" rx="2"/>': ("rectangle", [25, 24, 30, 8, 0, 2]),
    '<rect x="10" y="20" width="30" height="8" transform="rotate(90)"/>': ("rectangle", [-24, 25, 30, 8, np.pi / 2, 0]),
    '<polygon points="1,2 30,4 5,60"/>': ("polygon", [1, 2, 30, 4, 5, 60]),
    '<rect width="10" height="10" transform="skewX(45)"/>': ("polygon", [0, 0, 10, 0, 20, 10, 10, 10]),
    f'<path d="M1 2L30 40" {ROUND}/>': ("line", [1, 2, 30, 40, 4]),
    f'<path d="M1 2C5 6 30 40 9 9" {ROUND}/>': ("stroke", [1, 2, 5, 6, 30, 40, 9, 9, 4]),
    '<line x1="10" y1="5" x2="30" y2="5" stroke="red" stroke-width="4"/>': ("rectangle", [20, 5, 20, 4, 0, 0]),
}
UNSUPPORTED = {
    "<text>letters</text>": "text",
    '<image href="a.png" width="5" height="5"/>': "images",
    '<pattern id="a"/><rect width="5" height="5" fill="url(#a)"/>': "patterns",
    '<mask id="a"/><rect width="5" height="5" mask="url(#a)"/>': "masks",
    '<filter id="a"/><rect width="5" height="5" filter="url(#a)"/>': "filters",
    '<filter id="a"/><rect width="5" height="5" style="mix-blend-mode: multiply"/>': "blend modes",
    '<marker id="a"/><path d="M0 0h9" marker-end="url(#a)"/>': "markers",
    '<rect width="5" height="5" stroke="red" opacity=".5"/>': "opacity of shapes that overlap",
    '<rect width="5rem" height="5"/>': "lengths in rem",
    '<rect width="1e30" height="5"/>': "coordinates of more than 1e+10",
    '<rect width="5" height="5" clip-path="circle(3px)"/>': "clip paths of CSS",
    "<clipPath id='a'><path d='M0 0L9 1 2 2 1 9C5 5 3 3 0 0z'/></clipPath><path clip-path='url(#a)'"
    " d='M0 0C9 0 0 9 9 9L0 1z'/>": "clip paths that are not convex",
    '<style>@import "a.css";</style>': "style sheets of other files",
    '<rect width="5" height="5" fill="context-fill"/>': "context-fill as a paint",
}
SEEN_OF_NOTHING = (
    "<text/>",
    "<text display='none'>letters</text>",
    '<rect width="5" height="5" mask="url(#missing)" clip-path="none" filter="none"/>',
    '<g opacity=".5"><rect width="5" height="5"/><rect x="6" width="5" height="5"/></g>',
    "<metadata><a xmlns='x'/></metadata><title>t</title><script>x</script>",
)


@pytest.mark.parametrize("body", KINDS)
def test_kinds(body: str) -> None:
    kind, values = KINDS[body]
    (thing,) = drawing(body).things
    assert thing.form.kind == kind
    np.testing.assert_allclose(thing.form.params[0], values, atol=1e-9)


@pytest.mark.parametrize("body", UNSUPPORTED)
def test_what_is_not_drawn_is_listed(body: str) -> None:
    findings = drawing(body).findings
    assert findings.features == (UNSUPPORTED[body],)
    assert UNSUPPORTED[body] in findings.summary()


@pytest.mark.parametrize("body", SEEN_OF_NOTHING)
def test_nothing_is_missing(body: str) -> None:
    assert drawing(body).findings.features == ()


def test_background() -> None:
    drawn = drawing('<rect width="100" height="100" fill="lime"/><circle r="4"/>')
    assert drawn.background == (0.0, 1.0, 0.0)
    assert [thing.form.kind for thing in drawn.things] == ["circle"]


def test_paints_are_on_the_canvas() -> None:
    stops = '<stop stop-color="red"/><stop offset="1" stop-color="blue" stop-opacity=".5"/>'
    body = f'<linearGradient id="a">{stops}</linearGradient><radialGradient id="b" fx=".4">{stops}</radialGradient>'
    rect = '<rect x="10" y="20" width="40" height="10" fill="url(#{})" fill-opacity=".5"/>'
    linear, radial = drawing(body + rect.format("a") + rect.format("b")).things
    assert isinstance(linear.paint, Linear)
    assert isinstance(radial.paint, Radial)
    assert linear.paint.matrix.point(*linear.paint.ends[2:]) == (50.0, 20.0)
    assert radial.paint.matrix.point(*radial.paint.circle[:2]) == (30.0, 25.0)
    assert [stop.alpha for stop in radial.paint.stops] == [1.0, 0.5]
    assert linear.opacity == 0.5


def test_what_is_painted_knows_its_element() -> None:
    body = '<g id="g"><circle id="c" r="9" stroke="red" transform="scale(2)"/></g><use href="#g" x="50" id="u"/>'
    things = drawing(body).things
    assert [(thing.element.get("id"), thing.part, len(thing.uses)) for thing in things] == [
        ("c", "fill", 0),
        ("c", "stroke", 0),
        ("c", "fill", 1),
        ("c", "stroke", 1),
    ]
    assert things[2].matrix.point(0.0, 0.0) == (50.0, 0.0)


def test_style_sheets_say_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cssselect2", None)
    assert drawing('<rect width="5" height="5" style="fill: red"/>').things[0].paint == Flat((1.0, 0.0, 0.0), 1.0)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "sdfraster\[svg\]"'):
        drawing("<style>rect { fill: red }</style>")


def test_a_color_that_is_the_current_one_is_that_of_the_parent() -> None:
    (thing,) = drawing('<g color="lime"><circle r="5" color="currentColor" fill="currentColor"/></g>').things
    assert thing.paint == Flat((0.0, 1.0, 0.0), 1.0)
