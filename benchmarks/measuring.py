"""How well discs are measured, and how fast: ``python -m benchmarks.measuring [--draws N] [--part NAME]``.

``errors``: the scatter of what is found in many draws of the noise, the standard errors that every fit states, and the
bound of Cramér and Rao, which is the standard error at the true values with the true noise. ``speed``: 40 discs on
500 x 500 pixels from guesses, by our own searches and by SciPy's, kernels and files warm. ``blur``: discs that
`docs/examples/particles.py` draws by sampling, under a lens that blurs, found with the filter of the same variance.
"""

from __future__ import annotations

import runpy
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

import sdfraster as sr

from . import arguments
from .engine import machine

Array = NDArray[np.float64]

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "particles.py"
NOISE = 0.05
RUNS = 3
FREE = ("position", "length", "color", "background")


def few(grey: bool) -> sr.Scene:
    """Return four discs, of which two overlap, in float64."""
    params = np.array([[17.3, 16.2, 7.1], [44.7, 20.6, 5.4], [28.4, 43.5, 9.2], [40.9, 46.1, 6.3]])
    colors = np.array([[0.9, 0.8, 0.6], [0.7, 0.9, 0.8], [0.6, 0.5, 0.9], [0.95, 0.7, 0.7]])
    colors = np.repeat(colors[:, :1], 3, axis=1) if grey else colors
    return sr.Scene(64, 64, sr.Layer("circle", params, colors), np.array([0.2, 0.2, 0.2]))


def errors(draws: int, grey: bool, rng: np.random.Generator) -> dict[str, tuple[float, float, float]]:
    """Return by role: scatter, stated standard error and bound, each as the root of the mean square over its values."""
    truth = few(grey)
    picture = sr.render(truth)
    objective = sr.Objective(truth, picture)
    free = objective.free(~objective.where(role="opacity"))
    found, stated = [], []
    for _ in range(draws):
        noise = rng.normal(0.0, NOISE, (*picture.shape[:2], 1 if grey else 3))
        drawn = sr.Objective(truth, picture + noise).free(~objective.where(role="opacity"))
        start = drawn.x + 0.3 * objective.where(role="params") * rng.uniform(-1.0, 1.0, drawn.x.size)
        x, _ = sr.optimizers.lm.minimize(drawn.normal_matrix, start, *drawn.bounds)
        found.append(x)
        stated.append(drawn.uncertainty(x).standard_error)
    scatter = np.std(found, axis=0, ddof=1)
    bound = free.uncertainty(free.x, NOISE).standard_error
    places = {role: objective.where(role=role) for role in FREE}
    return {
        role: tuple(_mean(values[..., place]) for values in (scatter, np.array(stated), bound))  # type: ignore[misc]
        for role, place in places.items()
    }


def _mean(values: Array) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt((values**2).mean()))


def many(rng: np.random.Generator) -> tuple[sr.Scene, sr.Scene]:
    """Return 40 discs on 500 x 500 pixels, and guesses of them."""
    cells = np.stack(np.meshgrid(np.arange(7), np.arange(6)), axis=-1).reshape(-1, 2)[:40]
    places = (cells + 0.5) * (500.0 / 7.0, 500.0 / 6.0) + rng.uniform(-12.0, 12.0, (40, 2))
    params = np.column_stack([places, rng.uniform(5.0, 12.0, 40)])
    truth = sr.Layer("circle", params, rng.uniform(0.5, 1.0, (40, 3)))
    guessed = sr.Layer("circle", params + rng.uniform(-1.5, 1.5, params.shape), np.full((40, 3), 0.75))
    background = np.full(3, 0.15)
    return sr.Scene(500, 500, truth, background), sr.Scene(500, 500, guessed, background + 0.05)


def searches(guess: sr.Scene, target: Array) -> dict[str, Callable[[], Array]]:
    """Return ways to find x, y and r (N, 3) of the discs."""
    held = {"opacity": 1}

    def ours(optimizer: str) -> Array:
        result = sr.fit(target, init=guess, optimizer=optimizer, fixed=held)
        if optimizer == "lm":
            result.uncertainty()
        params: Array = result.scene.layers[0].params
        return params

    def minimize() -> Array:
        objective = sr.Objective(guess, target)
        free = objective.free(~objective.where(role="opacity"))
        unit = free.scale

        def scaled(z: Array) -> tuple[float, Any]:
            loss, gradient = free(z * unit)
            return loss, gradient * unit

        ends = [each / unit for each in free.bounds]
        bounds = optimize.Bounds(*ends)
        how = {"maxiter": 1000, "maxfun": 5000, "ftol": 1e-15, "gtol": 1e-12}
        found = optimize.minimize(scaled, free.x / unit, jac=True, method="L-BFGS-B", bounds=bounds, options=how)
        params: Array = free.scene(found.x * unit).layers[0].params
        return params

    def least_squares() -> Array:
        objective = sr.Objective(guess, target)
        places = np.flatnonzero(~objective.where(role="opacity"))

        def residuals(z: Array) -> Array:
            x = np.array(objective.x, np.float64)
            x[places] = z
            return np.asarray(objective.residuals(x).ravel(), np.float64)

        pattern = structure(guess)[:, places]
        found = optimize.least_squares(
            residuals, objective.x[places], jac_sparsity=pattern, x_scale=objective.scale[places], xtol=1e-10
        )
        best = objective.x.copy()
        best[places] = found.x
        params: Array = objective.scene(best).layers[0].params
        return params

    return {
        "`fit(optimizer='lm')`, with errors": lambda: ours("lm"),
        "`fit(optimizer='lbfgs')`": lambda: ours("lbfgs"),
        "`scipy.optimize.minimize(objective)`, L-BFGS-B": minimize,
        "`scipy.optimize.least_squares(objective.residuals)`, told which pixels see which disc": least_squares,
    }


