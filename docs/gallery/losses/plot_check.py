"""
Exact, as differences see it
============================

The derivative along a random direction against central differences of the loss, for steps of many sizes. The error
falls with the square of the step, until rounding stops it.
"""

import matplotlib.pyplot as plt
import numpy as np

import sdfraster as sr

rng = np.random.default_rng(0)
params = np.column_stack([rng.uniform(10, 54, (12, 2)), rng.uniform(4, 12, 12)])
scene = sr.Scene(64, 64, sr.Layer("circle", params, rng.uniform(0, 1, (12, 3)), 0.7))
objective = sr.Objective(scene, rng.uniform(0, 1, (64, 64, 3)))
loss, gradient = objective(objective.x)
direction = rng.normal(size=objective.x.size)

steps = np.logspace(-7, -1, 25)
errors = [
    abs(
        (objective(objective.x + h * direction)[0] - objective(objective.x - h * direction)[0]) / (2 * h)
        - gradient @ direction
    )
    for h in steps
]
plt.loglog(steps, errors, "o-")
plt.xlabel("step of the difference")
plt.ylabel("difference from the gradient")
plt.show()
