"""How an animation runs: what it shows, how fast, how long and how large."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

SEARCH, BUILD, STILL = "search", "build", "none"
SHOWS = (SEARCH, BUILD, STILL)  # the shapes finding their places; the finished drawing, shape by shape; nothing moves
MEMORY = 4e9  # bytes that the pictures of an animation may take
FASTEST = 60.0  # pictures a second
LONGEST = 600.0  # seconds
LARGEST = 4096  # pixels


@dataclass(frozen=True)
class Film:
    """How an animation runs.

    Attributes
    ----------
    shows : {"search", "build", "none"} or None
        The search of a fit, or the finished drawing shape by shape. ``"none"``: formats that can be a picture are one.
        None: the search if there is one; if not, formats that can be a picture are one, and others show the drawing.
    fps : float
        Pictures a second.
    seconds : float
        How long it moves.
    hold : float
        Seconds for which the end is shown.
    loop : bool
        Whether it begins again.
    size : int
        Pixels of the longer side at most; larger pictures are drawn smaller.
    """

    shows: str | None = None
    fps: float = 20.0
    seconds: float = 4.0
    hold: float = 2.0
    loop: bool = True
    size: int = 640

    def __post_init__(self) -> None:
        if self.shows not in (None, *SHOWS):
            raise ValueError(f"shows must be one of {', '.join(SHOWS)}, not {self.shows!r}")
        _check("fps", self.fps, FASTEST)
        _check("seconds", self.seconds, LONGEST)
        if not 0.0 <= self.hold <= LONGEST:
            raise ValueError(f"hold must be from 0 to {LONGEST:g} seconds, not {self.hold}")
        if not (type(self.size) is int and 1 <= self.size <= LARGEST):
            raise ValueError(f"size must be a whole number of pixels up to {LARGEST}, not {self.size!r}")

        needed = 4.0 * self.size**2 * self.pictures
        if needed > MEMORY:
            gigabytes = needed / 1e9
            raise ValueError(
                f"an animation of {self.pictures:,} pictures of up to {self.size} x {self.size} pixels may take "
                f"{gigabytes:.1f} GB of memory, and {MEMORY / 1e9:g} are allowed; take fewer seconds or a smaller size"
            )

    @property
    def pictures(self) -> int:
        """Number of pictures, at least 2."""
        return max(2, round(self.fps * self.seconds))

    def searched(self) -> int:
        """Number of scenes of the search that it needs."""
        return self.pictures if self.shows in (None, SEARCH) else 0

    def moves(self, recorded: bool) -> bool:
        """Return whether a format that can be a picture, too, is an animation, of a fit that recorded its search."""
        return recorded if self.shows is None else self.shows != STILL


def _check(name: str, value: float, most: float) -> None:
    if not (isfinite(value) and 0.0 < value <= most):
        raise ValueError(f"{name} must be above 0 and at most {most:g}, not {value}")
