"""Which of the inks around it a mixed pixel belongs to, and how well two of them, or three, explain it."""

MOST = 12  # inks around a pixel
WELL = 0.03  # distance of a colour from a mixture of two inks, beyond which one of three is looked for


def explain(pixels, index, ys, xs, reach, inks, found):
    """Explain mixed pixels by inks among the pure pixels at most `reach` away.

    Parameters
    ----------
    pixels : (H, W, 4)
        The picture.
    index : (H, W)
        Ink of pure pixels, -1 elsewhere.
    ys, xs : (N,)
        The pixels in question.
    reach : int
        Pixels.
    inks : (MOST, 3)
        Scratch: ink, row and column of pure pixels.
    found : Explained
        Out.
    """
    first, share, rest, many = found.first, found.share, found.rest, found.many
    height, width = index.shape
    for m in range(ys.shape[0]):
        y, x, n = ys[m], xs[m], 0
        for ring in range(1, reach + 1):
            for j in range(-ring, ring + 1):
                for i in range(-ring, ring + 1):
                    if max(abs(i), abs(j)) != ring:
                        continue
                    v, u = y + j, x + i
                    if v < 0 or u < 0 or v >= height or u >= width or index[v, u] < 0 or n == MOST:
                        continue
                    known = False
                    for k in range(n):
                        known = known or inks[k, 0] == index[v, u]
                    if not known:
                        inks[n, 0], inks[n, 1], inks[n, 2] = index[v, u], v, u
                        n += 1
        first[m], share[m], rest[m], many[m], best = -1, 1.0, 1e9, n, -1
        for a in range(n):
            off = 0.0
            for c in range(4):
                d = pixels[y, x, c] - pixels[inks[a, 1], inks[a, 2], c]
                off += d * d
            if off < rest[m]:
                best, share[m], rest[m] = a, 1.0, off
        for a in range(n):
            for b in range(a):
                length, along = 0.0, 0.0
                for c in range(4):
                    e = pixels[inks[a, 1], inks[a, 2], c] - pixels[inks[b, 1], inks[b, 2], c]
                    length += e * e
                    along += e * (pixels[y, x, c] - pixels[inks[b, 1], inks[b, 2], c])
                if length < 1e-9:
                    continue
                t = min(max(along / length, 0.0), 1.0)
                off = 0.0
                for c in range(4):
                    p = pixels[inks[b, 1], inks[b, 2], c]
                    d = pixels[y, x, c] - p - t * (pixels[inks[a, 1], inks[a, 2], c] - p)
                    off += d * d
                if off + 1e-5 < rest[m]:
                    rest[m], share[m] = off, max(t, 1.0 - t)
                    best = a if t >= 0.5 else b
        if rest[m] > WELL * WELL:
            best = three(pixels, y, x, inks, m, best, found)
        rest[m] = rest[m] ** 0.5
        if best >= 0:
            first[m] = inks[best, 0]
            for c in range(4):
                found.ground[m, c] = pixels[inks[best, 1], inks[best, 2], c]


def three(pixels, y, x, inks, m, best, found):
    """Explain pixel m by three inks if that is clearly better; return the place in ``inks`` of what it has most of."""
    share, rest = found.share, found.rest
    for a in range(found.many[m]):
        for b in range(a):
            for d in range(b):
                uu, uv, vv, up, vp, pp = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
                for c in range(4):
                    o = pixels[inks[d, 1], inks[d, 2], c]
                    u, v = pixels[inks[a, 1], inks[a, 2], c] - o, pixels[inks[b, 1], inks[b, 2], c] - o
                    p = pixels[y, x, c] - o
                    uu, uv, vv = uu + u * u, uv + u * v, vv + v * v
                    up, vp, pp = up + u * p, vp + v * p, pp + p * p
                det = uu * vv - uv * uv
                if det < 1e-4 * uu * vv:
                    continue
                s, t = (vv * up - uv * vp) / det, (uu * vp - uv * up) / det
                off = pp - s * up - t * vp
                if min(min(s, t), 1.0 - s - t) < -0.02 or max(off, 0.0) > 0.25 * rest[m]:
                    continue
                rest[m], share[m] = max(off, 0.0), max(max(s, t), 1.0 - s - t)
                best = a if s == share[m] else (b if t == share[m] else d)
    return best
