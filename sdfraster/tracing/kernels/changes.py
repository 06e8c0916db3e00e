"""What may be done to a curve at one of its nodes: without it, with a line for a piece, with a corner more.

A change is made in a `Draft`. Numbers of the curve keep their places there, new ones come after them.
"""

from math import atan2, hypot

from ...engine.compile.marks import noinline
from .arrays import Layout
from .knots import CUBIC_COST, LINE_COST
from .pieces import NONE

WITHOUT, LINE, TWO_CORNERS, CORNER = range(4)  # what may be done
MORE_NUMBERS = 6  # that a change may add
MOST_STARTS = 24
MOST_PIECES = 5  # that differ
SLIGHT = 2.0  # times the tolerance, that a cubic may be off the line which is tried instead
FEWEST = 3  # pieces of a curve
SHORT = (1.5, 3.0, 5.0, 8.0, 12.0, 17.0, 24.0, 33.0, 45.0)  # pixels from a corner to each of two that may replace it
SHARES = (0.25, 0.5, 0.75)  # of the way along a piece, of a corner between its ends, and pixels beside it
ASIDE = (-11.0, -6.0, -3.0, -1.5, 1.5, 3.0, 6.0, 11.0)
ALONG = 0.7  # of the way to the next control point, at most


@noinline
def curve_of(draft):
    """Return the curve of a `Draft`, without the room that is left."""
    whole, count, numbers = draft.layout, draft.pieces, draft.numbers
    n, m = count[0], numbers[0]
    return Layout(
        whole.before[:n],
        whole.after[:n],
        whole.line[:n],
        whole.smooth[:n],
        whole.x[:n],
        whole.y[:n],
        whole.angle[:n],
        whole.leave[:n],
        whole.arrive[:n],
        whole.frame,
        whole.moving,
        whole.z[:m],
    )


@noinline
def take(curve, k, more, draft):
    """Put a curve into a `Draft`: all its pieces, for ``more`` -1 without piece k, for 1 with piece k twice."""
    to, count = draft.layout, curve.line.shape[0] + more
    for j in range(count):
        i = j
        if more < 0 and j >= k:
            i = j + 1
        elif more > 0 and j > k:
            i = j - 1
        to.before[j], to.after[j] = (j - 1) % count, (j + 1) % count
        to.line[j], to.smooth[j], to.x[j], to.y[j] = curve.line[i], curve.smooth[i], curve.x[i], curve.y[i]
        to.angle[j], to.leave[j], to.arrive[j] = curve.angle[i], curve.leave[i], curve.arrive[i]
    for m in range(curve.z.shape[0]):
        to.z[m] = curve.z[m]
    draft.pieces[0], draft.numbers[0], draft.starts_used[0] = count, curve.z.shape[0], 1
    draft.old[0], draft.new[0] = 0, 0


@noinline
def new_number(draft, value):
    """Return the place of a new number of a `Draft`."""
    place = draft.numbers[0]
    draft.layout.z[place] = value
    draft.numbers[0] = place + 1
    return place


@noinline
def replaces(pieces, k):
    """Add piece k to some, the first of which is how many they are, unless it is there."""
    for i in range(pieces[0]):
        if pieces[1 + i] == k:
            return
    pieces[1 + pieces[0]] = k
    pieces[0] += 1


@noinline
def begin(draft, count):
    """Set all starts of a `Draft` to its numbers; new ones may then differ."""
    for s in range(count):
        for m in range(draft.numbers[0]):
            draft.starts[s, m] = draft.layout.z[m]
    draft.starts_used[0] = count


def change(curve, control, k, what, draft):
    """Make a change at node k in a `Draft`; return how many numbers it saves.

    Parameters
    ----------
    curve : Layout
        The curve as it is.
    control : (K, 4, 2)
        Its control points.
    k : int
        A node, and the piece that begins there.
    what : int
        One of those above.
    draft : Draft
        Out.
    """
    if what == WITHOUT:
        return without_node(curve, control, k, draft)
    if what == LINE:
        return with_line(curve, k, draft)
    if what == TWO_CORNERS:
        return with_two_corners(curve, control, k, draft)
    return with_corner(curve, control, k, draft)


@noinline
def without_node(curve, control, k, draft):
    """Leave node k out: the pieces beside it become one."""
    count = curve.line.shape[0]
    before = (k - 1) % count
    at = before - (1 if before > k else 0)  # the number of the piece before, when k is gone
    take(curve, k, -1, draft)
    cost = (LINE_COST if curve.line[before] else CUBIC_COST) + (LINE_COST if curve.line[k] else CUBIC_COST)
    if curve.line[before] and curve.line[k]:
        cost -= LINE_COST
    else:
        cost -= CUBIC_COST
        join(control[before], control[k], at, draft)
    begin(draft, 1)
    for step in (-2, -1, 0, 1):
        replaces(draft.old, (k + step) % count)
    for step in (-1, 0, 1):
        replaces(draft.new, (at + step) % (count - 1))
    return cost


