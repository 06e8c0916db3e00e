"""Shapes as a module of PyTorch, compiled: ``python docs/examples/module.py OUT.svg``.

Its parameters are in natural steps, so that one learning rate suits all of them. Such a module can be part of a larger
one, copied, and saved like any other. Needs the extra ``torch``.
"""

from __future__ import annotations

import sys

import torch

import sdfraster as sr
from sdfraster.torch import render

STEPS = 200


class Shapes(torch.nn.Module):
    """The picture of a scene whose values are parameters.

    Parameters
    ----------
    scene : Scene
        Where they start.
    """

    def __init__(self, scene: sr.Scene) -> None:
        super().__init__()
        self.objective = sr.Objective(scene)
        lower, upper = self.objective.bounds
        for name, values in {"scale": self.objective.scale, "lower": lower, "upper": upper}.items():
            self.register_buffer(name, torch.tensor(values))
        self.steps = torch.nn.Parameter(torch.tensor(self.objective.x) / self.scale)

    @property
    def values(self) -> torch.Tensor:
        """The values of the scene (n,), within their bounds."""
        return torch.clamp(self.steps * self.scale, self.lower, self.upper)

    def forward(self) -> torch.Tensor:
        """Return the picture (height, width, C)."""
        return render(self.objective, self.values)

    def scene(self) -> sr.Scene:
        """Return the scene as it is."""
        return self.objective.scene(self.values.detach().numpy())


def main(path: str, steps: int = STEPS, backend: str = "inductor") -> tuple[float, float]:
    """Let a disc find another one, save it, and return the loss before and after."""
    target = torch.tensor(sr.render(sr.Scene(48, 32, sr.Layer("circle", [[20, 15, 9]], ["orange"]), "white")))
    shapes = Shapes(sr.Scene(48, 32, sr.Layer("circle", [[26, 17, 6]], ["gray"]), "white"))
    draw = torch.compile(shapes, fullgraph=True, backend=backend)  # inductor needs a C++ compiler; aot_eager none
    adam = torch.optim.Adam(shapes.parameters(), lr=0.1)
    losses = []
    for _ in range(steps):
        adam.zero_grad()
        loss = ((draw() - target) ** 2).mean()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    sr.save(shapes.scene(), path)
    return losses[0], losses[-1]


if __name__ == "__main__":
    print("loss before and after:", *main(sys.argv[1] if len(sys.argv) > 1 else "module.svg"))
