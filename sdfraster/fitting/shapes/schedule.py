"""How a fit of shapes changes with time.

The pixel filter starts wide, so that shapes feel edges from afar, and narrows soon. Learning rates are held, and fall
at the end. In cycles some shapes are added, all move for a while, and as many are removed: those without which the
error grows least. So new shapes are judged after they had their chance. Shapes are found on coarse levels of the
pyramid, in whose pixels the filter is measured, and settle on the finest one. What each of these is worth is in
`docs/decisions`: `fit-annealing.md`, `fit-growth.md` and `fit-pyramid.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..strategy import FitStrategy


@dataclass(frozen=True)
class Schedule:
    """The course of a fit of so many steps; `done` is the share of it that is over, in steps or in time."""

    iterations: int
    final_radius: float
    strategy: FitStrategy
    settled: bool = False
    """Whether the shapes start nearly where they belong: the filter stays, and none are added."""

    @property
    def period(self) -> int:
        """Steps of a cycle."""
        growth = self.strategy.growth
        return min(max(self.iterations // growth.cycles, growth.shortest), growth.longest)

    @property
    def generations(self) -> int:
        """How many times shapes are added, at least 1."""
        return max(1, int(self.strategy.growth.until * self.iterations) // self.period - 1)

    def level(self, done: float) -> int:
        """Return the number of the level, from 0, the coarsest."""
        return sum(done >= until for until in self.strategy.pyramid.until)

    def radius(self, done: float, coarseness: float = 1.0) -> float:
        """Return the filter radius on a level whose pixels are so much larger than those of the last coarse one."""
        annealing = self.strategy.annealing
        extra = 0.0 if self.settled else max(0.0, annealing.start_radius - self.final_radius)
        return self.final_radius + extra * max(0.0, 1.0 - done / annealing.narrowed) ** 3 / coarseness

    def rate(self, done: float) -> float:
        """Return the factor on the learning rates."""
        annealing = self.strategy.annealing
        rate: float = annealing.last_rate ** max(0.0, (done - annealing.held) / (1.0 - annealing.held))
        return rate

    def grown(self, step: int, done: float) -> bool:
        """Return whether there are additional shapes."""
        growth, period = self.strategy.growth, self.period
        changing = not self.settled and growth.share > 0.0 and done < growth.until
        return changing and step >= period and step % period < growth.present * period

    def opacity_floor(self, done: float) -> float:
        """Return the lowest opacity of shapes that must be opaque in the end."""
        return min(1.0, done / self.strategy.annealing.narrowed)
