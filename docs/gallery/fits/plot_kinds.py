"""
A photograph in four kinds of shapes
====================================

The same number of shapes and steps for each kind.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

figure, axes = plt.subplots(2, 2, figsize=(10, 7), layout="constrained")
for ax, kind in zip(axes.flat, ("circle", "triangle", "path", "stroke"), strict=True):
    result = sr.fit("sample:chelsea", kind=kind, count=96, iterations=150)
    ax.imshow(result.image.clip(0, 1))
    ax.set_title(f"96 of {kind}: {result.psnr:.1f} dB")
    ax.axis("off")
plt.show()
