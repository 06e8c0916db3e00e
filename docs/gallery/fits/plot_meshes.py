"""
A photograph as a mesh
======================

Triangles that share their vertices, which the fit moves, inserts and removes. Faces are flat, or vertices have colours.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

figure, axes = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained")
for ax, shade in zip(axes, ("flat", "vertex"), strict=True):
    result = sr.fit("sample:chelsea", kind="mesh", count=300, iterations=100, shade=shade)
    ax.imshow(result.image.clip(0, 1))
    ax.set_title(f"{shade}: {result.psnr:.1f} dB")
    ax.axis("off")
plt.show()
