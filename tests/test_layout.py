"""Where files lie: what is hashed for the kernel cache, and what a wheel holds."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

import sdfraster
from sdfraster.engine.compile.fingerprint import KERNEL_FOLDERS, PACKAGE, sources

ROOT = Path(__file__).parents[1]


def modules(*folders: str) -> Iterator[ModuleType]:
    """Import every module of some folders of the package."""
    for folder in folders:
        room = importlib.import_module(f"sdfraster.{folder.replace('/', '.')}")
        yield room
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            yield importlib.import_module(found.name)


def test_the_sources_of_kernels_are_found() -> None:
    assert Path(sdfraster.__file__).parent == PACKAGE
    found = {path.relative_to(PACKAGE).as_posix() for path in sources(*KERNEL_FOLDERS)}
    assert {
        "primitives/circle.py",
        "model/coverage.py",
        "engine/composites/over.py",
        "engine/outlines/pairs.py",
    } <= found
    assert len(found) > 40


def test_all_that_is_compiled_into_kernels_is_hashed() -> None:
    """Whatever plain function of the package the rooms of kernels name lies in a folder that is hashed."""
    hashed = {path.relative_to(PACKAGE).with_suffix("").as_posix() for path in sources(*KERNEL_FOLDERS)}
    for module in modules(*KERNEL_FOLDERS):
        for value in vars(module).values():
            home = getattr(value, "__module__", "") or ""
            if isinstance(value, FunctionType) and home.startswith("sdfraster."):
                place = home.removeprefix("sdfraster.").replace(".", "/")
                assert place in hashed or f"{place}/__init__" in hashed or place in ALLOWED, (module.__name__, value)


ALLOWED = {"layer", "scene", "vector", "mesh", "lazy", "compiling", "garbage"}  # for Python: no kernel calls these


@pytest.mark.slow
def test_a_wheel_holds_every_module(tmp_path: Path) -> None:
    copy = tmp_path / "copy"  # without what an earlier build has left
    for name in ("sdfraster", "cli", "data"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(copy)]
    subprocess.run(command, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    held = {name for name in names if name.endswith(".py")}
    package = {path.relative_to(ROOT).as_posix() for path in (ROOT / "sdfraster").rglob("*.py")}
    others = [path for name in ("cli", "data") for path in (ROOT / name).rglob("*.py")]
    renamed = {f"sdfraster/{path.relative_to(ROOT).as_posix()}" for path in others}
    assert held == package | renamed
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "sdfraster/io/pages").iterdir()} <= names


def imported(module: str, source: str) -> set[str]:
    """Return the full names of what a module of the package imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            home = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*home, *([node.module] if node.module else [])])
            names |= {origin, *(f"{origin}.{alias.name}" for alias in node.names)}
    return names


def test_nothing_imports_the_commands() -> None:
    """Their folder lies elsewhere, so import-linter does not see them."""
    for path in (ROOT / "sdfraster").rglob("*.py"):
        parts, source = path.relative_to(ROOT).with_suffix("").parts, path.read_text(encoding="utf-8")
        for name in imported(".".join(parts), source) if "cli" in source else ():
            assert not f"{name}.".startswith(("cli.", "sdfraster.cli.")), path


@pytest.mark.parametrize("line", ["from .cli import main", "from . import cli", "import sdfraster.cli.main"])
def test_what_imports_the_commands_is_seen(line: str) -> None:
    assert any(name.startswith("sdfraster.cli") for name in imported("sdfraster.metrics", f"def f():\n    {line}"))
