"""
Few colours
===========

A palette of so many colours, or of those that are named: for prints, paper cuts and embroidery.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

figure, axes = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained")
for ax, palette in zip(axes, (6, ["#2b2118", "#8a5a34", "#d9a877", "#f3e4d0"]), strict=True):
    result = sr.fit("sample:chelsea", kind="path", count=80, iterations=120, palette=palette, opaque=True)
    ax.imshow(result.image.clip(0, 1))
    ax.set_title(f"palette={palette}")
    ax.axis("off")
plt.show()
