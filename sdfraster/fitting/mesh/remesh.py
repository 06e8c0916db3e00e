"""Changes of the vertices and edges of a mesh, chosen by what they do to the squared error.

Every change replaces a few faces by others over the same area: an *edge flip* exchanges the diagonal of two faces, an
*edge collapse* pulls a vertex into a neighbour, an *edge split* puts a vertex on an edge. All candidates of one sort
are judged at once by `FaceError`. In an exchange every collapse comes with a split, so arrays keep their lengths, and
the vertex that vanishes in one place appears in another. Only a mesh that is to reach a given PSNR gets more.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...shapes import Array
from ..strategy import Remeshing
from .adjacency import Edges, Index, find_edges, halves
from .face_error import FaceError
from .triangulation import Faces, Points


class Split(NamedTuple):
    """A vertex that is to appear on an edge."""

    edge: int
    faces: Any  # one or two, on the edge
    place: Points
    color: Points


class Remesher:
    """A triangulation that changes in place.

    Parameters
    ----------
    error : FaceError
        The cost of faces.
    points, faces, colors
        As below, to start from.
    strategy : Remeshing
        How much changes at once.

    Attributes
    ----------
    points : ndarray, shape (V, 2)
        Vertices.
    faces : ndarray, shape (F, 3)
        Faces, of positive area.
    colors : ndarray, shape (V, 3), or None
        Colours of the vertices.
    new : list of int
        Vertices that are no longer where they were.
    """

    def __init__(
        self, error: FaceError, points: Points, faces: Faces, colors: Array | None, strategy: Remeshing
    ) -> None:
        self._error, self._strategy = error, strategy
        self.points, self.faces, self.colors = points.astype(np.float64), faces.copy(), colors
        self.new: list[int] = []
        self._limit = max(1, round(strategy.share * len(points)))

    def cost(self, faces: Any) -> Points:
        """Return the cost of faces (..., 3)."""
        flat = np.asarray(faces).reshape(-1, 3)
        colors = None if self.colors is None else self.colors[flat]
        costs: Points = self._error(self.points[flat], colors).reshape(np.shape(faces)[:-1])
        return costs

    def flip(self) -> int:
        """Flip edges while that lowers the cost, and return how many were flipped."""
        total = 0
        face_cost = self.cost(self.faces)
        changed = np.ones(len(self.faces), bool)
        for _ in range(self._strategy.flips):
            e = find_edges(self.faces)
            near = np.flatnonzero((e.faces[:, 1] >= 0) & changed[e.faces].any(axis=1))
            (a, b), (c, d) = e.ends[near].T, e.opposite[near].T
            made = np.stack([np.stack([a, d, c], axis=1), np.stack([d, b, c], axis=1)], axis=1)  # (E, 2, 3)
            after = self.cost(made)
            gain = face_cost[e.faces[near]].sum(axis=1) - after.sum(axis=1)
            changed[:] = False
            for k in np.argsort(-gain, kind="stable"):
                pair = e.faces[near[k]]
                if gain[k] > 1e-9 and not changed[pair].any():
                    changed[pair] = True
                    self.faces[pair], face_cost[pair] = made[k], after[k]
                    total += 1
            if not changed.any():
                break
        return total

    def exchange(self, corner: NDArray[np.bool_]) -> int:
        """Move vertices from where they matter least to edges whose split gains most, and return how many.

        Vertices of the border are exchanged for others on the border; those of which `corner` (V,) is true stay.
        """
        e = find_edges(self.faces)
        rim = e.faces[:, 1] < 0
        border = np.zeros(len(self.points), bool)
        border[e.ends[rim]] = True
        face_cost = self.cost(self.faces)
        collapses = self._collapses(e, face_cost, border, corner)
        splits = self._splits(e, face_cost)
        used = np.zeros(len(self.faces), bool)
        return sum(self._pair_up(e, collapses, splits, border, side, used) for side in (False, True))

    def add(self, count: int) -> None:
        """Split edges, those that gain most first, until there are `count` more faces or no more such edges."""
        e = find_edges(self.faces)
        gain, place, color = self._splits(e, self.cost(self.faces))
        points, faces, colors = [self.points], [self.faces], []
        used = np.zeros(len(self.faces), bool)
        for k in np.argsort(-gain, kind="stable"):
            pair = e.faces[k][e.faces[k] >= 0]
            if len(pair) <= count and gain[k] > 0.0 and not used[pair].any():
                used[pair] = True
                count -= len(pair)
                vertex = len(self.points) + len(points) - 1
                made = halves(e, k, vertex)
                self.faces[pair] = made[: len(pair)]
                faces.append(made[len(pair) :])
                points.append(place[None, k])
                colors.append(color[None, k])
                self.new.append(vertex)
        self.points, self.faces = np.concatenate(points), np.concatenate(faces)
        if self.colors is not None:
            self.colors = np.concatenate([self.colors, *colors], dtype=self.colors.dtype)

    def _collapses(self, e: Edges, face_cost: Points, border: Any, corner: Any) -> Any:
        """Return for each vertex the least cost of its collapse (V,), the vertex it is pulled into, and its faces."""
        count = len(self.points)
        order = np.argsort(self.faces.ravel(), kind="stable")
        owner = order // 3
        degree = np.bincount(self.faces.ravel(), minlength=count)
        start = np.concatenate([[0], np.cumsum(degree)])
        v = np.concatenate([e.ends[:, 0], e.ends[:, 1]])
        u = np.concatenate([e.ends[:, 1], e.ends[:, 0]])
        rim = np.tile(e.faces[:, 1] < 0, 2)
        allowed = ~corner[v] & (~border[v] | rim)
        v, u = v[allowed], u[allowed]
        pulled = np.repeat(np.arange(len(v)), degree[v])  # (candidate, face of the star)
        at = np.arange(len(pulled)) - np.repeat(np.cumsum(degree[v]) - degree[v], degree[v])
        face = owner[start[v[pulled]] + at]
        made = self.faces[face].astype(np.int64)
        gone = (made == u[pulled, None]).any(axis=1)
        made = np.where(made == v[pulled, None], u[pulled, None], made)
        change = -face_cost[face]
        change[~gone] += self.cost(made[~gone])
        total = np.bincount(pulled, change, len(v)) if len(v) else np.zeros(0)
        total[~np.isfinite(total)] = np.inf
        best = np.full(count, np.inf)
        np.minimum.at(best, v, total)
        into = np.full(count, -1)
        for k in np.flatnonzero(total <= best[v])[::-1]:
            into[v[k]] = u[k]
        stars = [owner[start[k] : start[k + 1]] for k in range(count)]
        return best, into, stars

    def _splits(self, e: Edges, face_cost: Points) -> Any:
        """Return for each edge the largest gain of its split (E,), and place (E, 2) and colour (E, 3) of its vertex.

        No split gains more than its faces cost, so only edges of the faces that cost most are looked at.
        """
        gain = np.full(len(e.ends), -np.inf)
        place = np.zeros((len(e.ends), 2))
        color = np.zeros((len(e.ends), 3))
        total = face_cost[e.faces[:, 0]] + np.where(e.faces[:, 1] >= 0, face_cost[e.faces[:, 1]], 0.0)
        looked = np.zeros(len(total), bool)
        for rim in (False, True):
            of_kind = np.flatnonzero((e.faces[:, 1] < 0) == rim)
            looked[of_kind[np.argsort(-total[of_kind], kind="stable")[: self._strategy.tried * self._limit]]] = True
        found = self._best_splits(e.ends[looked], e.opposite[looked], total[looked])
        gain[looked], place[looked], color[looked] = found
        return gain, place, color

    def _best_splits(self, ends: Index, opposite: Index, before: Points) -> tuple[Points, Points, Points]:
        """Return the largest gain of the split of edges, its place, and the colour of its vertex."""
        (a, b), (c, d) = ends.T, opposite.T
        first, last = np.stack([a, c, d, b]), np.stack([c, b, a, d])  # (4, M): the vertex comes in between
        always, inner = np.ones(len(d), bool), d >= 0
        present = np.stack([always, always, inner, inner])
        gain = np.full(len(a), -np.inf)
        place, color = np.zeros((len(a), 2)), np.zeros((len(a), 3))
        for share in self._strategy.splits:
            q = self.points[a] + share * (self.points[b] - self.points[a])
            after, q_color = self._fan(first, q, last, present)
            better = before - after > gain
            gain[better] = (before - after)[better]
            place[better], color[better] = q[better], q_color[better]
        return gain, place, color

    def _fan(self, first: Index, q: Points, last: Index, present: NDArray[np.bool_]) -> tuple[Points, Points]:
        """Return the cost (M,) of fans of triangles (K, M) around new points (M, 2), and the colours of these."""
        corners = np.stack([self.points[first], np.broadcast_to(q, (*first.shape, 2)), self.points[last]], axis=2)
        q_color, colors = np.zeros((len(q), 3)), None
        if self.colors is not None:
            colors = np.stack([self.colors[first], np.zeros((*first.shape, 3)), self.colors[last]], axis=2)
            q_color = self._error.color_between(corners, colors, present)
            colors[:, :, 1] = q_color
            colors = colors.reshape(-1, 3, 3)
        cost = self._error(corners.reshape(-1, 3, 2), colors).reshape(present.shape)
        return np.where(present, cost, 0.0).sum(axis=0), q_color

    def _pair_up(self, e: Edges, collapses: Any, splits: Any, border: Any, on_border: bool, used: Any) -> int:
        """Carry out the best collapses and splits, in pairs, on the border or inside."""
        cost, into, stars = collapses
        gain, place, color = splits
        weak = [k for k in np.argsort(cost, kind="stable") if border[k] == on_border and np.isfinite(cost[k])]
        rim = e.faces[:, 1] < 0
        strong = iter([k for k in np.argsort(-gain, kind="stable") if rim[k] == on_border and gain[k] > 0.0])
        done = 0
        for v in weak:
            if done == self._limit:
                break
            if used[stars[v]].any():
                continue
            used[stars[v]] = True
            for k in strong:
                pair = e.faces[k][e.faces[k] >= 0]
                if not used[pair].any():
                    break
            else:
                break
            if gain[k] <= self._strategy.gain * cost[v]:
                break
            used[pair] = True
            self._collapse_and_split(e, v, into[v], stars[v], Split(k, pair, place[k], color[k]))
            done += 1
        return done

    def _collapse_and_split(self, e: Edges, v: int, u: int, star: Any, split: Split) -> None:
        """Pull vertex v into u, and let it appear on another edge."""
        gone = (self.faces[star] == u).any(axis=1)
        self.faces[star] = np.where(self.faces[star] == v, u, self.faces[star])
        free = star[gone]
        self.faces[np.concatenate([split.faces, free])] = halves(e, split.edge, v)
        self.points[v] = split.place
        if self.colors is not None:
            self.colors[v] = split.color
        self.new.append(int(v))
