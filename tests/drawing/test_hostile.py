"""Files that mean harm are refused in a line, or bounded; nothing is fetched, and nothing takes long."""

from __future__ import annotations

import random
import re
import socket
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from sdfraster.drawing import cutting, effects, forms, geometry, gradients, limits
from sdfraster.drawing.contour import box
from sdfraster.drawing.cutting import _cut as one_cut
from sdfraster.drawing.document import read_bytes
from sdfraster.drawing.effects import _cut as one_cut_of
from sdfraster.drawing.reader import drawing_of
from sdfraster.drawing.snipping import snipped
from sdfraster.drawing.thinning import thinned
from sdfraster.drawing.walk import Walker
from sdfraster.errors import DataError

from .oracle import whole
from .test_agreement import CASES

USE, DASHED = '<use href="#a"/>', '<path d="M0 0h9"/>'
SHAPE = '<rect width="9" height="9"/>'
TENFOLD = "".join(f'<g id="a{k}">{10 * f"<use href={chr(34)}#a{k - 1}{chr(34)}/>"}</g>' for k in range(1, 9))
LAUGHS = "".join(f'<!ENTITY a{k} "{10 * f"&a{k - 1};"}">' for k in range(1, 12))
REFUSED = {
    "deep": (whole(9999 * "<g>" + 9999 * "</g>"), "nested more than 128 deep"),
    "exponential use": (
        whole(f'<defs><g id="a0"/>{TENFOLD}</defs><use href="#a8"/>'),
        "more than 60,000 elements to draw",
    ),
    "laughs": (f'<!DOCTYPE svg [<!ENTITY a0 "lol">{LAUGHS}]>{whole("&a11;")}', "amplification|entities"),
    "entity of a file": (f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{whole("&a;")}', "another file"),
    "parameter entity": (f'<!DOCTYPE svg [<!ENTITY % a "x">%a;]>{whole("")}', "DTD"),
    "size": (whole("", 'width="1e9" height="1"'), "too large"),
    "no size": (whole("", 'width="0" height="5"'), "above 0"),
    "not closed": (whole("<g>"), "not an SVG file"),
    "of another language": ("<html/>", "must begin with <svg"),
    "binary": ("\x00\x01", "not an SVG file"),
    "selectors": (
        whole(
            f"<style>{'g g g g g g g rect{{}}'}</style>{100 * '<g>'}{SHAPE}{100 * '</g>'}".replace("{{}}", "{fill:red}")
        ),
        "style sheets",
    ),
    "megabytes": ("<svg>" + 2**25 * " ", "it has 32 MB"),
    "viewports in viewports": (
        whole(2000 * '<svg viewBox="0 0 9 9">' + SHAPE + 2000 * "</svg>"),
        "nested more than 128",
    ),
    "rules": (
        whole(f"<style>{100_000 * 'g{}'}{400_000 * ' '}</style>{SHAPE}"),
        "style sheets have more than 500,000 characters",
    ),
    "segments": (whole(f'<path d="M0 0{1_100_000 * "h1"}"/>'), "more than 1,000,000 segments"),
    "digits": (whole(f'<circle r="{10**6 * "1"}"/>'), "attribute r has 1,000,000 characters"),
    "transformations": (whole(f'<g transform="{10**5 * "rotate(1) "}"/>'), "attribute transform has 1,000,000"),
    "transformations of each": (
        whole(f'<g id="a" transform="{900 * "scale(1) "}"/>{300 * USE}'),
        "more than 200,000 functions of transformations",
    ),
    "declarations": (whole(f'<g style="{10**6 * "a:b;"};"/>'), "more than 1,000,000 declarations"),
    "a long property": (whole(f'<g style="fill:{10**5 * "a"}"/>'), "property fill has 100,000 characters"),
    "spaces": (whole(f'<path id="a" d="M0 0{10**7 * " "}"/>{9 * USE}'), "more than 1,000,000 segments"),
    "patterns of dashes": (
        whole(f'<g stroke="red" stroke-dasharray="{4000 * "9 "}">{100 * DASHED}</g>'),
        "more than 20,000 dashes and gaps",
    ),
    "arcs": (whole(f'<path d="M0 0{90_000 * "a1 1 0 0 1 2 2"}"/>'), "more than 1,000,000 segments"),
    "ends": (whole(f'<path d="M0 0h1{130_000 * "z"}"/>'), "more than 1,000,000 segments"),
    "joins": (whole(f'<path d="M0 0{140_000 * "h1v1"}" stroke="red"/>'), "more than 1,000,000 segments"),
    "points": (whole(f'<polygon points="{1_100_000 * "1 2 "}"/>'), "more than 1,000,000 segments"),
}
SECONDS = {"arcs", "joins", "segments", "spaces"}  # it takes to refuse these
BOUNDED = {
    "use of itself": '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
    "gradients in a circle": '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>'
    '<rect width="9" height="9" fill="url(#a)"/>',
    "coordinates": '<path d="M1e308 1e308L-1e308 5 1e308 9z" stroke="red"/><circle r="1e308"/>',
    "maps": '<g transform="scale(1e300)"><g transform="scale(1e300)"><rect width="1e300" height="5"/></g></g>',
    "dashes of nothing": '<path d="M0 0h9" stroke="red" stroke-dasharray="1e-300 1e-300" transform="scale(0)"/>',
    "links to other files": '<image href="http://127.0.0.1/a.png" width="9" height="9"/><use href="b.svg#c"/>'
    '<style>@import "http://127.0.0.1/a.css"; rect { fill: url(http://127.0.0.1/a.svg#b) }</style>' + SHAPE,
    "braces": f"<style>{9999 * '{'}</style>{SHAPE}",
    "parentheses": f'<rect width="9" height="9" style="fill:{9999 * "("}"/>',
    "digits": f'<path d="M0 0L{10**6 * "1"}.{10**6 * "5"} 4"/><polygon points="0 0 1 {10**6 * "1"} 2 2"/>',
    "other attributes": f'<rect width="9" height="9" data-a="{10**7 * "a"}" style="{10**5 * "fill:red;"}"/>',
    "text of very many parts": f'<defs><text id="a">{9000 * "<tspan/>"}</text></defs>{9000 * USE}',
    "few dashes": f'<path d="M0 0h9" stroke="red" stroke-dasharray="{4000 * "9 "}"/>',
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.compiled] * (name in SECONDS)) for name in REFUSED]
)
def test_refused(name: str) -> None:
    text, message = REFUSED[name]
    with pytest.raises(DataError, match=message) as error:
        drawing_of(read_bytes(text.encode()))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", BOUNDED)
