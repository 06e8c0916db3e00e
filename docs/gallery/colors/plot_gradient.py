"""
Gradients
=========

Two colours and a line from one to the other, as SVG has them: ``[c0, c1, (slope_u, slope_v, offset)]``. Colour 0 is
where ``slope_u u + slope_v v + offset`` is 0 or less, colour 1 where it is 1 or more.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

sunset = [[1.0, 0.75, 0.2], [0.5, 0.1, 0.5]]
color = [[*sunset, [0.0, 0.5, 0.5]], [*sunset, [0.5, 0.0, 0.5]], [*sunset, [2.0, 2.0, 0.5]]]
params = [[70 + 130 * k, 70, 100, 100, 0, 12] for k in range(3)]
layer = sr.Layer("rectangle", params, color, shading="gradient")
scene = sr.Scene(400, 140, layer, background=(1, 1, 1))
print(sr.to_svg(scene)[:300], "...")

plt.figure(figsize=(8, 2.8))
plt.imshow(sr.render(scene).clip(0, 1))
plt.axis("off")
plt.show()
