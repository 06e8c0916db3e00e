"""Thinning of a mask to lines of one pixel (Zhang and Suen 1984), with pixels that stay.

Where what sticks out is as wide as long, thinning alone takes it all; the ridge of the distances from the rim stays.
"""


def ridge(depth, least, found):
    """Set the pixels (H, W) that are farther from the rim than those on both sides of them, by `least` in all."""
    height, width = depth.shape
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            d = depth[y, x]
            found[y, x] = False
            for k in range(4):
                dy, dx = (0 if k == 0 else 1), (0 if k == 2 else (-1 if k == 3 else 1))
                length = 1.0 if k == 0 or k == 2 else 1.4142135623730951
                a, b = d - depth[y + dy, x + dx], d - depth[y - dy, x - dx]
                if a >= 0.0 and b >= 0.0 and a + b >= least * length:
                    found[y, x] = True


def thin(mask, kept):
    """Take pixels off a mask (H, W) of zeros and ones, whose rim is zero, until what is left has no inside.

    Pixels that are `kept` (H, W) stay.
    """
    height, width = mask.shape
    changed, half = 2, 0
    while changed > 0:
        changed -= 1
        for y in range(1, height - 1):
            for x in range(1, width - 1):
                if mask[y, x] == 0 or kept[y, x]:
                    continue
                n, e, s, w = mask[y - 1, x] & 1, mask[y, x + 1] & 1, mask[y + 1, x] & 1, mask[y, x - 1] & 1
                ne, se, sw, nw = (
                    mask[y - 1, x + 1] & 1,
                    mask[y + 1, x + 1] & 1,
                    mask[y + 1, x - 1] & 1,
                    mask[y - 1, x - 1] & 1,
                )
                count = n + ne + e + se + s + sw + w + nw
                if count < 2 or count > 6:
                    continue
                if half == 0:
                    if n * e * s != 0 or e * s * w != 0:
                        continue
                elif n * e * w != 0 or n * s * w != 0:
                    continue
                turns = (1 - n) * ne + (1 - ne) * e + (1 - e) * se + (1 - se) * s
                turns += (1 - s) * sw + (1 - sw) * w + (1 - w) * nw + (1 - nw) * n
                if turns == 1:
                    mask[y, x] = 3  # taken off after this pass
        for y in range(1, height - 1):
            for x in range(1, width - 1):
                if mask[y, x] == 3:
                    mask[y, x] = 0
                    changed = 2
        half = 1 - half
