"""Loops of cracks around regions of pixels, and where in them the edge runs.

A *crack* is the side of a pixel between two regions. Cracks are followed with the region on the right. Directions are
0: right, 1: down, 2: left, 3: up.

Beside a crack, along the row or column across it, the shares of the region in the mixed pixels add up to the mean
position of the edge over the width of the row: exactly, whatever the slope of the edge (Green's theorem). So a crack
gives one point of the edge that is not touched by how pixels were sampled.
"""

STEP_X = (1, 0, -1, 0)
STEP_Y = (0, 1, 0, -1)
RIGHT_X = (0, -1, -1, 0)  # pixel on the right of a crack that starts at (0, 0), and on its left
RIGHT_Y = (0, 0, -1, -1)
LEFT_X = (0, 0, -1, -1)
LEFT_Y = (-1, 0, 0, -1)
FAR = 4  # pixels from a crack within which a pure pixel must come


def follow(labels, seen, cracks, loops):
    """List the cracks of all loops; return the number of loops and of cracks.

    Parameters
    ----------
    labels : (H + 2, W + 2)
        Region of every pixel, with a frame of -1.
    seen : (H + 2, W + 2)
        Zeros, for marks.
    cracks : Cracks
        Out.
    loops : Loops
        Out.
    """
    height, width = labels.shape
    count, n = 0, 0
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            me = labels[row, column]
            if labels[row - 1, column] == me or seen[row, column] == 1:
                continue
            loops.start[count], loops.region[count] = n, me
            u, v, d = column, row, 0
            while True:
                if d == 0:
                    if seen[v, u] == 1:
                        break
                    seen[v, u] = 1
                cracks.x[n], cracks.y[n], cracks.direction[n] = u - 1, v - 1, d
                cracks.left[n] = labels[v + LEFT_Y[d], u + LEFT_X[d]]
                cracks.loop[n] = count
                n += 1
                u, v = u + STEP_X[d], v + STEP_Y[d]
                for turn in (1, 0, 3):
                    e = (d + turn) % 4
                    if labels[v + RIGHT_Y[e], u + RIGHT_X[e]] == me and labels[v + LEFT_Y[e], u + LEFT_X[e]] != me:
                        d = e
                        break
            count += 1
    loops.start[count] = n
    return count, n


def measure(pixels, regions, cracks, me, points):
    """Find where the edge crosses the row or column of every crack.

    Parameters
    ----------
    pixels : (H, W, 4)
        The picture.
    regions : RegionArrays
        Its regions.
    cracks : Cracks
        As `follow` lists them.
    me : (N,)
        The regions on their right.
    points : EdgePoints
        Out.
    """
    labels, pure, models, flat = regions.labels, regions.pure, regions.models, regions.flat
    x, y, at, between, good = cracks.x, cracks.y, points.at, points.between, points.good
    height, width = labels.shape
    for n in range(len(x)):
        d = cracks.direction[n]
        # p: pixel on the right; across: step from there to the left
        px, py = x[n] + RIGHT_X[d], y[n] + RIGHT_Y[d]
        sx, sy = LEFT_X[d] - RIGHT_X[d], LEFT_Y[d] - RIGHT_Y[d]
        mx, my = x[n] + 0.5 * STEP_X[d], y[n] + 0.5 * STEP_Y[d]
        at[n, 0], at[n, 1] = mx, my
        between[n, 0], between[n, 1] = mx, my
        good[n] = 0
        other = cracks.left[n]
        if other < 0:  # the frame
            good[n] = 3
            continue
        first = share_of(pixels, models, me[n], other, px, py)
        second = share_of(pixels, models, me[n], other, px + sx, py + sy)
        if first > second:
            shift = min(max((first - 0.5) / (first - second), 0.0), 1.0) - 0.5
            between[n, 0], between[n, 1] = mx + shift * sx, my + shift * sy
        inner = 0
        while inner < FAR:
            u, v = px - inner * sx, py - inner * sy
            if u < 0 or v < 0 or u >= width or v >= height:
                inner = -100 if inner == 0 else inner - 1
                break
            if labels[v, u] != me[n]:
                inner = -inner  # thin: so many pixels
                break
            if pure[v, u]:
                break
            inner += 1
        outer = 0
        while outer < FAR:
            u, v = px + (1 + outer) * sx, py + (1 + outer) * sy
            if u < 0 or v < 0 or u >= width or v >= height:
                outer -= 1
                break
            if labels[v, u] != other:
                outer = -1
                break
            if pure[v, u]:
                break
            outer += 1
        if outer < 0 or outer >= FAR or inner >= FAR or inner <= -FAR:
            continue
        if inner >= 0:
            total = 0.0
            ax, ay, bx, by = px - inner * sx, py - inner * sy, px + (1 + outer) * sx, py + (1 + outer) * sy
            # near a gradient its colour is that of the pure pixel; a flat one is known better than by a pixel
            inside, outside = pure[ay, ax] and not flat[me[n]], pure[by, bx] and not flat[other]
            length = 0.0
            for c in range(4):
                a = pixels[ay, ax, c] if inside else color(models, me[n], c, ax, ay)
                b = pixels[by, bx, c] if outside else color(models, other, c, bx, by)
                length += (a - b) * (a - b)
            if length < 1e-4:
                continue
            for k in range(-inner, outer + 2):
                u, v = px + k * sx, py + k * sy
                along = 0.0
                for c in range(4):
                    a = pixels[ay, ax, c] if inside else color(models, me[n], c, u, v)
                    b = pixels[by, bx, c] if outside else color(models, other, c, u, v)
                    along += (a - b) * (pixels[v, u, c] - b)
                total += min(max(along / length, 0.0), 1.0)
            shift = total - inner - 1.0  # beyond the crack
            at[n, 0], at[n, 1] = mx + shift * sx, my + shift * sy
            good[n] = 2
        else:
            thin = -inner
            total, moment = 0.0, 0.0
            for k in range(-thin - FAR, outer + 2):
                u, v = px + k * sx, py + k * sy
                if u < 0 or v < 0 or u >= width or v >= height:
                    continue
                if k < -thin and pure[v, u] and total > 0.0:
                    total, moment = 0.0, 0.0
                share = share_of(pixels, models, me[n], other, u, v)
                total += share
                moment += share * k
            if total > 0.0:
                shift = moment / total + 0.5 * total - 0.5
                if abs(shift) < 1.5:
                    at[n, 0], at[n, 1] = mx + shift * sx, my + shift * sy
                    good[n] = 1


