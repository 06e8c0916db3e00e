"""
With an optimiser of SciPy
==========================

An `Objective` is a function of one vector that returns loss and gradient: what `scipy.optimize.minimize` asks for.
Discs under noise are found from guesses that are some pixels off.
"""

import matplotlib.pyplot as plt
import numpy as np
import scipy.optimize

import sdfraster as sr

rng = np.random.default_rng(2)
true = np.array([[30.3, 40.6, 12.2], [70.8, 30.1, 9.7], [60.2, 68.9, 15.4]])
scene = sr.Scene(100, 100, sr.Layer("circle", true, np.ones((3, 3))))
target = sr.render(scene) + rng.normal(0, 0.1, (100, 100, 3))
guess = sr.Scene(100, 100, sr.Layer("circle", true + rng.normal(0, 3, (3, 3)), np.full((3, 3), 0.8)))

objective = sr.Objective(guess, target)
found = scipy.optimize.minimize(objective, objective.x, jac=True, method="L-BFGS-B", bounds=objective.bounds)
params = objective.scene(found.x).layers[0].params
print("largest error of a centre or radius:", np.abs(params - true).max().round(3), "pixels, after", found.nit, "steps")

plt.figure(figsize=(4.5, 4.5))
plt.imshow(target.clip(0, 1))
for values, style in ((guess.layers[0].params, "r:"), (params, "c-")):
    for cx, cy, r in values:
        turn = np.linspace(0, 2 * np.pi, 100)
        plt.plot(cx - 0.5 + r * np.cos(turn), cy - 0.5 + r * np.sin(turn), style)
plt.axis("off")
plt.show()
