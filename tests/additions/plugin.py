"""Appends the folders in SDFRASTER_ADDED, ``package=folder``, to the registries before anything asks these."""

from __future__ import annotations

import os
from importlib import import_module

for added in os.environ["SDFRASTER_ADDED"].split(os.pathsep):
    package, _, folder = added.partition("=")
    import_module(package).__path__.append(folder)
