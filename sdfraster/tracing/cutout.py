"""Shapes that abut exactly, for plotters and vinyl: nothing lies beneath anything, and neighbours share their borders.

Regions are taken from the top of the paint order down. What of its border is new follows the pixels, in as few nodes as
can be, and is cut where other borders end on it; from then on it is settled, and the region on the other side has the
same curves, the other way. So a border that runs straight on past others is one smooth curve, and the others end on it.
At the end all of them move together.
Numbers are whole steps of a millionth of a pixel: sums are exact, and both sides have the same ones to the last bit.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..drawing.contour import Contour, joined, line
from .borders import Loop
from .chains import Corner, Use, end_of, find_chains, find_meetings, start_of
from .corners import find_runs
from .curves import Curve, Derived, derived, make_curve
from .drawing import Shape
from .enclosed import enclosed, target_around
from .fitting import Tolerance, ends_of, fit_curve, fit_polygon
from .gradients import Paint, flat_paint
from .kernels.arrays import Some
from .kernels.pieces import NONE
from .outlines import Outline, find_outline, told
from .palette import Pixels
from .planar import together
from .quarters import outlined
from .recognise import Found, recognise
from .refine import Target, covered, find_target, missed, refined
from .removal import fewer_nodes
from .runs import Run
from .shapes import COARSE, ROUGH, Plan, covers, curve_along, is_right, is_tiny, paint_of, path_along, price, runs_along
from .splitting import find_cuts, split

STEP = 2.0**-20  # pixels
FEWEST = 2  # points that tell of a border between two junctions
STRAIGHT = 0.88  # cosine of the angle by which a border turns at a junction that is no corner of it: 0.5 radians
SWEEPS = 2  # in which nodes go, and others are put where ends of what is a few pixels wide look like tips
WAY = 3  # cracks before and after a junction that tell where a loop runs there


class Part(NamedTuple):
    """What is new of a loop: all of it, or what is between two junctions that are settled."""

    loop: Loop
    uses: list[Use]
    whole: bool
    simple: bool = False  # whether it is a primitive

    @property
    def corners(self) -> list[Corner]:
        """Where its chains begin, and where the last one ends if it is not the whole loop."""
        starts = [start_of(self.loop, use) for use in self.uses]
        return starts if self.whole else [*starts, end_of(self.loop, self.uses[-1])]


def cut_shapes(plan: Plan) -> list[Shape]:
    """Return the shapes of all regions that are painted, none of which covers anything of another."""
    borders = _Borders(plan)
    order = [int(region) for region in np.argsort(plan.rank, kind="stable") if plan.rank[region] >= 0]
    for region in reversed(order):
        borders.settle(region)
    borders.move(order)
    return [borders.shape_of(region) for region in order]


class _Borders:
    """The borders of a picture, and which of them are settled."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._chains = find_chains(plan.regions.labels, plan.loops)
        self._meetings = find_meetings(self._chains)
        self._places: dict[Corner, Pixels] = {}  # of junctions that are settled
        self._settled: dict[int, Contour] = {}  # chains
        self._alone: dict[int, Found] = {}  # regions in primitives beside which nothing is drawn
        self._paints: dict[int, Paint] = {}
        self._parts: list[Part] = []  # what is settled, in order
        self._frame: list[Part] = []  # of the picture
        self._nothing = np.zeros(len(plan.regions.ink), bool)  # of the regions is hidden
        for loop, uses in zip(self._chains.loops, self._chains.uses, strict=True):
            for use in uses:
                if self._chains.framed[use.chain]:
                    first, last = start_of(loop, use), end_of(loop, use)
                    for corner in (first, last):
                        self._places[corner] = _even(self._meetings[corner].place)
                    self._settled[use.chain] = line(self._places[first], self._places[last])
                    self._frame.append(Part(loop, [use], False))

    def shape_of(self, region: int) -> Shape:
        """Return the shape of a region of which all is settled; a primitive if it shares no border with another."""
        paint = self._paint(region)
        curves = [
            _curve(joined([self._contour(use) for use in uses]))
            for loop, uses in zip(self._chains.loops, self._chains.uses, strict=True)
            if loop.region == region
        ]
        if len(curves) == 1 and region in self._alone:
            return Shape(*self._alone[region], [], paint)
        return Shape("path", None, curves, paint)

    def settle(self, region: int) -> None:
        """Find the curves of what is new of the border of a region."""
        plan = self._plan
        loops = [loop for loop in self._chains.loops if loop.region == region]
        target = find_target(region, plan.pixels, plan.regions, loops, self._nothing)
        known = np.zeros(target.share.shape)  # what of the pixels is covered by what does not move any more
        free: list[_Free] = []
        for loop, uses in zip(self._chains.loops, self._chains.uses, strict=True):
            if loop.region != region:
                continue
            self._settle_simple(loop, uses)
            for part in self._new(loop, uses):
                if part.whole or len(self._told(part)) >= (1 if loop.square else FEWEST):
                    free.append(self._free(part))
                else:
                    self._keep(part, line(*self._ends(part)))
            moving = [item.part for item in free if item.part.loop is loop]
            if not (moving and moving[0].whole):
                known += _covered(joined(self._with_chords(loop, uses, moving)), target)
        if free:
            target = target._replace(share=target.share - known)
            for item, curve in zip(free, _fitted(free, target, plan.limits), strict=True):
                self._keep(item.part, _contour(curve, item.part.whole))

    def move(self, painted: list[int]) -> None:
        """Move all borders together to what the picture shows of the regions that are painted."""
        paints = {region: self._paint(region) for region in painted}
        parts = [*self._parts, *self._frame]
        moved = together([self._run(part) for part in parts], paints, self._plan.pixels)
        for use in (use for part in parts for use in part.uses):
            contour = moved[use.chain]
            contour = contour.through(_even(contour.points))
            self._settled[use.chain] = contour if use.forward else contour.reversed()

    def _run(self, part: Part) -> Run:
        """Return a part as it is settled."""
        outer = [int(part.loop.across[use.cracks[0]]) for use in part.uses]
        contours = [self._contour(use) for use in part.uses]
        chains = [use.chain for use in part.uses]
        return Run(chains, contours, part.corners, part.loop.region, outer, part.whole, part.simple)

    def _paint(self, region: int) -> Paint:
        """Return the paint of a region."""
        if region not in self._paints:
            self._paints[region] = paint_of(region, self._plan)
        return self._paints[region]

    def _new(self, loop: Loop, uses: list[Use]) -> list[Part]:
        """Return the parts of a loop that are not settled."""
        fresh = [use.chain not in self._settled for use in uses]
        cuts = [k for k, use in enumerate(uses) if start_of(loop, use) in self._places]
        if not cuts:
            return [Part(loop, uses, True)] if all(fresh) else []
        parts = []
        for first, last in zip(cuts, [*cuts[1:], cuts[0] + len(uses)], strict=True):
            which = [k % len(uses) for k in range(first, last)]
            if fresh[which[0]]:
                parts.append(Part(loop, [uses[k] for k in which], False))
        return parts

    def _settle_simple(self, loop: Loop, uses: list[Use]) -> None:
        """Settle a loop if a primitive runs along it, else its corners at junctions."""
        new = self._new(loop, uses)
        if new and new[0].whole:
            points = told(loop, np.zeros(len(loop.across), bool)).sure
            found = recognise(points, self._plan.limits.noise)
            if found is not None and self._is_simple(loop, found):
                if loop.area > 0.0 and self._plan.regions.clear[loop.across].all():
                    self._alone[loop.region] = found
                self._keep(
                    new[0]._replace(simple=True), outlined(found) if loop.area > 0.0 else outlined(found).reversed()
                )
                return
        for before, after in pairwise([uses[-1], *uses]):
            meeting = self._meetings.get(start_of(loop, after))
            if meeting is not None and {before.chain, after.chain} <= {*meeting.ways}:
                turned = meeting.ways[before.chain] @ meeting.ways[after.chain]
                if turned > -STRAIGHT:
                    self._places.setdefault(start_of(loop, after), _even(meeting.place))

    def _is_simple(self, loop: Loop, found: Found) -> bool:
        """Return whether a primitive is what a loop goes around, and no path would be worth its numbers."""
        plan = self._plan
        inside = enclosed(loop, plan.regions.labels.shape)
        if not covers(found, inside, np.zeros_like(inside)):
            return False
        target, paint = target_around(loop, inside, plan.pixels, plan.regions), flat_paint(np.zeros(4))
        error = missed(Shape(found.kind, found.params, [], paint), target)
        outline = self._outline(loop)
        if is_right(error, outline):
            return True
        signed = target if loop.area > 0.0 else target._replace(share=-target.share)  # holes run the other way
        cost = path_along([outline], [runs_along(outline, plan.limits)], signed, paint, plan.limits)[1]
        return cost >= len(found.params) + plan.limits.worth * float((error**2).sum())

    def _outline(self, loop: Loop) -> Outline:
        """Return what to follow of a loop, of which all is seen."""
        outline = find_outline(loop, self._nothing, np.zeros_like(self._plan.regions.pure))
        assert outline is not None  # as nothing is hidden
        return outline

    def _free(self, part: Part) -> _Free:
        """Return the curve along a part that pixels tell of."""
        limits = self._plan.limits
        if part.whole:
            outline = self._outline(part.loop)
            curve = curve_along(outline, limits)
            return _Free(part, curve, fit_polygon(outline.points, limits) if is_tiny(outline) else curve)
        first, last = self._ends(part)
        points = np.concatenate([[first], self._told(part), [last]])
        fixed = np.full(len(points), part.loop.square)
        fixed[[0, -1]] = True
        if not told(part.loop, np.zeros(len(part.loop.across), bool)).exact:
            limits = limits.loosened(COARSE)
        runs = find_runs(points, fixed, ROUGH * limits.noise)[:-1]  # the last one leads back
        curve = fit_curve(runs, limits, closed=False, held=True).curve
        return _Free(part, curve, curve)

    def _told(self, part: Part) -> Pixels:
        """Return the points that pixels tell of a part between two junctions."""
        points, use, _, _ = told(part.loop, np.zeros(len(part.loop.across), bool))
        cracks = np.concatenate([use.cracks for use in part.uses])
        found: Pixels = points[cracks[use[cracks]]]
        return found

    def _ends(self, part: Part) -> tuple[Pixels, Pixels]:
        """Return where a part between two junctions begins and ends."""
        first, last = start_of(part.loop, part.uses[0]), end_of(part.loop, part.uses[-1])
        return self._places[first], self._places[last]

    def _with_chords(self, loop: Loop, uses: list[Use], moving: list[Part]) -> list[Contour]:
        """Return the curves of a loop, with straight lines for the parts that move."""
        chords = {part.uses[0].chain: line(*self._ends(part)) for part in moving}
        inner = {use.chain for part in moving for use in part.uses[1:]}
        return [
            chords[use.chain] if use.chain in chords else self._contour(use) for use in uses if use.chain not in inner
        ]

    def _contour(self, use: Use) -> Contour:
        """Return the curves of a chain as a loop follows it."""
        contour = self._settled[use.chain]
        return contour if use.forward else contour.reversed()

    def _keep(self, part: Part, contour: Contour) -> None:
        """Settle the chains of a part, and the junctions between them."""
        loop, uses = part.loop, part.uses
        self._parts.append(part)
        inner = uses if part.whole else uses[1:]
        names = [start_of(loop, use) for use in inner]
        pieces = [contour]
        if names and self._chains.junctions[names[0][::-1]]:
            wanted = np.array([self._meetings[name].place for name in names])
            n = len(loop.corner)
            middle = np.array([use.cracks[0] for use in inner])
            ways = loop.corner[(middle + WAY) % n] - loop.corner[(middle - WAY) % n]
            pieces = split(contour, find_cuts(contour, wanted, ways))
            for name, piece in zip(names, pieces if part.whole else pieces[1:], strict=True):
                self._places.setdefault(name, _even(piece.points[0]))
        for use, piece in zip(uses, pieces, strict=True):
            points = _even(piece.points)
            if piece.closed:
                points[-1] = points[0]
            else:
                for end, beside, place in ((0, 1, start_of(loop, use)), (-1, -2, end_of(loop, use))):
                    points[beside] += self._places[place] - points[end]
                    points[end] = self._places[place]
            settled = Contour(points, piece.straight, piece.closed)
            self._settled[use.chain] = settled if use.forward else settled.reversed()


