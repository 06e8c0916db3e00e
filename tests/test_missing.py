"""What extras bring is asked for by the command that installs it."""

from __future__ import annotations

import importlib
import sys

import pytest


@pytest.mark.parametrize("library", ["torch", "jax"])
def test_a_library_that_is_not_there(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"sdfraster.{library}", raising=False)
    wanted = rf'^sdfraster\.{library} needs .*, which is not installed; run pip install "sdfraster\[{library}\]"$'
    with pytest.raises(ModuleNotFoundError, match=wanted):
        importlib.import_module(f"sdfraster.{library}")
