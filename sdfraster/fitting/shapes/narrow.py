"""What narrow shapes of a contour keep in a fit: their colour and opacity, and narrow parts of any shape their width.

Coverage comes from the distance to one side of a shape, and is too large where the other side is within the filter too.
A fit would make such shapes narrower and darker than they are, and other renderers would draw them too light.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...plan import ScenePlan
from ...regularizers.registry import RegularizedPlan
from ...scene import Scene
from ..strategy import NarrowShapes
from .rates import thickness
from .widths import Widths


class Narrow:
    """The narrow ones among the shapes of a layer, and the narrow parts of all.

    Parameters
    ----------
    scene : Scene
        The shapes as they start, its only layer.
    strategy : NarrowShapes
        How wide narrow ones are.

    Attributes
    ----------
    held : ndarray, shape (N,)
        Which shapes keep colour and opacity.
    """

    def __init__(self, scene: Scene, strategy: NarrowShapes) -> None:
        (layer,) = scene.layers
        self.held: NDArray[np.bool_] = thickness(layer) < strategy.held
        self._widths = Widths(layer, scene.width * scene.height, strategy.part)
        self._weight = strategy.stiffness

    def plan(self, plan: ScenePlan) -> ScenePlan:
        """Return a plan whose loss includes changes of width, if anything is narrow."""
        return RegularizedPlan(plan, [(self._weight, [self._widths])]) if len(self._widths) > 0 else plan
