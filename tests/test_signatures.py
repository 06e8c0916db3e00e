"""Past seven arguments, or three values returned by position, nobody remembers which is which: those have names.

Arguments that can only be given by name do not count, and neither do commands, whose arguments `click` gives by name.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import sdfraster as sr

ROOT = Path(__file__).parents[1]
MOST_ARGUMENTS, MOST_VALUES = 7, 3

BOX = "one box: x0, y0, x1, y1"
COLOR = "one colour: red, green, blue, alpha"
MATRIX = "one matrix: a, b, c, d, e, f, as SVG has them"
PARAMETERS = "one vector: a number for every parameter of the kind, in their order"
VALUES = "one vector: a number for every value of a colour, in their order"
OF_ALL_FILES = {  # of a folder
    "sdfraster/primitives": {
        "bounds": BOX,
        "gradient": PARAMETERS,
        "frame_adjoint": PARAMETERS,
        "strip_adjoint": PARAMETERS,
        "sample": PARAMETERS,
    },
    "sdfraster/model/shadings": {"shade_adjoint": VALUES, "rebase": VALUES, "rebase_adjoint": VALUES},
}
CUBIC = "one curve: its four points, or coefficients"
ALLOWED = {
    "cli/options.py Region.convert": BOX,
    "sdfraster/css.py _named": COLOR,
    "sdfraster/css.py rgba": COLOR,
    "sdfraster/primitives/outline.py Outline.hull": BOX,
    # (with names the compiler forms sums in another order, and last digits change)
    "sdfraster/model/composites/mean.py mean_adjoint": "one vector: the gradient by every argument, in their order",
    "sdfraster/primitives/curve.py bernstein": "one vector: the weights of four points",
    "sdfraster/primitives/rotation.py Placement.inverse": MATRIX,
    "sdfraster/primitives/rotation.py Rotation.inverse": MATRIX,
    "sdfraster/primitives/ellipse.py _axes": "one ellipse: direction and length of its major axis, and the ratio",
    "sdfraster/drawing/offsets.py powers": CUBIC,
    "sdfraster/drawing/snipping.py _part": CUBIC,
    "sdfraster/vector.py layout_key": "one key, which is compared and never taken apart",
    "sdfraster/rendering.py value_and_grad": "public, and in use: the loss by position, the others by name",
}


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Return what stands in a node, but for expressions, in which there is no statement."""
    return (child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr))


def functions(node: ast.AST, name: str = "") -> Iterator[tuple[str, ast.FunctionDef, bool]]:
    """Return every function below a node with its full name, and whether it is a method."""
    for child in statements(node):
        inner = f"{name}.{child.name}".strip(".") if isinstance(child, (ast.FunctionDef, ast.ClassDef)) else name
        if isinstance(child, ast.FunctionDef):
            yield inner, child, isinstance(node, ast.ClassDef)
        yield from functions(child, inner)


def arguments(function: ast.FunctionDef, method: bool) -> int:
    """Return how many arguments can be given by position; for commands, none."""
    decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
    if any("click." in decorator or ".command" in decorator for decorator in decorators):
        return 0
    count = len(function.args.posonlyargs) + len(function.args.args)
    return count - (method and "staticmethod" not in decorators)


def values(node: ast.AST) -> int:
    """Return the most values that a function, and none inside it, returns by position."""
    most = 0
    for child in statements(node):
        if isinstance(child, ast.Return) and isinstance(child.value, ast.Tuple):
            most = max(most, len(child.value.elts))
        if not isinstance(child, (ast.FunctionDef, ast.ClassDef)):
            most = max(most, values(child))
    return most


def many(source: str) -> dict[str, tuple[int, int]]:
    """Return the functions of a module with too many of either: how many arguments and values."""
    found = {
        name: (arguments(function, method), values(function)) for name, function, method in functions(ast.parse(source))
    }
    return {name: (a, v) for name, (a, v) in found.items() if a > MOST_ARGUMENTS or v > MOST_VALUES}


def in_the_house() -> dict[str, tuple[int, int]]:
    """Return the functions with too many of either, except those that the files of a folder all have."""
    found = {}
    for folder in ("sdfraster", "cli"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            usual = OF_ALL_FILES.get(path.parent.relative_to(ROOT).as_posix(), {})
            for name, counts in many(path.read_text(encoding="utf-8")).items():
                if name not in usual:
                    found[f"{path.relative_to(ROOT).as_posix()} {name}"] = counts
    return found


def test_many_arguments_and_values_have_names() -> None:
    """And the list of exceptions holds no others."""
    assert set(in_the_house()) == set(ALLOWED)


def test_what_is_counted() -> None:
    source = """
class Plan:
    def eight(self, a, b, c, d, e, f, g, h): ...
    def seven(self, a, b, c, d, e, f, g, *, h): ...
def outer(a):
    def four():
        return 1, 2, 3, 4
    def three():
        return 1, 2, 3
    return four, three
@main.command()
def command(a, b, c, d, e, f, g, h): ...
"""
    assert many(source) == {"Plan.eight": (8, 0), "outer.four": (0, 4)}


OPEN = {  # what may be anything, and why
    "FitOptions.background": "a colour, a word, a picture, or what a fit makes of these",
    "FitOptions.__init__ background": "the same",
    "FitOptions.held_background": "the same",
    "Layer.params": "(N, P), or a tuple of N arrays: those who have either need not ask",
    "LayerGradient.params": "the same",
    "LayerGradient.__init__ params": "the same",
}


def without_type(value: Any, name: str) -> set[str]:
    """Return which arguments, results and attributes of something have no type but `Any`.

    Arguments that are passed on by name do not count: what takes them says their types.
    """
    if isinstance(value, property):
        return without_type(value.fget, name)
    if isinstance(value, FunctionType):
        signature = inspect.signature(value)
        given = [item for item in signature.parameters.values() if item.kind is not inspect.Parameter.VAR_KEYWORD]
        found = {f"{name} {item.name}" for item in given if item.annotation == "Any"}
        return found | ({name} if signature.return_annotation == "Any" else set())
    if not isinstance(value, type):
        return set()
    found = set()
    for owner in value.__mro__:
        known = vars(owner).get("__annotations__", {}) if owner.__module__.startswith("sdfraster") else {}
        found |= {f"{name}.{item}" for item, kind in known.items() if kind == "Any" and not item.startswith("_")}
        for item, inner in vars(owner).items():
            if not item.startswith("_") or item in ("__init__", "__call__", "__getitem__"):
                found |= without_type(inner, f"{name}.{item}")
    return found


def test_what_is_public_has_types() -> None:
    """And the list of what may be anything holds nothing else."""
    assert set().union(*(without_type(getattr(sr, name), name) for name in sr.__all__)) == set(OPEN)


def test_what_has_no_type() -> None:
    class Some:
        def one(self, a: Any, b: int, **c: Any) -> Any: ...

        @property
        def two(self) -> Any: ...

    assert without_type(Some, "Some") == {"Some.one a", "Some.one", "Some.two"}
