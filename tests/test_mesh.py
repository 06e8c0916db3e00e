"""Meshes: validation, gradient, no seams, exact interpolation, and DiffRaster2D's example of recovery."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay

import sdfraster as sr
from sdfraster.optim import amsgrad
from sdfraster.vector import Layout
from tests import naive
from tests.gradcheck import check_gradient

SIDE = 32


def square(rng: np.random.Generator, inner: int, low: float = 4.0, high: float = 28.0) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices and faces of a random Delaunay mesh over a square."""
    corners = np.array([[low, low], [high, low], [high, high], [low, high]])
    points = np.concatenate([corners, rng.uniform(low + 0.1, high - 0.1, (inner, 2))])
    return points, Delaunay(points).simplices


def depth(low: float = 4.0, high: float = 28.0) -> np.ndarray:
    """Return how deep every pixel is inside the square."""
    x, y = np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5)
    return np.minimum(np.minimum(x - low, high - x), np.minimum(y - low, high - y))


def colored(rng: np.random.Generator, shade: str, points: np.ndarray, faces: np.ndarray) -> sr.Mesh:
    """Return a mesh with random colours and opacities."""
    colors: dict[str, Any] = {
        "flat": {"color": rng.uniform(0.0, 1.0, (len(faces), 3))},
        "linear": {"color": rng.uniform(0.0, 1.0, (len(faces), 3, 3))},
        "vertex": {"vertex_color": rng.uniform(0.0, 1.0, (len(points), 3))},
    }[shade]
    return sr.Mesh(points, faces, opacity=rng.uniform(0.3, 1.0, len(faces)), **colors)


