"""Compiled kernels on disk, from one run to the next.

Numba's own cache does not serve here. Where no folder can be written it refuses to compile at all, and where a file is
damaged every run ends in a traceback. Its index is read and written again by every process, so two that compile at once
can leave an entry that points to the code of the other. And other compiled functions in the closure of a kernel are
pickled into its key, which then never fits.

So every kernel has a file of its own. Its name is a hash of all that the machine code depends on, and it begins with a
checksum of that and of the code. What is missing, cut short, damaged or made by other versions is compiled again, and
by one process at a time (see `turns`).
"""

from __future__ import annotations

import hashlib
import os
import pickle
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import llvmlite
from numba.core import config
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps
from numba.misc.appdirs import AppDirs

from ....compiling import begins
from ..fingerprint import VERSIONS, warn_once
from .turns import Turn

MADE_BY = *VERSIONS, llvmlite.__version__
DIGEST = hashlib.sha256().digest_size

_turn = Turn()


class KernelCache:
    """The cache of one function, as Numba's dispatchers ask for it.

    Parameters
    ----------
    name : str
        Says what the function is, of what code, and for what dtype.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Return what was compiled for a signature, perhaps just now by another process; or None if this one is to."""
        target_context.refresh()
        key = self._key(signature, target_context.codegen())
        found = self._load(key, target_context)
        if found is None:
            begins()
            found = _turn.take(folders(), _digest(key), lambda: self._load(key, target_context))
        return found

    def _load(self, key: bytes, target_context: Any) -> Any:
        """Return what was compiled, or None."""
        for folder in folders():
            code = _read(folder / _file_name(key), key)
            if code is not None:
                with suppress(Exception):  # unpickling raises anything, and the function can still be compiled
                    return self.load(target_context, code)
        return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep what was compiled for a signature, in the first folder that takes it."""
        try:
            self._save(self._key(signature, result.codegen), result)
        finally:
            _turn.give_back()

    def _save(self, key: bytes, result: Any) -> None:
        """Keep what was compiled."""
        code = self.dump(result)
        failures = []
        for folder in folders():
            try:
                write(folder / _file_name(key), _checksum(key, code) + code)
            except OSError as error:
                failures.append(f"{folder}: {error.strerror or error}")
            else:
                return
        warn_once("; ".join(failures))

    @staticmethod
    def dump(result: Any) -> bytes:
        """Return what Numba compiled as bytes."""
        return dumps(result._reduce())

    @staticmethod
    def load(target_context: Any, code: bytes) -> Any:
        """Return what Numba compiled, from those bytes."""
        return CompileResult._rebuild(target_context, *pickle.loads(code))

    def _key(self, signature: Any, codegen: Any) -> bytes:
        """Return all that the machine code depends on."""
        return repr((MADE_BY, codegen.magic_tuple(), self._name, signature)).encode()


def folders() -> list[Path]:
    """Return where kernels may be kept: in NUMBA_CACHE_DIR, or else beside this file or in the user's folder."""
    if config.CACHE_DIR:
        return [Path(config.CACHE_DIR) / "sdfraster"]
    user = Path(AppDirs("numba", appauthor=False).user_cache_dir) / "sdfraster"
    return [Path(__file__).parents[1] / "__pycache__", *([user] if user.is_absolute() else [])]  # relative: no home


def _file_name(key: bytes) -> str:
    return f"kernel-{_digest(key)}.nbc"


def _digest(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:32]


def _checksum(key: bytes, code: bytes) -> bytes:
    return hashlib.sha256(key + code).digest()


def _read(path: Path, key: bytes) -> bytes | None:
    """Return the code in a file, or None if there is none that is whole and for that key."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    code = data[DIGEST:]
    return code if data[:DIGEST] == _checksum(key, code) else None


def write(path: Path, data: bytes) -> None:
    """Write a file completely or not at all, whoever else writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
