"""Compilation: constants in the dtype of the scene, and a disk cache that is used and never stale."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest

import sdfraster
from sdfraster.engine.compile import plain, tiers
from sdfraster.engine.compile.kernel import Kernel

pytestmark = pytest.mark.compiled

PACKAGE = Path(sdfraster.__file__).parent
SCALE = 0.5


def add_half(x):
    return x + 0.5


def through_a_global(x):
    return 0.25 * add_half(x) + SCALE


def make_closure():
    offset = 0.125

    def inner(x):
        return x * offset + 0.5

    def outer(x):
        return inner(x) - offset

    return outer


def counted(x, n):
    total = x - x
    for k in range(n):
        total += 0.1 * x if k % 2 == 0 else 0.3
    return total


def several(x):
    return 0.5 * x, max(x, 0.1), 3


def folded(x, offset=0.5):
    return (0.0, 1.5, x + offset)[1] * x + LEVELS[0] + offset


LEVELS = (0.25, 0.75)


@pytest.fixture(params=["plain", "fast"])
def fragment(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return how a tier compiles fragments, of which kernels are made; they can only be called by others."""
    if request.param == "plain":
        return plain.fragment
    if not tiers.fast_is_allowed():
        pytest.skip("not with this Numba")
    return pytest.importorskip("sdfraster.engine.compile.fast.kernel").fragment


def result_type(inner: Callable[..., Any], *arguments: Any) -> Any:
    """Return the type numba infers for the result of a fragment."""
    call = numba.njit(lambda *a: inner(*a))
    call(*arguments)
    return call.nopython_signatures[0].return_type


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("function", "arguments"),
    [(add_half, ()), (through_a_global, ()), (make_closure(), ()), (counted, (3,)), (folded, ())],
)
def test_fragments_stay_in_the_dtype(fragment: Any, function: Any, arguments: tuple[Any, ...], dtype: type) -> None:
    inner = fragment(function, np.dtype(dtype))
    assert result_type(inner, dtype(2.0), *arguments) == numba.from_dtype(np.dtype(dtype))


def test_every_member_of_a_tuple_stays_in_the_dtype(fragment: Any) -> None:
    first, second, third = result_type(fragment(several, np.dtype(np.float32)), np.float32(2.0))
    assert [str(first), str(second)] == ["float32", "float32"]
    assert isinstance(third, numba.types.Integer)


def test_plain_functions_are_not_changed(fragment: Any) -> None:
    before = through_a_global.__code__.co_consts
    fragment(through_a_global, np.dtype(np.float32))
    assert through_a_global.__code__.co_consts is before
    assert through_a_global.__globals__["add_half"] is add_half
    assert through_a_global(2.0) == 0.25 * 2.5 + 0.5


def test_compiled_functions_compute_what_the_plain_ones_do(fragment: Any) -> None:
    inner = fragment(make_closure(), np.dtype(np.float64))
    call = numba.njit(lambda x: inner(x))
    assert call(3.0) == make_closure()(3.0) == 3.0 * 0.125 + 0.5 - 0.125


def rounded(x, y):
    return min(x, y), max(x, y), int(x), int(max(min(x, 2), -1))


@pytest.mark.parametrize(
    ("x", "y"), [(2.75, -3), (-2.75, -7.5), (5, 9), (np.uint8(200), np.uint8(3)), (np.float32(0.1), np.float64(0.1))]
)
def test_min_max_and_int_are_those_of_python(fragment: Any, x: Any, y: Any) -> None:
    inner = fragment(rounded, np.dtype(np.float64))
    assert numba.njit(lambda *a: inner(*a))(x, y) == rounded(x, y)


class Pair(NamedTuple):
    a: Any
    more: Any


def shares(worker, workers, factor, arrays, out):
    (b,) = arrays.more
    for k in range(worker, len(out), workers):
        out[k] = factor * arrays.a[k] + b[0, k]


