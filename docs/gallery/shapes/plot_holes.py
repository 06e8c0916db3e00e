"""
Holes, and shapes of different numbers of points
================================================

A path or polygon may have several contours. With the fill rule ``"evenodd"``, or with contours that run the other way,
the inner ones are holes. The shapes of a layer need not have equal numbers of points.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr


def ngon(x, y, radius, corners, turn=0.0):
    """Return the corners of a regular polygon: x0 y0 x1 y1 ..."""
    angle = turn + 2 * np.pi * np.arange(corners) / corners
    return np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]).ravel()


nut = [ngon(75, 75, 60, 6), ngon(75, 75, 30, 24)]  # two contours
washer = [ngon(225, 75, 60, 40), ngon(225, 75, 25, 20)]
plate = [ngon(375, 75, 60, 4, np.pi / 4), *(ngon(375 + dx, 75 + dy, 9, 12) for dx in (-24, 24) for dy in (-24, 24))]
color = [[0.35, 0.4, 0.45], [0.6, 0.55, 0.35], [0.3, 0.45, 0.55]]
layer = sr.Layer("polygon", [nut, washer, plate], color, fill_rule="evenodd")

plt.figure(figsize=(9, 3))
plt.imshow(sr.render(sr.Scene(450, 150, layer, (1, 1, 1))).clip(0, 1))
plt.axis("off")
plt.show()