class _Free(NamedTuple):
    """A part with the curve that follows it, which may still move; and the same as a polygon if it is tiny."""

    part: Part
    curve: Curve
    sharp: Curve


def _fitted(free: list[_Free], target: Target, limits: Tolerance) -> list[Curve]:
    """Return the curves of parts after they have moved to what the pixels say, with few nodes."""
    curves, error = _refined([item.curve for item in free], free, target)
    if any(item.sharp is not item.curve for item in free):
        sharp, rest = _refined([item.sharp for item in free], free, target)
        if price(sharp, rest, limits) < price(curves, error, limits):
            curves = sharp
    for _ in range(SWEEPS):
        curves = _refined(_fewer(free, curves, target, limits), free, target)[0]
    return curves


def _fewer(free: list[_Free], curves: list[Curve], target: Target, limits: Tolerance) -> list[Curve]:
    """Return the curves of parts, those of whole loops without the nodes that they can do without."""
    whole = [k for k, item in enumerate(free) if item.part.whole]
    return fewer_nodes(Shape("path", None, curves, flat_paint(np.zeros(4))), target, limits, whole) if whole else curves


def _refined(curves: list[Curve], free: list[_Free], target: Target) -> tuple[list[Curve], float]:
    """Return the curves of parts after they have moved, all but what is held, and the sum of squared errors."""
    starts = np.cumsum([0, *(len(curve.z) for curve in curves)])
    held = [start + ends_of(c) for start, c, f in zip(starts, curves, free, strict=False) if not f.part.whole]
    still = np.concatenate([np.empty(0, np.int64), *held])
    shape, error = refined(Shape("path", None, curves, flat_paint(np.zeros(4))), target, held=still)
    return shape.curves, error