@noinline
def join(first, second, at, draft):
    """Make piece `at` of a `Draft` the cubic that would be cut into two, (4, 2) and (4, 2), near enough."""
    to, count = draft.layout, draft.pieces[0]
    one = max(hypot(first[3, 0] - first[0, 0], first[3, 1] - first[0, 1]), 1e-6)
    two = max(hypot(second[3, 0] - second[0, 0], second[3, 1] - second[0, 1]), 1e-6)
    share = min(max(one / (one + two), 0.1), 0.9)
    to.line[at] = False
    for end in range(2):
        if end == 0:
            node, hx, hy = at, (first[1, 0] - first[0, 0]) / share, (first[1, 1] - first[0, 1]) / share
        else:
            node = (at + 1) % count
            hx, hy = (second[3, 0] - second[2, 0]) / (1.0 - share), (second[3, 1] - second[2, 1]) / (1.0 - share)
        place = new_number(draft, hypot(hx, hy) if to.smooth[node] else hx)
        if not to.smooth[node]:
            new_number(draft, hy)
        if end == 0:
            to.leave[at] = place
        else:
            to.arrive[at] = place
        if to.smooth[node] and to.angle[node] == NONE and not (to.line[node] or to.line[(node - 1) % count]):
            to.angle[node] = new_number(draft, atan2(hy, hx))


@noinline
def slight(control, tolerance):
    """Return whether a cubic (4, 2) is nearly a line."""
    wx, wy = control[3, 0] - control[0, 0], control[3, 1] - control[0, 1]
    off = 0.0
    for p in (1, 2):
        off = max(off, abs((control[p, 0] - control[0, 0]) * wy - (control[p, 1] - control[0, 1]) * wx))
    return off <= SLIGHT * tolerance * max(hypot(wx, wy), 1e-9)


@noinline
def with_line(curve, k, draft):
    """Make a line of piece k, which is a cubic. Nodes between two lines are corners, smooth ones go along the line."""
    count, to = curve.line.shape[0], draft.layout
    take(curve, k, 0, draft)
    to.line[k] = True
    for node in range(count):
        if to.line[node] and to.line[(node - 1) % count]:
            to.smooth[node] = False
    to.angle[k] = to.angle[(k + 1) % count] = NONE
    begin(draft, 1)
    for step in (-1, 0, 1):
        replaces(draft.old, (k + step) % count)
        replaces(draft.new, (k + step) % count)
    return CUBIC_COST - LINE_COST


@noinline
def with_two_corners(curve, control, k, draft):
    """Put a line in place of corner k, whose ends are some pixels away; a level line stays level.

    A curve beyond a line that ends at the corner differs as well if it goes on along the line.
    """
    count, to = curve.line.shape[0], draft.layout
    before, after = (k - 1) % count, (k + 1) % count
    take(curve, k, 1, draft)
    to.line[k], to.smooth[k + 1] = True, False
    to.angle[k + 1] = to.leave[k] = to.arrive[k] = NONE
    first = draft.numbers[0]
    to.x[k] = curve.x[k] if curve.x[before] == curve.x[k] else new_number(draft, control[k, 0, 0])
    to.y[k] = curve.y[k] if curve.y[before] == curve.y[k] else new_number(draft, control[k, 0, 1])
    to.x[k + 1] = curve.x[k] if curve.x[after] == curve.x[k] else new_number(draft, control[k, 0, 0])
    to.y[k + 1] = curve.y[k] if curve.y[after] == curve.y[k] else new_number(draft, control[k, 0, 1])
    begin(draft, len(SHORT))
    for end in range(2):
        piece, inner = (before, 2) if end == 0 else (k, 1)
        reach = 3.0 if curve.line[piece] else 1.0
        wx, wy = (
            reach * (control[piece, inner, 0] - control[k, 0, 0]),
            reach * (control[piece, inner, 1] - control[k, 0, 1]),
        )
        length = max(hypot(wx, wy), 1e-9)
        for s in range(len(SHORT)):
            move = min(SHORT[s], ALONG * length) / length
            if to.x[k + end] >= first:
                draft.starts[s, to.x[k + end]] += move * wx
            if to.y[k + end] >= first:
                draft.starts[s, to.y[k + end]] += move * wy
    settle(draft)
    first_step = -2 if curve.line[before] and curve.smooth[before] else -1
    last_step = 1 if curve.line[k] and curve.smooth[after] else 0
    for step in range(first_step, last_step + 1):
        replaces(draft.old, (k + step) % count)
    for step in range(first_step, last_step + 2):
        replaces(draft.new, (k + step) % (count + 1))
    return -LINE_COST


@noinline
def with_corner(curve, control, k, draft):
    """Put two lines in place of piece k, and a corner between them: a bay or a tip that was missed."""
    count, to, new = curve.line.shape[0], draft.layout, k + 1
    take(curve, k, 1, draft)
    to.line[k], to.line[new], to.smooth[new] = True, True, False
    to.angle[new] = to.leave[new] = to.arrive[new] = to.leave[k] = to.arrive[k] = NONE
    x, y = control[k, 0, 0], control[k, 0, 1]
    wx, wy = control[k, 3, 0] - x, control[k, 3, 1] - y
    length = max(hypot(wx, wy), 1e-9)
    to.x[new], to.y[new] = new_number(draft, x), new_number(draft, y)
    begin(draft, len(ASIDE) * len(SHARES))
    for s in range(len(ASIDE) * len(SHARES)):
        aside, along = ASIDE[s // len(SHARES)] / length, SHARES[s % len(SHARES)]
        draft.starts[s, to.x[new]] += along * wx - aside * wy
        draft.starts[s, to.y[new]] += along * wy + aside * wx
    settle(draft)
    for step in (-1, 0, 1):
        replaces(draft.old, (k + step) % count)
    for step in (-2, -1, 0, 1):
        replaces(draft.new, (new + step) % (count + 1))
    return -LINE_COST if curve.line[k] else CUBIC_COST - 2.0 * LINE_COST


@noinline
def settle(draft):
    """Let a `Draft` have the numbers of its first start."""
    for m in range(draft.numbers[0]):
        draft.layout.z[m] = draft.starts[0, m]
