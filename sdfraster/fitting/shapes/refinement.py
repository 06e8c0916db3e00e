"""The end of a fit whose shapes are measurements: L-BFGS on the picture itself, however large it is.

A coarser level shows where shapes are, but not how large small ones are: see `docs/decisions/fit-pyramid.md`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...optim.search import Past
from ...prepared.targets import PreparedTarget
from ...scene import Scene
from ...shapes import Array
from ..options import CONTOUR, FitOptions
from ..progress import Progress
from ..pyramid import Level
from ..strategy import FitStrategy
from .narrow import Narrow
from .polish import Beginning, as_arrays, polish
from .population import Population
from .symmetry import symmetric


class Refinement:
    """The last steps of one fit of shapes.

    Parameters
    ----------
    scene : Scene
        What was found so far.
    picture : Level
        The picture on its own grid.
    options : FitOptions
        Of the fit.
    progress : Progress
        Told after every step.
    strategy : FitStrategy
        How the fit goes about it.
    state : dict, optional
        Of one that was ended, to go on where it was.
    """

    def __init__(
        self,
        scene: Scene,
        picture: Level,
        options: FitOptions,
        progress: Progress,
        strategy: FitStrategy,
        state: dict[str, Any] | None = None,
    ) -> None:
        self._options, self._picture, self._progress = options, picture, progress
        layer = scene.layers[-1]
        narrow = Narrow(scene, strategy.narrow) if options.init == CONTOUR else None
        self._shapes = Population(scene, options, picture, strategy.rates, narrow)
        if options.palette is not None:
            colors = layer.color if scene.background is None else np.vstack([layer.color, scene.background])
            self._shapes.paint_from(np.unique(colors, axis=0))
        if options.opaque:
            self._shapes.raise_opacity(1.0)
        self._start = self._best = np.array(self._shapes.x)
        self._least = np.inf
        self._past: Past | None = {} if progress.keeps else None
        if state is not None:
            self._best, self._least, self._past = state["best"], state["least"], state["past"]
        progress.expect_full_size()

    @property
    def state(self) -> dict[str, Any]:
        """What is known so far."""
        return {"best": self._best, "least": self._least, "past": as_arrays(self._past or {})}

    def run(self) -> None:
        """Take the steps."""
        options, shapes = self._options, self._shapes
        target = PreparedTarget.of(self._picture.image)
        last = Beginning(shapes.objective, shapes.limits, self._start, target, options.radius, shapes.scale)
        polish(last, options.polish, self._report, self._past)

    @property
    def scene(self) -> Scene:
        """The best scene so far."""
        return self._finished(self._best)

    def _report(self, x: Array, loss: float) -> None:
        """Note a finished step, and end the fit if it is time to."""
        if loss < self._least:
            self._best, self._least = x, loss
        progress = self._progress
        if progress.report(len(progress.history) + 1, loss, lambda: self._finished(x), len(self._shapes)):
            raise StopIteration

    def _finished(self, x: Array) -> Scene:
        """Return the scene of values, as it has to be in the end."""
        scene: Scene = self._shapes.objective.layout.scene(x)
        return symmetric(scene) if self._options.symmetric else scene
