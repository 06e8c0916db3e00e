"""
Transparent pictures
====================

With ``background=None`` a picture has four channels, premultiplied: where nothing is painted all are 0.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

layer = sr.Layer("circle", [[70, 80, 50], [130, 80, 50]], [[0.9, 0.2, 0.2], [0.2, 0.4, 0.9]], opacity=[1.0, 0.5])
image = sr.render(sr.Scene(200, 160, layer, background=None))
rows, columns = np.mgrid[:160, :200] // 10
checkers = np.where((rows + columns) % 2, 0.8, 1.0)[..., None]

plt.figure(figsize=(5, 4))
plt.imshow((image[..., :3] + (1 - image[..., 3:]) * checkers).clip(0, 1))
plt.axis("off")
plt.show()
