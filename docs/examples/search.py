"""Ellipses measured by SciPy, in natural steps: ``python docs/examples/search.py OUT.json``.

L-BFGS-B, like most searches, takes all variables alike. In pixels and colours it needs several times as many iterations
as in steps of about the same effect, which `Objective.scale` holds.
"""

from __future__ import annotations

import sys

import numpy as np
import scipy.optimize

import sdfraster as sr

TRUTH = [[40.0, 30.0, 18.0, 9.0, 0.5], [70.0, 40.0, 10.0, 14.0, 0.1]]
GUESS = [[36.0, 33.0, 14.0, 12.0, 0.2], [66.0, 37.0, 12.0, 12.0, 0.0]]


def scene(params: list[list[float]], colors: list[str]) -> sr.Scene:
    """Return two ellipses, in float64, as measurements want it."""
    return sr.Scene(96, 64, sr.Layer("ellipse", np.array(params), colors), "white")


def main(path: str) -> float:
    """Find the ellipses, save them, and return by how much the worst of their parameters is off."""
    picture = sr.render(scene(TRUTH, ["orange", "navy"]))
    objective = sr.Objective(scene(GUESS, ["gold", "royalblue"]), picture)
    scale, (lower, upper) = objective.scale, objective.bounds

    def in_steps(z: np.ndarray) -> tuple[float, np.ndarray]:
        loss, gradient = objective(z * scale)
        return loss, gradient * scale

    bounds = scipy.optimize.Bounds(lower / scale, upper / scale)
    options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500}
    start = objective.x / scale
    found = scipy.optimize.minimize(in_steps, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    ellipses = objective.scene(np.clip(found.x * scale, lower, upper))
    sr.save(ellipses, path)
    return float(np.abs(ellipses.layers[0].params - TRUTH).max())


if __name__ == "__main__":
    print("off by at most", main(sys.argv[1] if len(sys.argv) > 1 else "search.json"))
