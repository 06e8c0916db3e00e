"""`sdfraster kinds`: the shapes there are."""

from __future__ import annotations

import click

import sdfraster


@click.command(short_help="List the kinds of shapes and their parameters.")
def kinds() -> None:
    """List the kinds of shapes, each with its parameters in order."""
    names = sdfraster.kinds()
    for name in names:
        click.echo(f"{name:{max(map(len, names))}}  {sdfraster.primitive(name).signature}")