@pytest.mark.parametrize("asked", ["on", "plain", "off"])
def test_kernels_take_numbers_arrays_and_tuples_of_them(
    asked: str, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDFRASTER_JIT", asked)
    kernel = Kernel(shares, np.dtype(np.float64), "test shares")
    threads = numba.get_num_threads()
    for workers in (1, 2, 7):
        for size in (5, 9):  # other arrays than the last time
            a, b, out = rng.random(size), rng.random((1, size)), np.zeros(size)
            for factor in (3, 0.25, np.float32(0.5), True):  # other types
                kernel(workers, factor, Pair(a, (b,)), out)
                np.testing.assert_allclose(out, factor * a + b[0], rtol=1e-12)
            a.flags.writeable = False
            kernel(workers, 2, Pair(a, (b,)), out)
            kernel(workers, 2, Pair(a[::-1], (b[:, ::-1],)), out[::-1])
            np.testing.assert_allclose(out, 2 * a + b[0], rtol=1e-12)
    assert numba.get_num_threads() == threads


DRAW = """
import numpy as np, sdfraster as sr
from pathlib import Path
assert Path(sr.__file__).parent == Path("sdfraster").resolve(), sr.__file__
image = sr.render(sr.Scene(16, 16, sr.Layer("circle", [[8, 8, 3]], [[1, 1, 1]])))
print(image[..., 0].sum())
"""


@pytest.mark.slow
def test_kernels_are_cached_on_disk_and_never_stale(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "sdfraster", ignore=shutil.ignore_patterns("__pycache__"))
    cache = tmp_path / "cache"
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(tmp_path)}

    def draw() -> float:
        done = subprocess.run(
            [sys.executable, "-c", DRAW], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return float(done.stdout)

    def files() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb?")}

    area = draw()
    assert area == pytest.approx(np.pi * 9.2, rel=0.02)
    first = files()
    assert len([path for path in first if path.suffix == ".nbc"]) >= 2  # binning, painting
    assert draw() == area
    assert files() == first, "a kernel was compiled again"

    source = tmp_path / "sdfraster" / "primitives" / "circle.py"
    text = source.read_text()
    edited = text.replace("return sqrt(dx * dx + dy * dy) - p[2]", "return sqrt(dx * dx + dy * dy) - 2.0 * p[2]")
    edited = edited.replace(
        "return p[0] - p[2], p[1] - p[2], p[0] + p[2], p[1] + p[2]",
        "return p[0] - 9.0, p[1] - 9.0, p[0] + 9.0, p[1] + 9.0",
    )
    assert edited.count("- 2.0 * p[2]") == 1
    assert edited.count("9.0") == 4
    source.write_text(edited)
    assert draw() == pytest.approx(np.pi * 36.2, rel=0.02)  # all kernels, or the box would cut it
    source.write_text(text)
    before = files()
    assert draw() == area
    assert files() == before, "the first kernels are still valid"


CLOSURES = """
import sys
from math import cos, exp, sin
import numpy as np
from sdfraster.engine.compile.kernel import noinline, serial

def make(factor):
    @noinline
    def scale(array):  # long enough not to be copied to where it is called
        for i in range(len(array)):
            array[i] = factor * array[i] + sin(0.0 * array[i])
        for i in range(len(array)):
            array[i] += sin(0.0 * array[i]) + sin(0.0 * cos(array[i])) + sin(0.0 * exp(array[i]))
        for i in range(len(array)):
            array[i] += array[i] // 1e9 + array[i] // 1e8 + array[i] // 1e7 + array[i] // 1e6
    def visit(array):
        scale(array)
        for _ in range(len(array) - 1):
            scale(array[1:])
    return visit

for factor in map(float, sys.argv[1:]):
    array = np.ones(1)
    serial(make(factor), array.dtype, f"scale {factor}")(array)
    print(array[0])
"""


def test_closures_compiled_in_different_processes_are_told_apart(tmp_path: Path) -> None:
    """They have one qualified name; the linker must not take one for the other when both come from the disk cache."""
    script = tmp_path / "closures.py"
    script.write_text(CLOSURES)
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}

    def run(*factors: str) -> list[str]:
        command = [sys.executable, str(script), *factors]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()

    assert run("2.0") == ["2.0"]
    assert run("3.0") == ["3.0"]
    assert run("2.0", "3.0") == ["2.0", "3.0"]


def test_types_of_arrays_are_those_that_numba_says() -> None:
    arguments = pytest.importorskip("sdfraster.engine.compile.fast.arguments")
    fixed = np.zeros((4, 6), np.float32)
    fixed.setflags(write=False)
    arrays = [np.zeros((4, 6), np.float32), np.zeros((4, 6)), np.zeros((4, 6, 1), np.float32), np.zeros(0, np.int32)]
    arrays += [fixed, arrays[0].T, arrays[0][:, ::2], arrays[0][1:], np.zeros(25, np.uint8)[1:].view(np.float32)]
    for array in [*arrays, *arrays]:
        assert arguments.array_type(array) == numba.typeof(array)
