"""The command line: `sdfraster COMMAND`. One file per command; this one holds what is common, above all errors.

Exit status: 0 done, 1 the data are bad (one line on stderr says which and why), 2 the command line is wrong,
130 interrupted.
"""

from __future__ import annotations

import errno
import warnings
from typing import Any

import click

import sdfraster
from sdfraster.errors import DataError, DataWarning, DeviceError

from .compare import compare
from .fit import fit
from .kinds import kinds
from .render import render

COMMANDS = (fit, render, compare, kinds)


class _Group(click.Group):
    """A group whose commands may raise `DataError` or `DeviceError`: the user sees one line, never a traceback.

    A `DataWarning` is one line too.
    """

    def invoke(self, ctx: click.Context) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("always", DataWarning)
            warnings.showwarning = _show  # type: ignore[assignment]
            return self._invoke(ctx)

    def _invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (DataError, DeviceError) as error:
            click.echo(f"sdfraster: error: {' '.join(str(error).splitlines())}", err=True)
            ctx.exit(1)
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader has seen enough, as with `| head`; click knows
                raise
            click.echo(f"sdfraster: error: cannot write the answer ({error.strerror})", err=True)
            ctx.exit(1)
        except MemoryError:
            click.echo("sdfraster: error: not enough memory for pictures of this size", err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo("sdfraster: interrupted", err=True)
            ctx.exit(130)


def _show(message: Warning | str, category: type[Warning], *where: Any) -> None:
    """Show a warning to somebody who knows nothing of the program's files."""
    click.echo(f"sdfraster: warning: {message}", err=True)


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
