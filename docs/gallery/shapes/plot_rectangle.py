"""
Rectangles
==========

Centre, width, height, angle, and the radius of the corners: from 0, sharp, to half the shorter side.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

params = [[50 + 75 * k, 60, 60, 60, 0.15 * k, 7.5 * k] for k in range(5)]  # cx cy w h angle corner
color = [[0.9 - 0.15 * k, 0.3, 0.2 + 0.15 * k] for k in range(5)]
scene = sr.Scene(400, 120, sr.Layer("rectangle", params, color), background=(1, 1, 1))

plt.figure(figsize=(8, 2.4))
plt.imshow(sr.render(scene).clip(0, 1))
plt.axis("off")
plt.show()
