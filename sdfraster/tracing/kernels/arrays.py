"""The arrays that kernels work on, by name: a tuple for what belongs together.

Sizes in the comments: N points, cracks or pixels, (H, W) pixels of the picture or of a window, R regions, L loops, M
places that may be knots, K pieces of curves, Z their numbers; MOST is that of `pieces`. What has no dtype there is
float64.

All are here, those too that the rest of the package uses: machine code on disk depends on which field is where, and is
compiled again if a file of this folder changes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Curve(NamedTuple):
    """A closed curve of K pieces; piece k leads from node k to node k + 1."""

    line: NDArray[np.bool_]  # (K,): pieces that are straight
    smooth: NDArray[np.bool_]  # (K,): nodes without a corner
    x: NDArray[np.int64]  # (K,): place in z of a node's x; level lines share one
    y: NDArray[np.int64]  # (K,)
    angle: NDArray[np.int64]  # (K,): place of the direction of a smooth node between cubics, else NONE
    leave: NDArray[np.int64]  # (K,): place of the length of a cubic's first handle, at a corner of its x and y; or NONE
    arrive: NDArray[np.int64]  # (K,): of its second handle
    z: NDArray[np.float64]  # (Z,): the free numbers

    @property
    def pieces(self) -> int:
        """Return the number of pieces."""
        return len(self.line)

    def taken(self, pieces: NDArray[Any]) -> Curve:
        """Return a curve of some pieces of this one, by their places or by a mask; its numbers are the same."""
        line, smooth, x, y, angle, leave, arrive, z = self
        return Curve(
            line[pieces], smooth[pieces], x[pieces], y[pieces], angle[pieces], leave[pieces], arrive[pieces], z
        )


class Layout(NamedTuple):
    """K pieces that follow from numbers: closed curves, one after the other, or a primitive in a frame of its own.

    A primitive's numbers are its centre, its angle and L lengths; the control points in its frame are linear in these.
    """

    before: NDArray[np.int64]  # (K,): the piece before each; those of a curve lead round
    after: NDArray[np.int64]  # (K,)
    line: NDArray[np.bool_]  # (K,), and further on: see `Curve`; those below are not used of a primitive
    smooth: NDArray[np.bool_]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    angle: NDArray[np.int64]
    leave: NDArray[np.int64]
    arrive: NDArray[np.int64]
    frame: NDArray[np.float64]  # (K, 4, 2, L): control points in the frame by lengths; of curves L is 0
    moving: NDArray[np.int64]  # the numbers of a primitive that may change
    z: NDArray[np.float64]  # (Z,)


class Derived(NamedTuple):
    """Control points of a layout and their derivatives."""

    control: NDArray[np.float64]  # (K, 4, 2), out
    columns: NDArray[np.int64]  # (K, MOST), out: places in z of the numbers that a piece depends on
    values: NDArray[np.float64]  # (K, MOST, 8), out: derivative of the control points of a piece by them
    used: NDArray[np.int64]  # (K,), out: how many of a piece count


class RegionArrays(NamedTuple):
    """The regions of a picture, see `Regions`."""

    labels: Any  # (H, W) int32: region of every pixel
    pure: Any  # (H, W) bool: pixels that are no mixture
    models: Any  # (R, 3, 4): offset and slopes of the colour of every region
    flat: Any  # (R,) bool: whether it has no slopes


class Cracks(NamedTuple):
    """The cracks of all loops, one loop after the other."""

    x: Any  # (N,) int64, out: start
    y: Any  # (N,) int64, out
    direction: Any  # (N,) int64, out: see `cracks`
    loop: Any  # (N,) int64, out
    left: Any  # (N,) int64, out: region on the left


class Loops(NamedTuple):
    """The loops of all regions."""

    start: Any  # (L + 1,) int64, out: first crack of every loop
    region: Any  # (L,) int64, out: on the right of the cracks


class EdgePoints(NamedTuple):
    """Where the edge crosses the row or column of every crack."""

    at: Any  # (N, 2), out
    between: Any  # (N, 2), out: where the share passes one half between both pixels; less exact, but of any crack
    good: Any  # (N,) int8, out: 3 at the frame of the picture; 2 if both sides have pure pixels, 1 if the region is
    # thinner than that, 0 if there is no telling


class Sides(NamedTuple):
    """The cracks of one region."""

    across: Any  # (N,) int64: the other region
    corner: Any  # (N, 2) int64: start, in the window
    way: Any  # (N, 2) int64: from there to the end


class Shares(NamedTuple):
    """How much of every pixel of a window a region has."""

    left: Any  # int64: first column and
    top: Any  # int64: first row of the window
    share: Any  # (H, W), in and out
    rest: Any  # (H, W), in and out: squared distance of the colour from the mixture


class Explained(NamedTuple):
    """Mixed pixels as mixtures of inks."""

    first: Any  # (N,) int64, out: the ink that the pixel has most of, -1 if there is none
    share: Any  # (N,), out: of that ink
    rest: Any  # (N,), out: distance of the colour from the mixture
    ground: Any  # (N, 4), out: colour of that ink nearby
    many: Any  # (N,) int64, out: how many inks there are


class ClosedBorder(NamedTuple):
    """The points of a closed border."""

    x: Any  # (N,)
    y: Any  # (N,)
    s: Any  # (N + 1,): length of the way to every point, and of the whole border
    stop: Any  # (N,) bool: points at corners that are known


class OpenBorder(NamedTuple):
    """The points of a border from one corner to the next."""

    x: Any  # (N,)
    y: Any  # (N,)
    smooth: Any  # (N, 2): the same without noise
    ways: Any  # (N, 3): angle of the tangent, by a window around each point, before it and after it


class Limits(NamedTuple):
    """What a chain of pieces may be like."""

    cubic: Any  # largest distance of a point from a cubic, in pixels
    line: Any  # and from a line
    worth: Any  # of a squared distance, in numbers of a drawing


class Chains(NamedTuple):
    """The cheapest chains to all places that may be knots, by the kind of their last piece."""

    cost: Any  # (M, 4), out
    back: Any  # (M, 4) int64, out: the place before
    kind: Any  # (M, 4) int64, out: kind of the piece before
    line: Any  # (M,) bool, out: whether a line may follow a cubic there


class Straight(NamedTuple):
    """A line that is fitted to points."""

    worst: Any  # distance of a point
    square: Any  # sum of squared distances
    ux: Any  # from the start to the end
    uy: Any


class Equations(NamedTuple):
    """The normal equations of the squared distances of points from a curve."""

    off: Any  # (N,), out: signed distances
    normal: Any  # (Z, Z), out, 0 before
    right: Any  # (Z,), out, 0 before


class Some(NamedTuple):
    """Some pieces of curves."""

    line: Any  # (K,) bool: pieces that are straight, of all
    pieces: Any  # (k,) int64: those in question
    free: Any  # (Z,) int64: the column of every number, NONE if it stays


class Goal(NamedTuple):
    """What curves should cover."""

    share: Any  # (H, W)
    counts: Any  # (H, W): root of the weight of a pixel


class Normal(NamedTuple):
    """The normal equations of the errors of pixels, by the free numbers."""

    normal: Any  # (F, F), out: its upper half
    right: Any  # (F,), out
    columns: Any  # (F,) int64: scratch


class Steps(NamedTuple):
    """Scratch of steps: where they start, and what they solve."""

    z: Any  # (Z,)
    normal: Any  # (F, F)
    right: Any  # (F,)
    factor: Any  # (F, F)
    step: Any  # (F,)
    row: Any  # (3,)


class Limited(NamedTuple):
    """When steps stop."""

    rounds: Any  # int64: of steps; 0 for the sums alone
    hopeless: Any  # an error at the start with which no step is worth its time


class Bit(NamedTuple):
    """Scratch: a straight bit of a piece."""

    weights: Any  # (4,): of the control points where it ends
    slopes: Any  # (MOST, 4): derivative of x and y where it starts, and where it ends, by free numbers
    number: Any  # (MOST,) int64: which numbers of the piece these are
    column: Any  # (MOST,) int64: and which columns


class Cover(NamedTuple):
    """What curves cover of the pixels of a window."""

    left: Any  # int64: first column and
    top: Any  # int64: first row of the window
    place: Any  # (H, W) int32, out: row of the Jacobian of every pixel, -1 where no piece touches; or (H, 0)
    sums: Any  # (H, W + 2), out: what to add up along rows
    jacobian: Any  # (pixels, F), out: derivative of the area of those pixels by free numbers; without rows, none
    marked: Any  # (H, B) bool, out, True before: blocks of pixels of a row that pieces touch
    bit: Any  # `Bit`


class Covering(NamedTuple):
    """Pieces of a layout, what they should cover, and what they do."""

    some: Any  # `Some`: which pieces, and which numbers are free
    of: Any  # `Derived`, out: the pieces
    cover: Any  # `Cover`, out
    goal: Any  # `Goal`
    even: Any  # (H, B, 3), out: of blocks of pixels of a row, the weights, these times shares, and times their squares
    sums: Any  # `Normal`, out


class Stretch(NamedTuple):
    """What of a straight bit of a curve is in one pixel."""

    share: Any  # where its middle is, from the start of the bit, 0, to its end, 1
    dx: Any
    dy: Any


class Nearest(NamedTuple):
    """Distances of places from the nearest ones of a curve, or of the outline of a shape."""

    distance: Any  # (N,), out
    normal: Any  # (N, 2), out: direction away from there
    rows: Any  # (N, Z), out, 0 before: derivative of the distance by the numbers of the curve


class Whole(NamedTuple):
    """A closed curve, changes of which are tried."""

    curve: Any  # `Layout`
    made: Any  # `Derived`
    uses: Any  # (Z,) int64: how many pieces depend on every number
    within: Any  # (4,): the least x and y that it may reach, and the largest


class Wanted(NamedTuple):
    """What a shape has to cover, what it does, and how exactly."""

    left: Any  # int64: first column and
    top: Any  # int64: first row of the window
    goal: Any  # `Goal`
    share: Any  # (H, W): what it covers
    tolerance: Any  # largest distance of a curve, in pixels
    worth: Any  # of a squared distance, in numbers of a drawing


class Draft(NamedTuple):
    """A changed curve, with room for more of everything: see `changes`. Of what counts one number, the first is it."""

    layout: Any  # `Layout`, out
    made: Any  # `Derived`, out: of pieces that are new
    starts: Any  # (MOST_STARTS, Z), out: what its numbers may be at first
    pieces: Any  # (1,) int64, out: how many it has
    numbers: Any  # (1,) int64, out
    starts_used: Any  # (1,) int64, out
    old: Any  # (1 + MOST_PIECES,) int64, out: how many pieces of the curve are gone, and which
    new: Any  # (1 + MOST_PIECES,) int64, out: how many are there instead, and which


class Drafts(NamedTuple):
    """What is being tried, and the best so far."""

    now: Any  # `Draft`
    best: Any  # `Draft`, out
    window: Any  # (4,) int64, out: first and last row and column that the best differs in
    share: Any  # (H W,), out: what its shape covers there


class Scratch(NamedTuple):
    """Scratch of trials; what is flat has room for the largest window and the longest change."""

    box: Any  # (4,)
    window: Any  # (4,) int64
    row: Any  # (3,)
    bit: Any  # `Bit`
    here: Any  # (Z,) int64
    gone: Any  # (Z,) int64
    free: Any  # (Z,) int64
    columns: Any  # (Z,) int64
    z: Any  # (Z,)
    numbers: Any  # (3 Z,)
    normal: Any  # (3 Z Z,)
    place: Any  # (H W,) int32
    sums: Any  # (H (W + 2),)
    marked: Any  # (H B,) bool
    even: Any  # (3 H B,)
    rest: Any  # (H W,)
    goal: Any  # (H W,)
    counts: Any  # (H W,)
    jacobian: Any  # (pixels F,)


class Laid(NamedTuple):
    """What a shape covers, in a window of h by w pixels of a picture, and its colours."""

    left: Any  # int64: first column and
    top: Any  # int64: first row of the window
    share: Any  # (h, w)
    color: Any  # (h, w, 4): premultiplied, where it covers all; (1, 1, 4) if it is the same everywhere


class Above(NamedTuple):
    """What the shapes above one do to it in its window: its colour times `through`, and `light`."""

    through: Any  # (h, w)
    light: Any  # (h, w, 4)


class Bins(NamedTuple):
    """Bins of N numbers that come with colours; B of them."""

    index: Any  # (N,) int64, out: the bin of every number
    count: Any  # (B,), out
    middle: Any  # (B,), out: the mean of the numbers
    square: Any  # (B,), out: the sum of their squares about that
    mean: Any  # (B, C), out: of the colours
    slope: Any  # (B, C), out: by which these change with the number


class OutlinePoints(NamedTuple):
    """Points of an outline."""

    x: Any  # (N,)
    y: Any  # (N,)
    nx: Any  # (N,): normal
    ny: Any  # (N,)
    seen: Any  # (N,) bool: whether the pixel there tells
    start: Any  # (S + 1,) int64: first points of stretches in which the next point is near, and N
    gap: Any  # pixels to the next point there, at most


class Telling(NamedTuple):
    """Which pixels of a window tell."""

    left: Any  # int64: first column and
    top: Any  # int64: first row of the window
    counts: Any  # (H, W): above 0


class Matches(NamedTuple):
    """The points of an outline that are nearest to the images of its points, or of some of these."""

    nearest: Any  # (N,) int64, out
    far: Any  # (N,), out: how far
    off: Any  # (N,), out: the same across the outline
    tells: Any  # (N,) bool, out: whether the pixels there, and at the image, tell
    counts: Any  # (N,) bool, out: whether these are also near each other
