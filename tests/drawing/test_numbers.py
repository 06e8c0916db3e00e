"""Numbers as SVG writes them: what is read at once is what is read one by one."""

from __future__ import annotations

import pytest

from sdfraster.drawing import numbers as reading
from sdfraster.drawing.numbers import HUGE, Length, length, numbers

LISTS = {
    "1 2,3": [1.0, 2.0, 3.0],
    " ,1 ,\n-2.5e1\t+.5, ": [1.0, -25.0, 0.5],
    "1-2.5.5": [1.0, -2.5, 0.5],
    "1,,2": [1.0],
    "1, ,2": [1.0],
    "1 2 x 3": [1.0, 2.0],
    "1 2_0 3": [1.0, 2.0],
    "1 nan inf": [1.0],
    "1e400 -1e999": [HUGE, -HUGE],
    "1 \u0663 2": [1.0],
    "": [],
}


@pytest.mark.parametrize("text", LISTS)
def test_lists(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert numbers(text) == LISTS[text]
    monkeypatch.setattr(reading, "plain_numbers", lambda text: None)
    assert numbers(text) == LISTS[text]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("5", Length(5.0)),
        (" -.5", Length(-0.5)),
        ("1e3", Length(1e3)),
        ("1e999", Length(HUGE)),
        ("2EM", Length(2.0, "em")),
        ("7%", Length(7.0, "%")),
        *((text, None) for text in ("1_0", "nan", "infinity", "0x1", "1 2", "\u0663", "1e", "")),
    ],
)
def test_lengths(text: str, wanted: Length | None) -> None:
    if wanted is None:
        with pytest.raises(ValueError, match="is not a length"):
            length(text)
    else:
        assert length(text) == wanted