def share_of(pixels, models, me, other, x, y):
    """Return the share of a region in a pixel that is a mixture of two."""
    along, length = 0.0, 0.0
    for c in range(4):
        a, b = color(models, me, c, x, y), color(models, other, c, x, y)
        along += (a - b) * (pixels[y, x, c] - b)
        length += (a - b) * (a - b)
    return min(max(along / max(length, 1e-9), 0.0), 1.0)


def color(models, region, c, x, y):
    """Return a channel of the colour of a region in a pixel."""
    return models[region, 0, c] + (x + 0.5) * models[region, 1, c] + (y + 0.5) * models[region, 2, c]


def shares(pixels, labels, models, me, sides, band, found):
    """Find the share of a region in the mixed pixels beside its cracks.

    Parameters
    ----------
    pixels, labels : (H, W, 4), (H, W)
        A window of the picture.
    models : (R, 3, 4)
        Colours.
    me : int
        The region.
    sides : Sides
        Its cracks.
    band : int
        Pixels on either side.
    found : Shares
        In and out; of several cracks the one counts whose two colours explain the pixel best.
    """
    across, corner, way = sides.across, sides.corner, sides.way
    left, top, share, rest = found.left, found.top, found.share, found.rest
    height, width = labels.shape
    for n in range(across.shape[0]):
        dx, dy = way[n, 0], way[n, 1]
        d = 0 if dx > 0 else (1 if dy > 0 else (2 if dx < 0 else 3))
        px, py = corner[n, 0] + RIGHT_X[d], corner[n, 1] + RIGHT_Y[d]
        sx, sy = LEFT_X[d] - RIGHT_X[d], LEFT_Y[d] - RIGHT_Y[d]
        for k in range(1 - band, band + 1):
            u, v = px + k * sx, py + k * sy
            if u < 0 or v < 0 or u >= width or v >= height or (labels[v, u] != me and labels[v, u] != across[n]):
                continue
            length, along, off = 0.0, 0.0, 0.0
            for c in range(4):
                a, b = color(models, me, c, u + left, v + top), color(models, across[n], c, u + left, v + top)
                length, along = length + (a - b) * (a - b), along + (a - b) * (pixels[v, u, c] - b)
            f = min(max(along / max(length, 1e-9), 0.0), 1.0)
            for c in range(4):
                a, b = color(models, me, c, u + left, v + top), color(models, across[n], c, u + left, v + top)
                e = pixels[v, u, c] - b - f * (a - b)
                off += e * e
            if off < rest[v, u]:
                rest[v, u], share[v, u] = off, f
