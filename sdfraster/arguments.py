"""What arguments must be: every check raises ValueError, in one line that says what it was and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from numbers import Integral, Real
from typing import Any

import numpy as np


def choose(name: str, value: str, known: Iterable[str]) -> None:
    """Refuse what is no known choice for the argument `name`."""
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, not {value!r}")


def check_flag(name: str, value: Any) -> None:
    """Refuse what is neither True nor False: any text would count as true."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} must be True or False, not {value!r}")


def check_whole(name: str, value: Any, lowest: int) -> None:
    """Refuse what is no integer, of Python or NumPy, that is large enough."""
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < lowest:
        raise ValueError(f"{name} must be a whole number, at least {lowest}, not {value!r}")


def check_positive(name: str, value: Any, below: float = inf, what: str = "above 0") -> None:
    """Refuse what is no number above 0 and below a limit; `what` is how the message says that."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0.0 < float(value) < below:
        raise ValueError(f"{name} must be {what}, not {value!r}")
