"""Optimisers of flat float vectors; they know nothing of rendering.

A first-order optimiser is a pair of pure functions: ``init(x) -> state`` and
``update(g, state, rate, *, beta2) -> (step, state)``, with the step to be subtracted from x. It is added by adding its
file. A state is a NamedTuple of arrays like x and of whole numbers: the first array is an average of the gradient, and
others are averages of its square, whose decay is beta2.

`lbfgs` and `lm` are whole searches instead: ``minimize(...)``, and a `Search` by the name ``SEARCH``, which fits use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..registry import Registry
from . import adam, amsgrad, lbfgs, lm
from .moments import Array
from .search import Search

__all__ = ["LBFGS", "OPTIMIZERS", "SEARCHES", "FirstOrder", "Search", "State", "adam", "amsgrad", "lbfgs", "lm"]

State = tuple[Any, ...]  # a named tuple: averages (n,) and numbers


class FirstOrder(NamedTuple):
    """A first-order optimiser: start and step."""

    init: Callable[..., State]
    update: Callable[..., tuple[Array, State]]


LBFGS = "lbfgs"
SEARCHES: Registry[Search] = Registry(__name__, "SEARCH", lambda name, module: {name: module.SEARCH})
OPTIMIZERS = Registry(__name__, "update", lambda name, module: {name: FirstOrder(module.init, module.update)})


def needs_squares(optimizer: str) -> bool:
    """Return whether a name is that of a search for squared errors."""
    return optimizer in SEARCHES and SEARCHES[optimizer].of_squares
