"""What texts refer to is there: names in the headers of modules, and in what `help` shows, which has every field."""

from __future__ import annotations

import dataclasses
import inspect
import pydoc
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sdfraster as sr

REFERENCE = re.compile(r"(?<!`)`([A-Za-z_][\w.]*)`(?!`)")
HEADER = re.compile(r'"""(.+?)"""', re.DOTALL)  # of a module, which it begins with
ROOT = Path(__file__).parents[1]
SOURCES = {
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"): path.read_text()
    for folder in ("sdfraster", "cli")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
HEADERS = {module: found[1] for module, source in SOURCES.items() if (found := HEADER.match(source))}


def public() -> Iterator[tuple[str, Any, Any]]:
    """Yield name, object and owner of all public classes, functions, methods and properties."""
    for name in sr.__all__:
        item = getattr(sr, name)
        yield name, item, item
        for key, member in vars(item).items() if inspect.isclass(item) else ():
            if not key.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
                yield f"{name}.{key}", member, item


DOCUMENTED = list(public())


def known(item: Any, owner: Any) -> set[str]:
    """Return the names that a docstring can refer to without saying where they are."""
    names = set(sr.__all__) | set(dir(owner))
    for thing in (item, owner):
        names |= set(inspect.signature(thing).parameters) if callable(thing) else set()
    return names | ({field.name for field in dataclasses.fields(owner)} if dataclasses.is_dataclass(owner) else set())


@pytest.mark.parametrize(("name", "item", "owner"), DOCUMENTED, ids=[name for name, _, _ in DOCUMENTED])
def test_names_that_a_docstring_refers_to_are_there(name: str, item: Any, owner: Any) -> None:
    text = inspect.getdoc(item)
    assert text, f"{name} has no docstring"
    assert not {
        found for found in REFERENCE.findall(text) if found not in known(item, owner) and pydoc.locate(found) is None
    }


@pytest.mark.parametrize("name", [name for name, item, _ in DOCUMENTED if dataclasses.is_dataclass(item)])
def test_help_describes_every_field(name: str) -> None:
    text = inspect.getdoc(getattr(sr, name)) or ""
    described = {
        word
        for line in re.findall(r"^(\w[\w, ]*?)(?: :.*)?$(?=\n    )", text, re.MULTILINE)
        for word in line.split(", ")
    }
    assert {field.name for field in dataclasses.fields(getattr(sr, name))} <= described


def is_there(name: str, source: str) -> bool:
    """Return whether the header of a module with that source can refer to a name: its own, a module, or one of those.

    What a module holds follows it after a dot, and so does what a class holds.
    """
    head, _, last = name.rpartition(".")
    if any(f".{module}".endswith(f".{name}") for module in SOURCES) or pydoc.locate(name) is not None:
        return True
    if not head:
        return re.search(rf"\b{name}\b", source) is not None
    owners = [text for module, text in SOURCES.items() if module.endswith(f".{head}") or f"class {head}" in text]
    return any(re.search(rf"\b{last}\b", text) for text in owners)


@pytest.mark.parametrize("module", HEADERS)
def test_names_that_a_header_refers_to_are_there(module: str) -> None:
    header = HEADERS[module]
    source = SOURCES[module].replace(header, "", 1)
    assert not {name for name in REFERENCE.findall(header) if not is_there(name, source)}
