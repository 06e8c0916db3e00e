"""A look at whether the fast tier computes the right numbers here, before anything is left to it.

If something inside Numba is not what it was, kernels do not compile, compute nonsense, or end the process. So before
the first one, two circles on 3 x 3 pixels are painted in machine code and in Python, with the package's own formulas,
in all ways in which kernels take arguments and call each other. It takes 0.3 s, once: the verdict is kept beside the
kernels. Before it begins there is a note instead that says which process runs it. If that process has not survived it,
it may have been killed by somebody else: so the next one leaves the check to a process of its own, which takes as long
again to start, and condemns the tier if that one does not survive it either.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numba.core.registry import cpu_target

from ....model.coverage import FILTERS
from ....primitives import circle
from .. import interpret
from ..fingerprint import fingerprint
from ..marks import noinline, vectorized
from . import cache, kernel

SIDE = 3
PASSED, RUNNING, ENDED = "passed", "running", "ended"
distance, coverage = circle.distance, FILTERS["parabolic"].coverage


class Circles(NamedTuple):
    """The scene."""

    params: Any  # (N, 3)
    color: Any  # (N,)
    first: Any  # that is painted


class Images(NamedTuple):
    """What comes out."""

    canvas: Any  # (SIDE, SIDE)
    covers: Any  # (SIDE, SIDE): coverage by the last circle


@vectorized
def cover(p, y, inverse, out):
    """Set the coverage of a row of pixels."""
    for x in range(SIDE):
        out[x] = coverage(distance(p, x + 0.5, y) * inverse)


@noinline
def paint_row(y, scene, inverse, images):
    """Paint a row of pixels."""
    canvas, covers = images.canvas[y], images.covers[y]
    for k in range(scene.first, len(scene.params)):
        p = scene.params[k, 0], scene.params[k, 1], scene.params[k, 2]
        cover(p, y + 0.5, inverse, covers)
        for x in range(max(int(p[0] - 9.5), 0), SIDE):
            canvas[x] += covers[x] * (scene.color[k] - canvas[x])


@noinline
def visit(worker, workers, scene, rho, images):
    """Paint some rows of pixels."""
    for y in range(worker, SIDE, workers):
        paint_row(y, scene, 1.0 / rho, images)


def check() -> str | None:
    """Return what is wrong, or None; look it up if it is known."""
    key = repr((cache.MADE_BY, cpu_target.target_context.codegen().magic_tuple(), fingerprint())).encode()
    name = f"check-{hashlib.sha256(key).hexdigest()[:32]}.txt"
    verdict = _known(name)
    if verdict is None or verdict == ENDED:
        path = _note(name, f"{RUNNING} {os.getpid()} {platform.node()}")
        try:
            verdict = _compare() if verdict is None else _compare_apart(path)
        except BaseException:  # the user's impatience; nothing is known then
            if path is not None:
                path.unlink(missing_ok=True)
            raise
        _note(name, verdict)
    return None if verdict == PASSED else verdict


def _compare() -> str:
    """Run the check."""
    dtype = np.dtype(np.float32)
    results = []
    for tier in (interpret, kernel):
        scene = Circles(np.array([[1.0, 1.2, 0.7], [2.0, 1.4, 0.9]], dtype), np.array([0.5, 2.0], dtype), 0)
        images = Images(*(np.zeros(shape, dtype) for shape in ((SIDE, SIDE), (SIDE, SIDE))))
        try:
            tier.parallel(visit, dtype, "check")(2, scene, dtype.type(0.8), images)
        except Exception as error:  # whatever has changed
            return f"{type(error).__name__}: {error}".splitlines()[0]
        results.append(np.concatenate([image.ravel() for image in images]))
    expected, computed = results
    return PASSED if np.allclose(computed, expected, rtol=1e-4, atol=1e-5) else "wrong numbers"


def _compare_apart(note: Path | None) -> str:
    """Run the check in a process of its own."""
    command = f"from {__name__} import _compare; print(_compare())"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode == 0 and lines:
        return lines[-1]
    return f"it ended a process with {done.returncode}; to try again, delete {note}"


def _known(name: str) -> str | None:
    """Return the verdict of an earlier process, if there is one; `ENDED` if that did not survive the check."""
    for folder in cache.folders():
        with suppress(OSError, UnicodeDecodeError):
            path = folder / name
            text = path.read_text(encoding="utf-8")
            if not text.startswith(RUNNING):
                return text or None
            if _has_ended(text):
                return ENDED
    return None


def _has_ended(text: str) -> bool:
    """Return whether the process of this machine is gone that says that it runs a check."""
    _, pid, node = [*text.split(" ", 2), "", ""][:3]
    if not pid.isdecimal() or node != platform.node():
        return False
    if int(pid) == os.getpid() or os.name != "posix":  # 0 is no harmless signal on Windows
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False


def _note(name: str, text: str) -> Path | None:
    """Keep a text in the first folder that takes it, and return where."""
    for folder in cache.folders():
        with suppress(OSError):
            cache.write(folder / name, text.encode())
            return folder / name
    return None
