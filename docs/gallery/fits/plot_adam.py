"""
A fit of one's own
==================

Ten lines: Adam from `sdfraster.optimizers`, with steps in proportion to what is natural for each value.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr
from sdfraster.io import read_image

target = read_image("sample:chelsea")[::3, ::3]
height, width, _ = target.shape
rng = np.random.default_rng(0)
params = np.column_stack([rng.uniform(0, width, 100), rng.uniform(0, height, 100), np.full(100, 8.0)])
objective = sr.Objective(sr.Scene(width, height, sr.Layer("circle", params, np.full((100, 3), 0.5), 0.7)), target)

x, state, losses = objective.x.copy(), sr.optimizers.adam.init(objective.x), []
for _ in range(300):
    loss, gradient = objective(x)
    step, state = sr.optimizers.adam.update(gradient, state, rate=0.1 * objective.scale)
    x = np.clip(x - step, *objective.bounds)
    losses.append(loss)

figure, axes = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained")
axes[0].imshow(objective.render(x).clip(0, 1))
axes[0].axis("off")
axes[1].semilogy(losses)
axes[1].set(xlabel="step", ylabel="mean squared error")
plt.show()
