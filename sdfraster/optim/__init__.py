"""Optimisers of flat float vectors; they know nothing of rendering.

A first-order optimiser is a pair of pure functions: ``init(x) -> state`` and
``update(g, state, rate) -> (step, state)``, with the step to be subtracted from x. `lbfgs` is a whole search instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from . import adam, amsgrad, lbfgs

__all__ = ["OPTIMIZERS", "FirstOrder", "adam", "amsgrad", "lbfgs"]


class FirstOrder(NamedTuple):
    """A first-order optimiser: start and step."""

    init: Callable[..., Any]
    update: Callable[..., Any]


OPTIMIZERS: dict[str, FirstOrder] = {
    "adam": FirstOrder(adam.init, adam.update),
    "amsgrad": FirstOrder(amsgrad.init, amsgrad.update),
}
