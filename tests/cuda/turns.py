"""Threads of a simulated block take turns: each runs up to the next barrier, then it is the next one's turn.

Numba's simulator lets all of them run at once. It starts as many threads for every block, and asks them all the time
whether they wait: that takes ten times as long as what kernels do. Here the threads are kept.

The order changes with every barrier, forwards and backwards. So a kernel that lacks a barrier reads what is not there
yet, whichever thread writes it, and does so every time.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numba.cuda.simulator.kernel import BlockManager, BlockThread
from numba.cuda.simulator.kernelapi import Dim3

_members: list[Member] = []


def closed() -> threading.Lock:
    """Return a lock that is taken, until another thread opens it."""
    lock = threading.Lock()
    lock.acquire()
    return lock


class Member(BlockThread):
    """A thread of one block after the other."""

    def __init__(self) -> None:
        threading.Thread.__init__(self, daemon=True)
        self.turn = closed()
        self.start()

    def enter(self, of: Turns, place: tuple[int, ...], index: tuple[int, ...]) -> None:
        """Become a thread of another block."""
        self._of, self._manager, self.live = of, of.block, True
        self.blockIdx, self.threadIdx = Dim3(*place), Dim3(*index)
        self.thread_id = int(np.ravel_multi_index(index[::-1], of.block._block_dim[::-1]))

    def run(self) -> None:
        while True:
            self.turn.acquire()
            try:
                self._of.work()
            except Exception as error:
                self._of.failed = self._of.failed or error
            self.live = False
            self._of.next().release()

    def syncthreads(self) -> None:
        following = self._of.next()
        if following is not self.turn:
            following.release()
            self.turn.acquire()
        if self._of.failed:
            raise RuntimeError("another thread has failed")


class Turns:
    """Whose turn it is of the threads of a block."""

    def __init__(self, block: Any, place: tuple[int, ...], arguments: tuple[Any, ...]) -> None:
        self.block, self._arguments, self.failed = block, arguments, None
        indices = list(np.ndindex(*block._block_dim))
        while len(_members) < len(indices):
            _members.append(Member())
        self._order, self._now, self._over = _members[: len(indices)], -1, closed()
        for member, index in zip(self._order, indices, strict=True):
            member.enter(self, place, index)

    def work(self) -> None:
        """Do what every thread of the block does."""
        self.block._f(*self._arguments)

    def next(self) -> Any:
        """Return the lock that the next thread waits for, or whoever has started them if all have ended."""
        self._now += 1
        if self._now == len(self._order):
            self._order, self._now = [member for member in reversed(self._order) if member.live], 0
        return self._order[self._now].turn if self._order else self._over

    def take(self) -> None:
        """Let all threads run to their ends."""
        self.next().release()
        self._over.acquire()
        if self.failed:
            raise self.failed


def take_turns() -> None:
    """Let threads of all blocks take turns from now on."""
    BlockManager.run = lambda block, place, *arguments: Turns(block, place, arguments).take()
