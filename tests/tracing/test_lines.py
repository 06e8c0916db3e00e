"""Lines of even width: found, right, and what is none is left alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import sdfraster as sr
from sdfraster.tracing.curves import make_curve
from sdfraster.tracing.drawing import Shape
from sdfraster.tracing.gradients import flat_paint
from sdfraster.tracing.kernels.arrays import Laid
from sdfraster.tracing.lines import agreed
from sdfraster.tracing.lines.bends import divided
from sdfraster.tracing.lines.chains import find_chains
from sdfraster.tracing.lines.find import brushed, is_even
from sdfraster.tracing.lines.graph import NONE, Graph, find_graph
from sdfraster.tracing.lines.moves import Around, Lines, State, joined, meetings, rows_of, seen_near, state_of
from sdfraster.tracing.lines.pixels import fitted, missed
from sdfraster.tracing.lines.rest import missing
from sdfraster.tracing.lines.sections import Sections, find_sections
from sdfraster.tracing.lines.strokes import Stroke, nearest, with_numbers
from sdfraster.tracing.lines.strokes import straight as straight_stroke
from sdfraster.tracing.refine import Target

from .conftest import Draw

BLACK = flat_paint(np.array([0.0, 0.0, 0.0, 1.0]))
PEN = 'fill="none" stroke="#123c78" stroke-width="8" stroke-linecap="round" stroke-linejoin="round"'


def covered(size: int, width: float, *ends: tuple[float, float, float, float]) -> NDArray[np.float64]:
    """Return the shares of pixels of straight lines, nearly: by the distance of their middles."""
    y, x = np.indices((size, size)) + 0.5
    share = np.zeros((size, size))
    for ax, ay, bx, by in ends:
        t = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2), 0.0, 1.0)
        distance = np.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay))
        share = np.maximum(share, np.clip(0.5 * width - distance + 0.5, 0.0, 1.0))
    return share


def straight(*ends: float) -> Stroke:
    """Return the stroke between two points."""
    return straight_stroke(np.reshape(ends, (2, 2)), 0.0)


def ends_of(stroke: Stroke) -> NDArray[np.float64]:
    """Return where a straight stroke begins and ends (2, 2)."""
    return np.stack([stroke.shown.z[stroke.shown.x], stroke.shown.z[stroke.shown.y]], axis=1)


def open_curve() -> Stroke:
    nodes = np.array([[4.0, 5.0], [12.0, 9.0], [21.0, 8.0]])
    handles = np.array([[[2.0, 4.0], [3.0, 1.0]], [[3.0, 1.0], [2.0, -3.0]], np.zeros((2, 2))])
    curve = make_curve(nodes, np.array([False, False, True]), np.array([False, True, False]), handles, 0.0)
    return Stroke("stroke", curve.z, np.ones(len(curve.z), bool), curve)


def cuts_of(graph: Graph, share: NDArray[np.float64]) -> list[Sections]:
    return [find_sections(branch.points, branch.closed, share, graph.half) for branch in graph.branches]


def test_a_crossing_is_two_lines() -> None:
    share = covered(40, 5.0, (6, 8, 34, 30), (8, 32, 32, 7))
    graph = find_graph(share, 2.5)
    assert graph is not None
    assert len(graph.branches) == 4
    assert len({node for branch in graph.branches for node in branch.nodes} - {NONE}) == 1
    chains = find_chains(graph, cuts_of(graph, share))
    assert len(chains) == 2
    assert all(chain.ends == (NONE, NONE) for chain in chains)
    turns = [np.diff(chain.points[[0, len(chain.points) // 2, -1]], axis=0) for chain in chains]
    assert all(a @ b > 0.9 * np.linalg.norm(a) * np.linalg.norm(b) for a, b in turns)


def test_cuts_tell_the_middle_and_the_width() -> None:
    share = covered(40, 5.0, (6.2, 8.3, 33.7, 21.9))
    graph = find_graph(share, 2.5)
    assert graph is not None
    (cuts,) = cuts_of(graph, share)
    inner = (cuts.points[:, 0] > 10.0) & (cuts.points[:, 0] < 30.0)
    way = np.array([33.7 - 6.2, 21.9 - 8.3])
    off = (cuts.points - [6.2, 8.3]) @ np.array([-way[1], way[0]]) / np.linalg.norm(way)
    assert cuts.good[inner].all()
    assert np.abs(off[inner]).max() < 0.05
    assert cuts.widths[inner] == pytest.approx(5.0, abs=0.1)


@pytest.mark.compiled
def test_a_rim_that_is_not_even_is_told() -> None:
    y, x = np.mgrid[:60, :60]
    wedge = ((np.abs(y - 30) < 0.25 * x) & (x < 55)).astype(float)
    for share, even in ((covered(40, 5.0, (6, 8, 34, 30), (8, 32, 32, 7)), True), (wedge, False)):
        graph = find_graph(share, 4.0)
        assert graph is not None
        assert is_even(graph, share) == even


def circle() -> Stroke:
    return Stroke("circle", np.array([12.0, 11.0, 7.0]), np.ones(3, bool))


@pytest.mark.parametrize("make", [open_curve, circle])
def test_the_derivative_of_the_distance(make: Any, rng: np.random.Generator) -> None:
    stroke = make()
    places = rng.uniform(2.0, 22.0, (30, 2))
    found = nearest(stroke, places)
    for k in range(len(stroke.numbers)):
        step = np.zeros(len(stroke.numbers))
        step[k] = 1e-5
        more, less = (nearest(stroke._replace(numbers=stroke.numbers + s * step), places).distance for s in (1, -1))
        clear = np.abs(more + less - 2.0 * found.distance) < 1e-8  # not where the nearest place jumps
        assert clear.mean() > 0.9
        np.testing.assert_allclose(found.rows[clear, k], ((more - less) / 2e-5)[clear], atol=1e-4)


def test_lines_move_to_the_pixels() -> None:
    share = covered(30, 4.0, (5.0, 6.0, 24.0, 20.0))
    fit = fitted(
        [straight(6.0, 5.5, 23.0, 21.0)], np.array([5.0]), np.zeros(1, int), Target(0, 0, share, np.ones(share.shape))
    )
    assert fit is not None
    np.testing.assert_allclose(ends_of(fit.strokes[0]), [[5.0, 6.0], [24.0, 20.0]], atol=0.1)
    assert fit.widths[0] == pytest.approx(4.0, abs=0.05)
    assert np.abs(fit.error).max() < 0.1


def test_the_derivative_of_what_lines_cover_together() -> None:
    """A half-plane is no disc, so only the mean of many pixels is right."""
    lines = Lines([straight(5.0, 6.0, 24.0, 20.0), circle()], np.array([4.0, 3.0]), np.array([0, 1]))
    target = Target(0, 0, np.full((30, 30), 0.4), np.linspace(0.2, 1.0, 900).reshape(30, 30))
    seen = seen_near(lines, [Laid(0, 0, np.zeros((30, 30)), None)] * 2, target)
    seen = seen._replace(around=[Around(np.arange(len(seen.places)), np.zeros(len(seen.places)))] * 2)
    x = np.concatenate([lines.strokes[0].numbers, lines.strokes[1].numbers, lines.widths])

    def state(x: NDArray[np.float64]) -> State:
        return state_of(Lines(with_numbers(lines.strokes, x), x[-2:], lines.group), seen)

    found = rows_of(state(x), lines, seen, held=False).toarray()
    for k in range(len(x)):
        step = np.zeros(len(x))
        step[k] = 1e-4
        difference = (state(x + step).off - state(x - step).off) / 2e-4
        assert np.linalg.norm(found[:, k] - difference) < 0.05 * np.linalg.norm(difference)
    still = rows_of(state(x), lines, seen, held=True).toarray()
    assert (still[:, -2:] == 0.0).all()
    assert (still[:, :-2] == found[:, :-2]).all()


def test_what_meets_does_so_again() -> None:
    cross, post = straight(4.0, 10.0, 24.0, 10.0), straight(12.0, 22.0, 12.0, 10.02)
    met = meetings([cross, post])
    assert met == [(1, -1, 0)]
    moved = post._replace(numbers=post.numbers + [0.2, 0.1, 0.2][: len(post.numbers)])
    assert ends_of(joined([cross, moved], met)[1])[1] == pytest.approx([12.2, 10.0])


def test_widths_that_nearly_agree_are_one() -> None:
    shapes = [Shape("circle", np.array([10.0, 10.0, 5.0]), [], BLACK, width) for width in (4.0, 4.1, 4.05, 6.0)]
    short = Shape("rectangle", np.array([30.0, 10.0, 9.0, 4.1, 0.0, 2.05]), [], BLACK)
    *rings, line = agreed([*shapes, short])
    width = (4.05 * 3 * 10.0 * np.pi + 4.1 * 4.9) / (3 * 10.0 * np.pi + 4.9)  # long lines tell more
    assert [ring.width for ring in rings] == pytest.approx([width] * 3 + [6.0], abs=1e-3)
    assert line.kind == "line"
    assert line.params == pytest.approx([27.55, 10.0, 32.45, 10.0, width], abs=1e-3)


def test_a_disc_twice_as_wide_as_lines_is_a_ring() -> None:
    line = Shape("line", np.array([10.0, 10.0, 40.0, 10.0, 4.0]), [], BLACK)
    discs = [Shape("circle", np.array([20.0, 30.0, radius]), [], BLACK) for radius in (4.1, 2.0, 5.0)]
    _, ring, dot, disc = agreed([line, *discs])
    assert (ring.params, ring.width) == (pytest.approx([20.0, 30.0, 2.1]), 4.0)
    assert (dot.width, disc.width) == (None, None)
    assert agreed(discs[:1])[0].width is None


def width_of(shape: Shape) -> Any:
    return shape.params[4] if shape.kind == "line" and shape.params is not None else shape.width


def traced(draw: Draw, inside: str, **options: Any) -> list[Shape]:
    return sr.trace(draw(inside), **options).drawing.shapes


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("inside", "kinds"),
    [
        (f'<path d="M12 20L84 70M20 80L70 14" {PEN}/>', ["line", "line"]),
        (f'<circle cx="40.5" cy="50" r="24" {PEN}/><path d="M58 67L84 88" {PEN}/>', ["circle", "line"]),
        (
            f'<rect x="12" y="20" width="70" height="56" rx="10" {PEN}/><path d="M12 40H82" {PEN}/>',
            ["rectangle", "line"],
        ),
        (f'<path d="M14 80C14 30 40 12 80 16" {PEN}/>', ["stroke"]),
        (f'<path d="M20 48H76M52 24L76 48 52 72" {PEN}/>', ["line", "stroke"]),
        (f'<path d="M48 12L84 40 70 80H26L12 40Z" {PEN}/>', ["path"]),
    ],
)
def test_lines_are_found(draw: Draw, inside: str, kinds: list[str]) -> None:
    image = draw(inside)
    result = sr.trace(image)
    shapes = result.drawing.shapes
    assert sorted(shape.kind for shape in shapes) == sorted(kinds)
    assert [width_of(shape) for shape in shapes] == pytest.approx([8.0] * len(kinds), abs=0.1)
    again = np.asarray(draw(result.svg), int)
    assert np.abs(again - np.asarray(image, int)).mean() < 0.8


@pytest.mark.compiled
def test_a_short_line_has_round_ends(draw: Draw) -> None:
    """It is half of the length of which lines are sure: a rectangle, if it is alone."""
    short = f'<path d="M28 30H36" {PEN}/>'
    (alone,) = traced(draw, short)
    assert (alone.kind, alone.width) == ("rectangle", None)
    assert alone.params == pytest.approx([32.0, 30.0, 16.0, 8.0, 0.0, 4.0], abs=0.1)
    shapes = traced(draw, f'{short}<path d="M20 60H76" {PEN}/>')
    assert [shape.kind for shape in shapes] == ["line", "line"]


@pytest.mark.compiled
def test_a_line_that_ends_in_a_corner(draw: Draw) -> None:
    """Cuts beside the corner tell nothing, but for one or two that seem to be good."""
    pen = PEN.replace("#123c78", "black")  # with which such a cut happens to be there
    shapes = sr.trace(draw(f'<g {pen}><path d="M20 48H76"/><path d="M48 20L76 48L48 76"/></g>')).drawing.shapes
    assert sorted(shape.kind for shape in shapes) == ["line", "stroke"]
    bent = next(shape for shape in shapes if shape.kind == "stroke")
    assert bent.width == pytest.approx(8.0, abs=0.05)
    assert bent.curves[0].pieces == 3  # both lines, and what leads back
    nodes = np.stack([bent.curves[0].z[place] for place in (bent.curves[0].x, bent.curves[0].y)], axis=1)
    assert nodes[1] == pytest.approx([76.0, 48.0], abs=0.1)


@pytest.mark.compiled
def test_lines_over_a_filled_shape(draw: Draw) -> None:
    face = '<circle cx="48" cy="48" r="40" fill="#ffcc4d"/>'
    mouth = '<path d="M26 56C32 74 64 74 70 56" fill="none" stroke="#664500" stroke-width="6" stroke-linecap="round"/>'
    below, line = traced(draw, face + mouth)
    assert (below.kind, below.width) == ("circle", None)
    assert (line.kind, line.width) == ("stroke", pytest.approx(6.0, abs=0.1))


@pytest.mark.compiled
@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M10 48H86" stroke="#000" stroke-width="9"/>',
        '<path d="M10 40L86 30V60L10 52Z"/>',
        '<path d="M48 8L60 36H88L66 54 74 84 48 66 22 84 30 54 8 36H36Z"/>',
        f'<g opacity="0.5"><path d="M12 20L84 70M20 80L70 14" {PEN}/></g>',
    ],
)
def test_what_is_no_line(draw: Draw, inside: str) -> None:
    """Sharp ends, a wedge, a star; and lines through which one sees, which would be darker where they cross."""
    assert all(width_of(shape) is None for shape in traced(draw, inside))


@pytest.mark.compiled
def test_without_lines(draw: Draw) -> None:
    inside = f'<path d="M14 80C14 30 40 12 80 16" {PEN}/>'
    (shape,) = traced(draw, inside, lines=False)
    assert (shape.kind, shape.width) == ("path", None)


@pytest.mark.compiled
def test_the_scene_and_its_svg_have_the_lines(draw: Draw) -> None:
    result = sr.trace(draw(f'<circle cx="40.5" cy="50" r="24" {PEN}/><path d="M58 67L84 88" {PEN}/>'))
    assert sorted(layer.kind for layer in result.scene.layers) == ["line", "stroke"]
    assert '<circle cx="40.5" cy="50" ' in result.svg
    assert result.svg.count("stroke-width") >= 1
    drawn = sr.render(result.scene, filter_radius=0.645)[..., 3]
    assert np.abs(drawn - np.asarray(draw(result.svg))[..., 3] / 255.0).mean() < 0.01


@pytest.mark.compiled
def test_nodes_of_lines_are_shown(draw: Draw) -> None:
    image = draw(f'<path d="M14 80C14 30 40 12 80 16" {PEN}/><circle cx="70" cy="70" r="12" {PEN}/>')
    result = sr.trace(image)
    shown = result.nodes(image)
    scale = shown.shape[0] // 96
    for x, y in ((82, 70), (58, 70)):  # on the circle
        around = shown[scale * y - 8 : scale * y + 8, scale * x - 12 : scale * x + 12]
        assert around.min() < 0.3


@pytest.mark.compiled
def test_bars_with_flat_ends_are_rectangles(draw: Draw) -> None:
    """Also where they were made smaller by a filter that sharpens, so that no line and no rectangle is exact."""
    bars = "".join(
        f'<rect x="{20 + 30 * k}" y="14" width="4" height="24" transform="rotate({25 + 8 * k} {22 + 30 * k} 26)"/>'
        for k in range(3)
    )
    image = draw(f'<rect width="96" height="96" fill="#fff"/>{bars}', 384).resize((96, 96), Image.Resampling.LANCZOS)
    assert [shape.kind for shape in sr.trace(image).drawing.shapes] == ["rectangle"] * 3


@pytest.mark.compiled
@pytest.mark.parametrize(
    "inside",
    [
        '<rect x="24" y="30" width="40" height="40" rx="2"/>',  # cuts tell nothing of so small an arc
        '<path d="M12 12L84 84M40 56H56M48 48V64"/>',  # thinning bends the long line to the short ones beside it
        '<path d="M68 12H84V28M84 12L20 76"/>',  # a line to the tip of two short ones
        '<path d="M44 28L32 48H48L36 68"/>',  # sharp corners two widths apart
    ],
)
def test_bends_that_cuts_do_not_tell(inside: str, draw: Draw) -> None:
    image = draw(f"<g {PEN}>{inside}</g>")
    result = sr.trace(image)
    widths = [width_of(shape) for shape in result.drawing.shapes]
    assert widths == pytest.approx([8.0] * len(widths), abs=0.15)
    assert np.abs(np.asarray(draw(result.svg), int) - np.asarray(image, int)).mean() < 0.8


def test_pieces_that_are_off_are_divided() -> None:
    y, x = np.indices((40, 40)) + 0.5
    share = np.clip(3.0 - np.abs(np.hypot(x - 8.0, y - 8.0) - 20.0), 0.0, 1.0)
    tells = (np.abs(x - y) < 12.0).astype(float)  # not the ends, which are flat
    target, group = Target(0, 0, share, tells), np.zeros(1, int)
    strokes, widths, errors = [straight(27.0, 14.0, 14.0, 27.0)], np.array([5.0]), []
    for _ in range(3):
        fit = fitted(strokes, widths, group, target)
        assert fit is not None
        errors.append(float((fit.error**2).sum()))
        widths, strokes = fit.widths, divided(fit.strokes, fit.widths, group, fit.error)
    assert errors[1] < 0.05 * errors[0]
    assert fit.widths[0] == pytest.approx(5.0, abs=0.1)
    assert len(strokes[0].numbers) == len(fit.strokes[0].numbers)  # nothing is off any more


PARTS = {  # lines of which most lies on others: what is drawn beside the line, and where it begins and ends
    "a line beside a line": ("M38 28h20", 2),
    "a stub at a line": ("M48 24v13", 2),
    "a short cross": ("M40 56l16 16M56 56l-16 16", 3),
}


@pytest.mark.compiled
@pytest.mark.parametrize("name", PARTS)
def test_lines_that_lie_on_others(name: str, draw: Draw) -> None:
    more, count = PARTS[name]
    drawn = draw(f'<path {PEN} d="M12 24H84V84"/><path {PEN} d="{more}"/>')
    result = sr.trace(drawn)
    lines = [layer for layer in result.scene.layers if layer.kind in ("stroke", "line")]
    assert sum(len(layer.params) for layer in lines) == count == sum(len(layer.params) for layer in result.scene.layers)
    widths = [float(np.asarray(p)[-1]) for layer in lines for p in layer.params]
    assert widths == pytest.approx([8.0] * count, abs=0.15)


def test_what_brushes_go_over_counts_twice_where_lines_lie_on_each_other() -> None:
    lines, ring = [straight(2.0, 9.0, 22.0, 9.0), straight(22.0, 10.0, 2.0, 10.0)], circle()
    square = brushed([*lines, ring], np.array([4.0, 4.0, 2.0]))
    assert square == pytest.approx(2 * 20.0 * 4.0 + 2.0 * np.pi * 7.0 * 2.0, rel=1e-3)


def test_a_pixel_in_a_notch_sees_both_lines() -> None:
    ends = (40.0, 6.0, 6.0, 10.0), (40.0, 6.0, 10.0, 32.0)
    fine = [8.0 * value for value in (*ends[0], *ends[1])]
    share = covered(384, 64.0, (*fine[:4],), (*fine[4:],)).reshape(48, 8, 48, 8).mean(axis=(1, 3))
    strokes, target = [straight(*each) for each in ends], Target(0, 0, share, np.ones(share.shape))
    widths, group = np.array([8.0]), np.zeros(2, int)
    fit = fitted(strokes, widths, group, target)
    assert fit is not None
    assert np.abs(missed(fit.strokes, fit.widths, group, target)).max() > 0.3
    assert np.abs(fit.error).max() < 0.1


def test_what_strokes_leave_out() -> None:
    known = (6.0, 12.0, 58.0, 12.0), (10.0, 33.0, 58.0, 33.0)
    others = (24.0, 12.0, 24.0, 18.0), (32.0, 36.0, 40.0, 36.0)
    strokes, widths, group = [straight(*ends) for ends in known], np.array([6.0]), np.zeros(2, int)

    def missing_of(*lines: tuple[float, float, float, float]) -> list[NDArray[np.float64]]:
        share = covered(64, 6.0, *lines)
        error = missed(strokes, widths, group, Target(0, 0, share, np.ones(share.shape)))
        return [ends_of(stroke) for stroke in missing(share, error, strokes, 6.0, 0.15)]

    stub, beside = missing_of(*known, *others)
    np.testing.assert_allclose(stub[stub[:, 1].argsort()], [[24.0, 12.0], [24.0, 18.0]], atol=1.0)
    np.testing.assert_allclose(beside[beside[:, 0].argsort()], [[32.0, 36.0], [40.0, 36.0]], atol=1.0)
    assert missing_of(*known) == []
