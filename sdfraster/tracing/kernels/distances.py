"""Distances of points and of pixels from a primitive."""


def distances_of(distance, gradient):
    """Return a function that fills in distances and their derivatives for a kind."""

    def run(points, p, off, rows):
        """Set the distances (N,) of points (N, 2) from the shape, and their derivatives (N, P)."""
        for i in range(points.shape[0]):
            off[i] = distance(p, points[i, 0], points[i, 1])
            g = gradient(p, points[i, 0], points[i, 1])
            for k in range(rows.shape[1]):
                rows[i, k] = g[k]

    return run


def inside_of(distance):
    """Return a function that fills in the distances of pixels for a kind."""

    def run(p, out):
        """Set the distance of the middle of every pixel (H, W)."""
        for y in range(out.shape[0]):
            for x in range(out.shape[1]):
                out[y, x] = distance(p, x + 0.5, y + 0.5)

    return run
