"""The command line as a function."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sdfraster.cli.main import main

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Return ``run(*arguments)``; an exception that is no exit fails the test."""

    def invoke(*arguments: object) -> Result:
        result = CliRunner().invoke(main, [str(item) for item in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke


@pytest.fixture
def data_error(run: Run) -> Callable[..., str]:
    """Return ``data_error(*arguments)``, which checks that the one line of a data error comes, and returns it."""

    def invoke(*arguments: object) -> str:
        result = run(*arguments)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert result.stderr.startswith("sdfraster: error: ")
        assert result.stderr.count("\n") == 1
        return result.stderr

    return invoke
