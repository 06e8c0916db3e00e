"""A whole fit as one compiled JAX function, by optax: ``python docs/examples/schedule.py OUT.png``.

Adam with gradient clipping and a warm-up of its rate comes from optax; the loop over steps is `jax.lax.scan`. Needs the
extra ``jax``, and optax.
"""

from __future__ import annotations

import sys

import jax
import jax.numpy as jnp
import numpy as np
import optax

import sdfraster as sr
from sdfraster.io import read_image
from sdfraster.jax import render

COUNT, STEPS, FACTOR = 150, 300, 3


def main(path: str, steps: int = STEPS) -> tuple[float, float]:
    """Find the circles, save them, and return the loss before and after."""
    target = read_image("sample:chelsea")[::FACTOR, ::FACTOR]
    height, width, _ = target.shape
    rng = np.random.default_rng(0)
    centers = rng.uniform(0.0, 1.0, (COUNT, 2)) * (width, height)
    params = np.column_stack([centers, np.full(COUNT, 6.0)]).astype(np.float32)
    colors = target[centers[:, 1].astype(int), centers[:, 0].astype(int)]
    objective = sr.Objective(sr.Scene(width, height, sr.Layer("circle", params, colors, 0.8), target.mean(axis=(0, 1))))
    scale, lower, upper = (jnp.asarray(values) for values in (objective.scale, *objective.bounds))
    rate = optax.warmup_cosine_decay_schedule(0.0, 0.15, steps // 10, steps)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(rate))

    def loss(z: jax.Array) -> jax.Array:
        return ((render(objective, z * scale) - target) ** 2).mean()

    @jax.jit
    def fit(z: jax.Array) -> tuple[jax.Array, jax.Array]:
        def step(
            state: tuple[jax.Array, optax.OptState], _: None
        ) -> tuple[tuple[jax.Array, optax.OptState], jax.Array]:
            z, averages = state
            value, gradient = jax.value_and_grad(loss)(z)
            change, averages = optimizer.update(gradient, averages)
            return (jnp.clip((z + change) * scale, lower, upper) / scale, averages), value

        (z, _), losses = jax.lax.scan(step, (z, optimizer.init(z)), length=steps)
        return jnp.clip(z * scale, lower, upper), losses

    x, losses = fit(jnp.asarray(objective.x) / scale)
    sr.save(objective.scene(x), path)
    return float(losses[0]), float(losses[-1])


if __name__ == "__main__":
    print("loss before and after:", *main(sys.argv[1] if len(sys.argv) > 1 else "schedule.png"))
