"""What a fit can be asked for, checked before any work is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..mesh import MESH, SHADES
from ..optim import OPTIMIZERS
from ..primitives import primitive
from ..rendering import check_loss, check_options, choose
from ..scene import COMPOSITES
from .initial import INITIALIZERS
from .regularizers import check_regularizers

LBFGS = "lbfgs"
CONTOUR = "contour"
COLORS = ("constant", "linear")


@dataclass(frozen=True)
class FitOptions:
    """Options of a fit.

    Attributes
    ----------
    kind : str
        Kind of the shapes, see `kinds`, or ``"mesh"``: triangles that share vertices and cover the picture. A mesh has
        rules of its own for where it starts and how it is composed, is moved by Adam, and minimises the MSE.
    count : int
        Number of shapes; of a mesh, of its faces, at least 2.
    shade : {"flat", "linear", "vertex"}
        Colours of a mesh: one for each face, one that changes linearly over it, or one for each vertex.
    composite : {"over", "mean"}
        How they are painted. SVG can express ``"over"`` only.
    color : {"constant", "linear"}
        One colour per shape, or one that changes linearly over it.
    iterations : int
        Number of optimiser steps.
    optimizer : {"adam", "amsgrad", "lbfgs"}
        First-order methods move weak shapes to where the error is as they go; L-BFGS does not.
    rate : float
        Factor on all learning rates.
    init : {"random", "grid", "contour"}
        Where the shapes start; ``"contour"``, for paths and polygons, as the regions of near-constant colour that the
        picture has. These may be fewer than `count`.
    loss : str
        What is minimised: ``"mse"``, ``"mae"``, ``"huber"``, ``"charbonnier"``, ``"ssim"``, ``"ms_ssim"``,
        ``"gradient"``, ``"gradient_charbonnier"``, or a sum such as ``"mse + 0.2*ssim"``, see `value_and_grad`; `delta`
        is where Huber's and Charbonnier's errors become linear.
    weight : array_like, shape (H, W), path or None
        How much every pixel of the picture counts, at least 0; a file is a picture whose brightness says so.
    regularizers : mapping
        Weights of terms that are added to the loss: ``"opacity"`` (opacities of 0 or 1), ``"size"`` (no shape below a
        pixel), ``"gamut"`` (colours from 0 to 1, which linear ones can leave), ``"overlap"`` (shapes side by side), and
        for paths and strokes ``"crossing"`` (no piece crosses itself) and ``"curvature"`` (gentle bends).
    filter, filter_radius
        Pixel filter of the result, see `render`. A fit starts with a wider one.
    background : None or three numbers
        Colour behind the shapes; None lets the fit choose it. A picture with transparency has no background.
    seed : int
        Seed of everything random. The same seed gives the same bits.
    """

    kind: str = "circle"
    count: int = 256
    shade: str = "flat"
    composite: str = "over"
    color: str = "constant"
    iterations: int = 1000
    optimizer: str = "adam"
    rate: float = 1.0
    init: str = "random"
    loss: str = "mse"
    delta: float = 0.1
    weight: Any = field(default=None, compare=False)
    regularizers: Mapping[str, float] = field(default_factory=dict, hash=False)
    filter: str = "parabolic"
    filter_radius: float = 1.0
    background: Any = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.kind == MESH:
            self._check_mesh()
        else:
            primitive(self.kind)
        choose("shade", self.shade, SHADES)
        choose("composite", self.composite, COMPOSITES)
        choose("color", self.color, COLORS)
        choose("optimizer", self.optimizer, (*OPTIMIZERS, LBFGS))
        choose("init", self.init, (*INITIALIZERS, CONTOUR))
        if self.init == CONTOUR:
            self._check_contour()
        check_loss(self.loss, self.delta)
        if self.kind != MESH:
            check_regularizers(self.regularizers, self.kind)
        check_options(self.filter_radius, self.filter, "cpu")
        for name, lowest in (("count", 1), ("iterations", 0), ("seed", 0)):
            value = getattr(self, name)
            if isinstance(value, bool) or value != int(value) or value < lowest:
                raise ValueError(f"{name} must be a whole number, at least {lowest}, not {value}")
        if not 0.0 < self.rate < 1e6:
            raise ValueError(f"rate must be above 0, not {self.rate}")

    def _check_contour(self) -> None:
        """Refuse what regions cannot become."""
        outline = None if self.kind == MESH else primitive(self.kind).outline
        if outline is None or not outline.filled:
            raise ValueError(f"init {CONTOUR!r} is for the kinds path and polygon, not {self.kind}")
        if self.composite != "over":
            raise ValueError(f"init {CONTOUR!r} paints regions over each other: composite must be over")

    def _check_mesh(self) -> None:
        """Refuse what a mesh cannot have."""
        if self.count < 2:
            raise ValueError(f"count of a mesh must be at least 2, not {self.count}: it covers a rectangle")
        for name, only in (("loss", "mse"), ("optimizer", "adam")):
            if getattr(self, name) != only:
                raise ValueError(f"{name} of a mesh must be {only}, not {getattr(self, name)!r}")
        if self.weight is not None or self.regularizers:
            raise ValueError("a mesh has neither weight nor regularizers: it minimises the MSE of the whole picture")
