"""The nearest places of curves, and how their distances change with the numbers of the curves."""

from .pieces import BACK

ROUNDS = 3  # of Newton's method


def nearest(of, piece, t, places, found):
    """Find the distances of places (N, 2) from pieces of a curve, `Derived`, near parameters t (N,) of these.

    By the envelope theorem the parameter does not matter for the derivative (compare the primitives).
    """
    distance, normal, rows = found.distance, found.normal, found.rows
    for i in range(places.shape[0]):
        k, u = piece[i], t[i]
        c, px, py = of.control[k], places[i, 0], places[i, 1]
        qx, qy = 0.0, 0.0
        for attempt in range(ROUNDS + 1):
            s = 1.0 - u
            b0, b1, b2, b3 = s * s * s, 3.0 * s * s * u, 3.0 * s * u * u, u * u * u
            qx = b0 * c[0, 0] + b1 * c[1, 0] + b2 * c[2, 0] + b3 * c[3, 0] - px
            qy = b0 * c[0, 1] + b1 * c[1, 1] + b2 * c[2, 1] + b3 * c[3, 1] - py
            if attempt == ROUNDS:
                break
            v0, v1, v2 = 3.0 * s * s, 6.0 * s * u, 3.0 * u * u
            vx = v0 * (c[1, 0] - c[0, 0]) + v1 * (c[2, 0] - c[1, 0]) + v2 * (c[3, 0] - c[2, 0])
            vy = v0 * (c[1, 1] - c[0, 1]) + v1 * (c[2, 1] - c[1, 1]) + v2 * (c[3, 1] - c[2, 1])
            wx = 6.0 * (s * (c[2, 0] - 2.0 * c[1, 0] + c[0, 0]) + u * (c[3, 0] - 2.0 * c[2, 0] + c[1, 0]))
            wy = 6.0 * (s * (c[2, 1] - 2.0 * c[1, 1] + c[0, 1]) + u * (c[3, 1] - 2.0 * c[2, 1] + c[1, 1]))
            speed = vx * vx + vy * vy
            slope = max(max(speed + qx * wx + qy * wy, BACK * speed), 1e-12)
            u = min(max(u - (qx * vx + qy * vy) / slope, 0.0), 1.0)
        s = 1.0 - u
        b0, b1, b2, b3 = s * s * s, 3.0 * s * s * u, 3.0 * s * u * u, u * u * u
        d = max((qx * qx + qy * qy) ** 0.5, 1e-9)
        nx, ny = -qx / d, -qy / d
        distance[i], normal[i, 0], normal[i, 1] = d, nx, ny
        for m in range(of.used[k]):
            v = of.values[k, m]
            gx = b0 * v[0] + b1 * v[2] + b2 * v[4] + b3 * v[6]
            gy = b0 * v[1] + b1 * v[3] + b2 * v[5] + b3 * v[7]
            rows[i, of.columns[k, m]] -= nx * gx + ny * gy
