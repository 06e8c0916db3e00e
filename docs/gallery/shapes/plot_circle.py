"""
Circles
=======

A circle has a centre and a radius. Lower opacities let what lies below show through.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

angle = np.linspace(0, 2 * np.pi, 6, endpoint=False)
params = np.column_stack([100 + 45 * np.cos(angle), 100 + 45 * np.sin(angle), np.full(6, 48.0)])  # cx cy r
color = 0.5 + 0.5 * np.cos(angle[:, None] + np.array([0, 2, 4]))
scene = sr.Scene(200, 200, sr.Layer("circle", params, color, opacity=0.6), background=(1, 1, 1))

plt.figure(figsize=(4, 4))
plt.imshow(sr.render(scene).clip(0, 1))
plt.axis("off")
plt.show()
