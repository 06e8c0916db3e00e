"""`sdfraster kinds`."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import Result

import sdfraster


def test_every_kind_with_its_parameters(run: Callable[..., Result]) -> None:
    lines = [line.split() for line in run("kinds").stdout.splitlines()]
    assert lines == [[kind, *sdfraster.primitive(kind).signature.split()] for kind in sdfraster.kinds()]
