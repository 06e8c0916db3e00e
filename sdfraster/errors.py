"""The one exception for bad data from outside: files, images, arrays; and a warning of data that are used all the same.

The command line prints its message as a single line and exits with status 1, so every message must say which file,
what is wrong with it, and what would be right.
"""

from __future__ import annotations


class DataError(ValueError):
    """A file or image that cannot be used, and why."""


class DataWarning(UserWarning):
    """A file that can be used, but not in all that it says, and why."""


class DeviceError(RuntimeError):
    """A device that cannot be used, and why."""
