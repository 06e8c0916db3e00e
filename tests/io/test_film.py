"""Animations: what they show, how long, how large, in every format."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import resvg_py
from PIL import Image

import sdfraster as sr
from sdfraster.errors import DataError
from sdfraster.io import FORMATS, Film, read_image, save
from sdfraster.io.page import Page
from sdfraster.record import Frame

WIDTH, HEIGHT = 40, 24
PILLOW = (".gif", ".apng", ".webp")


def circles(count: int, color: tuple[float, float, float] = (1.0, 0.0, 0.0)) -> sr.Scene:
    params = [[4.0 + 8.0 * k, 12.0, 4.0] for k in range(count)]
    return sr.Scene(WIDTH, HEIGHT, [sr.Layer("circle", params, [color] * count)], (0.0, 0.0, 0.0))


@pytest.fixture
def fitted() -> Any:
    """Return what stands for the result of a fit: blue circles that became red ones."""
    frames = tuple(Frame(k, 0.1 * k, 1.0, None, circles(k, (0.0, 0.0, 1.0))) for k in range(1, 5))
    options = SimpleNamespace(filter="parabolic", radius=1.0, device="cpu")
    return SimpleNamespace(scene=circles(5), frames=frames, options=options)


def played(data: bytes) -> tuple[list[np.ndarray], list[float]]:
    """Return the pictures of an animation and their times in milliseconds."""
    pictures, times = [], []
    with Image.open(io.BytesIO(data)) as film:
        for k in range(film.n_frames):
            film.seek(k)
            film.load()
            pictures.append(np.asarray(film.convert("RGB")) / 255.0)
            times.append(film.info["duration"])
    return pictures, times


def saved(scene: Any, suffix: str, **film: Any) -> bytes:
    stream = io.BytesIO()
    save(scene, stream, format=suffix.lstrip("."), film=Film(**film))
    return stream.getvalue()


@pytest.mark.parametrize("suffix", PILLOW)
def test_a_search_is_shown_from_its_first_scene_to_the_result(fitted: Any, suffix: str) -> None:
    pictures, times = played(saved(fitted, suffix, fps=10, seconds=0.5, hold=1.5))
    assert len(pictures) == 5
    assert times == [100, 100, 100, 100, 1600]
    for picture, scene in zip(pictures, [*(frame.scene for frame in fitted.frames), fitted.scene], strict=True):
        assert np.abs(picture - sr.render(scene).clip(0, 1)).mean() < 0.03


@pytest.mark.parametrize("suffix", PILLOW)
def test_a_drawing_is_built_shape_by_shape(suffix: str) -> None:
    pictures, times = played(saved(circles(5), suffix, shows="build", fps=10, seconds=1.0, hold=0))
    red = [picture[..., 0].sum() for picture in pictures]
    assert red[0] < 1.0  # nothing at first
    assert (np.diff(red) > 20.0).all()
    assert sum(times) == 1000
    assert np.abs(pictures[-1] - sr.render(circles(5)).clip(0, 1)).mean() < 0.03


@pytest.mark.parametrize("suffix", PILLOW)
def test_it_begins_again_or_not(suffix: str) -> None:
    for loop, expected in ((True, (0,)), (False, (1, None))):
        with Image.open(io.BytesIO(saved(circles(3), suffix, shows="build", seconds=0.2, loop=loop))) as film:
            assert film.info.get("loop") in expected


def test_times_of_a_gif_do_not_drift() -> None:
    times = played(saved(circles(40), ".gif", shows="build", fps=30, seconds=1.0, hold=0.5))[1]
    assert abs(sum(times) - 1500) <= 10
    with pytest.raises(DataError, match=r"\.gif files show at most 50 pictures a second, not 60"):
        saved(circles(3), ".gif", fps=60)


@pytest.mark.parametrize("suffix", PILLOW)
def test_no_side_is_longer_than_the_size(suffix: str) -> None:
    with Image.open(io.BytesIO(saved(circles(3), suffix, shows="build", seconds=0.1, size=20))) as film:
        assert film.size == (20, 12)


def test_a_webp_can_be_a_picture(fitted: Any, tmp_path: Path) -> None:
    for scene, film in ((fitted, Film("none")), (fitted.scene, None)):
        save(scene, tmp_path / "x.webp", film=film)
        np.testing.assert_allclose(read_image(tmp_path / "x.webp"), sr.render(fitted.scene).clip(0, 1), atol=0.51 / 255)
    with pytest.raises(DataError, match=r"x.gif: .gif files can show search or build, not none"):
        save(fitted, tmp_path / "x.gif", film=Film("none"))
    assert not (tmp_path / "x.gif").exists()


def test_a_search_must_have_been_recorded(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no search to show"):
        save(circles(3), tmp_path / "x.gif", film=Film("search"))


def test_transparent_pictures_keep_their_alpha_or_are_on_white() -> None:
    scene = circles(3).replace(background=None)
    for suffix, corner in ((".apng", [0, 0, 0, 0]), (".webp", [0, 0, 0, 0]), (".gif", [255, 255, 255, 255])):
        with Image.open(io.BytesIO(saved(scene, suffix, shows="build", seconds=0.2))) as film:
            film.seek(film.n_frames - 1)
            assert np.asarray(film.convert("RGBA"))[-1, -1].tolist() == corner


def test_a_mesh_is_built_of_its_faces() -> None:
    vertices = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], float)
    mesh = sr.Mesh(vertices, [[0, 1, 2], [0, 2, 3]], [[1.0, 0, 0], [0, 0, 1.0]])
    pictures, _ = played(saved(sr.Scene(WIDTH, HEIGHT, [mesh], (0, 0, 0)), ".apng", shows="build", fps=10, seconds=0.4))
    assert [int(picture.any(axis=2).mean() > 0.4) + int(picture.any(axis=2).mean() > 0.9) for picture in pictures] == [
        0,
        1,
        2,
    ]


def test_videos_hold_the_end(fitted: Any, tmp_path: Path) -> None:
    ffmpeg = pytest.importorskip("imageio_ffmpeg", reason='videos need pip install "sdfraster[video]"')
    odd = SimpleNamespace(**{**vars(fitted), "scene": fitted.scene.replace(width=39, height=23)})
    odd.frames = ()
    save(odd, tmp_path / "x.mp4", film=Film(fps=10, seconds=0.5, hold=1))
    command = [
        ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-i",
        tmp_path / "x.mp4",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
    ]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    pictures = np.frombuffer(raw, np.uint8).reshape(-1, 24, 40, 3)  # both sides even
    assert len(pictures) == 15
    assert pictures[0].mean() < 10
    assert np.abs(pictures[-1][:23, :39] / 255.0 - sr.render(odd.scene).clip(0, 1)).mean() < 0.06


def test_what_videos_need_is_named_before_the_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(
        DataError,
        match=r'x.mp4: a video needs imageio-ffmpeg, which is not installed; run pip install "sdfraster\[video\]"',
    ):
        FORMATS[".mp4"].check(tmp_path / "x.mp4", 9, 9, False)


@pytest.mark.parametrize(
    ("film", "message"),
    [
        ({"shows": "all"}, "shows must be one of search, build, none, not 'all'"),
        ({"fps": 0}, "fps must be above 0 and at most 60, not 0"),
        ({"fps": float("nan")}, "fps must be above 0"),
        ({"seconds": 601}, "seconds must be above 0 and at most 600"),
        ({"hold": -1}, "hold must be from 0 to 600"),
        ({"size": 5000}, "size must be a whole number of pixels up to 4096"),
        ({"size": 4096, "seconds": 60}, "an animation of 1,200 pictures of up to 4096 x 4096 pixels may take 80.5 GB"),
    ],
)
def test_what_cannot_be_is_refused(film: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Film(**film)


class TestSelfDrawing:
    """SVG with a style sheet."""

    scene = sr.Scene(
        WIDTH,
        HEIGHT,
        [
            sr.Layer("circle", [[9, 9, 6]], [[1, 0, 0]], 0.5),
            sr.Layer("ellipse", [[20, 9, 6, 3, 0.5]], [[0, 1, 0]]),
            sr.Layer("line", [[3, 3, 35, 20, 2]], [[0, 0, 1]]),
        ],
        (1.0, 1.0, 1.0),
    )

    def test_its_finished_drawing_is_that_of_the_svg(self) -> None:
        plain, moving = (saved(self.scene, suffix).decode() for suffix in (".svg", ".animated.svg"))
        assert bytes(resvg_py.svg_to_bytes(svg_string=plain)) == bytes(resvg_py.svg_to_bytes(svg_string=moving))

    def test_shapes_come_in_order_and_within_the_time(self) -> None:
        text = saved(self.scene, ".animated.svg", seconds=3.5).decode()
        assert "calc(var(--n) * 1500ms)" in text  # the third begins half a second before the end
        order = [element.get("style") for element in ElementTree.fromstring(text).iter() if element.get("style")]
        assert order == ["--n:0", "--n:1", "--n:2"]
        assert "@media (prefers-reduced-motion: no-preference)" in text

    def test_names_differ_between_drawings(self, tmp_path: Path) -> None:
        texts = [saved(scene, ".animated.svg").decode() for scene in (self.scene, circles(3))]
        names = [
            {each.get("class") for each in ElementTree.fromstring(text).iter() if each.get("class")} for text in texts
        ]
        assert not names[0] & names[1]
        save(self.scene, tmp_path / "x.animated.svg", id_prefix="mine-")
        assert 'class="mine-b"' in (tmp_path / "x.animated.svg").read_text()

    def test_it_has_a_title_and_a_size_on_paper(self, tmp_path: Path) -> None:
        save(self.scene, tmp_path / "x.animated.svg", page=Page(title="Three", width="9cm", group="color"))
        root = ElementTree.parse(tmp_path / "x.animated.svg").getroot()
        assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "style"]
        assert root.get("width") == "9cm"
        assert [each.get("style") for each in root.iter() if each.get("style")] == ["--n:0", "--n:1", "--n:2"]

    def test_it_shows_no_search(self, fitted: Any, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"\.animated\.svg files can show build, not search"):
            save(fitted, tmp_path / "x.animated.svg", film=Film("search"))
