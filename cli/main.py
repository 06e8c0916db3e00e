"""The command line: `sdfraster COMMAND`. One file per command; this one holds what is common, above all errors.

Exit status: 0 done, 1 the data are bad (one line on stderr says which and why), 2 the command line is wrong,
128 + N ended by signal N: 130 by Ctrl-C, 143 by SIGTERM. Warnings are one line on stderr too.
"""

from __future__ import annotations

import errno
import shlex
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import click

import sdfraster
from sdfraster.compiling import telling
from sdfraster.errors import DataError, DeviceError

from .compare import compare
from .fit import COMMAND_LINE, fit
from .kinds import kinds
from .plot import plot
from .refine import refine
from .render import render
from .signals import Signals
from .trace import trace

EXTRA = 'pip install "sdfraster['  # what is said where a library of an extra is not there, see `errors.missing`
COMMANDS = (fit, trace, refine, render, compare, plot, kinds)


class _Group(click.Group):
    """A group whose commands may raise `DataError` or `DeviceError`, or warn: the user sees one line, no traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[COMMAND_LINE] = shlex.join(["sdfraster", *args])
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with Signals() as ctx.obj:
            result = self._invoke(ctx)
            if ctx.obj.came:  # too late to end anything
                ctx.exit(ctx.obj.status)
            return result

    def _invoke(self, ctx: click.Context) -> Any:
        try:
            with _warnings_as_lines(), telling(_say_that_it_compiles) if _on_terminal() else nullcontext():
                return super().invoke(ctx)
        except (DataError, DeviceError) as error:
            click.echo(f"sdfraster: error: {' '.join(str(error).splitlines())}", err=True)
            ctx.exit(1)
        except ModuleNotFoundError as error:
            if EXTRA not in str(error):
                raise
            click.echo(f"sdfraster: error: {error}", err=True)
            ctx.exit(1)
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader has seen enough, as with `| head`; click knows
                raise
            if ctx.obj.came:  # a terminal that has hung up
                ctx.exit(ctx.obj.status)
            click.echo(f"sdfraster: error: cannot write the answer ({error.strerror})", err=True)
            ctx.exit(1)
        except MemoryError:
            click.echo("sdfraster: error: not enough memory for pictures of this size", err=True)
            ctx.exit(1)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (KeyboardInterrupt, Exception) as error:
            if isinstance(error, Exception) and not ctx.obj.came:  # otherwise a signal came amidst a compilation
                raise
            click.echo("sdfraster: interrupted", err=True)
            ctx.exit(ctx.obj.status)


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Show warnings that are for the user as one line each, without the place in the code."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def show_line(message: Warning | str, category: type[Warning], *where: Any) -> None:
            if issubclass(category, UserWarning):
                click.echo(f"{_erased()}sdfraster: warning: {' '.join(str(message).splitlines())}", err=True)
            else:
                show(message, category, *where)

        warnings.showwarning = show_line  # type: ignore[assignment]
        yield


def _say_that_it_compiles() -> None:
    """Say why nothing seems to happen."""
    click.echo(f"{_erased()}sdfraster: compiling for this machine, once, which takes up to half a minute", err=True)


def _erased() -> str:
    """Return what erases a progress bar that may stand on the line."""
    return "\r\x1b[K" if _on_terminal() else ""


def _on_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(sdfraster.__version__, prog_name="sdfraster")
def main() -> None:
    """Turn pictures into simple shapes, and shapes into pictures.

    A scene is a list of shapes (see "sdfraster kinds") in a .json file, which keeps every number exactly.
    """


for command in COMMANDS:
    main.add_command(command)

if __name__ == "__main__":
    main()
