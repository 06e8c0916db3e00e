"""Drawing shapes one over the other as renderers of SVG do: 16 samples of coverage in a pixel, and colours of 8 bits.

What many layers, dark colours and thin shapes lose in a renderer is more than what rounding numbers in the file costs,
so nothing less than its arithmetic predicts it. This follows tiny-skia, which resvg draws with: samples on a grid of
4 x 4, coverages of up to 255, and products of two bytes divided by 256 instead of 255 and rounded up, which makes a
picture brighter by about half a step with every layer. Chromium (Skia) blends plain colours in the same way, but knows
the exact area of most shapes.

A tile of this drawing is 4 x 4 pixels, of 16 x 16 samples: shapes are four times as large, binned and measured like all
others. There is no adjoint.
"""

from __future__ import annotations

from math import sqrt

from ...model.coverage import Filter
from ..bins import ALL_INSIDE
from ..compile.kernel import noinline
from ..compile.rounding import round_down
from ..functions import ShapeFunctions, TileFunctions, shape_in_tile
from ..tiles import PIXELS, TILE, fill

SIDE = 4  # samples of a pixel, along each axis
CELL = TILE // SIDE  # pixels of a tile, along each axis
CELLS = CELL * CELL
POINT = 1e-2  # samples: how near a tile a shape must be to have samples in it
HAIRLINE, LARGEST = 0.5 * SIDE, SIDE + 1e-3  # samples: the same of a hairline, and its largest width
FAR = 4.0 * SIDE * SIDE  # square samples from the middle of a hairline
SAMPLES, COVERAGE, SPARE = range(3)  # planes of work
WORK = 3


def divided(product):
    """Return the byte that stands for the product of two bytes, as fractions of 255."""
    return round_down((product + 255.0) * (1.0 / 256.0))


def rounded(value):
    """Return a number from 0 to 1 as a byte."""
    return round_down(255.0 * min(max(value, 0.0), 1.0) + 0.5)


def premultiplied(product):
    """Return the byte that stands for the product of two bytes, for a plain colour and its opacity."""
    return round_down(product * (1.0 / 255.0) + 0.5)


def blend(below, color, opacity, coverage, multiply):
    """Return a channel after source-over; all are from 0 to 1, but the coverage is a byte.

    ``multiply`` is `premultiplied` for a plain colour, which has floats, and `divided` for one that changes.
    """
    d, s, a = rounded(below), rounded(color), rounded(opacity)
    mixed = divided(d * (255.0 - coverage) + s * coverage)  # of opaque shapes
    added = divided(multiply(s * a) * coverage) + divided(d * (255.0 - divided(a * coverage)))
    return min(mixed if a == 255.0 else added, 255.0) * (1.0 / 255.0)


def first_sample(cell):
    """Return the first sample of a pixel."""
    return cell // CELL * SIDE * TILE + cell % CELL * SIDE


def add_samples(inside, coverage):
    """Set the coverage of every pixel, as a byte, from its samples: 1 for one that is inside, otherwise 0."""
    for cell in range(CELLS):
        first = first_sample(cell)
        total = inside[0] - inside[0]
        for row in range(SIDE):
            for column in range(SIDE):
                total += inside[first + row * TILE + column]
        coverage[cell] = min(16.0 * total, 255.0)


def add_hairline(square, width, coverage):
    """Set the coverage of every pixel from the squared distances of its samples from the middle of a hairline.

    It falls evenly from the middle, at which it is 1, to a distance of one width. The centre of a pixel is no sample,
    but the mean square of the four around it is larger than its own by 1/4 on every straight line.
    """
    for cell in range(CELLS):
        first = first_sample(cell) + TILE + 1
        mean = 0.25 * (square[first] + square[first + 1] + square[first + TILE] + square[first + TILE + 1])
        coverage[cell] = rounded(1.0 - sqrt(max(mean - 0.25, 0.0)) / width)


def build(functions: ShapeFunctions, filter: Filter, keep: bool) -> TileFunctions:
    """Return the function that paints a tile, and None for the others.

    Tiles have 16 pixels, and coordinates are those of samples. The radius of the filter, which is not used, must be
    `POINT`, or `HAIRLINE` to draw shapes up to a pixel wide as hairlines.
    """
    shape_at = shape_in_tile(functions)
    distances, frame, shade = functions.distances, functions.frame, functions.shading.shade
    multiply = divided if functions.shading.framed else premultiplied
    strip = functions.strip

    def no_hairline(p, rho):
        return rho - rho

    def hairline(p, rho):
        width = strip(p)[0]
        return width if rho == HAIRLINE and width <= LARGEST else rho - rho

    hairline_width = no_hairline if strip is None else hairline

    def paint_shape(shape, tile, canvas):
        cx, cy, unit = frame(shape.p)
        color, o, coverage, x, y = shape.color, shape.opacity, tile.work[COVERAGE], tile.x, tile.y
        center = 0.5 * (SIDE - 1)
        c0, c1, c2 = canvas[0], canvas[1], canvas[2]
        for cell in range(CELLS):
            first, c = first_sample(cell), coverage[cell]
            r, g, b = shade(color, (x[first] + center - cx) * unit, (y[first] + center - cy) * unit)
            c0[cell] = blend(c0[cell], r, o, c, multiply)
            c1[cell] = blend(c1[cell], g, o, c, multiply)
            c2[cell] = blend(c2[cell], b, o, c, multiply)
            if len(canvas) == 4:
                canvas[3, cell] = blend(canvas[3, cell], 1.0, o, c, multiply)

    @noinline
    def paint(start, end, tile, shapes, canvas):
        samples, coverage = tile.work[SAMPLES], tile.work[COVERAGE]
        for j in range(start, end):
            shape = shape_at(tile, shapes, j, tile.stack[0])
            d = shape.level[0]
            if tile.hit[j] == ALL_INSIDE:
                fill(coverage, 255.0)
            else:
                distances(shape, tile, tile.work[SPARE])
                width = hairline_width(shape.p, tile.rho)
                if width > 0.0:
                    fill(samples, FAR)
                    for i in range(shape.low, shape.high):
                        samples[i] = (d[i] + 0.5 * width) * (d[i] + 0.5 * width)
                    add_hairline(samples, width, coverage)
                else:
                    fill(samples, width)
                    for i in range(shape.low, shape.high):
                        samples[i] = 1.0 if d[i] < 0.0 else 0.0
                    add_samples(samples, coverage)
            paint_shape(shape, tile, canvas)

    return TileFunctions(lambda channels: functions.planes, WORK, PIXELS, paint, None, None)