GOOD: dict[str, Any] = {"vertices": [[0, 0], [4, 0], [0, 4], [4, 4]], "faces": [[0, 1, 2], [1, 3, 2]]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"vertices": [[0, 0, 0]] * 4}, "vertices must have shape"),
        ({"vertices": [[0, 0], [4, np.nan], [0, 4], [4, 4]]}, "vertices must be finite"),
        ({"faces": [[0, 1, 4], [1, 3, 2]]}, "faces must be indices of the 4 vertices, from 0 to 3"),
        ({"faces": [[0, 1, -1], [1, 3, 2]]}, "faces must be indices"),
        ({"faces": [[0, 1, 2.0], [1, 3, 2]]}, "faces must be whole numbers"),
        ({"faces": [[0, 1], [1, 3]]}, "faces must have shape"),
        ({"faces": [[0, 1, 2], [1, 3]]}, "faces must be an array"),
        ({"color": [[0, 0, 0]] * 3}, "color must have shape"),
        ({"color": None}, "exactly one of color and vertex_color"),
        ({"vertex_color": [[0, 0, 0]] * 4}, "exactly one of color and vertex_color"),
        ({"color": None, "vertex_color": [[0, 0, 0]] * 3}, "vertex_color must have shape"),
        ({"color": None, "vertex_color": [[0, 0, np.inf]] * 4}, "vertex_color must be finite"),
        ({"opacity": [1, 1, 1]}, "opacity must be a number or have shape"),
        ({"opacity": 1.5}, "opacity must be from 0 to 1"),
        ({"composite": "sum"}, "composite must be one of"),
        ({"oriented": True, "faces": [[0, 1, 2], [1, 2, 3]]}, "the first is face 1"),
        ({"oriented": "no"}, "oriented must be True or False, not 'no'"),
    ],
)
def test_errors_name_the_argument(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sr.Mesh(**{**GOOD, "color": [[0, 0, 0]] * 2, **changes})


def test_is_immutable_and_takes_the_dtype_of_its_vertices() -> None:
    mesh = sr.Mesh(**GOOD, color=[[0, 0, 0]] * 2, oriented=True)
    assert mesh.vertices.dtype == np.float32
    assert mesh.faces.dtype == np.int32
    assert len(mesh) == 2
    np.testing.assert_allclose(mesh.areas, [8, 8])
    with pytest.raises(ValueError, match="read-only"):
        mesh.vertices[0, 0] = 1.0
    wide = sr.Scene(4, 4, [mesh, replace(mesh, vertices=np.array(GOOD["vertices"], np.float64))])
    assert wide.layers[0].vertices.dtype == np.float64
    with pytest.raises(ValueError, match="layers must be Layer or Mesh"):
        sr.Scene(4, 4, [mesh.vertices])


def test_mesh_without_faces_draws_nothing() -> None:
    for mesh in (sr.Mesh([], [], []), sr.Mesh([[1, 1]], [], vertex_color=[[1, 0, 0]])):
        assert (sr.render(sr.Scene(4, 4, mesh, (0, 0.5, 0))) == np.float32([0, 0.5, 0])).all()


@pytest.mark.compiled
@pytest.mark.parametrize("shade", ["flat", "linear", "vertex"])
def test_is_drawn_as_its_triangles_are(rng: np.random.Generator, shade: str) -> None:
    scene = sr.Scene(SIDE, SIDE, colored(rng, shade, *square(rng, 6)), (0.2, 0.4, 0.6))
    triangles = replace(scene, layers=[scene.layers[0].layer()])
    np.testing.assert_allclose(sr.render(scene), sr.render(triangles), rtol=0.0, atol=1e-12)
    np.testing.assert_allclose(sr.render(scene), naive.render(triangles), rtol=0.0, atol=1e-9)


@pytest.mark.compiled
@pytest.mark.parametrize("background", [(0.2, 0.3, 0.4), None])
@pytest.mark.parametrize("shade", ["flat", "linear", "vertex"])
def test_gradient_is_that_of_finite_differences(rng: np.random.Generator, shade: str, background: Any) -> None:
    meshes = [colored(rng, shade, *square(rng, 3)), colored(rng, "flat", *square(rng, 1, 10.0, 20.0))]
    scene = sr.Scene(SIDE, SIDE, meshes, background)
    target = rng.uniform(0.0, 1.0, (SIDE, SIDE, 4 if background is None else 3))
    layout = Layout(scene)
    x = layout.vector(scene)
    gradient = sr.value_and_grad(scene, target)[1]
    parts = []
    for layer in gradient.layers:
        parts += [layer.vertices, layer.vertex_color if layer.color is None else layer.color, layer.opacity]
    parts += [] if gradient.background is None else [gradient.background]
    start = 0
    for part in parts:  # alone, so that those with large gradients do not hide the others
        at = slice(start, start + part.size)

        def compared(values: np.ndarray, at: slice = at) -> float:
            moved = x.copy()
            moved[at] = values
            return sr.value_and_grad(layout.scene(moved), target)[0]

        check_gradient(compared, x[at], part.ravel(), rng, step=1e-6, tolerance=1e-6, least=1e-3)
        start = at.stop
    assert start == x.size
    assert (gradient.layers[0].color is None) == (shade == "vertex")


@pytest.mark.compiled
def test_float32_follows_float64(rng: np.random.Generator) -> None:
    scene = sr.Scene(SIDE, SIDE, colored(rng, "vertex", *square(rng, 6)))
    g_image = rng.normal(size=(SIDE, SIDE, 3))
    wide = sr.render_vjp(scene, g_image).layers[0]
    narrow = sr.render_vjp(scene.astype(np.float32), g_image).layers[0]
    for name in ("vertices", "vertex_color", "opacity"):
        a, b = getattr(narrow, name), getattr(wide, name)
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-3 * abs(b).max())


@pytest.mark.compiled
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), inner=st.integers(0, 30), rho=st.floats(0.5, 2.0))
def test_white_faces_over_black_have_no_seam(seed: int, inner: int, rho: float) -> None:
    # a filter of radius rho looks rho far: nearer to the border of the mesh it sees what is outside
    points, faces = square(np.random.default_rng(seed), inner)
    mesh = sr.Mesh(points, faces, np.ones((len(faces), 3)))
    image = sr.render(sr.Scene(SIDE, SIDE, mesh), filter_radius=rho)
    inside = depth() >= max(1.0, rho)
    assert inside.sum() > 300
    np.testing.assert_allclose(image[inside], 1.0, rtol=0.0, atol=1e-6)


