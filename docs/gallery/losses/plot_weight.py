"""
What matters most
=================

A weight for every pixel says how much it counts. Here the face of the cat counts twenty times as much as the rest.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr
from sdfraster.io import read_image

target = read_image("sample:chelsea")
height, width, _ = target.shape
weight = np.ones((height, width))
weight[60:210, 130:290] = 20.0

figure, axes = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained")
for ax, given, title in zip(axes, (None, weight), ("all alike", "the face counts more"), strict=True):
    result = sr.fit(target, kind="triangle", count=80, iterations=120, weight=given)
    ax.imshow(result.image.clip(0, 1))
    ax.set_title(title)
    ax.axis("off")
plt.show()
