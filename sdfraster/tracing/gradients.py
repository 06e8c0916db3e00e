"""Paint of regions: one colour, or a linear or radial gradient with as few stops as do.

The colour of a gradient depends on one number only: the place along a line, or the distance from a centre. So of all
lines, or centres, that one is right for which pixels of equal number differ least in colour.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from ..engine.compile.kernel import serial
from .kernels import spread
from .kernels.arrays import Bins
from .palette import Pixels

SAMPLES = 4000  # pixels that a line or centre is looked for with
BINS = 64
STOP_ERROR = 1.2 / 255.0  # by which the colours between two stops may be off
MOST_STOPS = 8
ROUNDING = 0.5 / 255.0
FAINT = 12.0 / 255.0  # opacity from which on a colour of 8 bits can be told by its product with that
FADING = 0.1  # by which the opacity of a gradient changes that is drawn with one
FAR = 10.0  # sizes of a region that a centre may be away: circles about others are lines
RADIAL_GAIN = 0.7  # of the error of the best line that a centre must have at most


class Paint(NamedTuple):
    """What a shape is painted with; ``where`` and ``offsets`` are empty for one colour."""

    kind: str  # "flat", "linear" or "radial"
    where: NDArray[np.float64]  # x1, y1, x2, y2, or cx, cy, r
    offsets: NDArray[np.float64]  # (S,)
    colors: Pixels  # (S, 4): straight RGBA
    fading: bool = False  # whether pixels show it more and less transparent than it is: its one opacity is their mean


def flat_paint(color: Pixels) -> Paint:
    """Return the paint of one premultiplied colour, to 8 bits."""
    return Paint("flat", np.empty(0), np.zeros(1), straight(color[None]))


def straight(colors: Pixels) -> Pixels:
    """Return premultiplied colours (N, 4), in order, as straight ones, to 8 bits.

    What is nearly transparent hardly has a hue: it gets that of the next colour that has one.
    """
    alpha = colors[:, 3:]
    rgb = colors[:, :3] / np.maximum(alpha, 1e-9)
    seen = np.flatnonzero(alpha[:, 0] >= FAINT)
    if len(seen) > 0:
        rgb = rgb[seen[np.abs(np.arange(len(colors))[:, None] - seen).argmin(axis=1)]]
    rounded: Pixels = np.round(np.clip(np.concatenate([rgb, alpha], axis=1), 0.0, 1.0) * 255.0) / 255.0
    return rounded


def find_gradient(pixels: Pixels, inside: NDArray[np.bool_]) -> Paint:
    """Return the gradient that paints some pixels of a picture (H, W, 4) best."""
    y, x = np.nonzero(inside)
    place, colors = np.stack([x + 0.5, y + 0.5], axis=1), pixels[y, x]
    some = np.linspace(0, len(x) - 1, min(len(x), SAMPLES)).astype(int)
    middle = place.mean(axis=0)
    few, shades = place[some] - middle, colors[some]
    tried = [(_spread(_along(few, angle), shades), angle) for angle in np.linspace(0.0, np.pi, 13)[:-1]]
    start = min(tried)[1]
    line = minimize_scalar(
        lambda angle: _spread(_along(few, angle), shades), bounds=(start - 0.3, start + 0.3), method="bounded"
    )
    centre, error = _centre(few, shades)
    if error < RADIAL_GAIN * line.fun and np.linalg.norm(centre) < FAR * np.ptp(few, axis=0).max():
        distance = np.linalg.norm(place - middle - centre, axis=1)
        r = max(float(distance.max()), 1e-3)
        offsets, stops = _stops(distance / r, colors)
        return _even(Paint("radial", np.array([*(middle + centre), r]), offsets, straight(stops)), colors)
    u = _along(place - middle, line.x)
    low, high = (float(v) for v in np.percentile(u, [0.0, 100.0]))
    way = np.array([np.cos(line.x), np.sin(line.x)])
    offsets, stops = _stops((u - low) / max(high - low, 1e-9), colors)
    ends = np.concatenate([middle + low * way, middle + high * way])
    return _even(Paint("linear", ends, offsets, straight(stops)), colors)


def _even(paint: Paint, colors: Pixels) -> Paint:
    """Return a gradient of pixels (N, 4) with one opacity if it fades, as shapes of scenes have one."""
    if np.ptp(paint.colors[:, 3]) <= FADING:
        return paint
    stops = paint.colors.copy()
    stops[:, 3] = colors[:, 3].mean()
    return paint._replace(colors=stops, fading=True)


def _along(place: Pixels, angle: float) -> NDArray[np.float64]:
    """Return how far places (N, 2) are along a direction."""
    along: NDArray[np.float64] = place @ [np.cos(angle), np.sin(angle)]
    return along


@cache
def _compiled_spread() -> Any:
    return serial(spread.spread, np.dtype(np.float64), "spread")


def _spread(number: NDArray[np.float64], colors: Pixels) -> float:
    """Return the variance of colours (N, 4) among those of nearly equal number, less what a slope within a bin does."""
    count, middle, square = np.empty((3, BINS))
    mean, slope = np.empty((2, BINS, colors.shape[1]))
    bins = Bins(np.empty(len(number), np.int64), count, middle, square, mean, slope)
    return float(_compiled_spread()(number, colors, bins))


def _centre(place: Pixels, colors: Pixels) -> tuple[Pixels, float]:
    """Return the centre of the circles on which colours are equal, and the spread there."""
    size = float(np.ptp(place, axis=0).max())
    best, error = np.zeros(2), np.inf
    for x in (-0.3, 0.0, 0.3):
        for y in (-0.3, 0.0, 0.3):
            start = np.array([x, y]) * size
            found = _spread(np.linalg.norm(place - start, axis=1), colors)
            if found < error:
                best, error = start, found
    search = minimize(
        lambda c: _spread(np.linalg.norm(place - c, axis=1), colors),
        best,
        method="Nelder-Mead",
        options={"xatol": 0.2, "fatol": 1e-9, "maxiter": 60, "initial_simplex": best + 0.1 * size * np.eye(3, 2)},
    )
    return search.x, float(search.fun)


def _stops(t: NDArray[np.float64], colors: Pixels) -> tuple[NDArray[np.float64], Pixels]:
    """Return the fewest stops, offsets (S,) and colours (S, 4), between which colours (N, 4) run evenly.

    Places of stops are found on the mean colours by number (Douglas and Peucker 1973), colours by least squares.
    """
    bins, low = int(np.clip(len(t) // 16, 4, 256)), float(t.min())
    index = np.minimum((t * bins).astype(int), bins - 1)
    count = np.bincount(index, minlength=bins)
    there = count > 0
    at = np.bincount(index, t, bins)[there] / count[there]
    mean = np.stack([np.bincount(index, channel, bins)[there] / count[there] for channel in colors.T], axis=1)
    kept = [0, len(at) - 1]
    while len(kept) < MOST_STOPS:
        line = np.stack([np.interp(at, at[kept], mean[kept, c]) for c in range(4)], axis=1)
        off = np.abs(line - mean).max(axis=1) * np.minimum(1.0, count[there] / max(1.0, 0.1 * count[there].mean()))
        worst = int(off.argmax())
        if off[worst] < STOP_ERROR or worst in kept:
            break
        kept = sorted([*kept, worst])
    offsets = at[kept]
    offsets[0], offsets[-1] = low, 1.0
    k = np.clip(np.searchsorted(offsets, t, side="right") - 1, 0, len(offsets) - 2)
    share = (t - offsets[k]) / np.maximum(offsets[k + 1] - offsets[k], 1e-9)
    rows = np.zeros((len(t), len(offsets)))
    rows[np.arange(len(t)), k] = 1.0 - share
    rows[np.arange(len(t)), k + 1] = share
    stops = np.linalg.lstsq(rows.T @ rows + 1e-9 * np.eye(len(offsets)), rows.T @ colors, rcond=None)[0]
    onward = stops[0] - (stops[1] - stops[0]) * (low / max(offsets[1] - low, 1e-9))  # at the centre, if there is such
    if np.abs(onward - 0.5).max() < 0.5 + ROUNDING:
        offsets[0], stops[0] = 0.0, onward
    return offsets, stops