@pytest.mark.compiled
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), inner=st.integers(0, 30), rho=st.floats(0.5, 2.0))
def test_vertex_colors_reproduce_a_ramp(seed: int, inner: int, rho: float) -> None:
    rng = np.random.default_rng(seed)
    points, faces = square(rng, inner)
    slopes, offset = rng.uniform(-0.03, 0.03, (2, 3)), rng.uniform(0.0, 1.0, 3)
    mesh = sr.Mesh(points, faces, vertex_color=points @ slopes + offset)
    image = sr.render(sr.Scene(SIDE, SIDE, mesh), filter_radius=rho)
    x, y = np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5)
    ramp = np.stack([x, y], axis=2) @ slopes + offset
    inside = depth() >= max(1.0, rho)
    np.testing.assert_allclose(image[inside], ramp[inside], rtol=0.0, atol=1e-5)


@pytest.mark.parametrize("corners", [[[5, 5], [5, 5], [5, 5]], [[2, 2], [9, 9], [5, 5]], [[2, 2], [9, 9], [2, 2]]])
def test_faces_without_area_stay_finite(corners: list[list[float]]) -> None:
    for dtype in (np.float32, np.float64):
        mesh = sr.Mesh(np.array(corners, dtype), [[0, 1, 2]], vertex_color=[[1, 0, 0], [0, 1, 0], [0, 0, 1]])
        scene = sr.Scene(12, 12, mesh)
        loss, g = sr.value_and_grad(scene, np.full((12, 12, 3), 0.5))
        assert np.isfinite(sr.render(scene)).all()
        assert np.isfinite(loss)
        assert np.isfinite(g.layers[0].vertices).all()
        assert np.isfinite(g.layers[0].vertex_color).all()


@pytest.mark.compiled
def test_shared_vertices_add_up_in_fixed_order(rng: np.random.Generator) -> None:
    mesh = colored(rng, "vertex", *square(rng, 20)).astype(np.float32)
    scene = sr.Scene(SIDE, SIDE, mesh)
    g_image = rng.normal(size=(SIDE, SIDE, 3))
    first, second = (sr.render_vjp(scene, g_image).layers[0] for _ in range(2))
    assert first.vertices.tobytes() == second.vertices.tobytes()
    triangles = sr.render_vjp(
        replace(scene, layers=[sr.Mesh(mesh.vertices, mesh.faces, np.ones((len(mesh), 3)))]), g_image
    )
    alone = sr.render_vjp(
        replace(
            scene,
            layers=[
                sr.Layer("triangle", mesh.vertices[mesh.faces].reshape(-1, 6), np.ones((len(mesh), 3)), 1.0, "mean")
            ],
        ),
        g_image,
    )
    expected = np.zeros(mesh.vertices.shape)
    np.add.at(expected, mesh.faces.ravel(), alone.layers[0].params.reshape(-1, 2).astype(np.float64))
    np.testing.assert_allclose(triangles.layers[0].vertices, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.compiled
def test_recovery_of_one_face_like_diffraster2d() -> None:
    def scene(x: np.ndarray) -> sr.Scene:
        mesh = sr.Mesh(x[:6].reshape(3, 2) + 0.5, [[0, 1, 2]], x[6:].reshape(1, 3, 3) / 255.0)
        return sr.Scene(40, 40, mesh)

    reference = [[-50.0, 0.0, 35.0], [-50.0, 0.0, 128.0], [-50.0, 0.0, 128.0]]
    gray = [[0.0, 0.0, 64.0]] * 3
    target = sr.render(scene(np.concatenate([[10.0, 10.0, 30.0, 10.0, 20.0, 30.0], np.ravel(reference)])))
    x = np.concatenate([[3.0, 3.0, 33.0, 15.0, 20.0, 20.0], np.ravel(gray)])
    state = amsgrad.init(x)
    for _ in range(128):
        g = sr.value_and_grad(scene(x), target)[1].layers[0]
        step, state = amsgrad.update(
            255.0**2 * np.concatenate([g.vertices.ravel(), g.color.ravel() / 255.0]), state, 0.75
        )
        x -= step
    assert 255.0**2 * sr.value_and_grad(scene(x), target)[0] < 0.01
