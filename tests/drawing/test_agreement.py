"""Oracle: what resvg draws of a file is what it draws of the things that are read of it."""

from __future__ import annotations

import io

import numpy as np
import pytest
import resvg_py
from PIL import Image

from sdfraster.drawing.document import read_bytes
from sdfraster.drawing.reader import drawing_of
from sdfraster.metrics import psnr

from .oracle import drawing, picture, rewritten, whole

STOPS = '<stop offset=".2" stop-color="navy"/><stop offset="60%" stop-color="gold"/><stop offset="1" stop-color="red"/>'
WAVE = "M10 50C20 0 40 100 50 50S80 0 90 50"
ZIGZAG = "M15 20L50 80L60 15L85 85"
CASES = {
    "rect": '<rect x="10" y="20" width="50" height="30" fill="teal"/>',
    "round rect": '<rect x="10" y="20" width="60" height="40" rx="15" ry="8" fill="teal"/>',
    "rect of too large a radius": '<rect x="10" y="20" width="60" height="40" rx="100" fill="teal"/>',
    "circle": '<circle cx="50" cy="50" r="40%" fill="#f80"/>',
    "turned ellipse": '<ellipse cx="50" cy="50" rx="40" ry="12" transform="rotate(30 50 50)" fill="#123"/>',
    "skewed circle": '<circle cx="40" cy="40" r="25" transform="skewX(20) scale(1 .7)"/>',
    "mirrored round rect": '<rect x="-80" y="20" width="60" height="40" rx="9" transform="scale(-1 1) rotate(10)"/>',
    "polygon evenodd": '<polygon points="50,5 80,95 5,38 95,38 20,95" fill-rule="evenodd"/>',
    "polyline": '<polyline points="10,10 90,20 50,90" fill="red"/>',
    "all commands": '<path d="M10 10h20v10l10-5q20-10 20 10t10 10c5 5 5 20 10 5s10 30 0 20a20 15 20 0 1-30 20"/>',
    "arcs": '<path d="M20 50a30 20 30 1 1 20 25a30 20 30 0 0-20-25z M60 60a5 5 0 0 1 30 0z"/>',
    "arc flags run together": '<path d="M20 50a20 10 0 1130 20z"/>',
    "two contours": '<path d="M10 10h80v80h-80zM30 30v40h40v-40z"/>',
    "butt": f'<path d="{WAVE}" fill="none" stroke="green" stroke-width="9"/>',
    "round": f'<path d="{ZIGZAG}" fill="none" stroke="green" stroke-width="9" stroke-linecap="round"'
    ' stroke-linejoin="round"/>',
    "square bevel": f'<path d="{ZIGZAG}" fill="none" stroke="green" stroke-width="9" stroke-linecap="square"'
    ' stroke-linejoin="bevel"/>',
    "miter": f'<path d="{ZIGZAG}z" fill="none" stroke="green" stroke-width="6" stroke-miterlimit="9"/>',
    "miter too long": f'<path d="{ZIGZAG}" fill="none" stroke="green" stroke-width="6" stroke-miterlimit="1.5"/>',
    "stroke under a skew": f'<path d="{WAVE}" fill="none" stroke="green" stroke-width="9" transform="skewX(-20)"/>',
    "tight curve": '<path d="M20 80C20 0 30 0 30 80" fill="none" stroke="green" stroke-width="24"/>',
    "cusp": '<path d="M20 80C90 10 10 10 80 80" fill="none" stroke="green" stroke-width="9"/>',
    "closed curve": '<ellipse cx="50" cy="50" rx="30" ry="20" fill="none" stroke="red" stroke-width="12"/>',
    "dots": '<path d="M20 50h0M50 50h0M80 50z" stroke-width="20" stroke-linecap="round" stroke="red"/>',
    "dashes": f'<path d="{WAVE}" fill="none" stroke="green" stroke-width="5" stroke-dasharray="9 4 2"'
    ' stroke-dashoffset="-3"/>',
    "round dashes": f'<path d="{ZIGZAG}" fill="none" stroke="green" stroke-width="5" stroke-dasharray="0 9"'
    ' stroke-linecap="round"/>',
    "dashes around a corner": '<rect x="20" y="20" width="60" height="60" fill="none" stroke="green" stroke-width="8"'
    ' stroke-dasharray="24 7"/>',
    "order": '<circle cx="50" cy="50" r="30" stroke="red" stroke-width="20" paint-order="stroke"/>',
    "linear": f'<linearGradient id="g">{STOPS}</linearGradient><circle cx="50" cy="50" r="40" fill="url(#g)"/>',
    "linear of the user": f'<linearGradient id="g" gradientUnits="userSpaceOnUse" x1="20" y1="30%" x2="70" y2="80"'
    f' gradientTransform="rotate(10) scale(1 2)">{STOPS}</linearGradient><rect width="90" height="80" fill="url(#g)"'
    ' transform="rotate(5)"/>',
    "linear in a flat box": f'<linearGradient id="g" y2="100%">{STOPS}</linearGradient>'
    '<rect width="90" height="30" fill="url(#g)"/>',
    "radial": f'<radialGradient id="g" fx="30%" fy=".4">{STOPS}</radialGradient><rect width="90" height="60"'
    ' fill="url(#g)"/>',
    "radial from another": f'<radialGradient id="h" r=".3">{STOPS}</radialGradient><radialGradient id="g"'
    ' xlink:href="#h" cx=".3"/><rect width="90" height="60" fill="url(#g)"/>',
    "radial from inside": f'<radialGradient id="g" fr=".2">{STOPS}</radialGradient><rect width="90" height="60"'
    ' fill="url(#g)"/>',
    "gradient of a stroke": f'<linearGradient id="g">{STOPS}</linearGradient><circle cx="50" cy="50" r="30" fill="none"'
    ' stroke="url(#g)" stroke-width="15"/>',
    "one stop": '<linearGradient id="g"><stop stop-color="red" stop-opacity=".5"/></linearGradient>'
    '<rect width="90" height="80" fill="url(#g)"/>',
    "fallback": '<rect width="50" height="50" fill="url(#nothing) lime"/><rect x="50" width="50" height="50"'
    ' fill="url(#nothing)"/>',
    "inherited": '<g fill="red" stroke="blue" stroke-width="4"><rect x="10" y="10" width="50" height="50"/>'
    '<g fill="inherit" stroke="none"><circle r="9" cx="80" cy="80"/></g></g>',
    "current color": '<g color="green" fill="currentColor"><g color="red"><rect width="50" height="50"/></g>'
    '<circle r="9" cx="80" cy="80"/></g>',
    "style of an element": '<rect width="50" height="50" fill="red" style="fill: green; /* ; */ stroke:blue"/>',
    "style sheet": "<style>rect { fill: red } g > .a { fill: green !important } #b { fill: gold } /* x */</style>"
    '<g><rect class="a b" width="40" height="40" style="fill: black"/></g><rect id="b" x="50" width="40" height="40"/>',
    "opacity": '<g opacity=".5"><rect width="40" height="40"/><rect x="50" width="40" height="40" opacity="50%"/></g>',
    "hidden": '<g visibility="hidden"><rect width="40" height="40"/><rect x="50" width="40" height="40"'
    ' visibility="visible"/></g><rect y="50" width="40" height="40" display="none"/>',
    "use": '<defs><g id="a" transform="rotate(10)"><rect width="40" height="40"/></g></defs>'
    '<use xlink:href="#a" x="20" y="30" fill="red"/><use href="#a" x="60" fill="blue" transform="scale(.5)"/>',
    "symbol": '<symbol id="a" viewBox="0 0 10 20"><circle cx="5" cy="10" r="8"/></symbol>'
    '<use href="#a" width="40" height="40"/><use href="#a" x="50" y="50" width="30" height="50" fill="red"/>',
    "switch": '<switch><rect systemLanguage="de" width="40" height="40"/><rect systemLanguage="fr, en-GB" x="50"'
    ' width="40" height="40"/><rect width="99" height="99"/></switch>',
    "nested svg": '<svg x="10" y="20" width="60" height="40" viewBox="0 0 10 10" preserveAspectRatio="xMaxYMid slice">'
    '<circle cx="5" cy="5" r="6"/><rect width="50%" height="2" fill="red"/></svg>',
    "units": '<rect x=".1in" y="5mm" width="2cm" height="30pt" font-size="8"/><rect x="3em" y="70" width="4ex"'
    ' height="1pc" font-size="10"/>',
    "origin": '<rect x="40" y="40" width="20" height="20" transform="rotate(45)" transform-origin="50% 50%"/>',
    "clip": '<clipPath id="c"><polygon points="50,5 95,50 50,95 5,50"/></clipPath><path clip-path="url(#c)"'
    ' d="M0 0h100v100h-100zM20 50C20 0 80 0 80 50S20 100 20 50z" fill-rule="evenodd"/>',
    "clip of a rectangle": f'<clipPath id="c"><path d="{ZIGZAG}"/></clipPath><rect x="10" y="30" width="80" height="50"'
    ' clip-path="url(#c)"/>',
    "clip by a circle": f'<clipPath id="c"><circle cx="50" cy="50" r="30"/></clipPath><g clip-path="url(#c)">'
    f'<path d="{ZIGZAG}" stroke="red" stroke-width="9"/></g>',
    "clip of a box": '<clipPath id="c" clipPathUnits="objectBoundingBox"><rect x=".1" y=".2" width=".5" height=".5"'
    ' transform="rotate(10)"/></clipPath><g clip-path="url(#c)"><circle cx="50" cy="50" r="40"/></g>',
    "clip of a clip": '<clipPath id="a"><rect x="20" width="50" height="100"/></clipPath><clipPath id="c"'
    ' clip-path="url(#a)"><rect y="30" width="100" height="50"/></clipPath><circle cx="50" cy="50" r="40"'
    ' clip-path="url(#c)"/>',
    "entities": "<rect width='&#53;0' height='40'/>",
}
ROOTS = {
    "view box": 'viewBox="-20 -10 100 50"',
    "stretched": 'width="80" height="120" viewBox="0 0 100 100" preserveAspectRatio="none"',
    "sliced": 'width="80" height="50" viewBox="0 0 100 100" preserveAspectRatio="xMinYMax slice"',
    "inches": 'width="2in" viewBox="0 0 100 200"',
    "percent": 'width="100%" height="100%" viewBox="0 0 60 40"',
    "coloured": 'width="50" height="50" style="background-color: #8af"',
}


