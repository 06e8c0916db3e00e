"""How much colours differ that should be one, or run evenly: among pixels of nearly equal number."""


def spread(number, colors, bins):
    """Return the variance of colours (N, C) among those of nearly equal number (N,), less what a slope does.

    `bins` are `Bins`, out.
    """
    index, count, middle, square, mean, slope = bins
    low, high = number[0], number[0]
    for n in range(number.shape[0]):
        low, high = min(low, number[n]), max(high, number[n])
    last = count.shape[0] - 1
    scale = (last + 1) / max(high - low, 1e-9)
    count[:], middle[:], square[:], mean[:], slope[:] = 0.0, 0.0, 1e-12, 0.0, 0.0
    for n in range(number.shape[0]):
        k = min(int((number[n] - low) * scale), last)
        index[n] = k
        count[k] += 1.0
        middle[k] += number[n]
        for c in range(colors.shape[1]):
            mean[k, c] += colors[n, c]
    for k in range(last + 1):
        middle[k] /= max(count[k], 1.0)
        for c in range(colors.shape[1]):
            mean[k, c] /= max(count[k], 1.0)
    for n in range(number.shape[0]):
        k = index[n]
        off = number[n] - middle[k]
        square[k] += off * off
        for c in range(colors.shape[1]):
            slope[k, c] += off * (colors[n, c] - mean[k, c])
    for k in range(last + 1):
        for c in range(colors.shape[1]):
            slope[k, c] /= square[k]
    total = 0.0
    for n in range(number.shape[0]):
        k = index[n]
        for c in range(colors.shape[1]):
            rest = colors[n, c] - mean[k, c] - slope[k, c] * (number[n] - middle[k])
            total += rest * rest
    return total / number.shape[0]
