"""Sheets of colour over each other, pixel by pixel; colours are premultiplied."""

LEAST = 1e-4  # squared difference of colours, below which a shape cannot be seen


def over(laid, canvas):
    """Paint a `Laid` sheet over a canvas (H, W, 4)."""
    share, color = laid.share, laid.color
    down, right = min(color.shape[0] - 1, 1), min(color.shape[1] - 1, 1)
    for y in range(share.shape[0]):
        for x in range(share.shape[1]):
            place, paint = canvas[laid.top + y, laid.left + x], color[y * down, x * right]
            left = 1.0 - share[y, x] * paint[3]
            for c in range(4):
                place[c] = left * place[c] + share[y, x] * paint[c]


def under(laid, above, left, top):
    """Lay a `Laid` sheet under what is `Above` in a window, whose first column and row are given."""
    share, color, through, light = laid.share, laid.color, above.through, above.light
    down, right = min(color.shape[0] - 1, 1), min(color.shape[1] - 1, 1)
    for row in range(max(laid.top, top), min(laid.top + share.shape[0], top + through.shape[0])):
        for column in range(max(laid.left, left), min(laid.left + share.shape[1], left + through.shape[1])):
            y, x, v, u = row - laid.top, column - laid.left, row - top, column - left
            paint, seen = color[y * down, x * right], through[v, u] * share[y, x]
            if seen == 0.0:
                continue
            for c in range(4):
                light[v, u, c] += seen * paint[c]
            through[v, u] -= seen * paint[3]


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
    down, right = min(color.shape[0] - 1, 1), min(color.shape[1] - 1, 1)
    for y in range(share.shape[0]):
        for x in range(share.shape[1]):
            below, shown = canvas[laid.top + y, laid.left + x], pixels[laid.top + y, laid.left + x]
            paint = color[y * down, x * right]
            through, weight, along = above.through[y, x], 0.0, 0.0
            for c in range(4):
                change = through * (paint[c] - paint[3] * below[c])  # of what is seen, by the share
                weight += change * change
                along += change * (shown[c] - through * below[c] - above.light[y, x, c])
            goal.share[y, x], goal.counts[y, x] = share[y, x], 0.0
            if weight > LEAST:
                goal.share[y, x], goal.counts[y, x] = along / weight, weight**0.5