def agreement(body: str, root: str = 'width="100" height="100"', listed: tuple[str, ...] = ()) -> float:
    drawn = drawing(body, root)
    assert drawn.findings.features == listed
    return psnr(picture(rewritten(drawn)), picture(whole(body, root)))


@pytest.mark.parametrize("name", CASES)
def test_things_are_what_is_seen(name: str) -> None:
    assert agreement(CASES[name]) > 45.0


def test_a_path_is_drawn_up_to_an_error() -> None:
    assert agreement('<path d="M10 10L90 20L50 90L#"/>', listed=("path data after an error",)) > 45.0


@pytest.mark.parametrize("name", ROOTS)
def test_canvas(name: str) -> None:
    body = '<circle cx="30" cy="30" r="28" fill="teal"/><rect x="25%" y="5" width="50%" height="12" fill="red"/>'
    assert agreement(body, ROOTS[name]) > 45.0


@pytest.mark.parametrize(("width", "height"), [("460.8pt", "345.6pt"), ("100.5", "60.49"), ("40.2", "0.2")])
def test_a_size_that_is_no_whole_number_is_rounded(width: str, height: str) -> None:
    """And nothing is stretched to it; plots of 6.4 x 4.8 inches have such a size."""
    body = '<rect width="100%" height="100%" fill="#fff"/><circle cx="30" cy="20" r="15" fill="teal"/>'
    root = f'width="{width}" height="{height}"'
    drawn = drawing(body, root)
    with Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=whole(body, root), dpi=96)))) as image:
        assert (drawn.width, drawn.height) == image.size
    assert drawn.background == (1.0, 1.0, 1.0)
    assert drawn.things[0].form.params[0].tolist() == [30.0, 20.0, 15.0]


@pytest.mark.parametrize("sizes", [(461, 614), (922, 1229)])
def test_a_drawing_is_compared_at_the_scale_of_the_picture(sizes: tuple[int, int]) -> None:
    """Which is not that of the canvases, as these are rounded: it would be off by a pixel on the right."""
    drawn = drawing_of(
        read_bytes(whole('<circle cx="99%" cy="50%" r="3"/>', 'width="460.8pt" height="345.6pt"').encode()),
        sizes=[(300, 300), sizes],
    )
    scale = 1.0 if sizes[1] == 614 else sizes[1] / 614.4
    assert (drawn.height, drawn.width) == sizes
    assert drawn.things[0].form.params[0].tolist() == pytest.approx([0.99 * 614.4 * scale, 230.4 * scale, 3.0 * scale])


def test_pictures_differ() -> None:
    """The oracle itself can tell."""
    body = '<rect x="10" y="20" width="50" height="30"/>'
    other = picture(whole(body.replace("50", "51")))
    assert psnr(picture(rewritten(drawing(body))), other) < 35.0
    assert np.isfinite(other).all()
