"""
Strokes
=======

Open curves of cubic Beziers and a width, as a round brush paints them.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

rng = np.random.default_rng(4)
params = []
for k in range(12):
    x = np.linspace(20, 380, 10)  # three cubics: ten points
    y = 20 + 11 * k + rng.normal(0, 12, 10)
    params.append([*np.column_stack([x, y]).ravel(), 1.5 + 0.5 * k])
color = plt.cm.viridis(np.linspace(0, 1, 12))[:, :3]
scene = sr.Scene(400, 160, sr.Layer("stroke", params, color, opacity=0.8), background=(1, 1, 1))

plt.figure(figsize=(8, 3.2))
plt.imshow(sr.render(scene).clip(0, 1))
plt.axis("off")
plt.show()
