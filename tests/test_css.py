"""Colours as CSS writes them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import ImageColor

import sdfraster as sr
from sdfraster.css import as_numbers, rgba, shortest


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("navy", (0, 0, 128, 1)),
        ("Transparent", (0, 0, 0, 0)),
        ("#ff8000", (255, 128, 0, 1)),
        ("#f80c", (255, 136, 0, 0.8)),
        ("rgb(10, 20, 30)", (10, 20, 30, 1)),
        ("rgba(255,255,255,1)", (255, 255, 255, 1)),
        ("rgba(1, 2, 3, 0.5)", (1, 2, 3, 0.5)),
        ("RGB(10 20 30 / 50%)", (10, 20, 30, 0.5)),
        ("hsla(120, 100%, 50%, .25)", (0, 255, 0, 0.25)),
        ("rgba(1, 2, 3, 2)", (1, 2, 3, 1)),
        ("rgb(-10%, 50%, 120%)", (0, 127.5, 255, 1)),
        ("hsl(-0.5turn 100% 25%)", (0, 127.5, 127.5, 1)),
        ("hwb(120 20% 40% / none)", (51, 153, 51, 0)),
        ("color(srgb 0.5 25% none / 0.5)", (127.5, 63.75, 0, 0.5)),
        ("lab(46.2775% -47.5621 48.5837)", (0, 128, 0, 1)),  # these are of the web platform tests
        ("lch(46.2775% 67.9892 134.3912)", (0, 128, 0, 1)),
        ("oklab(51.975% -0.1403 0.10768)", (0, 128, 0, 1)),
        ("oklch(51.975% 0.17686 142.495)", (0, 128, 0, 1)),
        ("color(display-p3 0.21604 0.49418 0.13151)", (0, 128, 0, 1)),
        ("color(rec2020 0.235202 0.431704 0.085432)", (0, 128, 0, 1)),
        ("color(a98-rgb 0.281363 0.498012 0.116746)", (0, 128, 0, 1)),
        ("color(prophoto-rgb 0.230479 0.395789 0.129968)", (0, 128, 0, 1)),
        ("color(xyz-d50 0.9642956764295677 1 0.8251046025104602)", (255, 255, 255, 1)),
        ("color(srgb-linear 1 0 1)", (255, 0, 255, 1)),
    ],
)
def test_colors(text: str, color: tuple[float, ...]) -> None:
    *rgb, alpha = rgba(text)
    assert [255.0 * value for value in rgb] == pytest.approx(color[:3], abs=0.6)
    assert alpha == pytest.approx(color[3])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nvy",
        "#12",
        "rgb(1,2)",
        "rgba(1,2,3,x)",
        "rgb(1,2,3,4,5)",
        "color(x 1 2 3)",
        "rgb(1e400,2,3)",
        "rgb(0,50%,0)",
    ],
)
def test_what_is_no_color(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        rgba(text)


def test_colors_of_scenes_and_fits() -> None:
    """As numbers, or as CSS has them."""
    layer = sr.Layer("circle", [[1, 2, 3], [4, 5, 6]], ["red", "#0000ff"])
    scene = sr.Scene(8, 8, layer, "white")
    assert layer.color.tolist() == [[1, 0, 0], [0, 0, 1]]
    assert scene.background is not None
    assert scene.background.tolist() == [1, 1, 1]
    assert sr.FitOptions(background="navy").background == as_numbers("x", "navy") == rgba("navy")[:3]
    assert as_numbers("x", (0.1, 0.2, 0.3)) == (0.1, 0.2, 0.3)


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda: sr.Scene(8, 8, (), "spam"), r"background must be a colour such as 'navy' .*, or numbers, not 'spam'"),
        (lambda: sr.FitOptions(background="#fff8"), r"background must be opaque, but '#fff8' has an alpha of 0.533"),
        (lambda: sr.Layer("circle", [[1, 2, 3]], ["red", 3]), "color must be an array of numbers"),
    ],
)
def test_no_color_of_a_scene(use: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        use()


def test_the_shortest_text_of_a_colour() -> None:
    """Also once Pillow was asked for the name, after which its own table has numbers."""
    ImageColor.getrgb("red")
    assert [shortest(text) for text in ("#ff0000", "#0000ff", "#aabbcc", "#a1b2c3", "#d2b48c")] == [
        "red",
        "#00f",
        "#abc",
        "#a1b2c3",
        "tan",
    ]
