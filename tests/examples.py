"""The scripts in `docs/examples`, to be called."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "docs" / "examples"


def example(name: str) -> Any:
    """Return the module of a script."""
    specification: Any = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module: Any = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
