"""
Lines
=====

Two ends and a width; the caps are round. Lines thinner than a pixel keep the ink of their area: they get paler, not
wider.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

widths = np.array([0.25, 0.5, 1, 2, 4, 8])
params = [[20, 15 + 20 * k, 180, 25 + 20 * k, width] for k, width in enumerate(widths)]  # ax ay bx by width
scene = sr.Scene(200, 140, sr.Layer("line", params, np.zeros((6, 3))), background=(1, 1, 1))
image = sr.render(scene)
ink = (1 - image[:, 100, 0]).sum()
print(f"ink of the middle column: {ink:.2f} pixels; widths over the cosine of the slope: {(widths / 0.998).sum():.2f}")

plt.figure(figsize=(6, 4.2))
plt.imshow(image.clip(0, 1), interpolation="nearest")
plt.axis("off")
plt.show()
