"""
Over and mean, at a seam
========================

Two triangles share an edge. Painted *over* each other, as SVG does, both cover half of each pixel along the edge, and a
quarter of the background shows through. Averaged by coverage, in a *mean* layer, they leave no seam.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

params = [[10, 10, 90, 10, 10, 70], [90, 10, 90, 70, 10, 70]]
color = [[0.1, 0.3, 0.6], [0.1, 0.3, 0.6]]

figure, axes = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
for ax, composite in zip(axes, ("over", "mean"), strict=True):
    scene = sr.Scene(100, 80, sr.Layer("triangle", params, color, composite=composite), (1, 1, 1))
    image = sr.render(scene)
    ax.imshow(image.clip(0, 1), interpolation="nearest")
    ax.set_title(f"{composite}: blue is {image[40, 50, 2]:.2f} at the seam")
    ax.axis("off")
plt.show()
