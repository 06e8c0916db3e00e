"""Changes of a curve tried at its nodes: the numbers near one move, and exact areas tell what it costs.

All of it is compiled. Most of what is tried are a few pieces in some hundred pixels; a drawing has thousands of such
trials, each of which would take several times as long in steps called from Python.
"""

from math import ceil, floor, hypot

from ...engine.compile.marks import noinline
from .area import A_PIECE, BLOCK, ROOM, areas
from .arrays import Cover, Covering, Goal, Limited, Normal, Some, Steps
from .changes import CORNER, FEWEST, LINE, TWO_CORNERS, WITHOUT, change, curve_of, slight
from .descent import descend
from .knots import LINE_COST
from .pieces import NONE, derive

MARGIN = 3  # pixels around what is looked at
ROUNDS = 3
FRUGAL = 4.0  # times what a squared pixel of distance is worth when knots are chosen
PROMISING = 40.0  # times the error that may be added, before anything has moved
ROUNDING = 1e-6  # by which a pixel may be further off than before: one that is off completely may stay so
LOOKED_AT = 4  # parts of a piece, between which it must not leave what is looked at
NEAR, FARTHEST = 3.0, 45.0  # pixels around a corner that tell whether it is two, and along the sides of a tip


def best_change(whole, k, may_cut, wanted, drafts, scratch):
    """Try what may be done at node k of a curve; return what the best change gains, 0 if there is none.

    What it gains are the numbers saved, less what the error is worth.

    Parameters
    ----------
    whole : Whole
        The curve.
    k : int
        A node, and the piece that begins there.
    may_cut : bool
        Whether there may be a corner more.
    wanted : Wanted
        What its shape has to cover, and what it does.
    drafts : Drafts
        Out: the best change, if there is one.
    scratch : Scratch
        Scratch.
    """
    gained = 0.0
    for what in (WITHOUT, LINE, TWO_CORNERS, CORNER):
        if not is_worth_trying(whole, k, what, may_cut, wanted, scratch):
            continue
        saved = change(whole.curve, whole.made.control, k, what, drafts.now)
        gain = tried(whole, drafts.now, saved, wanted, scratch)
        if gain > gained:
            gained = gain
            keep(drafts, scratch)
    return gained


@noinline
def is_worth_trying(whole, k, what, may_cut, wanted, scratch):
    """Return whether a change may gain at all."""
    curve, control, box = whole.curve, whole.made.control, scratch.box
    if what == WITHOUT:
        return curve.line.shape[0] > FEWEST
    if what == LINE:
        return not curve.line[k] and slight(control[k], wanted.tolerance)
    if not may_cut:
        return False
    empty(box)
    if what == CORNER:
        if not curve.line[k] and (curve.smooth[k] or curve.smooth[curve.after[k]]):
            return False
        reach_all(box, control[k])
    else:
        if curve.smooth[k]:
            return False
        reach_corner(box, control[curve.before[k]], control[k])
    return is_off(wanted, scratch)


def reach_corner(box, before, after):
    """Extend a box by what tells whether the corner between two pieces (4, 2) is one.

    A tip counts up to where it is as broad as what is looked at around a corner that is none.
    """
    x, y = after[0, 0], after[0, 1]
    ax, ay, bx, by = before[2, 0] - x, before[2, 1] - y, after[1, 0] - x, after[1, 1] - y
    a, b = max(hypot(ax, ay), 1e-9), max(hypot(bx, by), 1e-9)
    ax, ay, bx, by = ax / a, ay / a, bx / b, by / b
    far = NEAR / max(hypot(ax - bx, ay - by) / 2.0, NEAR / FARTHEST)
    reach(box, x, y)
    reach(box, x + far * ax, y + far * ay)
    reach(box, x + far * bx, y + far * by)


@noinline
def is_off(wanted, scratch):
    """Return whether pixels in a box are off by more than a node more would cost."""
    look(scratch.box, wanted, scratch.window)
    window = scratch.window
    error, most = 0.0, 0.0
    for y in range(window[0], window[1]):
        for x in range(window[2], window[3]):
            counts = wanted.goal.counts[y, x]
            off = wanted.share[y, x] - wanted.goal.share[y, x]
            error += counts * off * off * counts
            most = max(most, counts)
    return error > LINE_COST / (FRUGAL * wanted.worth) * max(most, 1e-6) ** 2


