"""What a fit can be asked for, checked before any work is done."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import ArrayLike, NDArray

from ..arguments import check_flag, check_positive, check_whole, choose
from ..css import as_numbers
from ..devices import AUTO, DEVICES
from ..layer import Layer
from ..mesh import MESH, SHADES, search_of
from ..model.composite import COMPOSITES
from ..model.coverage import SVG_RADIUS
from ..model.ramp import FEWEST
from ..model.shading import CONSTANT, SHADINGS
from ..optim import OPTIMIZERS, SEARCHES
from ..pictures.arrays import PictureLike
from ..primitives import kinds
from ..regularizers.registry import check_regularizers
from ..rendering import check_loss, check_options
from ..scene import Scene
from .backdrop import LINEAR, has_backdrop, is_picture, is_sloping
from .checks import (
    AUTO_INIT,
    check_background,
    check_behind,
    check_contour,
    check_held,
    check_limits,
    check_mesh,
    check_region,
    check_segments,
    check_squares,
    check_stops,
)
from .checks import CONTOUR as CONTOUR
from .fixed import as_mapping, held_background
from .given import DefaultNumber, DefaultText, check_below, check_given, check_init, following, is_below
from .initial import INITIALIZERS

STEPS = 1000  # of a fit, if none are asked for, that adds and removes no shapes
MANY = 500  # shapes, beyond which the steps are those of many


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
    segments : int or None
        Of paths and strokes, Bezier curves of each; of polygons, corners. None: 4, 4 and 7.
    shade : {"flat", "linear", "vertex"}
        Colours of a mesh: one for each face, one that changes linearly over it, or one for each vertex.
    composite : {"over", "mean"}
        How they are painted. SVG can express ``"over"`` only.
    color : {"constant", "linear", "gradient", "radial"}
        One colour per shape, one that changes linearly over it, or a linear or radial gradient between two colours, as
        SVG has them, see `Layer`.
    stops : int
        Of gradients: how many colours they go through, from 2 to 8.
    iterations : int or None
        Number of optimiser steps. None: 2000 for kinds of a formula (circles, ellipses, rectangles, triangles, lines),
        2500 for more than 500 of them, 1300 for strokes, and 1000 for others, for L-BFGS, and for shapes that start as
        contours or a scene; 100 for ``"lm"``, which ends when it is done.
    optimizer : {"adam", "amsgrad", "lbfgs", "lm"}
        First-order methods add shapes where the error is and remove those that matter least; the others do not. L-BFGS
        and ``"lm"``, Levenberg and Marquardt's method, are for shapes that start near where they belong; the latter
        takes some tens of steps, and minimises the MSE only.
    polish : int
        Iterations of L-BFGS at the end, for the last digits; not of meshes. They see the picture itself, however large
        it is. Photographs gain less than 0.01 dB.
    rate : float
        Factor on all learning rates.
    init : {"auto", "random", "grid", "error", "contour"}, Scene or path
        Where the shapes start; ``"error"``: where the picture differs from its mean colour; ``"contour"``, for paths
        and polygons: as the regions of near-constant colour that the picture has, which may be fewer than `count`;
        ``"auto"``: as contours if the picture is flat art, so many contours leave out at most a fifth of what it shows
        beside its background, and other options allow it, without `target_psnr`, which may need more shapes than there
        are regions; else random.
        A scene of one layer of shapes, of the size of the picture, is what the fit starts from: then `kind`, `count`,
        `color` and `composite` follow from it, none are added or removed, and the filter is not wider at first. Its
        background is where that starts, if the picture is opaque; a transparent one is put on it. If a larger `count`
        is asked for, the scene, of any layers and with a background, stays as it is, and the other shapes are put on
        top of it, of the kind of its uppermost ones if none is asked for; not with `background`, `fixed`, `palette` or
        `symmetric`. A path is that of such a scene, .json or .svg. A drawing is scaled to the picture, and white if it
        has no background; to start from, its shapes become paths of one colour each.
    fixed : mapping
        Values that are held, by name: ``{"opacity": 1, "color": (1, 0.5, 0), "r": 3}``. Names are ``"color"``,
        ``"opacity"``, ``"background"``, parameters, and roles such as ``"position"`` and ``"length"``. Values are
        one for all shapes, in pixels of the picture, or if `init` is a scene one for each; None holds those of the
        scene. What two names say of a value must be the same. Not for meshes, nor with `symmetric`. If `init` is a
        scene, ``"mask"``, or a mask in place of the mapping, holds some of its values as they are: all of some shapes,
        by a bool array (N,) or their numbers, or any by a bool array (n,), see `sdfraster.Objective.where`.
    loss : str
        What is minimised: ``"mse"``, ``"mae"``, ``"huber"``, ``"charbonnier"``, ``"ssim"``, ``"ms_ssim"``,
        ``"gradient"``, ``"gradient_charbonnier"``, or a sum such as ``"mse + 0.2*ssim"``, see `value_and_grad`.
    delta : float
        Error at which Huber's and Charbonnier's losses become linear.
    weight : array_like, shape (H, W), a picture or None
        How much every pixel of the picture counts, at least 0; of a picture (a path, PIL image or array of channels)
        the brightness says so, whatever its colour profile. For a mesh, which is everywhere, at least a thousandth of
        the most.
    region : (x, y, width, height) or None
        A part of the picture, in pixels, that counts ten times as much as the rest, and so gets more of the shapes.
    regularizers : mapping
        Weights of terms that are added to the loss: ``"opacity"`` (opacities of 0 or 1), ``"size"`` (no shape below a
        pixel), ``"gamut"`` (colours from 0 to 1, which linear ones can leave), ``"overlap"`` (shapes side by side), and
        for paths and strokes ``"crossing"`` (outlines, or strokes, that do not cross themselves) and ``"curvature"``
        (gentle bends). A weight of 0.01 is one to start with. Meshes have ``"angle"`` instead (no sharp corners), 0.01
        if not given.
    filter, filter_radius
        Pixel filter of the result, see `render`. A fit starts with a wider one. If no radius is given it is 1 pixel.
    for_svg : bool
        Whether the scene is to be written as SVG: then the radius, if none is given, is the one whose pictures look as
        those of SVG renderers, 0.645 for the parabolic filter. It makes the SVG of a photograph some 0.1 dB closer.
    background : None, three numbers, str, or a picture
        Colour behind the shapes, from 0 to 1, or as CSS has it (``"white"``, ``"#ff8000"``); None lets the fit choose
        it. A picture with transparency is put on this colour, or on white for a mesh; with None it stays transparent.
        ``"linear"`` is a colour that slopes over the picture, which the fit chooses: the scene then has a lowest layer
        with one rectangle that reaches beyond the canvas. A picture (a path, PIL image or array of the size of the
        other) is what is known to be behind the shapes; the scene is transparent, to be put on it. Both not for meshes,
        contours, nor with `symmetric` or `palette`.
    target_psnr : float or None
        Decibels that are enough: then `count` is the most there may be, and the fit ends as soon as it has them, with
        fewer shapes if they do. One that has taken its steps without goes on, with more shapes as long as there may be.
    time_limit : float or None
        Seconds after which the fit ends; its schedule is cut to fit. If that is necessary, results depend on the
        machine. Contours are found completely, which takes some seconds for a photograph.
    palette : int, sequence of colours, or None
        The only colours of shapes and background: so many, found among those of a free fit, or those given
        (``"#ff8000"``, ``"navy"``, ``(1, 0.5, 0)``), without alpha. Shapes that are not opaque still mix them; of
        meshes only flat ones can have a palette.
    opaque : bool
        Whether every shape ends opaque, as faces of a mesh always are.
    symmetric : bool
        Whether shapes come in pairs that mirror each other at the vertical middle of the picture, so that `count` is
        even; not for meshes, nor with contours.
    size : int or None
        Pixels of the longer side of the copy on which a larger picture is fitted, whose shorter side keeps at least 16;
        the result has the size of the picture. None: as many as `count` shapes need, at least 400,000 in all and 1,000
        for each.
    device : {"cpu", "cuda", "auto"}
        Where to compute; ``"auto"`` takes the GPU if there is one and the picture is large enough for it to be faster.
        On the GPU losses other than per-pixel ones and regularisers are still computed on the CPU, and so are steps of
        L-BFGS, of meshes, and of fits with regularisers, `palette`, `opaque`, `symmetric` or `fixed`, which takes
        transfers; and the judgement which shapes are worth least.
    seed : int
        Seed of everything random. The same seed and device give the same bits.
    record : int
        Scenes of the search that the result keeps in its ``frames``, at most: at steps that lie ever further apart.
    """

    kind: str = DefaultText("circle")
    count: int = DefaultNumber(256)
    segments: int | None = None
    shade: str = "flat"
    composite: str = DefaultText("over")
    color: str = DefaultText(CONSTANT)
    stops: int = DefaultNumber(FEWEST)
    iterations: int | None = None
    optimizer: str = "adam"
    polish: int = 0
    rate: float = 1.0
    init: str | os.PathLike[str] | Scene = AUTO_INIT
    fixed: Mapping[str, Any] | ArrayLike = field(default_factory=dict, hash=False, compare=False)
    loss: str = "mse"
    delta: float = 0.1
    weight: PictureLike | None = field(default=None, compare=False)
    region: tuple[float, float, float, float] | None = None
    regularizers: Mapping[str, float] = field(default_factory=dict, hash=False)
    filter: str = "parabolic"
    filter_radius: float | None = None
    for_svg: bool = False
    background: Any = field(default=None, compare=False)
    target_psnr: float | None = None
    time_limit: float | None = None
    palette: int | str | Sequence[str | ArrayLike] | NDArray[Any] | None = None
    opaque: bool = False
    symmetric: bool = False
    size: int | None = None
    device: str = "cpu"
    seed: int = 0
    record: int = 0

    @property
    def color_rule(self) -> str:
        """Name of the rule of the colours of the shapes."""
        return f"{self.color} {self.stops}" if self.stops > FEWEST else self.color

    def __post_init__(self) -> None:
        check_init(self.init, (AUTO_INIT, *INITIALIZERS, CONTOUR))
        if not is_sloping(self.background) and not is_picture(self.background):
            object.__setattr__(self, "background", as_numbers("background", self.background))
        if self.given is not None:
            self._follow(self.given)
        if self.below is not None:
            self._go_on_top(self.below)
        check_whole("count", self.count, 1)
        check_whole("seed", self.seed, 0)
        check_whole("polish", self.polish, 0)
        check_whole("record", self.record, 0)
        if self.iterations is not None:
            check_whole("iterations", self.iterations, 0)
        for name in ("for_svg", "opaque", "symmetric"):
            check_flag(name, getattr(self, name))
        choose("kind", self.kind, (*kinds(), MESH))
        choose("shade", self.shade, SHADES)
        choose("composite", self.composite, COMPOSITES)
        choose("color", self.color, tuple(SHADINGS))
        check_stops(self)
        choose("optimizer", self.optimizer, (*OPTIMIZERS, *SEARCHES))
        if self.init == CONTOUR:
            check_contour(self)
        if self.kind == MESH:
            check_mesh(self)
        elif self.shade != "flat":
            raise ValueError(f"shade is for meshes, not for {self.kind}")
        if self.segments is not None:
            check_segments(self, self.segments)
        check_loss(self.loss, self.delta)
        check_regularizers(self.regularizers, self.kind)
        check_options(self.radius, self.filter)
        choose("device", self.device, (*DEVICES, AUTO))
        if self.size is not None:
            check_whole("size", self.size, 1)
        if self.region is not None:
            check_region(self)
        for name in ("target_psnr", "time_limit"):
            value = getattr(self, name)
            if value is not None:
                check_positive(name, value, 1e6)
        object.__setattr__(self, "fixed", as_mapping(self.fixed))
        if self.fixed:
            check_held(self)
        if self.held_background is not None:
            check_background(self.held_background)
        if is_sloping(self.background) or is_picture(self.background):
            check_behind(self)
        check_limits(self)
        check_squares(self)
        check_positive("rate", self.rate, 1e6)

    @property
    def given(self) -> Scene | None:
        """The scene whose shapes the fit starts from, if there is one."""
        return self.init if isinstance(self.init, Scene) and self.below is None else None

    @property
    def below(self) -> Scene | None:
        """The scene that the shapes are put on top of, if there is one."""
        return self.init if isinstance(self.init, Scene) and is_below(self.init, self.count) else None

    @property
    def held_background(self) -> Any:
        """The colour behind the shapes that is not for the fit to choose, if there is one."""
        return held_background(as_mapping(self.fixed), self.given, self.background)

    @property
    def settled(self) -> bool:
        """Whether the shapes start nearly where they belong: then none are added or removed."""
        return self.given is not None or self.init == CONTOUR

    @property
    def group(self) -> int:
        """Number of shapes that come and go together."""
        return 2 if self.symmetric else 1

    @property
    def radius(self) -> float:
        """Radius of the pixel filter in pixels."""
        if self.filter_radius is not None:
            return self.filter_radius
        return SVG_RADIUS[self.filter] if self.for_svg and self.filter in SVG_RADIUS else 1.0

    @property
    def steps(self) -> int:
        """Number of optimiser steps: as asked for, or as many as are worth their time for the kind."""
        if self.iterations is not None:
            return self.iterations
        if self.optimizer in SEARCHES:
            return SEARCHES[self.optimizer].steps
        if self.settled:
            return STEPS
        search = search_of(self.kind)
        return search.steps_of_many if self.count > MANY else search.steps

    @property
    def all_steps(self) -> int:
        """Number of steps in all, with the iterations of L-BFGS at the end.

        A fit that ends early takes fewer, and one for a PSNR may take more.
        """
        return self.steps + self.polish

    @property
    def plain(self) -> bool:
        """Whether what is minimised is the squared error and nothing else."""
        added = self.regularizers and self.kind != MESH  # the loss that a mesh reports is without its penalty
        return self.loss == "mse" and self.weight is None and self.region is None and not added

    def _go_on_top(self, scene: Scene) -> None:
        """Refuse what cannot be put on top of a scene; if no kind is asked for it is that of its uppermost shapes."""
        names = ("symmetric", "palette", "fixed")
        asked = {f"{name} {getattr(self, name)}": bool(getattr(self, name)) for name in names}
        asked |= {f"background {self.background}": self.background is not None, "kind mesh": self.kind == MESH}
        check_below(asked)
        upper = scene.layers[-1] if scene.layers else None
        if isinstance(self.kind, DefaultText) and isinstance(upper, Layer):
            object.__setattr__(self, "kind", DefaultText(upper.kind))

    def _follow(self, scene: Scene) -> None:
        """Take the options that follow from the scene that the fit starts from, or refuse others."""
        if self.background is not None:
            check_background(self.background)
        asked = {name: getattr(self, name) for name in following(scene)}
        check_given(scene, asked, self.background)
        if has_backdrop(scene):
            object.__setattr__(self, "background", LINEAR)
        for name in ("segments", "symmetric"):
            if getattr(self, name):
                raise ValueError(f"{name} is not for a scene as init, whose shapes are as they are")
        for name, value in following(scene).items():
            object.__setattr__(self, name, value)
