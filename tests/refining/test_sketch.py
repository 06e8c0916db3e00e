"""A drawing as a function of its numbers: what is kept of its text, and gradients against differences."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.drawing.document import read_bytes
from sdfraster.refining.sketch import Sketch
from sdfraster.vector import Layout
from tests import naive

SIZE = 12  # pixels of the canvas, half as large as the file says
TEXT = """<?xml version='1.0'?>
<!-- a comment -->
<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16" viewBox="0 0 24 16" class='a b'>
  <title>Two shapes &amp; more</title>
  <defs><linearGradient id="g" gradientUnits="userSpaceOnUse" x1="2" x2="20">
    <stop offset="0" stop-color="#804020"/><stop offset='1' style="stop-opacity:1;stop-color: #2040a0 "/>
  </linearGradient></defs>
  <g id="G" transform="rotate(5) scale(1.1 0.9)" fill = '#336699'>
    <path id="p" d="M3 3L9 4C11 5 11 8 9 10S4 12 3 9z" class="x"/>
    <circle id='c' cx="15" cy="8" r="3"   style="fill: #aa3300; stroke : none"/>
  </g>
  <rect id="r" x="3" y="12" width="16" height="3" fill="url(#g)"/>
  <text>kept</text>
</svg>
"""


def sketch(width: int = 24, **options: object) -> Sketch:
    return Sketch(read_bytes(TEXT.encode()), width, (1.0, 1.0, 1.0), **options)  # type: ignore[arg-type]


def test_what_does_not_change_stays_byte_for_byte() -> None:
    assert sketch().text() == TEXT.encode()


def test_only_what_changes_is_written() -> None:
    one = sketch()
    elements = {element.get("id"): handle for element, handle in one.handles.items()}
    assert set(elements) == {"p", "c", "r"}
    elements["c"].values[0] += 1.0
    color = next(color for owner, color in one.colors.items() if owner.element.get("id") == "p")
    color[:] = (1.0, 0.0, 0.0)
    stop = next(color for owner, color in one.colors.items() if owner.element.get("offset") == "1")
    stop[:] = (0.0, 1.0, 0.0)
    wanted = TEXT.replace('cx="15"', 'cx="16"').replace("#2040a0", "#00ff00").replace("<path", '<path fill="#ff0000"')
    assert one.text().decode() == wanted


def test_paths_are_written_with_lines_and_ends_as_they_were() -> None:
    one = sketch()
    handle = next(handle for element, handle in one.handles.items() if element.get("id") == "p")
    handle.values = handle.moved(np.array([1.0, 0.5]))
    text = one.text().decode()
    data = text.split(' d="')[1].split('"')[0]
    assert [letter for letter in data if letter.isalpha()] == ["M", "L", "C", "C", "Z"]
    assert text.replace(data, "M3 3L9 4C11 5 11 8 9 10S4 12 3 9z") == TEXT
    moved = Sketch(read_bytes(text.encode()), 24, None).shapes[0].thing.form
    before = sketch().shapes[0].thing.form
    away = (moved.params[0] - before.params[0]).reshape(-1, 2)
    np.testing.assert_allclose(away, [[1.0, 0.5]] * len(away), atol=0.01)


def test_locks() -> None:
    assert {element.get("id") for element in sketch(lock=["G"]).handles} == {"r"}
    assert not sketch(only="fill").handles
    assert not sketch(only="geometry").colors
    assert len(sketch(only="fill").colors) == 4


WEIGHTS = np.random.default_rng(0).normal(size=(8, 12, 3))


@pytest.fixture(scope="module")
def by_the_scene() -> sr.SceneGradient:
    """Return the gradient of the sum of a picture with random weights, by the values of the scene."""
    scene = sketch(SIZE).scene().astype(np.float64)
    layout = Layout(scene)
    x = layout.vector(scene)
    g = np.empty_like(x)
    for k in range(len(x)):
        step = 1e-5 * np.eye(1, len(x), k)[0]
        try:
            up, down = (naive.render(layout.scene(x + sign * step), 1.5) for sign in (1.0, -1.0))
        except ValueError:  # an opacity or a round corner at its bound, which nothing here changes
            g[k] = 0.0
        else:
            g[k] = ((up - down) * WEIGHTS).sum() / 2e-5
    return layout.gradient(g)


@pytest.mark.parametrize("whole", [True, False])
def test_gradient_against_differences(whole: bool, by_the_scene: sr.SceneGradient) -> None:
    """Of the same sum, by all that can be changed."""
    one = sketch(SIZE)

    def value() -> float:
        return float((naive.render(one.scene().astype(np.float64), 1.5) * WEIGHTS).sum())

    pulled = one.pull(by_the_scene, whole)
    for element, handle in one.handles.items():
        if element.get("id") == "r":
            continue  # whose gradient stays where it is, which is not counted
        values = handle.values.copy()
        count = handle.coarse_count if whole else handle.count
        for k in range(count):
            unit = np.eye(count)[k] * 1e-3
            ends = []
            for sign in (1.0, -1.0):
                handle.values = values
                handle.values = handle.coarse(sign * unit) if whole else values + sign * unit / handle.size
                ends.append(value())
            handle.values = values
            difference = (ends[0] - ends[1]) / 2e-3
            assert pulled[handle][k] == pytest.approx(difference, rel=0.02, abs=0.02)
    for owner, color in one.colors.items():
        for channel in range(3):
            ends = []
            for sign in (1.0, -1.0):
                color[channel] += sign * 1e-3
                ends.append(value())
                color[channel] -= sign * 1e-3
            assert pulled[owner][channel] == pytest.approx((ends[0] - ends[1]) / 2e-3, rel=0.02, abs=0.05)


def test_smooth_nodes_stay_smooth() -> None:
    one = sketch()
    handle = next(handle for element, handle in one.handles.items() if element.get("id") == "p")
    rng = np.random.default_rng(1)
    handle.values = handle.stepped(rng.normal(size=handle.count))
    p = handle.geometry(handle.values).outline()[0].points
    before, after = p[6] - p[5], p[7] - p[6]  # at 9 10, which S makes smooth
    turn = before[0] * after[1] - before[1] * after[0]
    assert turn == pytest.approx(0.0, abs=1e-9)
    assert before @ after > 0.0
    np.testing.assert_allclose(p[1], p[0] + (p[3] - p[0]) / 3.0)  # a line
    assert (p[0] == p[-1]).all()


@pytest.mark.compiled
def test_a_drawing_finds_its_way_back() -> None:
    one = sketch()
    target = sr.render(Sketch(read_bytes(TEXT.encode()), 96, (1.0, 1.0, 1.0)).scene(), 0.5, "box")
    for k, handle in enumerate(one.handles.values()):
        handle.values = handle.moved(np.array([0.4, -0.3]) if k % 2 else np.array([-0.3, 0.4]))
    moved = one.text()
    assert moved != TEXT.encode()
    result = sr.refine(moved, target, steps=120)
    back = Sketch(read_bytes(result.text), 24, None)
    for shape, wanted in zip(back.shapes, sketch().shapes, strict=True):
        for a, b in zip(shape.thing.form.params, wanted.thing.form.params, strict=True):
            np.testing.assert_allclose(a, b, atol=0.05)
    assert result.history[-1] < 0.01 * result.history[0]
    assert result.unsupported == ("text",)


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ('<g fill="red"><rect width="9" height="9"/></g>', '<rect fill="#0000ff" width'),
        ('<rect width="9" height="9"/>', '<rect fill="#0000ff" width'),
        ('<g fill="red"><rect fill="inherit" width="9" height="9"/></g>', '<rect fill="#0000ff" width'),
        (
            '<rect class="a" fill="lime" width="9" height="9"/>',
            '<rect style="fill:#0000ff" class="a" fill="lime" width',
        ),
        ('<rect class="a" style="x:y" width="9" height="9"/>', '<rect class="a" style="x:y;fill:#0000ff" width'),
        ('<rect class="a" style="fill: red" width="9" height="9"/>', '<rect class="a" style="fill: #0000ff" width'),
        ('<g class="a"><rect width="9" height="9"/></g>', '<rect fill="#0000ff" width'),
        (
            '<g fill="red"><defs><rect id="r" width="9" height="9"/></defs><use href="#r"/></g>',
            '<rect id="r" width="9" height="9"/></defs><use fill="#0000ff" href="#r"/>',
        ),
    ],
)
def test_a_shape_gets_a_colour_of_its_own(shape: str, wanted: str) -> None:
    """Where a rule or its parent said it: only it changes, and it is drawn so."""
    sheet = "<style>.a{fill:#888}</style>" if 'class="a"' in shape else ""
    text = f'<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16">{sheet}{shape}</svg>'
    one = Sketch(read_bytes(text.encode()), 24, None)
    assert one.text() == text.encode()
    (color,) = one.colors.values()
    color[:] = (0.0, 0.0, 1.0)
    assert wanted in one.text().decode()
    (drawn,) = Sketch(read_bytes(one.text()), 24, None).shapes
    assert drawn.thing.paint.color == (0.0, 0.0, 1.0)  # type: ignore[union-attr]


def test_what_is_said_to_be_important_stays() -> None:
    text = """<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16"><style>.a{fill:red!important}</style>
    <rect class="a" width="9" height="9"/><rect fill="currentColor" width="9" height="9"/></svg>"""
    assert not Sketch(read_bytes(text.encode()), 24, None).colors


def test_a_transparent_colour_stays_so() -> None:
    one = Sketch(read_bytes(TEXT.replace("#aa3300", "rgba(170, 51, 0, 0.25)").encode()), 24, None)
    color = next(color for owner, color in one.colors.items() if owner.element.get("id") == "c")
    color[:] = (0.0, 0.0, 1.0)
    assert 'style="fill: rgba(0,0,255,0.25); stroke : none"' in one.text().decode()


def test_the_alpha_of_a_stop_stays_and_is_not_multiplied_with_its_opacity() -> None:
    stops = '<stop stop-color="#ff000080" stop-opacity=".5"/><stop offset="1" stop-color="rgba(0,0,255,0.25)"/>'
    text = f"""<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16"><linearGradient id="g">{stops}
    </linearGradient><rect width="20" height="9" fill="url(#g)"/></svg>"""
    one = Sketch(read_bytes(text.encode()), 24, None)
    assert len(one.colors) == 2
    for color in one.colors.values():
        color[:] = (0.0, 1.0, 0.0)
    written = one.text().decode()
    assert 'stop-color="rgba(0,255,0,0.502)" stop-opacity=".5"' in written
    assert 'stop-color="rgba(0,255,0,0.25)"' in written
