"""The axis, or centre, near one at which an outline is its own image, by points and normals (Chen and Medioni 1991).

All of it is compiled: most outlines are letters and stars of a hundred points, where a step takes less time than a call
from Python does.
"""

from math import cos, floor, pi, sin

from ...engine.compile.marks import noinline

ROUNDS = 6
ROUGH_ROUNDS, EVERY = 4, 4  # the first of them, which look at every fourth point only
NEAR = 3.0  # pixels from an image to the outline, at which both belong together
SAME = 0.9  # share of the points that tell and lie near the outline
HOPELESS = 0.7  # the same, once an axis has been found roughly
TELLING = 0.6  # share of all points
LEVEL = pi / 600.0  # by which an axis may be off and be made vertical, horizontal or diagonal
STIFF = 1e-9  # of equations


def nearest(points, u, v, reach):
    """Return the point that is nearest to a place, and how far it is, if it is within reach.

    From a point that is far away the next ones come nearer by the gap between them at most, so some are passed over.
    """
    best, least = 0, reach
    for stretch in range(points.start.shape[0] - 1):
        k, last = points.start[stretch], points.start[stretch + 1]
        while k < last:
            dx, dy = points.x[k] - u, points.y[k] - v
            far = (dx * dx + dy * dy) ** 0.5
            if far < least:
                best, least = k, far
            k += max(int((far - least) / points.gap), 1)
    return best, least


def tells(target, u, v):
    """Return whether the pixel at a place tells of the outline."""
    column, row = floor(u) - target.left, floor(v) - target.top
    height, width = target.counts.shape
    return 0 <= row < height and 0 <= column < width and target.counts[row, column] > 0.0


@noinline
def match(points, target, image, every, reach, found):
    """Find the point that is nearest to the image of every few points.

    An image of x and y is a x + b y + e and c x + d y + f; `image` has a to f. Return how many points there are, of how
    many the image tells, and how many of these are within reach.
    """
    a, b, c, d, e, f = image
    looked_at, telling, counting = 0, 0, 0
    for k in range(0, points.x.shape[0], every):
        u, v = a * points.x[k] + b * points.y[k] + e, c * points.x[k] + d * points.y[k] + f
        looked_at += 1
        found.tells[k] = points.seen[k] and tells(target, u, v)
        found.counts[k] = False
        if not found.tells[k]:
            continue
        telling += 1
        m, far = nearest(points, u, v, reach)
        found.nearest[k], found.far[k] = m, far
        found.off[k] = (u - points.x[m]) * points.nx[m] + (v - points.y[m]) * points.ny[m]
        found.counts[k] = far < reach
        counting += far < reach
    return looked_at, telling, counting


@noinline
def settled(points, target, image, number, found):
    """Find the points nearest to all images in a round; return which are looked at, how many count, and tell, or 0."""
    every = EVERY if number < ROUGH_ROUNDS else 1
    reach = NEAR * max(1.0, 4.0 - number)
    looked_at, telling, counting = match(points, target, image, every, reach, found)
    if counting < TELLING * looked_at or (number == ROUGH_ROUNDS and counting < HOPELESS * telling):
        return every, 0, telling
    return every, counting, telling


@noinline
def step(points, axis, turned, every, counting, found):
    """Move an axis so that images lie on the lines through the points that are nearest to them."""
    nx, ny = cos(axis[0]), sin(axis[0])
    middle_x, middle_y = 0.0, 0.0
    for k in range(0, points.x.shape[0], every):
        if found.counts[k]:
            middle_x, middle_y = middle_x + points.x[k] / counting, middle_y + points.y[k] / counting
    aa, ab, bb, ra, rb = STIFF, 0.0, STIFF, 0.0, 0.0
    for k in range(0, points.x.shape[0], every):
        if not found.counts[k]:
            continue
        m, x, y = found.nearest[k], points.x[k] - middle_x, points.y[k] - middle_y
        along, beside = points.nx[m] * nx + points.ny[m] * ny, points.ny[m] * nx - points.nx[m] * ny
        shift = 2.0 * along
        spin = -2.0 * ((y * nx - x * ny) * along + (x * nx + y * ny) * beside) if turned else 0.0
        aa, ab, bb = aa + shift * shift, ab + shift * spin, bb + spin * spin
        ra, rb = ra + shift * found.off[k], rb + spin * found.off[k]
    det = aa * bb - ab * ab
    place = nx * middle_x + ny * middle_y - axis[1] + (bb * ra - ab * rb) / det
    axis[0] -= (aa * rb - ab * ra) / det if turned else 0.0
    return middle_x, middle_y, place


def settle_axis(points, target, axis, turned, most, found):
    """Move an axis to where an outline is its own mirror image; return whether it is.

    Parameters
    ----------
    points : OutlinePoints
        Of the outline.
    target : Telling
        Which pixels tell.
    axis : (2,)
        In and out: the angle of the normal, and where the axis is along it.
    turned : bool
        Whether the angle may change.
    most : float
        Pixels by which the outline may be off its image.
    found : Matches
        Scratch.
    """
    for number in range(ROUNDS + 1):
        x, y, place = cos(axis[0]), sin(axis[0]), axis[1]
        cross = -2.0 * x * y
        image = (1.0 - 2.0 * x * x, cross, cross, 1.0 - 2.0 * y * y, 2.0 * place * x, 2.0 * place * y)
        every, counting, telling = settled(points, target, image, number, found)
        if counting == 0:
            return False
        if number == ROUNDS:
            return fits(found, telling, most)
        middle_x, middle_y, place = step(points, axis, turned, every, counting, found)
        if turned and number == ROUNDS - 1:
            eighth = round(axis[0] / (0.25 * pi)) * (0.25 * pi)
            axis[0] = eighth if abs(axis[0] - eighth) < LEVEL else axis[0]
        axis[1] = cos(axis[0]) * middle_x + sin(axis[0]) * middle_y - place
    return False


def settle_centre(points, target, centre, angle, most, found):
    """Move a centre to where an outline, turned about it by an angle, is the same; return whether it is.

    See `settle_axis`; `centre` (2,) is in and out.
    """
    c, s = cos(angle), sin(angle)
    for number in range(ROUNDS + 1):
        x, y = centre
        image = (c, -s, s, c, x - c * x + s * y, y - s * x - c * y)
        every, counting, telling = settled(points, target, image, number, found)
        if counting == 0:
            return False
        if number == ROUNDS:
            return fits(found, telling, most)
        aa, ab, bb, ra, rb = STIFF, 0.0, STIFF, 0.0, 0.0
        for k in range(0, points.x.shape[0], every):
            if found.counts[k]:
                m = found.nearest[k]
                a = (1.0 - c) * points.nx[m] - s * points.ny[m]  # derivative of `off` by the centre
                b = s * points.nx[m] + (1.0 - c) * points.ny[m]
                aa, ab, bb = aa + a * a, ab + a * b, bb + b * b
                ra, rb = ra + a * found.off[k], rb + b * found.off[k]
        det = aa * bb - ab * ab
        centre[0] -= (bb * ra - ab * rb) / det
        centre[1] -= (aa * rb - ab * ra) / det
    return False


@noinline
def fits(found, telling, most):
    """Return whether nearly all images lie on the outline."""
    count, square = 0, 0.0
    for k in range(found.off.shape[0]):
        if found.tells[k] and found.far[k] < NEAR and abs(found.off[k]) < 4.0 * most:
            count, square = count + 1, square + found.off[k] * found.off[k]
    return count >= SAME * telling and square <= most * most * count
