"""
Symmetric drawings
==================

With ``symmetric=True`` shapes come in pairs that mirror each other, left and right.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

y, x = np.mgrid[:160, :160] + 0.5
face = np.ones((160, 160, 3)) * (0.95, 0.9, 0.8)
face[np.hypot(x - 80, y - 80) < 65] = (0.95, 0.75, 0.2)
for side in (-1, 1):
    face[np.hypot(x - 80 - 25 * side, (y - 65) / 1.5) < 10] = (0.2, 0.15, 0.1)
face[(np.abs(np.hypot(x - 80, y - 78) - 42) < 4) & (y > 95)] = (0.6, 0.1, 0.1)
result = sr.fit(face, kind="ellipse", count=16, iterations=200, symmetric=True)

figure, axes = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
for ax, picture, title in zip(axes, (face, result.image), ("target", "16 ellipses in pairs"), strict=True):
    ax.imshow(picture.clip(0, 1))
    ax.set_title(title)
    ax.axis("off")
plt.show()
