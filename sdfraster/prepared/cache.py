"""The plans that the functions of `rendering` used last, for scenes of the same layout.

To make a plan takes longer than many steps: it owns all arrays that a step needs. It is taken out of the cache while it
is used, so that threads never share one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from ..devices import make_plan
from ..engine.compile.kernel import worker_count
from ..plan import ScenePlan
from ..scene import Scene
from ..shapes import Array
from ..vector import layout_key
from .pool import turn

MOST_BYTES = 256 * 2**20  # in all plans that are kept
MOST_PLANS = 16


class _Kept(NamedTuple):
    key: tuple[Any, ...]
    plan: ScenePlan
    bytes: int
    uses: int


_kept: list[_Kept] = []  # the last used one last
_lock = threading.Lock()


@contextmanager
def borrowed(
    device: str, scene: Scene, filter: str, loss: str = "mse", delta: float = 0.1, weight: Array | None = None
) -> Iterator[ScenePlan]:
    """Lend a plan for the layout of a scene, made now or before; the arguments are those of `make_plan`."""
    about_loss = loss, delta, None if weight is None else weight.tobytes()
    key = device, filter, about_loss, worker_count(), *layout_key(scene)
    with turn(device):
        kept = _take(key)
        if kept is None:
            if device != "cpu":
                clear()  # its memory is scarce
            kept = _Kept(key, make_plan(device, scene, filter, loss, delta, weight), 0, 0)
        yield kept.plan
        _keep(kept)  # not after an exception, which may have left it in the midst of a step


def clear() -> None:
    """Forget all plans."""
    with _lock:
        _kept.clear()


def held_bytes(value: Any) -> int:
    """Return how many bytes the arrays take that an object of this package, and those that it holds, have."""
    total, seen, waiting = 0, {id(None)}, [value]
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, (list, tuple)):
            waiting += item
        elif isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, np.ndarray):
            if not isinstance(item.base, np.ndarray):  # its memory is its own, or mapped for it
                total += item.nbytes
            waiting.append(item.base)
        elif type(item).__module__.startswith("sdfraster."):
            waiting += vars(item).values() if hasattr(item, "__dict__") else ()
        elif hasattr(item, "copy_to_host"):  # an array on a GPU
            total += item.nbytes
    return total


def _take(key: tuple[Any, ...]) -> _Kept | None:
    with _lock:
        for k in reversed(range(len(_kept))):
            if _kept[k].key == key:
                return _kept.pop(k)
    return None


def _keep(kept: _Kept) -> None:
    uses, size = kept.uses + 1, kept.bytes
    if uses & (uses - 1) == 0:  # a plan grows mostly at first, and counting takes a tenth of a short step
        size = held_bytes(kept.plan)
    if size > MOST_BYTES:
        return
    with _lock:
        _kept.append(kept._replace(bytes=size, uses=uses))
        while len(_kept) > MOST_PLANS or sum(item.bytes for item in _kept) > MOST_BYTES:
            del _kept[0]


def _after_fork_in_child() -> None:
    global _lock
    _lock = threading.Lock()  # another thread may have held it
    _kept.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
