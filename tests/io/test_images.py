"""Every odd picture a user may have, and every broken one."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sdfraster.errors import DataError
from sdfraster.io import on_background, read_image, write_image

RGB = np.array([[[255, 0, 0], [0, 255, 0], [10, 20, 30]], [[0, 0, 255], [255, 255, 255], [0, 0, 0]]], np.uint8)


def saved(folder: Path, image: Image.Image, name: str = "x.png", **options: Any) -> Path:
    image.save(folder / name, **options)
    return folder / name


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rgb(tmp_path: Path, dtype: type) -> None:
    image = read_image(saved(tmp_path, Image.fromarray(RGB)), dtype)
    assert image.dtype == dtype
    assert image.flags["C_CONTIGUOUS"]
    np.testing.assert_array_equal(image, (RGB / 255.0).astype(dtype))


def test_every_source_gives_the_same(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.fromarray(RGB))
    for source in (str(path), Image.fromarray(RGB), RGB, RGB / 255.0, (RGB / 255.0).astype(np.float32)):
        np.testing.assert_array_equal(read_image(source), read_image(path))


def test_sample() -> None:
    assert read_image("sample:chelsea").shape == (300, 451, 3)


def test_unknown_sample_lists_those_there_are() -> None:
    with pytest.raises(DataError, match=r"sample:cat: .*chelsea"):
        read_image("sample:cat")


@pytest.mark.parametrize("mode", ["L", "1"])
def test_grey_becomes_rgb(tmp_path: Path, mode: str) -> None:
    grey = np.array([[0, 255, 255], [255, 0, 0]], np.uint8)
    image = read_image(saved(tmp_path, Image.fromarray(grey).convert(mode)))
    np.testing.assert_array_equal(image, np.repeat(grey[..., None] / np.float32(255), 3, axis=2))


@pytest.mark.parametrize(("name", "dtype"), [("x.png", np.uint16), ("x.tif", np.uint16), ("x.tif", np.int32)])
def test_16_bit_grey_keeps_its_precision(tmp_path: Path, name: str, dtype: type) -> None:
    grey = np.array([[0, 1, 257], [40000, 65534, 65535]], dtype)  # modes I;16 and I
    image = read_image(saved(tmp_path, Image.fromarray(grey), name), np.float64)
    np.testing.assert_array_equal(image[..., 1], grey / 65535.0)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_tiff_with_white_as_zero(tmp_path: Path, dtype: type) -> None:
    stored = np.array([[0, 1, 200]], np.uint8).astype(dtype)
    full = 255 if dtype is not np.uint16 else 65_535
    if dtype is np.float32:
        stored = stored / np.float32(full)
        full = 1
    image = Image.fromarray(stored)
    if dtype is np.uint8:
        image = Image.fromarray(255 - stored)  # which Pillow writes inverted
    read = read_image(saved(tmp_path, image, "x.tif", tiffinfo={262: 0}), np.float64)
    np.testing.assert_allclose(read[..., 0], (full - stored) / float(full), atol=1e-7)


def planar_tiff(values: np.ndarray) -> bytes:
    """Return an uncompressed TIFF whose channels (C, H, W) follow each other."""
    channels, height, width = values.shape
    short, long, bits = 3, 4, 8 * values.itemsize
    size = height * width * values.itemsize
    data = 8 + values.nbytes
    tables = struct.pack(f"<{channels}H", *[bits] * channels) + bytes(-2 * channels % 4)
    tables += struct.pack(f"<{2 * channels}I", *(8 + size * k for k in range(channels)), *[size] * channels)
    offsets = data + 2 * channels + -2 * channels % 4
    lists = (data, offsets, offsets + 4 * channels) if channels > 1 else (bits, 8, size)  # a single value stands there
    tags = [
        (256, long, 1, width),
        (257, long, 1, height),
        (258, short, channels, lists[0]),
        (259, short, 1, 1),
        (262, short, 1, 2 if channels == 3 else 1),
        (273, long, channels, lists[1]),
        (277, short, 1, channels),
        (278, long, 1, height),
        (279, long, channels, lists[2]),
        (284, short, 1, 2),
    ]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return struct.pack("<2sHI", b"II", 42, data + len(tables)) + values.tobytes() + tables + directory


def test_tiff_of_16_bits_in_separate_planes_is_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    """Pillow would read every second byte of the wrong rows."""
    planes = rng.integers(0, 65_536, (3, 6, 5), dtype=np.uint16)
    (tmp_path / "x.tif").write_bytes(planar_tiff(planes))
    refused(tmp_path / "x.tif", "x.tif", "16 bits", "separate planes", "interleaved")
    with Image.open(tmp_path / "x.tif") as opened:
        refused(opened, "PIL image", "separate planes")
    (tmp_path / "z.tif").write_bytes(planar_tiff(planes[:1]))
    refused(tmp_path / "z.tif", "16 bits", "separate planes")
    narrow = (planes >> 8).astype(np.uint8)
    (tmp_path / "y.tif").write_bytes(planar_tiff(narrow))
    np.testing.assert_array_equal(read_image(tmp_path / "y.tif"), read_image(np.moveaxis(narrow, 0, 2).copy()))


def test_int32_beyond_16_bits_is_refused() -> None:
    with pytest.raises(DataError, match="from 0 to 65535"):
        read_image(Image.fromarray(np.array([[70000]], np.int32)))


def test_palette(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.fromarray(RGB).quantize(6))
    with Image.open(path) as opened:
        assert opened.mode == "P"
    np.testing.assert_array_equal(read_image(path), read_image(RGB))


def test_palette_with_transparency(tmp_path: Path) -> None:
    picture = Image.new("P", (2, 1), 0)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putpixel((1, 0), 1)
    image = read_image(saved(tmp_path, picture, transparency=0))
    np.testing.assert_array_equal(image, [[[0, 0, 0, 0], [0, 0, 1, 1]]])


def test_colour_key_of_16_bit_grey(tmp_path: Path) -> None:
    grey = np.full((4, 5), 40_000, np.uint16)
    grey[1:3] = 7
    image = read_image(saved(tmp_path, Image.fromarray(grey), transparency=7))
    np.testing.assert_array_equal(image[..., 3], grey != 7)
    np.testing.assert_allclose(image[0], [[40_000 / 65_535] * 3 + [1.0]] * 5)


def test_colour_key_transparency(tmp_path: Path) -> None:
    image = read_image(saved(tmp_path, Image.fromarray(RGB), transparency=(255, 0, 0)))
    assert image.shape == (2, 3, 4)
    assert image[0, 0, 3] == 0.0
    assert (image[..., 3] == 1.0).sum() == 5


def test_alpha_is_premultiplied(tmp_path: Path) -> None:
    straight = np.array([[[255, 51, 0, 51], [255, 255, 255, 0], [0, 255, 0, 255]]], np.uint8)
    image = read_image(saved(tmp_path, Image.fromarray(straight)))
    np.testing.assert_allclose(image, [[[0.2, 0.04, 0, 0.2], [0, 0, 0, 0], [0, 1, 0, 1]]], atol=1e-7)
    np.testing.assert_array_equal(image, read_image(straight))
    np.testing.assert_array_equal(image, read_image(image))  # float arrays are premultiplied already


def test_grey_with_alpha(tmp_path: Path) -> None:
    image = read_image(saved(tmp_path, Image.merge("LA", [Image.new("L", (1, 1), 255), Image.new("L", (1, 1), 51)])))
    np.testing.assert_allclose(image, np.full((1, 1, 4), 0.2), atol=1e-7)


def test_opaque_alpha_is_dropped(tmp_path: Path) -> None:
    image = read_image(saved(tmp_path, Image.fromarray(RGB).convert("RGBA")))
    np.testing.assert_array_equal(image, read_image(RGB))


def test_cmyk(tmp_path: Path) -> None:
    picture = Image.fromarray(np.full((8, 8, 3), [255, 0, 0], np.uint8)).convert("CMYK")
    image = read_image(saved(tmp_path, picture, "x.jpg", quality=100))
    assert image.shape == (8, 8, 3)
    np.testing.assert_allclose(image[4, 4], [1.0, 0.0, 0.0], atol=0.02)


def test_exif_orientation(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned 90 degrees clockwise
    path = saved(tmp_path, Image.fromarray(RGB), exif=exif)
    np.testing.assert_array_equal(read_image(path), read_image(np.ascontiguousarray(np.rot90(RGB, -1))))


@pytest.mark.parametrize("name", ["x.gif", "x.webp"])
def test_first_frame_of_an_animation(tmp_path: Path, name: str) -> None:
    frames = [Image.new("RGB", (4, 3), color) for color in ("red", "blue")]
    path = saved(tmp_path, frames[0], name, save_all=True, append_images=frames[1:], lossless=True)
    np.testing.assert_array_equal(read_image(path), np.broadcast_to([1.0, 0.0, 0.0], (3, 4, 3)))


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 1)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_grey_arrays(shape: tuple[int, ...], dtype: type) -> None:
    top = 1.0 if np.issubdtype(dtype, np.floating) else np.iinfo(dtype).max
    image = read_image(np.full(shape, top, dtype))
    np.testing.assert_array_equal(image, np.ones((2, 3, 3)))


def test_the_result_is_a_copy() -> None:
    source = np.zeros((2, 2, 3), np.float32)
    read_image(source)[:] = 1.0
    assert (source == 0.0).all()


def test_on_background() -> None:
    image = np.array([[[0.2, 0.0, 0.0, 0.2], [0.0, 1.0, 0.0, 1.0]]])
    np.testing.assert_allclose(on_background(image, (0.0, 0.0, 1.0)), [[[0.2, 0.0, 0.8], [0.0, 1.0, 0.0]]])
    np.testing.assert_array_equal(on_background(image[..., :3]), image[..., :3])


# What cannot be read. Each message is one line, names the source, and says what is wrong.


def refused(source: Any, *parts: str) -> None:
    with pytest.raises(DataError) as caught:
        read_image(source)
    message = str(caught.value)
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_missing_file(tmp_path: Path) -> None:
    refused(tmp_path / "no.png", "no.png", "no such file")
    refused(tmp_path / ("n" * 400), "name too long")


def test_folder(tmp_path: Path) -> None:
    refused(tmp_path, tmp_path.name, "folder")


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "x.png").touch()
    refused(tmp_path / "x.png", "x.png", "empty")


@pytest.mark.parametrize("text", ["hello, world\n", '{"format": "sdfraster-scene"}', "<svg/>"])
def test_text_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.png").write_text(text)
    refused(tmp_path / "x.png", "x.png", "not an image file", "PNG, JPEG")


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "webp", "tif", "bmp"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_truncated_file(tmp_path: Path, rng: np.random.Generator, suffix: str, part: float) -> None:
    path = saved(tmp_path, Image.fromarray(rng.integers(0, 255, (64, 64, 3), np.uint8)), f"x.{suffix}")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    refused(path, f"x.{suffix}")


def test_damaged_png_never_raises_anything_else(tmp_path: Path, rng: np.random.Generator) -> None:
    path = saved(tmp_path, Image.fromarray(RGB))
    data = path.read_bytes()
    for _ in range(200):
        damaged = bytearray(data)
        damaged[rng.integers(len(data))] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            read_image(path)
        except DataError as error:
            assert "x.png" in str(error)  # noqa: PT017


def test_pil_image_of_a_truncated_file(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.effect_noise((64, 64), 50.0))
    path.write_bytes(path.read_bytes()[:1000])
    with Image.open(path) as opened:
        refused(opened, "PIL image", "damaged or incomplete")


@pytest.mark.parametrize("side", [10_000, 20_000])  # Pillow warns of the first and refuses the second
def test_decompression_bomb(tmp_path: Path, side: int) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    (tmp_path / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")))
    refused(tmp_path / "x.png", "x.png", "89,478,485")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_non_finite_array(value: float) -> None:
    array = np.zeros((4, 4, 3))
    array[1, 2, 0] = value
    refused(array, "NaN or infinity")


def test_non_finite_tiff(tmp_path: Path) -> None:
    refused(saved(tmp_path, Image.fromarray(np.full((2, 2), np.nan, np.float32)), "x.tif"), "x.tif", "NaN")


@pytest.mark.parametrize("shape", [(), (5,), (4, 4, 2), (4, 4, 5), (1, 4, 4, 3), (0, 4, 3), (4, 0, 3)])
def test_wrong_shape(shape: tuple[int, ...]) -> None:
    refused(np.zeros(shape, np.float32), "(H, W, 3)", str(shape))


def test_float_array_of_0_to_255() -> None:
    refused(RGB.astype(np.float32), "from 0 to 1", "255")


@pytest.mark.parametrize("dtype", [np.int64, np.uint32, np.complex128, object])
def test_wrong_dtype(dtype: type) -> None:
    refused(np.zeros((2, 2, 3), dtype), "uint8", np.dtype(dtype).name)


def test_wrong_type() -> None:
    refused(7, "int", "path")


@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_written_images_read_back(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x.{suffix}"
    write_image(RGB / 255.0, path)
    np.testing.assert_array_equal(read_image(path), read_image(RGB))


def test_written_alpha_is_straight(tmp_path: Path) -> None:
    write_image(np.array([[[0.2, 0.04, 0.0, 0.2], [0.0, 0.0, 0.0, 0.0]]]), tmp_path / "x.png")
    with Image.open(tmp_path / "x.png") as opened:
        np.testing.assert_array_equal(np.asarray(opened), [[[255, 51, 0, 51], [0, 0, 0, 0]]])


def test_written_values_are_rounded_and_clamped(tmp_path: Path) -> None:
    write_image(np.array([[[-0.5, 0.5, 1.5]]]), tmp_path / "x.png")
    with Image.open(tmp_path / "x.png") as opened:
        assert opened.getpixel((0, 0)) == (0, 128, 255)


@pytest.mark.parametrize("suffix", ["jpg", "jpeg", "JPG"])
def test_jpeg(tmp_path: Path, suffix: str) -> None:
    write_image(np.full((8, 8, 3), 0.5), tmp_path / f"x.{suffix}")
    np.testing.assert_allclose(read_image(tmp_path / f"x.{suffix}"), 0.5, atol=0.01)
    with pytest.raises(DataError, match="JPEG has no transparency"):
        write_image(np.full((8, 8, 4), 0.5), tmp_path / f"x.{suffix}")


@pytest.mark.parametrize("array", [np.zeros((2, 2)), np.zeros((0, 2, 3)), np.full((2, 2, 3), np.nan)])
def test_what_cannot_be_written(tmp_path: Path, array: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"x\.png"):
        write_image(array, tmp_path / "x.png")
    assert not list(tmp_path.iterdir())


def test_sides_too_long_for_the_format(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="WEBP has at most 16,383 pixels a side, not 17000"):
        write_image(np.zeros((1, 17_000, 3)), tmp_path / "x.webp")
    assert not list(tmp_path.iterdir())
