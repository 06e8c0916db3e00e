"""Exceptions for bad data (files, images, arrays), devices that cannot be used, libraries that are not there; warnings.

The command line prints their messages as single lines, so every message must say which file, what is wrong with it, and
what would be right; after either exception it exits with status 1.
"""

from __future__ import annotations


class DataError(ValueError):
    """A file or image that cannot be used, and why."""


class DataWarning(UserWarning):
    """A file that can be used, but not in all that it says, and why."""


class DeviceError(RuntimeError):
    """A device that cannot be used, and why."""


class CacheWarning(UserWarning):
    """Compiled kernels cannot be kept on disk, and why; nothing else is wrong."""


def missing(
    who: str, library: str, extra: str, error: ModuleNotFoundError, modules: tuple[str, ...] = ()
) -> ModuleNotFoundError:
    """Return what to raise where a library of an extra could not be imported; `error` if it lacks something itself.

    Its modules, which have parts of their own, are named like the extra if nothing else is said.
    """
    if (error.name or "").partition(".")[0] not in (modules or (extra,)):
        return error
    message = f'{who} needs {library}, which is not installed; run pip install "sdfraster[{extra}]"'
    return ModuleNotFoundError(message, name=error.name)
