"""Control points of constrained curves, their derivatives, and the normal equations of fits to points.

A piece has up to `MOST` free numbers: places in z, with the derivative of its four control points by each.
"""

from math import cos, sin

from ...engine.compile.marks import noinline

NONE = -1
MOST = 20
BACK = 0.3  # of the squared speed: least slope that Newton's method divides by


@noinline
def direction(k, layout, e):
    """Set the direction of smooth node k of an `Layout`; return the first node of its line, or NONE."""
    x, y, angle, z = layout.x, layout.y, layout.angle, layout.z
    if angle[k] != NONE:
        e[0], e[1], e[2] = cos(z[angle[k]]), sin(z[angle[k]]), 1.0
        return NONE
    first = k if layout.line[k] else layout.before[k]
    after = layout.after[first]
    ex, ey = z[x[after]] - z[x[first]], z[y[after]] - z[y[first]]
    e[2] = max((ex * ex + ey * ey) ** 0.5, 1e-9)
    e[0], e[1] = ex / e[2], ey / e[2]
    return first


@noinline
def put(n, columns, values, column, row, value):
    """Add a derivative to those of a piece; return how many numbers it has then."""
    for m in range(n):
        if columns[m] == column:
            values[m, row] += value
            return n
    columns[n] = column
    for r in range(8):
        values[n, r] = 0.0
    values[n, row] = value
    return n + 1


@noinline
def derive(layout, pieces, of, e):
    """Set the control points of some pieces of an `Layout` and their derivatives; ``e`` (3,) is scratch."""
    for k in pieces:
        if layout.frame.shape[3] > 0:
            of_primitive(layout, k, of)
        else:
            of_curve(layout, k, of, e)


def of_primitive(layout, k, of):
    """Set piece k of a primitive: turned by an angle, then moved."""
    z, c, points = layout.z, of.control[k], layout.frame[k]
    turn_x, turn_y = cos(z[2]), sin(z[2])
    count = layout.moving.shape[0]
    of.used[k] = count
    for p in range(4):
        u, v = 0.0, 0.0
        for m in range(points.shape[2]):
            u, v = u + points[p, 0, m] * z[3 + m], v + points[p, 1, m] * z[3 + m]
        c[p, 0], c[p, 1] = z[0] + turn_x * u - turn_y * v, z[1] + turn_y * u + turn_x * v
        for n in range(count):
            m = layout.moving[n]
            of.columns[k, n] = m
            if m < 2:
                dx, dy = 1.0 - m, 1.0 * m
            elif m == 2:
                dx, dy = -turn_y * u - turn_x * v, turn_x * u - turn_y * v
            else:
                du, dv = points[p, 0, m - 3], points[p, 1, m - 3]
                dx, dy = turn_x * du - turn_y * dv, turn_y * du + turn_x * dv
            of.values[k, n, 2 * p], of.values[k, n, 2 * p + 1] = dx, dy


def of_curve(layout, k, of, e):
    """Set piece k of a curve."""
    line, x, y, angle, z = layout.line, layout.x, layout.y, layout.angle, layout.z
    control = of.control
    after, n = layout.after[k], 0
    c, v = of.columns[k], of.values[k]
    x0, y0, x3, y3 = z[x[k]], z[y[k]], z[x[after]], z[y[after]]
    control[k, 0, 0], control[k, 0, 1], control[k, 3, 0], control[k, 3, 1] = x0, y0, x3, y3
    near = 2.0 / 3.0 if line[k] else 1.0  # how much inner points go with their own node
    for p in range(4):
        first = 1.0 if p == 0 else (near if p == 1 else (1.0 - near if p == 2 else 0.0))
        if p == 1 or p == 2:  # ends are exact
            control[k, p, 0], control[k, p, 1] = first * x0 + (1.0 - first) * x3, first * y0 + (1.0 - first) * y3
        n = put(n, c, v, x[k], 2 * p, first)
        n = put(n, c, v, y[k], 2 * p + 1, first)
        n = put(n, c, v, x[after], 2 * p, 1.0 - first)
        n = put(n, c, v, y[after], 2 * p + 1, 1.0 - first)
    if not line[k]:
        for p in (1, 2):
            node, place, sign = (k, layout.leave[k], 1.0) if p == 1 else (after, layout.arrive[k], -1.0)
            if not layout.smooth[node]:
                control[k, p, 0] += sign * z[place]
                control[k, p, 1] += sign * z[place + 1]
                n = put(n, c, v, place, 2 * p, sign)
                n = put(n, c, v, place + 1, 2 * p + 1, sign)
                continue
            h = sign * z[place]
            base = direction(node, layout, e)
            control[k, p, 0] += h * e[0]
            control[k, p, 1] += h * e[1]
            n = put(n, c, v, place, 2 * p, sign * e[0])
            n = put(n, c, v, place, 2 * p + 1, sign * e[1])
            if base == NONE:
                n = put(n, c, v, angle[node], 2 * p, -h * e[1])
                n = put(n, c, v, angle[node], 2 * p + 1, h * e[0])
                continue
            tip = layout.after[base]  # the direction turns as the line does
            xx, xy, yy = h / e[2] * e[1] * e[1], -h / e[2] * e[0] * e[1], h / e[2] * e[0] * e[0]
            for end in (0, 1):
                m, w = (base, -1.0) if end == 0 else (tip, 1.0)
                n = put(n, c, v, x[m], 2 * p, w * xx)
                n = put(n, c, v, y[m], 2 * p, w * xy)
                n = put(n, c, v, x[m], 2 * p + 1, w * xy)
                n = put(n, c, v, y[m], 2 * p + 1, w * yy)
    of.used[k] = n