def _covered(contour: Contour, target: Target) -> NDArray[np.float64]:
    """Return how much a closed contour covers of the pixels (H, W) of a target."""
    count = len(contour.straight)
    none = np.zeros(count, np.int64)
    made = Derived(_pieces(contour), none[:, None], np.zeros((count, 1, 8)), none)
    some = Some(none.astype(bool), np.arange(count), np.full(1, NONE))
    return covered(made, some, (target.top, target.left), target.share.shape)


def _even(points: Pixels) -> Pixels:
    """Return points in whole steps."""
    rounded: Pixels = np.round(points / STEP) * STEP
    return rounded


def _pieces(contour: Contour) -> Pixels:
    """Return the control points (K, 4, 2) of the curves of a contour."""
    return np.stack([contour.curve(k) for k in range(len(contour.straight))])


def _contour(curve: Curve, whole: bool) -> Contour:
    """Return a curve as a contour, without the piece that leads back if it is not whole."""
    control = derived(curve).control
    count = curve.pieces if whole else curve.pieces - 1
    points = np.concatenate([control[:count, :3].reshape(-1, 2), control[count - 1, 3:]])
    return Contour(points, curve.line[:count], whole)


def _curve(contour: Contour) -> Curve:
    """Return a closed contour as a curve, every node of which has numbers of its own."""
    control = _pieces(contour)
    handles = np.stack([control[:, 1] - control[:, 0], control[:, 3] - control[:, 2]], axis=1)
    return make_curve(control[:, 0], contour.straight, np.zeros(len(control), bool), handles, 0.0)
