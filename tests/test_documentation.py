"""What `help` shows of the public names: every field is described, and every name that a text refers to is there."""

from __future__ import annotations

import dataclasses
import inspect
import pydoc
import re
from collections.abc import Iterator
from typing import Any

import pytest

import sdfraster as sr

REFERENCE = re.compile(r"(?<!`)`([A-Za-z_][\w.]*)`(?!`)")


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
