"""Sheets of colour over each other, pixel by pixel; colours are premultiplied."""

LEAST = 1e-4  # squared difference of colours, below which a shape cannot be seen


def over(laid, canvas):
    """Paint a `Laid` sheet over a canvas (H, W, 4)."""
    share, color = laid.share, laid.color
    for y in range(share.shape[0]):
        for x in range(share.shape[1]):
            place = canvas[laid.top + y, laid.left + x]
            left = 1.0 - share[y, x] * color[y, x, 3]
            for c in range(4):
                place[c] = left * place[c] + share[y, x] * color[y, x, c]


def under(laid, through, light):
    """Lay a `Laid` sheet under others, which let a share `through` (H, W) and show `light` (H, W, 4) themselves."""
    share, color = laid.share, laid.color
    for y in range(share.shape[0]):
        for x in range(share.shape[1]):
            row, column = laid.top + y, laid.left + x
            seen = through[row, column] * share[y, x]
            for c in range(4):
                light[row, column, c] += seen * color[y, x, c]
            through[row, column] -= seen * color[y, x, 3]


def wanted(laid, above, canvas, pixels, goal):
    """Find the share that a sheet should have of every pixel, and how much the pixel tells of it.

    Parameters
    ----------
    laid : Laid
        The sheet as it is.
    above : Above
        What is above it.
    canvas : (H, W, 4)
        What is below it.
    pixels : (H, W, 4)
        What should be seen.
    goal : Goal
        Out. Where the sheet cannot be seen, its share is what it is, and counts nothing.
    """
    share, color = laid.share, laid.color
    for y in range(share.shape[0]):
        for x in range(share.shape[1]):
            below, shown = canvas[laid.top + y, laid.left + x], pixels[laid.top + y, laid.left + x]
            through, weight, along = above.through[y, x], 0.0, 0.0
            for c in range(4):
                change = through * (color[y, x, c] - color[y, x, 3] * below[c])  # of what is seen, by the share
                weight += change * change
                along += change * (shown[c] - through * below[c] - above.light[y, x, c])
            goal.share[y, x], goal.counts[y, x] = share[y, x], 0.0
            if weight > LEAST:
                goal.share[y, x], goal.counts[y, x] = along / weight, weight**0.5
