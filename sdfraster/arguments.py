"""What arguments must be: every check raises, mostly ValueError, and says in one line what it was and must be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from math import inf
from numbers import Integral, Real
from typing import Any

import numpy as np


def choose(name: str, value: str, known: Iterable[str]) -> None:
    """Refuse what is no known choice for the argument `name`."""
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, not {value!r}")


def check_names(function: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse names of arguments that a function does not have, as Python does, and say which may be meant.

    Raises
    ------
    TypeError
        Names the first of them.
    """
    names = list(known)
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; those there are: {', '.join(names)}"
            raise TypeError(f"{function}() has no option {name!r}{hint}")


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
