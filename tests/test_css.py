"""Colours as CSS writes them."""

from __future__ import annotations

import pytest

from sdfraster.css import rgba


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
    ],
)
def test_colors(text: str, color: tuple[float, ...]) -> None:
    *rgb, alpha = rgba(text)
    assert [255.0 * value for value in rgb] == pytest.approx(color[:3])
    assert alpha == pytest.approx(color[3])


@pytest.mark.parametrize("text", ["", "nvy", "#12", "rgb(1,2)", "rgba(1,2,3,2)", "rgba(1,2,3,x)", "rgb(1,2,3,4,5)"])
def test_what_is_no_color(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        rgba(text)