def structure(scene: sr.Scene) -> Any:
    """Return which residuals depend on which values, as a sparse matrix for SciPy."""
    objective = sr.Objective(scene)
    (layer,) = scene.layers
    rows, columns = [], []
    pixels: NDArray[Any] = np.arange(scene.height * scene.width * 3).reshape(scene.height, scene.width, 3)
    for k, (x, y, r) in enumerate(layer.params):
        reach = r + 4.0
        near = slice(max(0, int(y - reach)), int(y + reach)), slice(max(0, int(x - reach)), int(x + reach))
        own = np.flatnonzero(objective.where(layer=0, index=k))
        seen = pixels[near].ravel()
        rows.append(np.tile(seen, len(own)))
        columns.append(np.repeat(own, len(seen)))
    for channel, place in enumerate(np.flatnonzero(objective.where(role="background"))):
        rows.append(pixels[..., channel].ravel())
        columns.append(np.full(rows[-1].size, place))
    i, j = np.concatenate(rows), np.concatenate(columns)
    return sparse.csr_matrix((np.ones(len(i)), (i, j)), shape=(pixels.size, objective.x.size))


def blur(radii: tuple[float, ...], sigma: float, colors: bool, rng: np.random.Generator) -> list[float]:
    """Return by how much discs of these radii are found too large, if their brightness is free or held."""
    discs = runpy.run_path(str(EXAMPLE))["discs"]
    radius, off = (5.0 * (sigma**2 + 1.0 / 12.0)) ** 0.5, []
    for r in radii:
        found = []
        for _ in range(4):
            side = int(2.0 * (r + 6.0 * max(sigma, 0.5)) + 8.0)
            place = 0.5 * side + rng.uniform(-0.5, 0.5, 2)
            picture = 0.1 + 0.8 * discs((side, side), np.array([[*place, r]]), sigma, 16)
            layer = sr.Layer("circle", np.array([[*(place + 0.2), 1.1 * r]]), [[0.9] * 3])
            objective = sr.Objective(sr.Scene(side, side, layer, (0.1, 0.1, 0.1)), picture, filter_radius=radius)
            free = objective.free(~objective.where(role="opacity") if colors else objective.where(role="params"))
            x, _ = sr.optimizers.lm.minimize(free.normal_matrix, free.x, *free.bounds)
            found.append(x[2] - r)
        off.append(float(np.mean(found)))
    return off


def print_errors(draws: int) -> None:
    """Print the table of errors."""
    print(f"\nErrors: 4 discs on 64 x 64 pixels, noise {NOISE}, {draws} draws\n")
    print("| picture | values | scatter | stated / scatter | bound / scatter |\n|---|---|---|---|---|")
    for grey in (False, True):
        for role, (scatter, stated, bound) in errors(draws, grey, np.random.default_rng(0)).items():
            name = "grey" if grey else "colour"
            print(f"| {name} | {role} | {scatter:.5f} | {stated / scatter:.3f} | {bound / scatter:.3f} |", flush=True)


def print_speed() -> None:
    """Print the table of searches."""
    rng = np.random.default_rng(1)
    truth, guess = many(rng)
    target = sr.render(truth) + rng.normal(0.0, 0.0005, (500, 500, 3))
    print("\nSpeed: 40 discs on 500 x 500 pixels from guesses off by up to 1.5 pixels, noise 0.0005\n")
    print(f"| search | s, median of {RUNS} | least | largest error of x, y, r in pixels |\n|---|---|---|---|")
    wanted = truth.layers[0].params
    for name, search in searches(guess, target).items():
        params, seconds = search(), []
        for _ in range(RUNS):
            start = time.perf_counter()
            params = search()
            seconds.append(time.perf_counter() - start)
        off = np.abs(params - wanted).max()
        print(f"| {name} | {np.median(seconds):.2f} | {min(seconds):.2f} | {off:.1e} |", flush=True)


def print_blur() -> None:
    """Print the table of biases."""
    radii = (1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0)
    print("\nBlur: radius found less radius, in pixels, with filter_radius sqrt(5 (sigma^2 + 1/12))\n")
    print("| sigma | brightness |" + "".join(f" r = {r:g} |" for r in radii) + "\n" + "|---" * (len(radii) + 2) + "|")
    for sigma in (0.0, 0.5, 1.0, 2.0):
        for free in (False, True):
            off = blur(radii, sigma, free, np.random.default_rng(2))
            print(
                f"| {sigma:g} | {'free' if free else 'held'} |" + "".join(f" {each:+.3f} |" for each in off), flush=True
            )


def main() -> None:
    """Print the tables."""
    parser = arguments.parser(__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--part", choices=["errors", "speed", "blur"])
    given = parser.parse_args()
    print(f"`python -m benchmarks.measuring`, {machine()}")
    parts = {"errors": lambda: print_errors(given.draws), "speed": print_speed, "blur": print_blur}
    for name, part in parts.items():
        if given.part in (None, name):
            part()


if __name__ == "__main__":
    main()
