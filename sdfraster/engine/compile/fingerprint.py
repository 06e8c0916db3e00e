"""What machine code depends on: the sources of the package, and the versions of what compiles them."""

from __future__ import annotations

import hashlib
import sys
import warnings
from functools import cache
from pathlib import Path

import numba
import numpy as np

from ...errors import CacheWarning
from ...model.shading import SHADINGS
from ...primitives import PRIMITIVES

PACKAGE = Path(__file__).parents[2]
KERNEL_FOLDERS = "engine", "model", "primitives", "tracing/kernels"
VERSIONS = sys.implementation.cache_tag, numba.__version__, np.__version__


@cache
def fingerprint(*more: str) -> str:
    """Return a hash of every source file whose code can be compiled into a kernel, also of more folders."""
    digest = hashlib.sha256()
    for path in sources(*KERNEL_FOLDERS, *more):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for path in added_sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def added_sources() -> list[Path]:
    """Return the source files in folders that were appended to those of kinds and of rules of colours."""
    folders = [folder for registry in (PRIMITIVES, SHADINGS) for folder in registry.folders]
    return [path for folder in folders if PACKAGE not in folder.parents for path in sorted(folder.rglob("*.py"))]


def sources(*names: str) -> list[Path]:
    """Return the source files in some folders of the package."""
    return [path for name in names for path in sorted((PACKAGE / name).rglob("*.py"))]


_warned: list[str] = []


def warn_once(failure: str) -> None:
    """Say, once in a process, that kernels cannot be kept on disk, and why."""
    if not _warned:
        _warned.append(failure)
        warnings.warn(
            f"compiled kernels cannot be kept ({failure}), so every run compiles them again; "
            "set NUMBA_CACHE_DIR to a folder that can be written",
            CacheWarning,
            stacklevel=2,
        )
