"""Plans of one layout, each lent to one thread at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..errors import DeviceError
from ..plan import ScenePlan

_on_device = threading.RLock()  # a GPU does the work of one thread after the other


@contextmanager
def turn(device: str) -> Iterator[None]:
    """Let a thread work on a device. DeviceError if a GPU stops working meanwhile."""
    if device == "cpu":
        yield
        return
    with _on_device:
        try:
            yield
        except Exception as error:  # of the classes of several versions of Numba's driver
            failure = next((word for word in str(error).split() if word.startswith("CUDA_ERROR_")), None)
            if failure is None or isinstance(error, DeviceError):
                raise
            raise DeviceError(
                f'the GPU stopped working ({failure}); start the process again, or use device="cpu"'
            ) from error


class PlanPool:
    """Lends plans of one layout; there are as many as were ever lent at once.

    Parameters
    ----------
    make : callable
        Returns a new plan.
    device : str
        Where the plans are.
    """

    def __init__(self, make: Callable[[], ScenePlan], device: str) -> None:
        self.make, self.device = make, device
        self._idle: deque[ScenePlan] = deque()  # its methods are atomic

    def __reduce__(self) -> tuple[type[PlanPool], tuple[Callable[[], ScenePlan], str]]:
        return PlanPool, (self.make, self.device)  # plans stay where they are

    @contextmanager
    def lend(self) -> Iterator[ScenePlan]:
        """Lend a plan; one that an exception left in the midst of a step is not lent again."""
        with turn(self.device):
            try:
                plan = self._idle.pop()
            except IndexError:
                plan = self.make()
            yield plan
            self._idle.append(plan)
