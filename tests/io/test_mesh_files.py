"""Meshes in files: SVG that shows nothing of what is behind, lossless JSON, OBJ and PLY."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.spatial import Delaunay

import sdfraster as sr
from sdfraster.io import expressible, json_text, scaled, svg_text
from sdfraster.model.coverage import SVG_RADIUS

SIDE, MARGIN = 96, 5.0
MAGENTA, GREEN = (1.0, 0.0, 1.0), (0.0, 1.0, 0.0)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def resvg(scene: sr.Scene, folder: Path) -> np.ndarray:
    """Return the scene's SVG as resvg draws it."""
    resvg_py = pytest.importorskip("resvg_py")
    data = bytes(resvg_py.svg_to_bytes(svg_string=svg_text(scene)))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) / 255.0


def chromium(scene: sr.Scene, folder: Path) -> np.ndarray:
    """Return the scene's SVG as Chromium draws it."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    source, shot = folder / "mesh.svg", folder / "mesh.png"
    source.write_text(svg_text(scene))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1"]
    size = f"--window-size={4 * SIDE},{4 * SIDE}"  # the page is somewhat smaller than the window
    command = [CHROMIUM, *options, size, f"--user-data-dir={folder}", f"--screenshot={shot}", source.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return np.asarray(Image.open(shot).convert("RGB"))[:SIDE, :SIDE] / 255.0


def delaunay(rng: np.random.Generator, inner: int = 50) -> tuple[np.ndarray, np.ndarray]:
    """Return a mesh over the picture but for a margin."""
    far = SIDE - MARGIN
    corners = [[MARGIN, MARGIN], [far, MARGIN], [far, far], [MARGIN, far]]
    points = np.concatenate([corners, rng.uniform(MARGIN + 1.0, far - 1.0, (inner, 2))]).round(3)
    return points, Delaunay(points).simplices


def inside() -> np.ndarray:
    """Return the pixels more than 2 px inside the mesh."""
    x, y = np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5)
    return SIDE / 2 - np.maximum(abs(x - SIDE / 2), abs(y - SIDE / 2)) > MARGIN + 2.0


RENDERERS = [resvg, pytest.param(chromium, marks=pytest.mark.slow)]  # starting a browser takes a second


def ours(scene: sr.Scene) -> np.ndarray:
    return sr.render(expressible(scene), filter_radius=SVG_RADIUS["parabolic"])


@pytest.mark.parametrize("opacity", [1.0, 0.5])
@pytest.mark.parametrize("draw", RENDERERS)
def test_mesh_of_one_colour_is_drawn_as_we_draw_it(
    rng: np.random.Generator, tmp_path: Path, draw: Callable[..., Any], opacity: float
) -> None:
    points, faces = delaunay(rng)
    mesh = sr.Mesh(points, faces, np.tile([0.2, 0.6, 0.8], (len(faces), 1)), opacity)
    scene = sr.Scene(SIDE, SIDE, mesh, MAGENTA)
    difference = 255.0 * abs(draw(scene, tmp_path) - ours(scene)).max(axis=2)
    assert difference[inside()].max() <= 2.0


@pytest.mark.parametrize("shade", ["flat", "vertex"])
@pytest.mark.parametrize("draw", RENDERERS)
def test_what_is_behind_does_not_show(
    rng: np.random.Generator, tmp_path: Path, draw: Callable[..., Any], shade: str
) -> None:
    points, faces = delaunay(rng)
    if shade == "flat":
        mesh = sr.Mesh(points, faces, rng.uniform(0.0, 1.0, (len(faces), 3)))
    else:
        mesh = sr.Mesh(points, faces, vertex_color=rng.uniform(0.0, 1.0, (len(points), 3)))
    pictures = [draw(sr.Scene(SIDE, SIDE, mesh, color), tmp_path)[inside()] for color in (MAGENTA, GREEN)]
    np.testing.assert_array_equal(pictures[0], pictures[1])


@pytest.mark.compiled
def test_edges_stay_where_they_are(rng: np.random.Generator, tmp_path: Path) -> None:
    points, faces = delaunay(rng)
    scene = sr.Scene(SIDE, SIDE, sr.Mesh(points, faces, rng.uniform(0.0, 1.0, (len(faces), 3))))
    fine = scaled(scene, 8.0)
    exact = sr.render(expressible(fine), filter_radius=0.5).reshape(SIDE, 8, SIDE, 8, 3).mean(axis=(1, 3))
    error = 255.0 * (resvg(scene, tmp_path) - exact)[inside()]
    assert np.sqrt((error**2).mean()) < 5.0  # with hairlines alone it is above 30
    assert abs(error.mean()) < 0.5


@pytest.mark.compiled
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("draw", RENDERERS)
def test_the_rim_is_where_it_is(tmp_path: Path, draw: Callable[..., Any], turned: bool) -> None:
    outer, inner = (
        20.3 * np.array([[-1, -1], [1, -1], [1.2, 1], [-1, 1]]),
        8.4 * np.array([[-1, 0], [0, -1], [1, 0], [0, 1]]),
    )
    points = np.concatenate([outer, inner]) + SIDE / 2
    nexts = [(k, (k + 1) % 4) for k in range(4)]
    faces = np.array([face for k, n in nexts for face in ([k, n, 4 + n], [4 + k, k, 4 + n])])
    if turned:  # orientation must not matter
        faces[::3] = faces[::3, ::-1]
    scene = sr.Scene(SIDE, SIDE, sr.Mesh(points, faces, np.ones((8, 3))), (0.0, 0.0, 0.0))
    exact = sr.render(scaled(scene, 8.0), filter_radius=0.5).reshape(SIDE, 8, SIDE, 8, 3).mean(axis=(1, 3))
    error = abs(draw(scene, tmp_path) - exact).max(axis=2)
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    near_vertex = np.hypot(x[..., None] - points[:, 0], y[..., None] - points[:, 1]).min(axis=2) < 2.0
    assert error[~near_vertex].max() < 0.09  # steps of resvg; without a mask it is above 0.5


def test_a_mesh_that_covers_the_canvas_needs_no_mask(rng: np.random.Generator) -> None:
    points, faces = delaunay(rng, 5)
    full = sr.Mesh((points - MARGIN) * (SIDE / (SIDE - 2 * MARGIN)), faces, np.ones((len(faces), 3)))
    assert "<mask" not in svg_text(sr.Scene(SIDE, SIDE, full))
    assert "<mask" in svg_text(sr.Scene(SIDE + 1, SIDE, full))


@pytest.mark.compiled
@pytest.mark.parametrize(("shade", "factor"), [("flat", 3.9), ("linear", 1.3), ("vertex", 1.4)])
def test_the_file_is_so_many_times_as_large_as_its_faces(rng: np.random.Generator, shade: str, factor: float) -> None:
    """As README says."""
    points, faces = delaunay(rng, 200)
    shape = {"flat": (len(faces), 3), "linear": (len(faces), 3, 3), "vertex": (len(points), 3)}[shade]
    name = "vertex_color" if shade == "vertex" else "color"
    color = rng.uniform(0.3, 0.7, shape)
    if shade == "linear":
        color[..., :2] *= 0.1  # else most leave the gamut, and have more stops
    mesh = sr.Mesh(points, faces, **{name: color})
    seamless, alone = (len(svg_text(sr.Scene(SIDE, SIDE, layer))) for layer in (mesh, mesh.layer()))
    assert seamless / alone == pytest.approx(factor, abs=0.1)


def test_faces_of_different_opacity_are_plain_triangles(rng: np.random.Generator) -> None:
    points, faces = delaunay(rng, 5)
    mesh = sr.Mesh(points, faces, np.ones((len(faces), 3)), np.linspace(0.0, 1.0, len(faces)))
    scene = sr.Scene(SIDE, SIDE, mesh)
    assert svg_text(scene).count("<path") == len(faces) - 1  # one is invisible
    assert isinstance(expressible(scene).layers[0], sr.Layer)
    assert "<path" not in svg_text(replace(scene, layers=[replace(mesh, opacity=0.0)]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shade", ["flat", "linear", "vertex"])
def test_json_is_lossless(rng: np.random.Generator, tmp_path: Path, shade: str, dtype: Any) -> None:
    points, faces = delaunay(rng, 4)
    shape = {"flat": (len(faces), 3), "linear": (len(faces), 3, 3), "vertex": (len(points), 3)}[shade]
    name = "vertex_color" if shade == "vertex" else "color"
    mesh = sr.Mesh(points.astype(dtype), faces, **{name: rng.uniform(0.0, 1.0, shape)}, opacity=0.3, composite="over")
    scene = sr.Scene(SIDE, SIDE, [mesh, sr.Layer("circle", [[1, 2, 3]], [[1, 1, 1]])])
    sr.save(scene, tmp_path / "x.json")
    read = sr.load(tmp_path / "x.json")
    assert json_text(read) == json_text(scene)
    for a, b in zip(read.layers[0].values, mesh.values, strict=True):
        assert a.dtype == dtype
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(read.layers[0].faces, faces)
    assert read.layers[0].composite == "over"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"faces": [[0, 1, 9]]}, r"layers\[0\]: faces must be indices"),
        ({"faces": [[0, 1, 1.5]]}, r"layers\[0\].faces must hold whole numbers"),
        ({"faces": "all"}, r"layers\[0\].faces must hold numbers only"),
        ({"vertex_color": [[0, 0, 0]]}, "unknown keys 'color'"),
        ({"params": []}, "unknown keys 'params'"),
        ({"composite": 3}, r"layers\[0\]: composite must be one of"),
    ],
)
def test_bad_json_names_the_field(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    mesh = sr.Mesh([[0, 0], [4, 0], [0, 4]], [[0, 1, 2]], [[1, 0, 0]])
    value = json.loads(json_text(sr.Scene(4, 4, mesh)))
    value["layers"][0].update(changes)
    (tmp_path / "x.json").write_text(json.dumps(value))
    with pytest.raises(sr.DataError, match=message):
        sr.load(tmp_path / "x.json")


def test_scaled_mesh() -> None:
    mesh = sr.Mesh([[0, 0], [4, 0], [0, 4]], [[0, 1, 2]], vertex_color=[[1, 0, 0]] * 3)
    big = scaled(sr.Scene(4, 4, mesh), 2.5)
    np.testing.assert_array_equal(big.layers[0].vertices, [[0, 0], [10, 0], [0, 10]])


def test_obj_shares_vertices_that_have_colours(tmp_path: Path) -> None:
    colors = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.25, 2.0]]
    mesh = sr.Mesh([[0, 0], [4, 0], [0, 3], [4, 3]], [[0, 1, 2], [3, 1, 2]], vertex_color=colors)
    sr.save(sr.Scene(4, 3, mesh), tmp_path / "x.obj")
    lines = (tmp_path / "x.obj").read_text().splitlines()
    assert lines[:4] == ["v 0 3 0 1 0 0", "v 4 3 0 0 1 0", "v 0 0 0 0 0 1", "v 4 0 0 0.5 0.25 1"]
    assert len(lines) == 6
    points = np.array([line.split()[1:3] for line in lines[:4]], float)
    for line in lines[4:]:  # counter-clockwise with y up
        a, b, c = points[[int(word) - 1 for word in line.split()[1:]]]
        assert np.linalg.det(np.stack([b - a, c - a])) > 0.0


@pytest.mark.parametrize("linear", [False, True])
def test_ply_of_face_colours(tmp_path: Path, linear: bool) -> None:
    flat = np.array([[0.2, 0.4, 0.6], [1.0, 0.0, 0.0]])
    color = np.concatenate([np.zeros((2, 3, 2)), flat[:, :, None]], axis=2) if linear else flat
    if linear:
        color[:, 0, 0] = 0.1
    mesh = sr.Mesh([[0, 0], [4, 0], [0, 3], [4, 3]], [[0, 1, 2], [1, 3, 2]], color, opacity=[1.0, 0.5])
    sr.save(sr.Scene(4, 3, [mesh, mesh]), tmp_path / "x.ply")
    head, body = (tmp_path / "x.ply").read_text().split("end_header\n")
    assert head.startswith("ply\nformat ascii 1.0\nelement vertex 12\n")
    assert "element face 4\n" in head
    rows = [list(map(float, line.split())) for line in body.splitlines()]
    assert [len(row) for row in rows] == [7] * 12 + [4] * 4
    assert [row[6] for row in rows[:6]] == [255.0] * 3 + [128.0] * 3
    reds = np.array([row[3] for row in rows[:3]])
    assert (np.ptp(reds) > 20) == linear
    assert reds.mean() == pytest.approx(51.0, abs=1.0)


def test_geometry_needs_meshes(tmp_path: Path) -> None:
    circle = sr.Layer("circle", [[1, 2, 3]], [[1, 1, 1]])
    for layers in ([], [circle]):
        with pytest.raises(sr.DataError, match="only scenes of meshes"):
            sr.save(sr.Scene(4, 4, layers), tmp_path / "x.obj")
    assert not (tmp_path / "x.obj").exists()
