"""One level of the pyramid, with what a fit of shapes looks up in it."""

from __future__ import annotations

import numpy as np

from ...model.loss import LOSSES
from ...optim import SEARCHES
from ...prepared.targets import PreparedTarget
from ...scene import Scene
from ...shapes import Array
from ..initial import ColorSampler
from ..options import FitOptions
from ..pyramid import Level, enlarge, search_factor
from ..strategy import Pyramid
from .population import Population


class SearchLevel:
    """A level on which shapes are searched for.

    Parameters
    ----------
    base : Level
        The finest level of the fit.
    factor : float
        By how much pixels are larger than those of `base`.

    Attributes
    ----------
    picture : Level
        The picture with the larger pixels.
    target : PreparedTarget
        These pixels, for objectives.
    weight : ndarray, shape (H, W, 1)
        Their weights, which are ones if the picture has none.
    colors : ColorSampler
        Mean colours of parts of the picture.
    """

    def __init__(self, base: Level, factor: float) -> None:
        self._base, self.factor = base, factor
        self.picture = base.coarser(factor)
        image, weight = self.picture.image, self.picture.weight
        self.target, self.colors = PreparedTarget.of(image), ColorSampler(image)
        ones = np.ones((*image.shape[:2], 1), image.dtype)
        self.weight: Array = ones if weight is None else weight[..., None].astype(image.dtype)

    def on_base(self, scene: Scene) -> Scene:
        """Return a scene of this level in pixels of the finest one."""
        return enlarge(scene, self.factor, *self._base.canvas)

    def residual(self, shapes: Population, rho: float) -> Array:
        """Return what is drawn of the shapes less the picture (H, W, C)."""
        return shapes.objective.render(shapes.x, filter_radius=rho) - self.picture.image

    def squared_error(self, shapes: Population, rho: float) -> float:
        """Return the mean square of the residual."""
        error = self.residual(shapes, rho) ** 2 * self.weight
        return float(error.mean(dtype=np.float64) / self.weight.mean(dtype=np.float64))


def search_factors(picture: Level, options: FitOptions, strategy: Pyramid) -> list[float]:
    """Return by how much the pixels of every level are larger than those of the finest one, which comes last."""
    # a PSNR is that of the finest level, and the windows of losses of whole pictures count its pixels
    comparable = options.target_psnr is None and options.loss in LOSSES
    if options.settled or options.optimizer in SEARCHES or not comparable:
        return [1.0] * (len(strategy.until) + 1)
    size = picture.width, picture.height
    return [*(search_factor(*size, options.count, pixels, strategy) for pixels in strategy.pixels), 1.0]
