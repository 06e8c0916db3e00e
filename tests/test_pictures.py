"""Every way in takes every sort of picture, and says what is wrong with what is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import sdfraster as sr
from sdfraster import metrics
from sdfraster.io import read_image, write_image
from sdfraster.pictures import as_picture
from sdfraster.pictures.arrays import STRAIGHT, is_straight

HEIGHT, WIDTH = 20, 24
SCENE = sr.Scene(WIDTH, HEIGHT, sr.Layer("circle", [[12, 10, 6]], [[1, 0.5, 0]], 0.5), (0, 0, 1))
CLEAR = sr.Scene(WIDTH, HEIGHT, SCENE.layers, None)


class Foreign:
    """An array of another library."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self._array if dtype is None else self._array.astype(dtype)


class Exchanged:
    """An array that speaks DLPack, and nothing else."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __dlpack__(self, **options: Any) -> Any:
        return self._array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._array.__dlpack_device__()


class Elsewhere(Exchanged):
    """An array that is not in the memory of the CPU."""

    def __dlpack__(self, **options: Any) -> Any:
        raise RuntimeError("on a GPU,\nnot here")


@pytest.fixture
def bytes_(rng: np.random.Generator) -> np.ndarray:
    """Return a picture of 8 bits."""
    return rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def variants(picture: np.ndarray, folder: Path) -> list[Any]:
    """Return the same picture in every dress."""
    floats = picture / 255.0
    Image.fromarray(picture).save(folder / "x.png")
    spread = np.zeros((HEIGHT, 2 * WIDTH, 3), np.uint8)
    spread[:, ::2] = picture
    fixed = floats.copy()
    fixed.setflags(write=False)
    return [
        folder / "x.png",
        str(folder / "x.png"),
        Image.fromarray(picture),
        picture,
        picture.astype(np.uint16) * 257,
        (picture.astype(np.uint16) * 257).astype(">u2"),
        floats,
        floats.astype(np.float32),
        floats.astype(np.longdouble),
        floats.astype(">f4"),
        floats.tolist(),
        spread[:, ::2],
        np.asfortranarray(floats),
        fixed,
        Foreign(picture),
        Foreign(floats),
        Exchanged(picture),
        Exchanged(floats),
        np.concatenate([floats, np.ones((HEIGHT, WIDTH, 1))], axis=2),
        np.concatenate([picture, np.full((HEIGHT, WIDTH, 1), 255, np.uint8)], axis=2),
    ]


@pytest.mark.compiled
def test_every_way_in_takes_every_picture(bytes_: np.ndarray, tmp_path: Path) -> None:
    wanted = sr.value_and_grad(SCENE, bytes_ / 255.0)
    other = np.full((HEIGHT, WIDTH, 3), 0.5)
    figures = [metric(bytes_ / 255.0, other) for metric in (metrics.psnr, metrics.ssim, metrics.mae)]
    psnr = sr.fit(bytes_, count=2, iterations=2).psnr
    for source in variants(bytes_, tmp_path):
        loss, gradient = sr.value_and_grad(SCENE, source)
        assert loss == pytest.approx(wanted[0], rel=1e-6)
        np.testing.assert_allclose(gradient.layers[0].params, wanted[1].layers[0].params, rtol=1e-4, atol=1e-8)
        np.testing.assert_allclose(read_image(source, np.float64), bytes_ / 255.0, atol=1e-7)
        found = [metric(source, other) for metric in (metrics.psnr, metrics.ssim, metrics.mae)]
        np.testing.assert_allclose(found, figures, rtol=1e-5)
        assert sr.fit(source, count=2, iterations=2).psnr == pytest.approx(psnr, abs=1e-3)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.uint16, np.float16, np.float32])
@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH), (HEIGHT, WIDTH, 1)])
def test_grey(dtype: type, shape: tuple[int, ...]) -> None:
    grey = np.zeros(shape, dtype)
    grey[5:9] = 1.0 if np.issubdtype(dtype, np.floating) or dtype is bool else np.iinfo(dtype).max
    wanted = np.zeros((HEIGHT, WIDTH, 3))
    wanted[5:9] = 1.0
    np.testing.assert_array_equal(read_image(grey), wanted)
    assert sr.value_and_grad(SCENE, grey)[0] == sr.value_and_grad(SCENE, wanted)[0]
    assert metrics.mae(grey, wanted) == 0.0


def test_alpha_of_targets(bytes_: np.ndarray, tmp_path: Path) -> None:
    """A picture without alpha is opaque; one that is transparent cannot be compared with a scene that is not."""
    opaque = np.concatenate([bytes_ / 255.0, np.ones((HEIGHT, WIDTH, 1))], axis=2)
    assert sr.value_and_grad(CLEAR, bytes_)[0] == pytest.approx(sr.value_and_grad(CLEAR, opaque)[0], rel=1e-6)
    straight = np.concatenate([bytes_, np.full((HEIGHT, WIDTH, 1), 51, np.uint8)], axis=2)
    premultiplied = np.concatenate([bytes_ / 1275.0, np.full((HEIGHT, WIDTH, 1), 0.2)], axis=2)
    Image.fromarray(straight).save(tmp_path / "x.png")
    wanted = sr.value_and_grad(CLEAR, premultiplied)[0]
    for source in (straight, tmp_path / "x.png", Image.fromarray(straight)):
        assert sr.value_and_grad(CLEAR, source)[0] == pytest.approx(wanted, rel=1e-6)
        with pytest.raises(sr.DataError, match=r"target must have shape \(20, 24, 3\).*transparent"):
            sr.value_and_grad(SCENE, source)
    assert metrics.mae(straight, premultiplied) < 1e-7
    assert metrics.mae(straight, bytes_) == pytest.approx(np.abs(premultiplied - opaque).mean(), rel=1e-6)


def test_floats_that_cannot_be_premultiplied_are_straight(rng: np.random.Generator) -> None:
    straight = rng.random((HEIGHT, WIDTH, 4))
    wanted = np.concatenate([straight[..., :3] * straight[..., 3:], straight[..., 3:]], axis=2)
    np.testing.assert_allclose(read_image(straight, np.float64), wanted)
    np.testing.assert_array_equal(read_image(wanted, np.float64), wanted)
    wanted[..., :3] += 0.9 * STRAIGHT  # less than a filter leaves
    np.testing.assert_array_equal(read_image(wanted, np.float64), wanted)


def test_targets_of_straight_floats_are_taken_as_fit_takes_them(rng: np.random.Generator) -> None:
    """But beyond 0..1 a picture is one that was drawn, of colours beyond too, and so it is premultiplied."""
    straight = rng.random((HEIGHT, WIDTH, 4))
    wanted = np.concatenate([straight[..., :3] * straight[..., 3:], straight[..., 3:]], axis=2)
    loss = sr.value_and_grad(CLEAR, wanted)[0]
    assert sr.value_and_grad(CLEAR, straight)[0] == pytest.approx(loss, rel=1e-6)
    assert metrics.mae(straight, wanted) == metrics.mae(wanted, straight) == 0.0
    bright = replace(CLEAR.layers[0], color=[[1.5, 0.2, -0.3]] * len(CLEAR.layers[0]))
    drawn = sr.render(replace(CLEAR, layers=[bright]))
    assert is_straight(drawn)
    assert sr.value_and_grad(replace(CLEAR, layers=[bright]), drawn)[0] == 0.0


@pytest.mark.parametrize("channels", [3, 4])
def test_a_ready_array_is_not_copied(rng: np.random.Generator, channels: int) -> None:
    picture = rng.random((HEIGHT, WIDTH, channels), np.float32)
    picture[..., 3:] = 1.0
    assert as_picture(picture) is picture
    assert as_picture(picture, np.float32) is picture


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (np.zeros((HEIGHT, WIDTH, 3), np.int32), "uint8, uint16, bool or floating-point, not int32"),
        (np.zeros((HEIGHT, WIDTH, 3), np.int64), "astype"),
        (np.zeros((HEIGHT, WIDTH, 3), np.uint32), "uint32"),
        (np.zeros((HEIGHT, WIDTH, 3), np.complex64), "complex64"),
        (np.zeros((HEIGHT, WIDTH, 3), object), "object"),
        ([[[0, 255, 0]] * WIDTH] * HEIGHT, "int64"),
        (np.full((HEIGHT, WIDTH, 3), 255.0), "0 to 1, but they go from 255 to 255; divide"),
        (np.full((HEIGHT, WIDTH, 3), -40.0), "0 to 1, but they go from -40"),
        (np.full((HEIGHT, WIDTH, 3), np.nan), "NaN"),
        (np.full((HEIGHT, WIDTH, 3), np.inf), "infinity"),
        (np.zeros((HEIGHT, WIDTH, 2)), r"\(H, W, 3\)"),
        (None, "NoneType"),
        (3.0, "float"),
        ([[1.0], [1.0, 2.0]], "array"),
        (Elsewhere(np.zeros((HEIGHT, WIDTH, 3))), r"cannot be made an array \(on a GPU, not here\)"),
        ("no-such-file.png", "no-such-file.png: there is no such file"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_line(source: Any, reason: str) -> None:
    picture = np.zeros((HEIGHT, WIDTH, 3))
    ways: list[Callable[[], Any]] = [
        lambda: read_image(source),
        lambda: sr.value_and_grad(SCENE, source),
        lambda: sr.fit(source, count=1, iterations=1),
        lambda: metrics.psnr(source, picture),
        lambda: metrics.ssim(picture, source),
    ]
    for way in ways:
        with pytest.raises(sr.DataError, match=reason) as caught:
            way()
        assert "\n" not in str(caught.value)


def test_pictures_of_another_range_are_refused() -> None:
    """Drawn ones, which a target may be, go further."""
    normalized = np.linspace(-1.0, 1.0, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
    for way in (lambda: read_image(normalized), lambda: sr.fit(normalized, count=1, iterations=1)):
        with pytest.raises(sr.DataError, match=r"from -1 to 1; scale it into that range, \(image \+ 1\) / 2 if"):
            way()
    assert np.isfinite(sr.value_and_grad(SCENE, normalized)[0])


def test_gradients_of_pictures_in_any_form(bytes_: np.ndarray) -> None:
    g = bytes_ / 255.0 - 0.5
    wanted = sr.render_vjp(SCENE, g).layers[0].params
    for source in (Foreign(g), Exchanged(g), g.tolist(), np.asfortranarray(g)):
        np.testing.assert_array_equal(sr.render_vjp(SCENE, source).layers[0].params, wanted)
    with pytest.raises(sr.DataError, match="g_image cannot be made an array"):
        sr.render_vjp(SCENE, Elsewhere(g))


def test_weights_of_every_kind(bytes_: np.ndarray, tmp_path: Path) -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[4:12, 3:20] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    wanted = sr.value_and_grad(SCENE, bytes_, weight=mask / 255.0)[0]
    colors = np.repeat(mask[..., None], 3, axis=2)
    clear = np.concatenate([np.full_like(colors, 255), mask[..., None]], axis=2)
    sources = (mask, mask > 0, mask[..., None], colors, clear, tmp_path / "mask.png", Image.fromarray(mask), 7.0 * mask)
    sources = (Exchanged(mask), Exchanged(colors), *sources)
    for weight in sources:
        assert sr.value_and_grad(SCENE, bytes_, weight=weight)[0] == pytest.approx(wanted, rel=1e-6)
    fitted = [sr.fit(bytes_, count=2, iterations=2, weight=weight).psnr for weight in sources[:-1]]
    np.testing.assert_allclose(fitted, fitted[0], rtol=1e-4)


def test_a_mask_holds_numbers_whatever_its_profile(bytes_: np.ndarray, tmp_path: Path) -> None:
    from sdfraster.pictures.profile import grey_profile

    mask = np.linspace(0, 255, HEIGHT * WIDTH).astype(np.uint8).reshape(HEIGHT, WIDTH)
    Image.fromarray(mask).save(tmp_path / "mask.png", icc_profile=grey_profile((1.0,)))
    wanted = sr.value_and_grad(SCENE, bytes_, weight=mask)[0]
    assert sr.value_and_grad(SCENE, bytes_, weight=tmp_path / "mask.png")[0] == pytest.approx(wanted, rel=1e-6)


def test_bad_masks_are_named(tmp_path: Path) -> None:
    write_image(np.ones((4, 5, 3)), tmp_path / "small.png")
    with pytest.raises(sr.DataError, match=r"small\.png: weight must have the shape of the picture, \(20, 24\)"):
        sr.value_and_grad(SCENE, np.zeros((HEIGHT, WIDTH, 3)), weight=tmp_path / "small.png")


@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8", ">f4", ">f8"])
@pytest.mark.parametrize("order", ["C", "F", "reversed"])
def test_every_value_of_floats_is_looked_at(dtype: str, order: str, rng: np.random.Generator) -> None:
    good, bad = [0.0, -0.0, 1.0, 1.5, -0.5, 1e-7], [np.nan, -np.nan, np.inf, -np.inf, 1.5005, -0.5005]
    for value in good + bad:
        picture = np.asarray(rng.random((HEIGHT, WIDTH, 3)).astype(dtype), order="F" if order == "F" else "C")
        picture[rng.integers(HEIGHT), rng.integers(WIDTH), rng.integers(3)] = value
        picture = picture[::-1, ::-1] if order == "reversed" else picture
        if value in good:
            np.testing.assert_array_equal(as_picture(picture), picture)
        else:
            with pytest.raises(sr.DataError, match="from 0 to 1"):
                as_picture(picture)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, bool])
def test_written_integers_are_scaled(dtype: type, tmp_path: Path) -> None:
    picture = np.zeros((4, 5, 3), dtype)
    picture[1] = 1 if dtype is bool else np.iinfo(dtype).max // 2
    write_image(picture, tmp_path / "x.png")
    np.testing.assert_allclose(read_image(tmp_path / "x.png")[1], 1.0 if dtype is bool else 0.5, atol=0.01)
