"""
Triangles
=========

Three corners, in any order. Here a fan of them; in a *mean* layer their common edges leave no seam.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

angle = np.linspace(0, 2 * np.pi, 13)
rim = np.column_stack([100 + 90 * np.cos(angle), 100 + 90 * np.sin(angle)])
params = [[100, 100, *rim[k], *rim[k + 1]] for k in range(12)]  # ax ay bx by cx cy
color = plt.cm.hsv(np.arange(12) / 12)[:, :3]
scene = sr.Scene(200, 200, sr.Layer("triangle", params, color, composite="mean"), background=(1, 1, 1))

plt.figure(figsize=(4, 4))
plt.imshow(sr.render(scene).clip(0, 1))
plt.axis("off")
plt.show()