@noinline
def tried(whole, draft, saved, wanted, scratch):
    """Move the numbers of a change that nothing else depends on; return what it then gains, 0 if it does not.

    Parameters
    ----------
    whole : Whole
        The curve as it is.
    draft : Draft
        The change, in and out.
    saved : float
        Numbers that it saves.
    wanted : Wanted
        What the shape has to cover, and what it does.
    scratch : Scratch
        Out: what the shape covers after the change, in a window.
    """
    curve, made = curve_of(draft), draft.made
    old, new = draft.old[1 : 1 + draft.old[0]], draft.new[1 : 1 + draft.new[0]]
    derive(curve, new, made, scratch.row)
    frame(whole, draft, scratch.box)
    look(scratch.box, wanted, scratch.window)
    top, left = scratch.window[0], scratch.window[2]
    height, width = scratch.window[1] - top, scratch.window[3] - left
    count = free_numbers(whole, draft, scratch)
    touched = touched_by(made, new, height * width)
    if touched * count > scratch.jacobian.shape[0]:
        count = 0
        scratch.free[:] = NONE

    free, size = scratch.free[: draft.numbers[0]], height * width
    sums = scratch.sums[: height * (width + 2)].reshape(height, width + 2)
    place = scratch.place[:size].reshape(height, width)
    some = Some(curve.line, new, free)
    blocks = width // BLOCK + 1
    marked = scratch.marked[: height * blocks].reshape(height, blocks)
    marked[:] = True
    even = scratch.even[: 3 * height * blocks].reshape(height, blocks, 3)
    slopes = scratch.jacobian[: touched * count].reshape(touched, count)
    cover = Cover(wanted.left + left, wanted.top + top, place, sums, slopes, marked, scratch.bit)
    gone = Cover(cover.left, cover.top, place, sums, slopes[:0], marked, scratch.bit)
    areas(whole.made, Some(whole.curve.line, old, free), gone)

    rest = scratch.rest[:size].reshape(height, width)
    local = Goal(scratch.goal[:size].reshape(height, width), scratch.counts[:size].reshape(height, width))
    square, worst, strength = leave_out(sums, wanted, scratch.window, rest, local)
    price = FRUGAL * wanted.worth / strength**2
    most = square + saved / price

    right_side = scratch.numbers[:count], scratch.numbers[count : 2 * count], scratch.numbers[2 * count : 3 * count]
    matrices = scratch.normal[: 3 * count * count].reshape(3, count, count)
    covering = Covering(some, made, cover, local, even, Normal(matrices[0], right_side[0], scratch.columns[:count]))
    steps = Steps(scratch.z[: draft.numbers[0]], matrices[1], right_side[1], matrices[2], right_side[2], scratch.row)
    starts = draft.starts[: draft.starts_used[0]]
    error = descend(curve, starts, covering, steps, Limited(ROUNDS if count > 0 else 0, PROMISING * most))
    if error >= most or leaves(made, new, whole.within):
        return 0.0
    if add_up(sums, local, rest) > max(wanted.tolerance * strength, worst + ROUNDING * strength):
        return 0.0
    return (most - error) * price


@noinline
def leave_out(sums, wanted, window, rest, local):
    """Set what a shape covers of a window without some pieces, and what is then wanted of others in their place.

    Parameters
    ----------
    sums : (h, w + 2)
        What those pieces cover, to be added up along rows.
    wanted : Wanted
        What the shape has to cover, and what it does.
    window : (4,)
        Its first and last row and column.
    rest : (h, w)
        Out: what the shape covers without them.
    local : Goal
        Out: what is wanted instead.

    Returns
    -------
    square, worst, strength : float, float, float
        The sum of the squared errors of the shape as it is, the largest of them, and the largest count of a pixel.
    """
    top, left = window[0], window[2]
    square, worst, strength = 0.0, 0.0, 1e-6
    for y in range(rest.shape[0]):
        area = 0.0
        for x in range(rest.shape[1]):
            area -= sums[y, x]
            counts, share = wanted.goal.counts[top + y, left + x], wanted.goal.share[top + y, left + x]
            covered = wanted.share[top + y, left + x]
            off = counts * (covered - share)
            rest[y, x] = covered - area
            local.counts[y, x], local.share[y, x] = counts, share - rest[y, x]
            square += off * off
            worst, strength = max(worst, abs(off)), max(strength, counts)
    return square, worst, strength


@noinline
def add_up(sums, local, rest):
    """Add what pieces cover to the `rest` that others do; return the largest error of a pixel."""
    worst = 0.0
    for y in range(rest.shape[0]):
        area = 0.0
        for x in range(rest.shape[1]):
            area -= sums[y, x]
            worst = max(worst, abs(local.counts[y, x] * (area - local.share[y, x])))
            rest[y, x] += area
    return worst


