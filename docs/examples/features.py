"""Circles that look like a photograph to a small convolutional network: ``python docs/examples/features.py OUT.png``.

The network is fixed and its weights are random, so nothing is downloaded; what it sees are edges and textures of many
directions. The gradient of the loss goes through the network and through the picture to the circles. Needs the extra
``torch``.
"""

from __future__ import annotations

import sys

import numpy as np
import torch

import sdfraster as sr
from sdfraster.io import read_image
from sdfraster.torch import render

COUNT, STEPS, FACTOR = 150, 300, 3


def network() -> torch.nn.Module:
    """Return two layers of filters that are drawn once and for all."""
    torch.manual_seed(0)
    layers = torch.nn.Conv2d(3, 24, 5, stride=2), torch.nn.ReLU(), torch.nn.Conv2d(24, 32, 5, stride=2)
    return torch.nn.Sequential(*layers).requires_grad_(False)


def main(path: str, steps: int = STEPS) -> tuple[float, float]:
    """Find the circles, save them, and return the loss before and after."""
    target = read_image("sample:chelsea")[::FACTOR, ::FACTOR]
    height, width, _ = target.shape
    rng = np.random.default_rng(0)
    centers = rng.uniform(0.0, 1.0, (COUNT, 2)) * (width, height)
    params = np.column_stack([centers, np.full(COUNT, 6.0)]).astype(np.float32)
    colors = target[centers[:, 1].astype(int), centers[:, 0].astype(int)]
    objective = sr.Objective(sr.Scene(width, height, sr.Layer("circle", params, colors, 0.8), target.mean(axis=(0, 1))))

    see = network()
    wanted = see(torch.tensor(target).permute(2, 0, 1))
    scale, lower, upper = map(torch.tensor, (objective.scale, *objective.bounds))
    z = (torch.tensor(objective.x) / scale).requires_grad_()  # in natural steps, which Adam takes alike
    adam = torch.optim.Adam([z], lr=0.1)
    losses = []
    for _ in range(steps):
        adam.zero_grad()
        seen = see(render(objective, z * scale).permute(2, 0, 1))
        loss = ((seen - wanted) ** 2).mean()
        loss.backward()
        adam.step()
        with torch.no_grad():
            z.copy_(torch.clamp(z * scale, lower, upper) / scale)
        losses.append(loss.item())
    sr.save(objective.scene(torch.clamp((z * scale).detach(), lower, upper)), path)
    return losses[0], losses[-1]


if __name__ == "__main__":
    print("loss before and after:", *main(sys.argv[1] if len(sys.argv) > 1 else "features.png"))
