"""
A poster
========

Shapes have no pixels: a scene is drawn again at any size, not resampled. ``sdfraster render scene.json --scale 8`` does
the same on the command line.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

result = sr.fit("sample:chelsea", kind="circle", count=96, iterations=120)
small = sr.render(result.scene)
scene = result.scene
layers = [layer.with_values(8.0 * layer.params, layer.color, layer.opacity) for layer in scene.layers]  # pixels times 8
large = sr.render(sr.Scene(8 * scene.width, 8 * scene.height, layers, scene.background))

figure, axes = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
axes[0].imshow(small[110:170, 150:220].clip(0, 1), interpolation="nearest")
axes[1].imshow(large[8 * 110 : 8 * 170, 8 * 150 : 8 * 220].clip(0, 1))
for ax, title in zip(axes, ("at the size of the photograph", "eight times as large"), strict=True):
    ax.set_title(title)
    ax.axis("off")
plt.show()