@noinline
def leaves(made, pieces, within):
    """Return whether some pieces leave a box: what is beyond it, no pixel tells."""
    for k in pieces:
        c = made.control[k]
        for step in range(1, LOOKED_AT):
            t = step / LOOKED_AT
            s = 1.0 - t
            a, b, d, e = s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t
            x = a * c[0, 0] + b * c[1, 0] + d * c[2, 0] + e * c[3, 0]
            y = a * c[0, 1] + b * c[1, 1] + d * c[2, 1] + e * c[3, 1]
            if x < within[0] or y < within[1] or x > within[2] or y > within[3]:
                return True
    return False


@noinline
def frame(whole, draft, box):
    """Set a box to what a change and its starts are in, and the pieces that are gone."""
    empty(box)
    for i in range(draft.old[0]):
        reach_all(box, whole.made.control[draft.old[1 + i]])
    for i in range(draft.new[0]):
        k = draft.new[1 + i]
        reach_all(box, draft.made.control[k])
        for s in range(draft.starts_used[0]):
            reach(box, draft.starts[s, draft.layout.x[k]], draft.starts[s, draft.layout.y[k]])


@noinline
def free_numbers(whole, draft, scratch):
    """Number the numbers that some pieces of a change depend on and no others; return how many there are."""
    here, gone, free, used = scratch.here, scratch.gone, scratch.free, whole.uses.shape[0]
    for m in range(draft.numbers[0]):
        here[m], gone[m] = 0, 0
    for i in range(draft.new[0]):
        k = draft.new[1 + i]
        for j in range(draft.made.used[k]):
            here[draft.made.columns[k, j]] += 1
    for i in range(draft.old[0]):
        k = draft.old[1 + i]
        for j in range(whole.made.used[k]):
            gone[whole.made.columns[k, j]] += 1
    count = 0
    for m in range(draft.numbers[0]):
        free[m] = NONE
        if here[m] > 0 and (m >= used or whole.uses[m] == gone[m]):
            free[m] = count
            count += 1
    return count


@noinline
def touched_by(made, pieces, size):
    """Return how many pixels of a window some pieces can touch, also once they have moved a bit.

    That is ROOM for every pixel of their length, 2 and more if they grow, and some for every piece.
    """
    length = 0.0
    for k in pieces:
        for p in range(3):
            for axis in range(2):
                length += abs(made.control[k, p + 1, axis] - made.control[k, p, axis])
    return min(size, int(ROOM * length) + A_PIECE * pieces.shape[0])


@noinline
def keep(drafts, scratch):
    """Let a change that has been tried be the best one."""
    now, best = drafts.now, drafts.best
    n, m = now.pieces[0], now.numbers[0]
    best.pieces[0], best.numbers[0] = n, m
    for j in range(n):
        best.layout.line[j], best.layout.smooth[j] = now.layout.line[j], now.layout.smooth[j]
        best.layout.x[j], best.layout.y[j], best.layout.angle[j] = now.layout.x[j], now.layout.y[j], now.layout.angle[j]
        best.layout.leave[j], best.layout.arrive[j] = now.layout.leave[j], now.layout.arrive[j]
    for i in range(m):
        best.layout.z[i] = now.layout.z[i]
    window = scratch.window
    for i in range(4):
        drafts.window[i] = window[i]
    for i in range((window[1] - window[0]) * (window[3] - window[2])):
        drafts.share[i] = scratch.rest[i]


def empty(box):
    """Let a box (4,), the least x and y and the largest, hold nothing."""
    box[0], box[1], box[2], box[3] = 1e30, 1e30, -1e30, -1e30


@noinline
def reach(box, x, y):
    """Extend a box by a point."""
    box[0], box[1], box[2], box[3] = min(box[0], x), min(box[1], y), max(box[2], x), max(box[3], y)


@noinline
def reach_all(box, control):
    """Extend a box by control points (4, 2)."""
    for p in range(4):
        reach(box, control[p, 0], control[p, 1])


@noinline
def look(box, wanted, window):
    """Set a window (4,), first and last row and column, to the pixels of a target that a box is in, and some around."""
    height, width = wanted.share.shape
    window[0] = min(max(floor(box[1] - wanted.top) - MARGIN, 0), height)
    window[1] = min(max(ceil(box[3] - wanted.top) + MARGIN, window[0]), height)
    window[2] = min(max(floor(box[0] - wanted.left) - MARGIN, 0), width)
    window[3] = min(max(ceil(box[2] - wanted.left) + MARGIN, window[2]), width)
