"""Exceptions for bad data from outside (files, images, arrays) and for devices that cannot be used; and two warnings.

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
