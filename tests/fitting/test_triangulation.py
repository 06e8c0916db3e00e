"""Triangulations: number of faces, moves that turn nothing over, changes that keep what they must, the penalty."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdfraster.fitting.mesh import triangulation
from sdfraster.fitting.mesh.adjacency import find_edges
from sdfraster.fitting.mesh.face_error import FaceError
from sdfraster.fitting.mesh.remesh import Remesher
from sdfraster.fitting.mesh.triangulation import (
    border_count,
    cotangent,
    edges,
    freedom,
    move,
    place,
    sharpness,
    sharpness_gradient,
    smallest_angles,
    summary,
)
from sdfraster.fitting.strategy import MeshPlacement, Remeshing
from tests.gradcheck import check_gradient
from tests.strategies import examples

WIDTH, HEIGHT = 60, 40


def picture(rng: np.random.Generator) -> np.ndarray:
    """Return noise on two halves of different colour."""
    image = rng.uniform(0.0, 0.1, (HEIGHT, WIDTH, 3)).astype(np.float32)
    image[:, WIDTH // 3 :] += np.float32([0.8, 0.4, 0.1])
    return image


def check(points: np.ndarray, faces: np.ndarray) -> None:
    """Check that faces of positive area cover the frame once, with every vertex used."""
    _, double = edges(points[faces].astype(np.float64))
    assert double.min() > 0.0
    assert 0.5 * double.sum() == pytest.approx(WIDTH * HEIGHT, rel=1e-6)
    np.testing.assert_array_equal(np.unique(faces), np.arange(len(points)))
    on_border = (freedom(points, WIDTH, HEIGHT) == 0.0).any(axis=1)
    assert len(faces) == 2 * (~on_border).sum() + on_border.sum() - 2
    assert (find_edges(faces).faces[:, 1] < 0).sum() == on_border.sum()


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 100, 333])
def test_any_number_of_faces_from_two_on(rng: np.random.Generator, count: int) -> None:
    points, faces = place(count, picture(rng), rng, MeshPlacement())
    assert len(faces) == count
    check(points, faces)
    corners = {(0.0, 0.0), (WIDTH, 0.0), (WIDTH, HEIGHT), (0.0, HEIGHT)}
    assert corners <= set(map(tuple, points))


def test_one_face_is_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="at least 2 faces, not 1"):
        place(1, picture(rng), rng, MeshPlacement())


def test_pictures_of_one_colour_and_of_one_pixel(rng: np.random.Generator) -> None:
    check(*place(50, np.full((HEIGHT, WIDTH, 3), 0.5, np.float32), rng, MeshPlacement()))
    points, faces = place(9, np.zeros((1, 1, 3), np.float32), rng, MeshPlacement())
    assert len(faces) == 9
    assert (smallest_angles(points[faces]) > 0.0).all()


@given(count=st.integers(2, 5000), width=st.integers(1, 2000), height=st.integers(1, 2000))
def test_border_has_the_right_parity(count: int, width: int, height: int) -> None:
    border = border_count(count, width, height, MeshPlacement().border)
    assert 4 <= border <= count + 2
    assert (count + 2 - border) % 2 == 0


@settings(max_examples=examples(50), deadline=None)
@given(seed=st.integers(0, 2**32 - 1), size=st.floats(0.1, 1e4))
def test_no_move_turns_a_face_over(seed: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    points, faces = place(40, picture(rng), rng, MeshPlacement())
    points = points.astype(np.float32)
    free = freedom(points, WIDTH, HEIGHT)
    for _ in range(5):
        step = (size * rng.normal(size=points.shape)).astype(np.float32) * free
        moved = move(points, faces, step, cotangent(5.0))
        check(moved, faces)
        limit = np.maximum(sharpness(points[faces].astype(np.float64)), cotangent(5.0))
        assert (sharpness(moved[faces].astype(np.float64)) <= limit).all()
        points = moved


@pytest.mark.parametrize("shade", ["flat", "linear", "vertex"])
def test_changes_lower_the_cost_and_keep_the_mesh_whole(rng: np.random.Generator, shade: str) -> None:
    image = picture(rng)
    points, faces = place(80, image, rng, MeshPlacement())
    error = FaceError(image, shade, Remeshing(smallest=5.0), 0.1)
    mesh = Remesher(error, points, faces, error.color_at(points) if shade == "vertex" else None, Remeshing())
    costs = [mesh.cost(mesh.faces).sum()]
    changed = 0
    for _ in range(6):
        corner = (freedom(mesh.points, WIDTH, HEIGHT) == 0.0).all(axis=1)
        changed += mesh.exchange(corner) + mesh.flip()
        check(mesh.points, mesh.faces)
        costs.append(mesh.cost(mesh.faces).sum())
    assert changed > 10
    assert (np.diff(costs) <= 1e-3 * costs[0]).all()
    assert costs[-1] < 0.7 * costs[0]
    assert len(mesh.faces) == 80
    assert summary(mesh.points, mesh.faces)["min_angle"] > 4.9


def test_colour_between_others_is_the_best_one(rng: np.random.Generator) -> None:
    error = FaceError(picture(rng), "vertex", Remeshing(smallest=5.0), 0.0)
    around, center = np.array([[10, 10], [30, 8], [34, 30], [8, 32]], float), np.array([20, 20], float)
    corners = np.stack([[b, center, a] for a, b in zip(around, np.roll(around, -1, axis=0), strict=True)])[:, None]
    present = np.array([True, True, True, False])[:, None]
    colors = error.color_at(corners).astype(np.float64)
    best = error.color_between(corners, colors, present)[0]

    def cost(color: np.ndarray) -> float:
        colors[:, :, 1] = color
        return sum(error(corners[k], colors[k])[0] for k in range(3))

    steps = 0.01 * np.concatenate([np.eye(3), -np.eye(3)])
    assert ((best > 0.0) & (best < 1.0)).all()
    assert cost(best) < min(cost(best + step) for step in steps)


def test_penalty_has_the_gradient_of_finite_differences(rng: np.random.Generator) -> None:
    corners = rng.uniform(0.0, 10.0, (50, 3, 2))
    turned = edges(corners)[1] < 0.0
    corners[turned] = corners[turned, ::-1]
    value, g = sharpness_gradient(corners, 1.0)
    np.testing.assert_allclose(value, np.maximum(0.0, sharpness(corners) - 1.0) ** 2)
    for k in range(len(corners)):
        check_gradient(lambda x: float(sharpness_gradient(x[None], 1.0)[0][0]), corners[k], g[k], rng, step=1e-6)


def test_angles_of_known_triangles() -> None:
    root = 3**0.5
    triangles = np.array([[[0, 0], [2, 0], [1, root]], [[0, 0], [1, 0], [0, 1]], [[0, 0], [0, 1], [1, 0]]], float)
    np.testing.assert_allclose(smallest_angles(triangles), [60.0, 45.0, 0.0], atol=1e-9)
    quality = summary(triangles[1], np.array([[0, 1, 2], [0, 2, 1]]))
    assert quality["inverted"] == 1
    assert quality["area_histogram"][-1] == [0.5, 1]


def test_weights_are_centroids_of_equal_parts() -> None:
    weights = triangulation.corner_weights(4)
    assert weights.shape == (16, 3)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    np.testing.assert_allclose(weights.mean(axis=0), 1.0 / 3.0)
