"""
Polygons, and what is inside
============================

A polygon has any number of corners and may cross itself. ``fill_rule`` says what is inside then: all that the outline
winds around (``"nonzero"``), or what it winds around an odd number of times (``"evenodd"``).
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

angle = 2 * np.pi * np.arange(5) * 2 / 5 - np.pi / 2  # every second corner of a pentagon
star = np.column_stack([100 + 90 * np.cos(angle), 105 + 90 * np.sin(angle)]).ravel()  # x0 y0 x1 y1 ...

figure, axes = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
for ax, rule in zip(axes, ("nonzero", "evenodd"), strict=True):
    layer = sr.Layer("polygon", [star], [[0.85, 0.6, 0.1]], fill_rule=rule)
    ax.imshow(sr.render(sr.Scene(200, 200, layer, (1, 1, 1))).clip(0, 1))
    ax.set_title(rule)
    ax.axis("off")
plt.show()
