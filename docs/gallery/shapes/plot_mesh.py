"""
Meshes
======

Triangles that share vertices: moving one vertex moves all faces around it, and no gap opens. Colours are of faces, or
of vertices as here, blended in between.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.spatial import Delaunay

import sdfraster as sr

rng = np.random.default_rng(1)
vertices = np.vstack([rng.uniform(20, 180, (40, 2)), [[10, 10], [190, 10], [10, 190], [190, 190]]])
faces = Delaunay(vertices).simplices
color = np.column_stack([vertices / 200, 1 - vertices[:, 0] / 200])
mesh = sr.Mesh(vertices, faces, vertex_color=color)

plt.figure(figsize=(4, 4))
plt.imshow(sr.render(sr.Scene(200, 200, mesh, (1, 1, 1))).clip(0, 1))
plt.triplot(vertices[:, 0] - 0.5, vertices[:, 1] - 0.5, faces, color="k", linewidth=0.3)
plt.axis("off")
plt.show()
