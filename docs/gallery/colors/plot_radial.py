"""
Radial gradients
================

Two colours, and the circle at which the second one is reached, as SVG has them: ``[c0, c1, x, y, (fx, fy, first)]``,
where x and y map the frame of the shape to the place in the gradient, whose circle has radius 1. The focus may be
beside the centre: that makes a ball of a disc.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

light, dark = [1.0, 0.95, 0.8], [0.7, 0.15, 0.1]
centred = [light, dark, [1, 0, 0], [0, 1, 0], [0.0, 0.0, 0.0]]
focal = [light, dark, [1, 0, 0], [0, 1, 0], [-0.45, -0.45, 0.0]]
layer = sr.Layer("circle", [[75, 75, 65], [225, 75, 65]], [centred, focal], shading="radial")
scene = sr.Scene(300, 150, layer, background=(1, 1, 1))

plt.figure(figsize=(7, 3.5))
plt.imshow(sr.render(scene).clip(0, 1))
plt.axis("off")
plt.show()
