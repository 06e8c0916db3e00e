"""What options can be set to. It comes from the registries, and importing it does not import Numba."""

from __future__ import annotations

from sdfraster import io, mesh, optim
from sdfraster.devices import AUTO, DEVICES
from sdfraster.model import composite, coverage, loss, shading
from sdfraster.primitives import kinds

KINDS = (*kinds(), mesh.MESH)
SHADES = mesh.SHADES
COLORS = tuple(shading.SHADINGS)
COMPOSITES = tuple(composite.COMPOSITES)
FILTERS = tuple(coverage.FILTERS)
LOSSES = (*loss.LOSSES, *loss.PICTURE_LOSS_NAMES)
OPTIMIZERS = (*optim.OPTIMIZERS, *optim.SEARCHES)
INITS = ("auto", "random", "grid", "error", "contour")  # of `fitting`, which imports Numba
DRAWING_DEVICES = DEVICES
FITTING_DEVICES = (*DEVICES, AUTO)
SUFFIXES = tuple(io.FORMATS)
DRAWN = tuple(suffix for suffix, form in io.FORMATS.items() if not form.of_fit)  # of files of scenes
TRACED = tuple(suffix for suffix in DRAWN if not io.FORMATS[suffix].meshes)
