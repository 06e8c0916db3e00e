"""
Linear colours
==============

Each channel is a plane over the shape: two slopes and an offset, in the frame of the shape (0 at its centre, 1 a unit
away from it). The channels may slope in different directions, which SVG cannot express.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

color = [[[0.4, 0.0, 0.5], [0.0, 0.4, 0.5], [-0.3, -0.3, 0.5]]]  # [channel, (slope_u, slope_v, offset)]
scene = sr.Scene(200, 200, sr.Layer("circle", [[100, 100, 90]], color), background=(1, 1, 1))

plt.figure(figsize=(4, 4))
plt.imshow(sr.render(scene).clip(0, 1))
plt.axis("off")
plt.show()
