"""Regions with corners that point outwards are not asked for lines; those that a round brush drew are."""

from __future__ import annotations

from unittest.mock import patch

import pytest

import sdfraster as sr
from sdfraster.tracing import shapes
from sdfraster.tracing.lines import find_lines

from .conftest import Draw

PEN = 'fill="none" stroke="#123c78" stroke-linecap="round" stroke-linejoin="round"'
BRUSHED = {
    "bent": f'<path {PEN} stroke-width="8" d="M14 20L60 24L30 80"/>',
    "acute": f'<path {PEN} stroke-width="12" d="M14 20L80 44L14 68"/>',
    "thin beside thick": f'<path {PEN} stroke-width="24" d="M20 20V76"/><path {PEN} stroke-width="5" d="M20 48H84"/>',
    "thin": f'<path {PEN} stroke-width="6" d="M16.1 39.5a33 33 0 0 1 55.2-14.8l12.7 12.7"/>',
    "ring": f'<circle {PEN} stroke-width="10" cx="48" cy="48" r="32"/>',
}
CORNERED = {
    "bookmark": '<path fill="#123c78" d="M16 24A12 12 0 0 1 28 12H68A12 12 0 0 1 80 24V84L48 48L16 84Z"/>',
    "square": '<path fill="#123c78" d="M16 14H80V82H16Z"/>',
    "turned": '<path fill="#123c78" d="M48 8L88 48L48 88L8 48Z"/>',
    "star": '<path fill="#123c78" d="M48 6L58 36L90 36L64 56L74 86L48 68L22 86L32 56L6 36L38 36Z"/>',
    "hole": '<path fill="#123c78" fill-rule="evenodd" d="M8 8H88V88H8ZM30 30H66V66H30Z"/>',
    "beneath": '<path fill="#123c78" d="M16 14H80V82H16Z"/><circle fill="#f0b428" cx="80" cy="82" r="16"/>',
}


def asked(draw: Draw, svg: str) -> int:
    """Return how many regions of a picture are asked for lines."""
    with patch.object(shapes, "find_lines", wraps=find_lines) as looking:
        sr.trace(draw(f'<rect fill="#fff" width="96" height="96"/>{svg}'))
    return looking.call_count


@pytest.mark.compiled
@pytest.mark.parametrize("name", BRUSHED)
def test_what_a_brush_drew_is_asked(draw: Draw, name: str) -> None:
    assert asked(draw, BRUSHED[name]) == 1


@pytest.mark.compiled
@pytest.mark.parametrize("name", CORNERED)
def test_what_has_corners_is_not(draw: Draw, name: str) -> None:
    assert asked(draw, CORNERED[name]) == (name == "beneath")  # the disc