def test_bounded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: Any) -> None:
        raise AssertionError("nothing may be fetched")

    monkeypatch.setattr(socket.socket, "connect", connect)
    assert len(drawing_of(read_bytes(whole(BOUNDED[name]).encode())).things) <= 1


@pytest.mark.parametrize(("count", "dash"), [(1, "1e-9"), (30, "1")])
def test_too_many_dashes(count: int, dash: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DASHES", 2000)
    text = whole(count * f'<path d="M0 0h99" stroke="red" stroke-dasharray="{dash}"/>')
    with pytest.raises(DataError, match="more than 2,000 dashes and gaps"):
        drawing_of(read_bytes(text.encode()))


HUGE_ROUNDINGS = {  # which take as many curves as their radius needs
    "arcs": '<path d="M0 0A1e9 1e9 0 1 1 5 5z"/>',
    "corners": '<rect width="4e9" height="4e9" rx="1e9" transform="skewX(9)"/>',
    "strokes": '<circle r="1e9" fill="none" stroke="red" stroke-linejoin="round"/>',
}


@pytest.mark.parametrize("name", HUGE_ROUNDINGS)
def test_curves_of_huge_roundings_are_counted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEGMENTS", 400)
    drawing_of(read_bytes(whole(HUGE_ROUNDINGS[name].replace("e9", "e2")).encode()))
    with pytest.raises(DataError, match="more than 400 segments of outlines"):
        drawing_of(read_bytes(whole(2 * HUGE_ROUNDINGS[name]).encode()))


def nested(groups: int, body: str, attributes: str) -> str:
    return whole(groups * f"<g {attributes}>" + body + groups * "</g>")


ROUND = '<clipPath id="c"><circle cx="50" cy="50" r="45"/></clipPath>'
ROW = "".join(f'<circle cx="{4 + k}" cy="{50 + k % 7}" r="3"/>' for k in range(92))
CLIPPED = {
    "round clip paths": nested(30, ROUND + ROW, 'clip-path="url(#c)"'),
    "clip paths of each": whole(ROUND + 3 * ROW.replace("<circle ", '<circle clip-path="url(#c)" ')),
    "a clip path of many": whole(f'<clipPath id="c">{ROW}</clipPath><g clip-path="url(#c)">{ROW}</g>'),
    "a path across a clip path": whole(
        f'{ROUND}<path clip-path="url(#c)" d="M0 0{"".join(f"L{k % 97} {99 * (k % 2)}" for k in range(2000))}"/>'
    ),
    "many contours": whole(f'{ROUND}<path clip-path="url(#c)" d="{400 * "M2 50h9v9z"}"/>'),
}


@pytest.mark.parametrize("name", CLIPPED)
def test_cuts_by_clip_paths_are_counted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    monkeypatch.setattr(cutting, "_cut", lambda *args: done.append(cutting.WHOLE) or one_cut(*args))
    monkeypatch.setattr(cutting, "snipped", lambda *args: done.append(1) or snipped(*args))
    monkeypatch.setattr(limits, "CUTS", 500)
    with suppress(DataError):
        drawing_of(read_bytes(CLIPPED[name].encode()))
    assert 0 < sum(done) <= 2 * limits.CUTS


def test_what_boxes_cut_is_cut_by_them_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    box = '<clipPath id="c"><rect x="10" y="52" width="80" height="40"/></clipPath>'
    text = whole(f'{box}<g clip-path="url(#c)">{ROW}</g>').encode()
    exactly = drawing_of(read_bytes(text))
    monkeypatch.setattr(limits, "CUTS", 700)
    found = drawing_of(read_bytes(text))
    assert found.walker.resolver.cuts.spent
    assert found.findings.features == exactly.findings.features == ()
    for thing, same in zip(found.things, exactly.things, strict=True):
        np.testing.assert_allclose(np.concatenate(thing.form.params), np.concatenate(same.form.params), atol=1e-9)


def test_shapes_beside_a_round_clip_path_are_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(effects, "_cut", lambda form, *rest: asked.append(form) or one_cut_of(form, *rest))
    corners = "".join(f'<path d="M{x} {y}h3v3z"/>' for x in (7, 91) for y in (7, 91))
    text = whole(f'{ROUND}<g clip-path="url(#c)">{corners}<path d="M4 50h3v3z"/></g>')
    assert len(drawing_of(read_bytes(text.encode())).things) == 1
    assert len(asked) == 1


def test_effects_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EFFECTS", 2000)
    assert len(drawing_of(read_bytes(nested(21, ROW, 'opacity="0.9"').encode())).things) == 92
    with pytest.raises(DataError, match="more than 2,000 effects of groups"):
        drawing_of(read_bytes(nested(22, ROW, 'opacity="0.9"').encode()))


def test_clip_paths_are_counted_once_for_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CLIPS", 50)
    each = '<rect x="40" width="9" y="40" height="9" clip-path="url(#c)" transform="translate({:.2})"/>'
    assert len(drawing_of(read_bytes(whole(ROUND + 60 * each.format(0.5)).encode())).things) == 60
    with pytest.raises(DataError, match="more than 50 shapes and curves in clip paths"):
        drawing_of(read_bytes(whole(ROUND + "".join(each.format(k / 60) for k in range(60))).encode()))


FEW = "".join(f'<stop offset="{k / 30}" stop-color="#{k:06x}"/>' for k in range(30))
GRADED = f'<linearGradient id="g">{FEW}</linearGradient>' + ROW.replace("<circle ", '<circle fill="url(#g)" ')


def test_stops_are_left_out_once_for_a_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(gradients, "thinned", lambda stops: asked.append(stops) or thinned(stops))
    drawn = drawing_of(read_bytes(whole(GRADED).encode()))
    assert len(drawn.things) == 92
    assert len(asked) == 1
    assert {len(thing.paint.stops) for thing in drawn.things} == {8}  # type: ignore[union-attr]


@pytest.mark.parametrize(("attributes", "boxes"), [("", 0), ('clip-path="url(#c)" fill="url(#g)"', 9)])
def test_boxes_of_paths_are_found_once_if_at_all(attributes: str, boxes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(geometry, "box", lambda contours: asked.append(contours) or box(contours))
    paths = 9 * f'<path d="M2 2C9 90 50 9 9 9z" {attributes}/>'
    drawing_of(read_bytes(whole(f'{ROUND}<linearGradient id="g">{FEW}</linearGradient>{paths}').encode()))
    assert len(asked) == boxes


def test_boxes_are_not_asked_for_where_control_points_say_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(forms, "box", lambda contours: asked.append(contours) or box(contours))
    monkeypatch.setattr(geometry, "box", lambda contours: asked.append(contours) or box(contours))
    inside, outside, across = (f'<path d="M{at}c1 9 3 4 9 9z"/>' for at in ("40 40", "-9 -9", "2 50"))
    text = f'{ROUND}<g clip-path="url(#c)">{9 * inside}{9 * outside}{2 * across}</g>'
    assert len(drawing_of(read_bytes(whole(text).encode())).things) == 11
    assert len(asked) == 2


def test_gradients_are_counted_where_they_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "VISITS", 200)
    assert len(drawing_of(read_bytes(whole(ROW).encode())).things) == 92
    with pytest.raises(DataError, match="more than 200 elements to draw"):
        drawing_of(read_bytes(whole(GRADED).encode()))


RULES = {
    "classes of nothing": (".{0} {{fill: red}}", True),
    "classes": (".x{0}, .b {{fill: red}}", False),
    "names": ("circle[r='{0}'] {{fill: red}}", False),
    "all": ("[r='{0}'] {{fill: red}}", False),
    "places": ("circle:nth-child({0}n):nth-last-child({0}) {{fill: red}}", True),
    "places among alike": ("circle:nth-last-of-type({0}n) {{fill: red}}", False),
    "places among some": ("circle:nth-child({0}n of .a) {{fill: red}}", False),
    "any": ("g:is(g g, .a{0} g) {{fill: red}}", False),
    "having": ("g:has(rect.a{0}) {{fill: red}}", False),
}


@pytest.mark.parametrize("name", RULES)
def test_selectors_are_counted_by_the_elements_that_they_may_be_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MATCHES", 10_000)
    rule, allowed = RULES[name]
    sheet = "".join(rule.format(f"k{k}" if "nth" not in rule else k + 1) for k in range(20 if "nth" in rule else 80))
    text = nested(20, f"<style>{sheet}</style>" + 2 * ROW.replace("<circle ", '<circle class="a b" '), "")
    if allowed:
        assert len(drawing_of(read_bytes(text.encode())).things) == 184
    else:
        with pytest.raises(DataError, match="more than 10,000 elements to look at"):
            drawing_of(read_bytes(text.encode()))


def test_declarations_are_counted_for_each_element(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MATCHES", 10_000)
    with pytest.raises(DataError, match="more than 10,000 elements to look at"):
        drawing_of(read_bytes(whole(f"<style>circle {{{200 * 'fill:red;'}}}</style>{ROW}").encode()))


def test_boxes_of_groups_are_not_asked_for_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(Walker, "_clipped", lambda *args: asked.append(args))
    assert len(drawing_of(read_bytes(nested(100, ROW, "").encode())).things) == 92
    assert not asked


TOKENS = (
    *("1e308", "-1", "0", "100%", "NaN", "url(#a)", "none", "inherit", '"', "<", "/>", "#", "matrix(1 0 0 0 0 0)"),
    *("M0 0 0 0", "A1 1 0 0 0 5 5", "\N{SNOWMAN}", "&amp;", "<g>", "</g>", "round", "rotate(1e300)", "1e-320"),
)


def mutated(text: str, rng: random.Random) -> str:
    """Return a text with a few things changed."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        way, at = rng.random(), rng.randrange(len(text) + 1)
        numbers, values = list(re.finditer(r"-?\d+\.?\d*", text)), list(re.finditer(r'"[^"]*"', text))
        if way < 0.3 and numbers:
            match = rng.choice(numbers)
            text = text[: match.start()] + rng.choice(TOKENS) + text[match.end() :]
        elif way < 0.6 and values:
            match, other = rng.choice(values), rng.choice(values)
            text = text[: match.start()] + other.group() + text[match.end() :]
        elif way < 0.8:
            text = text[:at] + rng.choice(TOKENS) + text[at:]
        else:
            text = text[:at] + text[at + rng.randrange(20) :]
    return text


@pytest.mark.parametrize("seed", range(10))
def test_mutations_are_drawn_or_refused(seed: int) -> None:
    rng = random.Random(seed)
    cases = sorted(CASES.values())
    drawn = lines = 0
    for _ in range(40):
        try:
            drawing_of(read_bytes(mutated(whole(rng.choice(cases)), rng).encode()))
            drawn += 1
        except DataError as error:
            lines += str(error).count("\n")
    assert lines == 0
    assert drawn > 5


def test_strokes_without_corners_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CURVES", 200)
    smooth = 9 * '<circle r="5" stroke="red"/><rect width="9" height="9" rx="2" stroke="red"/>'
    assert drawing_of(read_bytes(whole(smooth).encode())).findings.features == ()
    bent = 11 * '<path d="M0 0c1 2 3 4 5 6s4 5 2 8l3 4z" stroke="red"/>'
    assert drawing_of(read_bytes(whole(bent).encode())).findings.features == ("caps and joins of very many curves",)
    assert drawing_of(read_bytes(nested(1, bent, 'stroke-linejoin="round"').encode())).findings.features == ()


def test_curves_in_outlines_of_strokes_are_counted_as_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CURVES", 200)
    wide = 9 * '<path d="M0 0c9 0 0 9 9 9c9 0 0 -9 9 -9" fill="none" stroke="red" stroke-width="{}"/>'
    found = [drawing_of(read_bytes(whole(wide.replace("{}", width)).encode())).findings for width in (".1", "9")]
    assert [each.features for each in found] == [(), ("caps and joins of very many curves",)]
