"""
Pixel filters
=============

The density of the filter, and its radius, say how a distance becomes a coverage. A wide filter reaches further, which
helps at the start of a fit; 0.645 gives the parabolic one the variance of the square that SVG renderers use.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
edge = sr.Layer("rectangle", [[0, 4, 16, 40, 0, 0]], [[1, 1, 1]])  # its right side is at x = 8
for name in ("parabolic", "tent", "box"):
    image = sr.render(sr.Scene(16, 8, edge), filter_radius=3.0, filter=name)
    left.plot(np.arange(16) + 0.5 - 8, image[4, :, 0], "o-", label=name)
left.set(xlabel="distance of the pixel from the edge", ylabel="coverage", title="radius 3")
left.legend()
for radius in (0.5, 0.645, 1.0, 3.0):
    image = sr.render(sr.Scene(16, 8, edge), filter_radius=radius)
    right.plot(np.arange(16) + 0.5 - 8, image[4, :, 0], "o-", label=f"{radius:g}")
right.set(xlabel="distance of the pixel from the edge", title="parabolic, by radius")
right.legend()
plt.show()
