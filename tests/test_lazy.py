"""Attributes that are computed when they are first asked for."""

from __future__ import annotations

import threading

from sdfraster.lazy import Lazy


class Slow:
    """Something whose number is there when it is allowed to be."""

    def __init__(self) -> None:
        self.allowed, self.computed = threading.Event(), 0

    @Lazy
    def number(self) -> int:
        """What takes long."""
        self.allowed.wait(60)
        self.computed += 1
        return 7


def test_it_is_computed_once() -> None:
    slow = Slow()
    slow.allowed.set()
    assert slow.number == slow.number == 7
    assert slow.computed == 1
    assert Slow.number.__doc__ == "What takes long."


def test_nothing_waits_for_another_object() -> None:
    """A lock for all of them would stay held in a process that is forked meanwhile."""
    slow, quick = Slow(), Slow()
    quick.allowed.set()
    thread = threading.Thread(target=lambda: slow.number)
    thread.start()
    other = threading.Thread(target=lambda: quick.number, daemon=True)
    other.start()
    other.join(10)
    assert quick.computed == 1
    assert thread.is_alive()
    slow.allowed.set()
    thread.join()
