"""Colours of vertices as linear colours of faces: the affine interpolant, in the frame of the triangle.

With edges e = b - a, f = c - a and colour differences r = c_b - c_a, s = c_c - c_a, the slopes of a face are
``(r fy - s ey, s ex - r fx) / det`` with ``det = ex fy - ey fx``. A linear colour wants them times the frame's unit l,
and the colour at the centroid, which is the mean of the three. On a face without area a slope has no meaning:
``1 / det`` is replaced by ``det / (det^2 + FLAT^2)``, which is the same to 1e-8 down to one pixel and fades to 0.

The pair is written for single faces and scalars, as everything in this folder; in float64, because slopes of thin
faces are differences of close numbers.
"""

from __future__ import annotations

from ..primitives.triangle import frame, frame_adjoint
from .shading import MIN_FRAME

FLAT = 1e-4  # square pixels: the doubled area of a face below which its slopes fade


def gather_colors(params, faces, vertex_color, color):
    """Set the linear colours (F, 9) of faces with corners `params` (F, 6) from the colours (V, 3) of vertices."""
    for k in range(len(faces)):
        gather_color(params, faces, vertex_color, color, k)


def gather_color(params, faces, vertex_color, color, k):
    """Set the linear colour of face k."""
    p = (params[k, 0], params[k, 1], params[k, 2], params[k, 3], params[k, 4], params[k, 5])
    ex, ey, fx, fy = p[2] - p[0], p[3] - p[1], p[4] - p[0], p[5] - p[1]
    det = ex * fy - ey * fx
    inverse = det / (det * det + FLAT * FLAT)
    _, _, length = frame(p)
    unit = max(length, MIN_FRAME) * inverse
    a, b, c = faces[k, 0], faces[k, 1], faces[k, 2]
    for channel in range(3):
        r = vertex_color[b, channel] - vertex_color[a, channel]
        s = vertex_color[c, channel] - vertex_color[a, channel]
        color[k, 3 * channel] = (r * fy - s * ey) * unit
        color[k, 3 * channel + 1] = (s * ex - r * fx) * unit
        color[k, 3 * channel + 2] = vertex_color[a, channel] + (r + s) / 3.0


def gather_color_adjoint(params, faces, vertex_color, g_color, g_params, g_corner_color, k):
    """Add to the gradient by the corners of face k (F, 6), and set that by their colours (F, 9), corner after corner.

    Given is that by the linear colours (F, 9). Stretching the unit l changes nothing in the picture; what it adds here
    takes away what it added to `g_params` through the frame.
    """
    p = (params[k, 0], params[k, 1], params[k, 2], params[k, 3], params[k, 4], params[k, 5])
    ex, ey, fx, fy = p[2] - p[0], p[3] - p[1], p[4] - p[0], p[5] - p[1]
    det = ex * fy - ey * fx
    square = det * det + FLAT * FLAT
    inverse = det / square
    _, _, length = frame(p)
    length = max(length, MIN_FRAME)
    a, b, c = faces[k, 0], faces[k, 1], faces[k, 2]
    g_ex = g_ey = g_fx = g_fy = g_inverse = g_length = ex - ex
    for channel in range(3):
        r = vertex_color[b, channel] - vertex_color[a, channel]
        s = vertex_color[c, channel] - vertex_color[a, channel]
        u, v = r * fy - s * ey, s * ex - r * fx
        g_u, g_v = g_color[k, 3 * channel], g_color[k, 3 * channel + 1]
        g_length += (g_u * u + g_v * v) * inverse
        g_u, g_v = g_u * length, g_v * length
        g_inverse += g_u * u + g_v * v
        g_u, g_v = g_u * inverse, g_v * inverse
        g_ex += g_v * s
        g_ey -= g_u * s
        g_fx -= g_v * r
        g_fy += g_u * r
        third = g_color[k, 3 * channel + 2] / 3.0
        g_r, g_s = g_u * fy - g_v * fx, g_v * ex - g_u * ey
        g_corner_color[k, channel] = third - g_r - g_s
        g_corner_color[k, 3 + channel] = third + g_r
        g_corner_color[k, 6 + channel] = third + g_s
    g_det = g_inverse * (FLAT * FLAT - det * det) / (square * square)
    g_ex, g_ey = g_ex + g_det * fy, g_ey - g_det * fx
    g_fx, g_fy = g_fx - g_det * ey, g_fy + g_det * ex
    g_p = frame_adjoint(p, g_length - g_length, g_length - g_length, g_length)
    g_params[k, 0] += g_p[0] - g_ex - g_fx
    g_params[k, 1] += g_p[1] - g_ey - g_fy
    g_params[k, 2] += g_p[2] + g_ex
    g_params[k, 3] += g_p[3] + g_ey
    g_params[k, 4] += g_p[4] + g_fx
    g_params[k, 5] += g_p[5] + g_fy


def gather_colors_adjoint(params, faces, vertex_color, g_color, g_params, g_corner_color):
    """Do that for all faces."""
    for k in range(len(faces)):
        gather_color_adjoint(params, faces, vertex_color, g_color, g_params, g_corner_color, k)


def gather_corners_adjoint(faces, g_corners, g_vertices):
    """Add what corners have (F, 3 n) to what their vertices have (V, n), face after face."""
    n = g_vertices.shape[1]
    for k in range(len(faces)):
        for corner in range(3):
            v = faces[k, corner]
            for i in range(n):
                g_vertices[v, i] += g_corners[k, n * corner + i]
