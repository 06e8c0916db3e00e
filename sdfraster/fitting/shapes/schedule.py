"""How a fit changes with time.

The pixel filter starts wide, so that shapes feel edges from afar, and gets narrow, soon most of the way: evenly would
have 25 dB after twice the time and end within 0.1 dB, better or worse (nine circles on a flat drawing by 0.3 better).
Learning rates are held and fall only in the last tenth (falling from the start cost a prototype 0.3 dB). In between the
shapes breathe: some are added, small and large, all of them move for a while, and as many are removed, those without
which the error is least. What is new is so judged after it had its chance. The judgement has to be exact: with
estimates that were off by half 256 shapes ended 0.1 to 0.3 dB lower on the cat, and more steps brought little.

Shapes are found on a small copy of the picture, whose pixels the radii of the filter count, and only settle on the
picture itself. With 256 shapes that saves a third to a half of the time, for pictures of 400,000 pixels more. While the
filter is wide, still smaller copies do: another third of the time, and the same PSNR.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..progress import CHANGED

START_RADIUS = 6.0  # pixels, of the filter; with 2 triangles are 0.1 to 0.2 dB worse
START_RADIUS_OUTLINE = 2.0  # of paths and the like, which cost twice as much with 6, and are 0.2 dB worse
ANNEALED = 0.8  # share of the steps in which the filter gets narrow
COPIES = 0.2, 0.5, 0.88  # shares of the steps at which shapes see a larger copy of the picture; at last, all of it
HELD = 0.9  # share of the steps with full learning rates
LAST_RATE = 0.05  # factor at the end
CYCLES = 24  # of adding and removing in a fit, if each then has a number of steps
SHORTEST, LONGEST = 20, 55  # in this range
GROWN = 0.75  # share of the steps of a cycle in which the additional shapes are there


@dataclass(frozen=True)
class Schedule:
    """The course of a fit of so many steps; `done` is the share that is behind it, in steps or in time."""

    iterations: int
    final_radius: float
    start_radius: float = START_RADIUS
    settled: bool = False
    """Whether the shapes start nearly where they belong: the filter stays, and none are added."""

    @property
    def period(self) -> int:
        """Steps of a cycle."""
        return min(max(self.iterations // CYCLES, SHORTEST), LONGEST)

    @property
    def generations(self) -> int:
        """How many times shapes are added, at least 1."""
        return max(1, int(CHANGED * self.iterations) // self.period - 1)

    def copy(self, done: float) -> int:
        """Return which copy of the picture shapes see, from the smallest, 0, to the picture itself, len(COPIES)."""
        return sum(done >= until for until in COPIES)

    def radius(self, done: float, coarseness: float = 1.0) -> float:
        """Return the filter radius, falling to the result's, on a copy with pixels so much larger than the last's."""
        extra = 0.0 if self.settled else max(0.0, self.start_radius - self.final_radius)
        return self.final_radius + extra * max(0.0, 1.0 - done / ANNEALED) ** 3 / coarseness

    def rate(self, done: float) -> float:
        """Return the factor on the learning rates."""
        rate: float = LAST_RATE ** max(0.0, (done - HELD) / (1.0 - HELD))
        return rate

    def grown(self, step: int, done: float) -> bool:
        """Return whether there are additional shapes."""
        return not self.settled and done < CHANGED and step >= self.period and step % self.period < GROWN * self.period

    def opacity_floor(self, done: float) -> float:
        """Return the lowest opacity of shapes that must be opaque in the end."""
        return min(1.0, done / ANNEALED)
