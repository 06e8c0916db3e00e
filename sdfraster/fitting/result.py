"""What a fit found, and how close it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..io.digits import PRECISION
from ..lazy import Lazy
from ..mesh import MESH, Mesh
from ..metrics import psnr
from ..objective import Objective
from ..pictures.files import on_background
from ..record import Frame
from ..scene import Scene
from ..shapes import Array
from ..uncertainty import Uncertainty
from .backdrop import picture_behind
from .fixed import held_places
from .options import FitOptions

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class FitResult:
    """What a fit found.

    Attributes
    ----------
    scene : Scene
        The shapes.
    image : ndarray, shape (H, W, 3) or (H, W, 4)
        The scene as drawn with the filter of the options, not clamped; (H, W, 4) is premultiplied.
    history : ndarray, shape (steps, 4)
        A row for every step. Column 0, ``loss``: before the step, without unit. Column 1, ``seconds``: since the start,
        after the step. Column 2, ``psnr``: before the step, in dB; NaN if the loss is not the squared error alone.
        Column 3, ``count``: number of shapes, or of faces of a mesh. Loss and PSNR are those of that moment: on a level
        of the pyramid, which is coarser at first, and with a filter that is wider.
    psnr : float
        Peak signal-to-noise ratio between the image, clamped to 0..1, and the picture, in dB.
    ssim : float
        Structural similarity between them, up to 1.
    seconds : float
        Time the fit took.
    options : FitOptions
        What was asked for, with the device that was taken.
    interrupted : bool
        Whether the fit was ended early by Ctrl-C.
    target : ndarray, shape (H, W, 3) or (H, W, 4)
        The picture, as the scene is compared with it.
    frames : tuple of Frame
        Moments of the search: ``iteration``, ``seconds``, ``loss``, ``psnr``, and the ``scene`` as it was, in pixels of
        the picture. None, unless `FitOptions` asks for some with ``record``.
    weight : ndarray, shape (H, W), or None
        How much every pixel of the picture counts; None if all do the same.
    """

    scene: Scene
    image: Array
    history: Array
    psnr: float
    ssim: float
    seconds: float
    options: FitOptions
    interrupted: bool
    target: Array = field(repr=False)
    frames: tuple[Frame, ...] = field(default=(), repr=False)
    weight: Array | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        return f"FitResult({self.scene!r}: {self.summary})"

    @property
    def summary(self) -> str:
        """How close it is, in a few words."""
        return f"{self.psnr:.2f} dB, SSIM {self.ssim:.3f}, {self.iterations} steps in {self.seconds:.1f} s"

    @property
    def iterations(self) -> int:
        """Number of steps that were taken."""
        return len(self.history)

    def _repr_html_(self) -> str:
        """Return what notebooks show: the picture, what was found, and how close it is."""
        from ..io.notebook import html_of

        return html_of([("target", self.target), ("result", self.image)], self.summary)

    @Lazy
    def svg_psnr(self) -> float:
        """PSNR of the scene's SVG in dB, as resvg draws it at the size of the picture; computed when first asked for.

        No renderer is needed: numbers, colours, samples of coverage and sums are rounded as in the file and in resvg.
        Its picture has this PSNR as a rule within 0.1 dB; of meshes with colours of vertices within 0.4, and
        of strokes, whose curves it draws coarsely, within 1.5.
        """
        return self.psnr_as_svg(PRECISION)

    def psnr_as_svg(self, precision: int) -> float:
        """Return the same of an SVG with so many digits after the point of its coordinates."""
        from ..svg_picture import svg_picture

        drawn, behind = svg_picture(self.scene, precision), picture_behind(self.options.background)
        return psnr(drawn if behind is None else on_background(drawn, behind), self.target)

    @Lazy
    def worth(self) -> NDArray[np.float64]:
        """By how many dB the PSNR falls without each shape (N,), all else as it is; computed when first asked for."""
        from ..worth import worth

        behind = picture_behind(self.options.background)
        return worth(self.scene, self.target, self.options.radius, self.options.filter, behind)

    def plot(self, x: str = "steps", what: str | None = None, axes: Axes | None = None) -> Axes:
        """Draw a chart of the history with Matplotlib, which comes with the extra ``plot``.

        Parameters
        ----------
        x : {"steps", "seconds"}
            What is to the right.
        what : {"psnr", "loss", "count"}, optional
            What is upwards; by default the PSNR, or the loss if there is no PSNR.
        axes : matplotlib.axes.Axes, optional
            Where to draw; by default in a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            Those that were drawn into; their ``figure`` can be saved.

        Raises
        ------
        ModuleNotFoundError
            If Matplotlib is not installed.
        ValueError
            If `x` or `what` is something else, or the fit has no steps, or not what is asked for.
        """
        from ..io.chart import draw

        drawn: Axes = draw({"the fit": self.history}, axes, x, what)
        return drawn

    def uncertainty(self, noise: float | None = None) -> Uncertainty:
        """Return how well the values of the scene are known, if it is what a picture with noise shows.

        Parameters
        ----------
        noise : float, optional
            Standard deviation of the values of the picture, in units of colour; by default it is estimated from what is
            left of it.

        Returns
        -------
        Uncertainty
            Covariance and standard errors, and what the picture does not determine: that of an objective, see
            `sdfraster.Objective.uncertainty`. What the fit held has no error.

        Raises
        ------
        ValueError
            If the fit was one of a mesh, of pairs, of shapes on top of a scene, or of a loss that is no squared error.
        """
        options = self.options
        others = {"a mesh": options.kind == MESH, "symmetric": options.symmetric}
        others["shapes on top of init"] = options.below is not None
        what = next((name for name, contradicted in others.items() if contradicted), None)
        if what is not None:
            raise ValueError(f"uncertainty is for shapes that move freely, not for a fit with {what}")
        objective = Objective(
            self.scene,
            self.target,
            options.loss,
            weight=self.weight,
            filter=options.filter,
            filter_radius=options.radius,
            regularizers=options.regularizers,
            behind=picture_behind(options.background),
        )
        held = held_places(options, objective.scene(objective.x))
        return objective.free(~held).uncertainty(objective.x, noise)

    @property
    def mesh_quality(self) -> dict[str, Any] | None:
        """Of a mesh: ``inverted`` faces, ``min_angle``, ``angle_1_percent``, ``areas``, ``area_histogram``."""
        mesh = self.scene.layers[0]
        if not isinstance(mesh, Mesh):
            return None
        from .mesh.triangulation import summary

        return summary(mesh.vertices, mesh.faces)
