"""JSON that may come from anywhere, read strictly: no key twice, no NaN, and every complaint names the file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from ..errors import DataError

T = TypeVar("T")


def parsed(path: str | os.PathLike[str] | BinaryIO, what: str, make: Callable[[Any], T]) -> T:
    """Return what is made of the value in a JSON file.

    Parameters
    ----------
    path : path or binary stream
        Where it is.
    what : str
        What the file should be, such as ``"scene file"``.
    make : callable
        ``make(value)`` returns the result, or raises ValueError, which says what is wrong with the value.

    Raises
    ------
    DataError
        If the file is missing, not JSON, or not what it should be; the message names it.
    """
    try:
        return make(json.loads(_text(path, what), parse_constant=_reject, object_pairs_hook=_unique))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}: not a JSON file ({error})") from None
    except RecursionError:
        raise DataError(f"{path}: not a {what} (nested too deeply)") from None
    except (ValueError, OverflowError) as error:
        raise DataError(f"{path}: {error}") from None


def _text(path: str | os.PathLike[str] | BinaryIO, what: str) -> str:
    try:
        data = Path(path).read_bytes() if isinstance(path, (str, os.PathLike)) else path.read()
        return data.decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError("there is no such file") from None
    except IsADirectoryError:
        raise DataError(f"is a folder, not a {what}") from None
    except UnicodeDecodeError:
        raise DataError("not a JSON file (it is not UTF-8 text)") from None
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})") from None


def _reject(token: str) -> Any:
    raise DataError(f"{token} is not allowed; all numbers must be finite")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DataError(f"a key appears twice among {', '.join(key for key, _ in pairs)}")
    return found
