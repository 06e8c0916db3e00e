"""The search for the triangle mesh that redraws a picture.

The picture is linear in the colours, so these are no variables of the descent. Whenever the mesh has changed, its
colours are solved for by least squares (conjugate gradients, every product one pass of the engine). In between, each
step of the vertices brings a Newton step of the colours with the diagonal of the same equations.

Vertices follow Adam within what `move` allows. Every few steps edges are flipped, and vertices move to where they are
worth more. That happens on a coarse level of the pyramid, and the last steps on the finest one. What the choices are
worth is in `docs/decisions/fit-meshes.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np

from ...mesh import Mesh
from ...objective import Objective
from ...optim import adam
from ...palette import make_palette, nearest
from ...prepared.targets import PreparedTarget
from ...scene import Scene
from ...shapes import Array
from ..enough import Round
from ..options import FitOptions
from ..progress import Progress
from ..pyramid import Level, enlarge, search_factor
from ..run import Position, Run
from ..strategy import FitStrategy
from .colors import precondition
from .level import MeshLevel
from .remesh import Remesher
from .triangulation import cotangent, edges, freedom, move, place, sharpness_gradient

UNSEEN = 1e-6  # of the curvature that the diagonal promises, below which a direction counts as flat


@dataclass(kw_only=True)
class MeshPosition(Position):
    """Where a run is, but for its mesh.

    Attributes
    ----------
    factor : float
        By how much pixels are larger than those of the finest level.
    radius : float
        Of the pixel filter.
    count : int
        Number of faces that there were to be when spacing and penalty were last chosen.
    """

    factor: float
    radius: float
    count: int


class MeshRun(Run[MeshPosition]):
    """The state of one fit of a mesh, to a picture without alpha; parameters as of `ShapeRun`."""

    def __init__(
        self,
        picture: Level,
        options: FitOptions,
        progress: Progress,
        strategy: FitStrategy,
        state: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(picture, options, progress, strategy)
        self._palette: Array | None = None
        if state is None:
            self._begin()
        else:
            self._restore(state)

    def _begin(self) -> None:
        """Make the mesh that the fit starts from."""
        options, strategy, picture = self.options, self._strategy, self._picture
        known = options.target_psnr is None  # how many faces; and a PSNR is that of the picture itself
        count = options.count if known else max(2, ceil(options.count / strategy.target.fewer))
        searched = picture.width, picture.height, count, strategy.mesh.pixels
        factor = search_factor(*searched, strategy.pyramid) if known else 1.0
        self._at = MeshPosition(factor=factor, radius=options.radius, count=count)
        self._set_level(picture.coarser(factor), count)
        level, image = self._level, self._level.picture.image
        points, faces = place(count, image, self._rng, strategy.mesh.placement, level.weight, level.sides)
        self._points, self._faces = points.astype(image.dtype), faces
        self._vertex_color = level.error.color_at(points) if options.shade == "vertex" else None
        self._rebuild()
        self._state = adam.init(self._view.params.ravel())

    @property
    def _found(self) -> dict[str, Any]:
        """The mesh as it was when it last changed, and its values."""
        mesh = {"points": self._points, "faces": self._faces, "vertex_color": self._vertex_color}
        return {**mesh, "x": self._x.copy(), "adam": self._state, "palette": self._palette}

    def _take_up(self, state: dict[str, Any]) -> None:
        """Go on with the mesh of another run."""
        self._at = MeshPosition(**state["position"])
        self._set_level(self._picture.coarser(self._at.factor), self._at.count)
        self._points, self._faces, self._vertex_color = state["points"], state["faces"], state["vertex_color"]
        self._palette = state["palette"]
        self._rebuild()
        self._x[:] = state["x"]
        self._state = adam.State(*state["adam"])

    def _enlarge(self, more: int) -> None:
        """Add so many faces, in the best colours."""
        self._change(more)
        self.solve(self._strategy.mesh.solver_steps)

    def run(self) -> bool:
        """Take the steps, and more if a PSNR asked for needs them; return whether all were taken."""
        return self._descend()

    def _course(self) -> bool:
        """Move the vertices in the steps that are left, and change the mesh in between.

        Returns whether all steps were taken: neither the callback nor a limit ended the fit.
        """
        options, strategy, mesh, at = self.options, self._strategy, self._strategy.mesh, self._at
        until = strategy.growth.until
        every = max(1, round(until * options.steps / mesh.remeshing.rounds))
        for k in range(at.step, options.steps):
            done = self._progress.done(k)
            at.radius = options.radius
            at.radius += max(0.0, mesh.start_radius - at.radius) * max(0.0, 1.0 - done / mesh.narrowed)
            if at.factor > 1.0 and done >= until:
                self._set_finest_level()
            if k % every == 0 and done < until:
                rounds = mesh.remeshing.first if k == 0 else 1
                later = ceil(until * options.steps / every) - 1 - k // every
                for left in reversed(range(later, later + rounds)):
                    self._change(self._missing(left))
                self.solve(mesh.solver_steps)
            if options.palette is not None and self._palette is None and done >= strategy.colors.palette_from:
                self._hold_palette()
            loss = self._evaluate(self._x, self._level.target)
            self._step_colors()
            g = self._g.params.astype(np.float64)
            self._penalize(g)
            rate = mesh.rate * self._level.spacing * options.rate
            rate *= mesh.last_rate ** max(0.0, (done - mesh.held) / (1.0 - mesh.held))
            step, self._state = adam.update(g.astype(self._x.dtype).ravel(), self._state, rate)
            wanted = -step.reshape(-1, 2) * self._free
            self._view.params[:] = move(self._view.params, self._faces, wanted, cotangent(mesh.remeshing.smallest))
            if done >= until and k % strategy.target.pause == 0:
                at.reached = self._progress.reached(loss, self.scene)
            at.step = k + 1
            over = self._progress.report(len(self._progress.history) + 1, loss, self.scene, len(self._faces))
            if over or at.reached:
                return False
        return True

    def _next_round(self) -> Round | None:
        """Return the next round of overtime, with its faces made, or None if there is none."""
        self.solve(self._strategy.mesh.last_solver_steps)
        loss, there = self._evaluate(self._x, self._level.target), len(self._faces)
        self._at.reached = self._progress.reached(loss, self.scene)
        following = None if self._at.reached else self._overtime.next(there, self._progress.lacking(loss))
        if following is not None and there < following.shapes:
            self._enlarge(following.shapes - there)
        return following

    def finish(self) -> Scene:
        """Return the mesh with the best colours for the filter asked for, unless it has the PSNR asked for as it is."""
        if self._at.reached:
            return self.scene()
        self._at.radius = self.options.radius
        if self._at.factor > 1.0:  # it ended early
            self._set_finest_level()
        self.solve(self._strategy.mesh.last_solver_steps)
        if self.options.palette is not None and self._palette is None:
            self._hold_palette()
        return self.scene()

    def scene(self) -> Scene:
        """Return the mesh as it is, in pixels of the finest level."""
        return enlarge(self._objective.layout.scene(self._x), self._at.factor, *self._picture.canvas)

    def solve(self, steps: int) -> None:
        """Bring the colours closer to their least squares by steps of preconditioned conjugate gradients."""
        shape = self._view.color.shape
        self._evaluate(self._x, self._level.target)
        r = -self._g.color.astype(np.float64)
        probe = self._x.copy()
        views, background = self._objective.layout.views(probe)
        if background is not None:
            background[:] = 0.0
        z = self._precondition(r)
        p, rz = z, float((r * z).sum())
        color = self._view.color.astype(np.float64)
        for _ in range(steps):
            if rz <= 1e-18:
                break
            views[0].color[:] = p
            self._evaluate(probe, self._level.blank)
            product = self._g.color.astype(np.float64)
            curvature = float((p * product).sum())
            if curvature <= UNSEEN * rz:  # faces that no pixel sees
                break
            alpha = rz / curvature
            color += alpha * p
            r -= alpha * product
            z = self._precondition(r)
            previous, rz = rz, float((r * z).sum())
            p = z + rz / previous * p
        self._view.color[:] = self._allowed(color).reshape(shape)

    def _set_level(self, level: Level, count: int) -> None:
        """Go on with this level of the pyramid, with so many faces."""
        self._at.count = count
        self._level = MeshLevel(level, count, self.options, self._strategy.mesh.remeshing)

    def _set_finest_level(self) -> None:
        """Go on with the finest level."""
        points, color, sides, factor = self._view.params, self._view.color.copy(), self._level.sides, self._at.factor
        self._at.factor = 1.0
        self._set_level(self._picture, len(self._faces))
        larger = points * points.dtype.type(factor)
        self._points = np.where(points == sides, self._level.sides, larger)  # the rim stays on the border
        self._rebuild()
        self._view.color[:] = color
        state = self._state
        self._state = adam.State(state.m / factor, state.v / factor**2, state.steps)

    def _rebuild(self) -> None:
        """Make an objective for the vertices and faces there are, with colours to start from."""
        points, faces, level, options = self._points, self._faces, self._level, self.options
        shade = options.shade
        if shade == "vertex":
            mesh = Mesh(points, faces, vertex_color=self._vertex_color)
        else:
            color = level.error.mean_color(points[faces])
            if shade == "linear":
                color = np.concatenate([np.zeros((len(faces), 3, 2)), color[:, :, None]], axis=2)
            mesh = Mesh(points, faces, color)
        background = level.rim if options.background is None else options.background
        if self._palette is not None and options.background is None:
            background = nearest(level.rim[None], self._palette)[0]
        scene = Scene(*level.picture.canvas, mesh, background).astype(level.picture.image.dtype)
        self._objective = Objective(scene, weight=level.weight, filter=options.filter, device=options.device)
        self._x, self._gradient = self._objective.x.copy(), np.zeros_like(self._objective.x)
        self._view, self._g = (self._objective.layout.views(v)[0][0] for v in (self._x, self._gradient))
        self._free = freedom(self._view.params, *level.sides)

    def _change(self, missing: int) -> None:
        """Flip edges, exchange vertices and add as many faces as are missing."""
        points = self._view.params.astype(np.float64)
        colors = self._view.color.copy() if self.options.shade == "vertex" else None
        mesh = Remesher(self._level.error, points, self._faces, colors, self._strategy.mesh.remeshing)
        mesh.exchange((self._free == 0.0).all(axis=1))
        mesh.flip()
        if missing > 0:
            mesh.add(missing)
            self._set_level(self._level.picture, len(mesh.faces))
        self._points, self._faces, self._vertex_color = mesh.points.astype(self._x.dtype), mesh.faces, mesh.colors
        self._rebuild()
        if not mesh.new:
            return
        state = self._state
        m, v = np.zeros_like(self._points), np.zeros_like(self._points)
        m[: len(points)], v[: len(points)] = state.m.reshape(-1, 2), state.v.reshape(-1, 2)
        m[mesh.new], v[mesh.new] = 0.0, state.v.mean()
        self._state = adam.State(m.ravel(), v.ravel(), state.steps)

    def _missing(self, left: int) -> int:
        """Return how many more faces there should be for the PSNR asked for, with so many changes left after this."""
        there, most = len(self._faces), self.options.count
        if there == most:
            return 0
        present, self._at.radius = self._at.radius, self.options.radius
        self.solve(self._strategy.mesh.solver_steps)
        loss = self._evaluate(self._x, self._level.target)
        self._at.radius = present
        if self._progress.reached(loss, self.scene):
            return 0
        growth: float = (most / there) ** (1.0 / max(left, 1))
        return min(most - there, ceil((growth - 1.0) * there))

    def _evaluate(self, x: Array, target: PreparedTarget) -> float:
        """Return the loss of values against a target, and set the gradient."""
        return self._objective(x, target, filter_radius=self._at.radius, out=self._gradient)[0]

    def _step_colors(self) -> None:
        """Take a damped Newton step of the colours with the gradient at hand."""
        step = self._precondition(self._g.color.astype(np.float64))
        self._view.color[:] = self._allowed(self._view.color - self._strategy.mesh.damping * step)

    def _hold_palette(self) -> None:
        """Find the palette asked for, and paint faces, and what is behind them if that is free, in its colours only."""
        color = self._view.color.copy()
        _, double = edges(self._view.params[self._faces])
        self._palette = make_palette(self.options.palette, color, double, self._rng)
        self._rebuild()
        self._view.color[:] = self._allowed(color)

    def _precondition(self, g: Any) -> Any:
        """Return the gradient by colours divided by the diagonal of their equations."""
        width, height = self._level.picture.canvas
        return precondition(g, self._view.params, self._faces, self._level.error, self._at.radius, width * height)

    def _penalize(self, g: Any) -> None:
        """Add the gradient of the penalty on sharp corners to that by the vertices."""
        corners = self._view.params.astype(np.float64)[self._faces]
        _, by_corner = sharpness_gradient(corners, cotangent(self._strategy.mesh.remeshing.free))
        weight = self._level.penalty / len(self._faces)
        for axis in range(2):
            g[:, axis] += weight * np.bincount(self._faces.ravel(), by_corner[..., axis].ravel(), len(g))

    def _allowed(self, color: Any) -> Any:
        """Return the nearest colours of the palette, or those in the range if they are written to files as they are."""
        if self._palette is not None:
            return nearest(color, self._palette)
        return color if self.options.shade == "linear" else np.clip(color, 0.0, 1.0)
