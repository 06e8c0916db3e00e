"""Pictures in few colours: reading a palette, finding one, and the nearest colour in it."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .css import OPAQUE, rgba

LLOYD_STEPS = 20  # of the search for a palette


def read_palette(wanted: Any, name: str = "palette") -> int | NDArray[np.float64]:
    """Return a palette as colours (K, 3) from 0 to 1, or the number of colours to find.

    Parameters
    ----------
    wanted : int, or sequence of colours
        Colours are three numbers from 0 to 1, or what CSS understands (``"#ff8000"``, ``"navy"``). A fourth number, or
        the alpha of CSS, must be 1: a palette is of colours, and shapes have an opacity of their own.
    name : str
        What messages call it.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if isinstance(wanted, Integral) and not isinstance(wanted, bool):
        if wanted < 1:
            raise ValueError(f"{name} must have at least 1 colour, not {wanted}")
        return int(wanted)
    what = f"{name} must be a number of colours, or a list of colours like '#ff8000' or (1, 0.5, 0)"
    if isinstance(wanted, str) or not isinstance(wanted, Iterable):
        raise ValueError(f"{what}, not {wanted!r}")
    palette = [_read(item, name, what) for item in wanted]
    if not palette:
        raise ValueError(f"{what}, and there are none")
    return np.array(palette, np.float64)


def _read(color: Any, name: str, what: str) -> tuple[float, float, float]:
    """Return red, green and blue of a colour of a palette, or say that it is none, and what would be one."""
    try:
        red, green, blue, *alpha = map(float, rgba(color) if isinstance(color, str) else color)
        (a,) = alpha or (OPAQUE,)
    except (TypeError, ValueError):
        raise ValueError(f"{what}, not {color!r}") from None
    if not all(0.0 <= value <= 1.0 for value in (red, green, blue, a)):
        raise ValueError(f"{what}, from 0 to 1, not {color!r}")
    if a != OPAQUE:
        raise ValueError(f"{name} must be of opaque colours, but {color!r} has an alpha of {a:.3g}")
    return red, green, blue


def nearest(colors: NDArray[Any], palette: NDArray[Any]) -> NDArray[Any]:
    """Return for each colour (N, 3) the nearest of the palette (K, 3)."""
    return palette[_index(colors, palette)].astype(colors.dtype)


def make_palette(wanted: Any, colors: NDArray[Any], weights: NDArray[Any], rng: Generator) -> NDArray[np.float64]:
    """Return the palette that an option asks for, found among colours if that is only how many; see `find_palette`."""
    palette = read_palette(wanted)
    return find_palette(colors, weights, palette, rng) if isinstance(palette, int) else palette


def find_palette(colors: NDArray[Any], weights: NDArray[Any], count: int, rng: Generator) -> NDArray[np.float64]:
    """Return at most `count` colours that stand for colours (N, 3) of some weights (N,), by k-means.

    The first colours are drawn far from each other (k-means++, Arthur and Vassilvitskii 2007).
    """
    colors, weights = np.asarray(colors, np.float64), np.asarray(weights, np.float64) + 1e-9
    palette = colors[[rng.choice(len(colors), p=weights / weights.sum())]]
    while len(palette) < count:
        far = weights * ((colors - nearest(colors, palette)) ** 2).sum(axis=1)
        if far.sum() <= 0.0:  # there are no more colours
            break
        palette = np.concatenate([palette, colors[[rng.choice(len(colors), p=far / far.sum())]]])
    for _ in range(LLOYD_STEPS):
        index = _index(colors, palette)
        mass = np.bincount(index, weights, len(palette))
        sums = [np.bincount(index, weights * colors[:, k], len(palette)) for k in range(3)]
        palette[mass > 0.0] = (np.stack(sums, axis=1)[mass > 0.0].T / mass[mass > 0.0]).T
    return palette


def _index(colors: NDArray[Any], palette: NDArray[Any]) -> NDArray[np.intp]:
    index: NDArray[np.intp] = ((colors[:, None] - palette[None]) ** 2).sum(axis=2).argmin(axis=1)
    return index