def equations(points, piece, t, of, rounds, sums, row):
    """Add up the normal equations of the squared distances of points from their pieces; return the sum of squares.

    Parameters
    ----------
    points, piece : (N, 2), (N,)
        Points and the pieces that they belong to.
    t : (N,)
        In and out: parameters; below 0 for not known.
    of : Derived
        The pieces.
    rounds : int
        Steps of Newton's method towards the nearest parameters.
    sums : Equations
        Out; not touched, but for the distances, if ``normal`` has no rows.
    row : (MOST,)
        Scratch.
    """
    columns, values, used, normal, right = of.columns, of.values, of.used, sums.normal, sums.right
    total = 0.0
    for i in range(points.shape[0]):
        k = piece[i]
        c = of.control[k]
        px, py = points[i, 0], points[i, 1]
        u = t[i]
        if u < 0.0:
            ex, ey = c[3, 0] - c[0, 0], c[3, 1] - c[0, 1]
            u = ((px - c[0, 0]) * ex + (py - c[0, 1]) * ey) / max(ex * ex + ey * ey, 1e-9)
            u = min(max(u, 0.0), 1.0)
        qx, qy, vx, vy = 0.0, 0.0, 0.0, 0.0
        for attempt in range(rounds + 1):
            s = 1.0 - u
            b0, b1, b2, b3 = s * s * s, 3.0 * s * s * u, 3.0 * s * u * u, u * u * u
            qx = b0 * c[0, 0] + b1 * c[1, 0] + b2 * c[2, 0] + b3 * c[3, 0] - px
            qy = b0 * c[0, 1] + b1 * c[1, 1] + b2 * c[2, 1] + b3 * c[3, 1] - py
            v0, v1, v2 = 3.0 * s * s, 6.0 * s * u, 3.0 * u * u
            vx = v0 * (c[1, 0] - c[0, 0]) + v1 * (c[2, 0] - c[1, 0]) + v2 * (c[3, 0] - c[2, 0])
            vy = v0 * (c[1, 1] - c[0, 1]) + v1 * (c[2, 1] - c[1, 1]) + v2 * (c[3, 1] - c[2, 1])
            if attempt == rounds:
                break
            wx = 6.0 * (s * (c[2, 0] - 2.0 * c[1, 0] + c[0, 0]) + u * (c[3, 0] - 2.0 * c[2, 0] + c[1, 0]))
            wy = 6.0 * (s * (c[2, 1] - 2.0 * c[1, 1] + c[0, 1]) + u * (c[3, 1] - 2.0 * c[2, 1] + c[1, 1]))
            speed = vx * vx + vy * vy
            slope = max(max(speed + qx * wx + qy * wy, BACK * speed), 1e-12)
            u = min(max(u - (qx * vx + qy * vy) / slope, 0.0), 1.0)
        t[i] = u
        length = max((vx * vx + vy * vy) ** 0.5, 1e-9)
        nx, ny = vy / length, -vx / length
        d = qx * nx + qy * ny
        sums.off[i] = d
        total += d * d
        if normal.shape[0] == 0:
            continue
        s = 1.0 - u
        b0, b1, b2, b3 = s * s * s, 3.0 * s * s * u, 3.0 * s * u * u, u * u * u
        for m in range(used[k]):
            v = values[k, m]
            gx = b0 * v[0] + b1 * v[2] + b2 * v[4] + b3 * v[6]
            gy = b0 * v[1] + b1 * v[3] + b2 * v[5] + b3 * v[7]
            row[m] = nx * gx + ny * gy
        for m in range(used[k]):
            a = columns[k, m]
            right[a] += row[m] * d
            for o in range(used[k]):
                normal[a, columns[k, o]] += row[m] * row[o]
    return total
