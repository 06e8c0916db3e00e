"""Things that are added by adding a file: every module of a folder that defines a certain name is one of them.

What there is is found when it is first asked for, so that a registry costs nothing to import, and folders that are
appended to the ``__path__`` of the package before that are searched too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, TypeVar

from .lazy import Lazy

T = TypeVar("T")


def modules_with(package: str, mark: str) -> dict[str, ModuleType]:
    """Return the modules of a package that define a name, by the names of the modules, in alphabetical order."""
    names = sorted(info.name for info in iter_modules(import_module(package).__path__))
    modules = {name: import_module(f"{package}.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, mark)}


class Registry(Mapping[str, T]):
    """All things of one kind by name.

    Parameters
    ----------
    package : str
        Full name of the package that holds their modules.
    mark : str
        What such a module defines.
    things : callable
        ``things(name, module) -> {name: thing}``: those of a module.
    """

    def __init__(self, package: str, mark: str, things: Callable[[str, Any], Mapping[str, T]]) -> None:
        self._package, self._mark, self._things = package, mark, things

    @property
    def folders(self) -> list[Path]:
        """Where its modules are."""
        return [Path(folder) for folder in import_module(self._package).__path__]

    @Lazy
    def _found(self) -> dict[str, T]:
        found: dict[str, T] = {}
        for name, module in modules_with(self._package, self._mark).items():
            found.update(self._things(name, module))
        return dict(sorted(found.items()))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._found

    def __getitem__(self, name: str) -> T:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
