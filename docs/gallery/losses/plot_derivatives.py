"""
Derivatives as pictures
=======================

How every pixel changes with each parameter of an ellipse. They come from `render_vjp` with one pixel at a time set,
which is slow and exact: this is the Jacobian that the adjoint multiplies by.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

size = 40
layer = sr.Layer("ellipse", np.array([[20.0, 20.0, 14.0, 7.0, 0.5]]), [[1, 1, 1]])
objective = sr.Objective(sr.Scene(size, size, layer))
jacobian = np.zeros((size, size, objective.x.size))
for row in range(size):
    for column in range(size):
        g_image = np.zeros((size, size, 3))
        g_image[row, column, 0] = 1.0
        jacobian[row, column] = objective.vjp(objective.x, g_image)

figure, axes = plt.subplots(1, 5, figsize=(12, 2.6), layout="constrained")
for ax, name, picture in zip(axes, sr.primitive("ellipse").params, np.moveaxis(jacobian, 2, 0), strict=False):
    limit = np.abs(picture).max()
    ax.imshow(picture, cmap="RdBu", vmin=-limit, vmax=limit)
    ax.set_title(name)
    ax.axis("off")
plt.show()
