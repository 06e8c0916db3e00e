"""
Paths
=====

Closed curves of cubic Beziers: a point on the curve, two controls, the next point on the curve, and so on. The dots
show them; the last segment returns to the first point.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

points = np.array([[100, 60], [60, -10], [0, 60], [100, 170], [200, 60], [140, -10]], float)  # a heart of two curves
scene = sr.Scene(200, 200, sr.Layer("path", [points.ravel()], [[0.8, 0.1, 0.2]]), background=(1, 1, 1))

plt.figure(figsize=(4, 4))
plt.imshow(sr.render(scene).clip(0, 1))
closed = np.vstack([points, points[:1]])
plt.plot(closed[:, 0] - 0.5, closed[:, 1] - 0.5, "o-", color="0.3", linewidth=0.5, markersize=4)
plt.xlim(-12, 212)
plt.ylim(205, -18)
plt.axis("off")
plt.show()
