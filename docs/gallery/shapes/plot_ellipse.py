"""
Ellipses
========

Centre, two radii, and the angle by which the first radius is turned: radians, clockwise on the screen. Distances are
exact, also inside of thin ellipses.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

turns = np.arange(8) * np.pi / 8
params = [[100, 100, 90, 14, turn] for turn in turns]  # cx cy rx ry angle
color = plt.cm.twilight(turns / np.pi)[:, :3]
scene = sr.Scene(200, 200, sr.Layer("ellipse", params, color, opacity=0.7), background=(1, 1, 1))

plt.figure(figsize=(4, 4))
plt.imshow(sr.render(scene).clip(0, 1))
plt.axis("off")
plt.show()
