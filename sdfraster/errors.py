"""The one exception for bad data from outside: files, images, arrays.

The command line prints its message as a single line and exits with status 1, so every message must say which file,
what is wrong with it, and what would be right.
"""

from __future__ import annotations


class DataError(ValueError):
    """A file or image that cannot be used, and why."""


class DeviceError(RuntimeError):
    """A device that cannot be used, and why."""
