"""Colours of other spaces than sRGB, and what written files say of theirs.

What is right is computed here from the definitions: light, a matrix between the primaries, the curve of sRGB.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from sdfraster.errors import DataWarning
from sdfraster.io import read_image, write_image
from sdfraster.pictures.colors import BT709_CURVE, BT2020, DISPLAY_P3
from sdfraster.pictures.profile import BT709, D65, SRGB_CURVE, Primaries, grey_profile, rgb_profile, srgb_profile

ADOBE = Primaries(D65, (0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
P3 = rgb_profile(DISPLAY_P3, SRGB_CURVE)
GAMMA_45455 = struct.pack(">I", 45_455)
CHRM_P3 = struct.pack(">8I", 31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000)
CHRM_BT709 = struct.pack(">8I", 31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000)
LINEAR = struct.pack(">I", 100_000)


def encoded(light: np.ndarray) -> np.ndarray:
    """Return light from 0 to 1 as sRGB."""
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)


def decoded(values: np.ndarray, curve: tuple[float, ...]) -> np.ndarray:
    """Return values from 0 to 1 as light."""
    if len(curve) == 1:
        return values ** curve[0]
    g, a, b, c, d = curve
    return np.where(values >= d, (a * values + b) ** g, c * values)


def to_xyz(primaries: Primaries) -> np.ndarray:
    """Return the matrix from light to XYZ."""
    white, red, green, blue = (np.array([x, y, 1.0 - x - y]) / y for x, y in primaries)
    lights = np.stack([red, green, blue], axis=1)
    return lights * np.linalg.solve(lights, white)


def as_srgb(values: np.ndarray, primaries: Primaries, curve: tuple[float, ...]) -> np.ndarray:
    """Return values of a space with the white of sRGB as sRGB."""
    matrix = np.linalg.solve(to_xyz(BT709), to_xyz(primaries))
    return encoded(np.clip(decoded(values, curve) @ matrix.T, 0.0, 1.0))


def saved(image: Image.Image, form: str = "PNG", **options: Any) -> Image.Image:
    """Return an image as it comes out of a file."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return Image.open(io.BytesIO(buffer.getvalue()))


def with_chunks(image: Image.Image, **chunks: bytes) -> Image.Image:
    """Return an image as it comes out of a PNG with some chunks."""
    info = PngImagePlugin.PngInfo()
    for name, data in chunks.items():
        info.add(name.encode(), data)
    return saved(image, pnginfo=info)


def pixel(image: Image.Image) -> list[float]:
    """Return the first pixel as it is read, from 0 to 255."""
    return (255.0 * read_image(image, np.float64)[0, 0]).tolist()


PATCH = Image.new("RGB", (16, 16), (200, 60, 40))


@pytest.mark.parametrize("form", ["PNG", "TIFF", "WEBP"])
def test_a_patch_of_display_p3(form: str) -> None:
    lossless = {"lossless": True} if form == "WEBP" else {}
    assert pixel(saved(PATCH, form, icc_profile=P3, **lossless)) == [217.0, 42.0, 23.0]
    assert pixel(saved(PATCH, form, **lossless)) == [200.0, 60.0, 40.0]


def test_jpeg() -> None:
    plain, p3 = saved(PATCH, "JPEG", quality=95), saved(PATCH, "JPEG", quality=95, icc_profile=P3)
    wanted = as_srgb(np.asarray(plain)[0, 0] / 255.0, DISPLAY_P3, SRGB_CURVE)
    np.testing.assert_allclose(pixel(p3), 255.0 * wanted, atol=0.9)


@pytest.mark.parametrize(
    ("primaries", "curve"), [(DISPLAY_P3, SRGB_CURVE), (ADOBE, (563 / 256,)), (BT2020, BT709_CURVE), (BT709, (1.0,))]
)
def test_colours_are_within_a_level(primaries: Primaries, curve: tuple[float, ...], rng: np.random.Generator) -> None:
    colors = rng.integers(0, 256, (50, 40, 3), dtype=np.uint8)
    read = read_image(saved(Image.fromarray(colors), icc_profile=rgb_profile(primaries, curve)), np.float64)
    assert np.abs(read - as_srgb(colors / 255.0, primaries, curve)).max() < 0.95 / 255.0


def test_greys_stay_grey() -> None:
    greys = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    np.testing.assert_array_equal(read_image(saved(Image.fromarray(greys), icc_profile=P3)), read_image(greys))


def test_the_whole_picture_is_converted_alike(rng: np.random.Generator) -> None:
    """A picture of several strips."""
    colors = rng.integers(0, 256, (700, 500, 3), dtype=np.uint8)
    read = read_image(saved(Image.fromarray(colors), icc_profile=P3), np.float64)
    assert np.abs(read - as_srgb(colors / 255.0, DISPLAY_P3, SRGB_CURVE)).max() < 0.95 / 255.0


def test_alpha_stays() -> None:
    straight = np.array([[[200, 60, 40, 100], [200, 60, 40, 0], [200, 60, 40, 255]]], np.uint8)
    alpha = straight[..., 3:] / 255.0
    wanted = np.concatenate([np.array([217, 42, 23]) / 255.0 * alpha, alpha], axis=2)
    read = read_image(saved(Image.fromarray(straight), icc_profile=P3), np.float64)
    np.testing.assert_allclose(read, wanted, atol=1e-12)


def test_palette() -> None:
    assert pixel(saved(PATCH.quantize(4), icc_profile=P3)) == [217.0, 42.0, 23.0]
    clear = Image.new("P", (2, 1), 1)
    clear.putpalette([0, 0, 0, 200, 60, 40])
    clear.putpixel((1, 0), 0)
    read = read_image(saved(clear, icc_profile=P3, transparency=0))
    np.testing.assert_allclose(255.0 * read, [[[217, 42, 23, 255], [0, 0, 0, 0]]], atol=1e-4)


def test_orientation_and_profile() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    both = Image.new("RGB", (2, 1))
    both.putpixel((0, 0), (200, 60, 40))
    read = read_image(saved(both, icc_profile=P3, exif=exif))
    np.testing.assert_allclose(255.0 * read, [[[217, 42, 23]], [[0, 0, 0]]], atol=1e-4)


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
def test_grey_of_any_depth(gamma: float) -> None:
    profile = grey_profile((gamma,))
    values = np.linspace(0.0, 1.0, 4096).reshape(64, 64)
    for top, dtype in ((255, np.uint8), (65_535, np.uint16)):
        stored = np.rint(values * top).astype(dtype)
        wanted = encoded((stored / top) ** gamma)
        for form in ("PNG", "TIFF"):
            read = read_image(saved(Image.fromarray(stored), form, icc_profile=profile), np.float64)
            np.testing.assert_allclose(read, np.repeat(wanted[..., None], 3, axis=2), atol=2.0 / 65_535)
    read = read_image(saved(Image.fromarray(values.astype(np.float32)), "TIFF", icc_profile=profile), np.float64)
    np.testing.assert_allclose(read[..., 0], encoded(values**gamma), atol=4.0 / 65_535 if gamma > 1.0 else 2e-4)


def test_grey_with_alpha() -> None:
    read = pixel(saved(Image.new("LA", (2, 2), (100, 51)), icc_profile=grey_profile((1.8,))))
    np.testing.assert_allclose(read, [51.0 * encoded(np.array((100 / 255) ** 1.8))] * 3 + [51.0], atol=0.01)


def test_grey_with_a_profile_of_colours() -> None:
    read = pixel(saved(Image.new("L", (2, 2), 100), "TIFF", icc_profile=rgb_profile(DISPLAY_P3, (1.8,))))
    np.testing.assert_allclose(read, [255.0 * encoded(np.array((100 / 255) ** 1.8))] * 3, atol=0.9)


def in_lab(light: np.ndarray) -> bytes:
    """Return light of sRGB as Lab of 8 bits, by LittleCMS."""
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    color = np.rint(255.0 * encoded(light)).astype(np.uint8)
    return bytes(to_lab.apply(Image.fromarray(color[None, None])).getpixel((0, 0)))  # type: ignore[arg-type]


def cmyk_profile() -> bytes:
    """Return a profile of which the inks absorb a light each, and black all, by a table of Lab at the ends."""
    ends = np.stack(np.meshgrid(*[[0.0, 1.0]] * 4, indexing="ij"), axis=-1).reshape(-1, 4)
    table = b"".join(in_lab(light) for light in (1.0 - ends[:, :3]) * (1.0 - ends[:, 3:]))
    identity = struct.pack(">9i", *np.eye(3, dtype=int).ravel() * 65_536)
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + identity + 4 * bytes(range(256)) + table + 3 * bytes(range(256))
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63_190, 65_536, 54_061)
    tags = struct.pack(">I4sII4sII", 2, b"A2B0", 156, len(lut), b"wtpt", 156 + len(lut), len(white))
    size = 156 + len(lut) + len(white)
    header = struct.pack(">I4xI4s4s4s12x4s28x", size, 0x02100000, b"prtr", b"CMYK", b"Lab ", b"acsp")
    return header + white[8:] + bytes(48) + tags + lut + white


def test_cmyk() -> None:
    inks = [(0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (255, 255, 0, 0), (0, 0, 0, 255)]
    colors = [(255, 255, 255), (0, 255, 255), (255, 0, 255), (255, 255, 0), (0, 0, 255), (0, 0, 0)]
    picture = Image.new("CMYK", (6, 1))
    for k, ink in enumerate(inks):
        picture.putpixel((k, 0), ink)
    read = read_image(saved(picture, "TIFF", icc_profile=cmyk_profile()), np.float64)
    np.testing.assert_allclose(255.0 * read[0], colors, atol=6.0)  # the profile's Lab has 8 bits
    half = Image.new("CMYK", (1, 1), (0, 0, 0, 128))
    assert abs(pixel(saved(half, "TIFF", icc_profile=cmyk_profile()))[0] - pixel(half)[0]) > 5.0


def test_a_profile_of_srgb_changes_nothing(rng: np.random.Generator) -> None:
    colors = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
    pillows = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (srgb_profile(), pillows, rgb_profile(BT709, (2.4, 0.9479, 0.0521, 0.0774, 0.0405))):
        read = read_image(saved(Image.fromarray(colors), icc_profile=profile))
        np.testing.assert_array_equal(read, read_image(colors))
    grey = rng.integers(0, 65_536, (30, 40), dtype=np.uint16)
    read = read_image(saved(Image.fromarray(grey), icc_profile=grey_profile(SRGB_CURVE)))
    np.testing.assert_array_equal(read, read_image(grey))


@pytest.mark.parametrize(
    ("chunks", "wanted"),
    [
        ({"gAMA": GAMMA_45455}, [200, 60, 40]),
        ({"gAMA": GAMMA_45455, "cHRM": CHRM_BT709}, [200, 60, 40]),
        ({"gAMA": GAMMA_45455, "cHRM": CHRM_P3}, [217, 42, 23]),
        ({"gAMA": LINEAR, "cHRM": CHRM_P3, "sRGB": b"\0"}, [200, 60, 40]),
        ({"cICP": bytes([12, 13, 0, 1]), "gAMA": LINEAR, "sRGB": b"\0"}, [217, 42, 23]),
        ({"cICP": bytes([1, 13, 0, 1]), "gAMA": LINEAR}, [200, 60, 40]),
        ({"cICP": bytes([9, 16, 0, 1]), "gAMA": GAMMA_45455, "cHRM": CHRM_P3}, [217, 42, 23]),  # the next one counts
    ],
)
def test_chunks_of_png(chunks: dict[str, bytes], wanted: list[float]) -> None:
    np.testing.assert_allclose(pixel(with_chunks(PATCH, **chunks)), wanted)


def test_chunks_and_profile() -> None:
    info = PngImagePlugin.PngInfo()
    info.add(b"cICP", bytes([1, 13, 0, 1]))
    assert pixel(saved(PATCH, pnginfo=info, icc_profile=P3)) == [200.0, 60.0, 40.0]
    info = PngImagePlugin.PngInfo()
    info.add(b"gAMA", LINEAR)
    assert pixel(saved(PATCH, pnginfo=info, icc_profile=P3)) == [217.0, 42.0, 23.0]


def test_linear_png() -> None:
    wanted = 255.0 * encoded(np.array(55 / 255))
    np.testing.assert_allclose(
        pixel(with_chunks(Image.new("RGB", (2, 2), (55,) * 3), gAMA=LINEAR)), [wanted] * 3, atol=0.6
    )
    np.testing.assert_allclose(pixel(with_chunks(Image.new("L", (2, 2), 55), gAMA=LINEAR)), [wanted] * 3, atol=0.01)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (saved(PATCH, icc_profile=b"rubbish"), "damaged"),
        (saved(PATCH, icc_profile=P3[:200]), "damaged"),
        (saved(PATCH, icc_profile=bytes(4000)), "damaged"),
        (saved(PATCH, icc_profile=grey_profile((1.8,))), "for GRAY, not for its RGB"),
        (saved(PATCH.convert("CMYK"), "TIFF", icc_profile=P3), "for RGB, not for its CMYK"),
        (with_chunks(PATCH, cICP=bytes([9, 16, 0, 1])), "cICP 9-16-0-1"),
        (with_chunks(PATCH, cICP=bytes([12, 13, 0, 0])), "cICP 12-13-0-0"),
        (with_chunks(PATCH, cHRM=bytes(32)), "cHRM"),
        (with_chunks(PATCH, gAMA=bytes(4)), "gAMA"),
    ],
)
def test_what_cannot_be_used_is_one_warning(image: Image.Image, reason: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read = pixel(image)
    assert [warning.category for warning in caught] == [DataWarning]
    assert reason in str(caught[0].message)
    assert "taken as sRGB" in str(caught[0].message)
    np.testing.assert_allclose(read, [200.0, 60.0, 40.0])


def test_a_damaged_iccp_chunk_is_one_warning() -> None:
    buffer, chunk = io.BytesIO(), b"iCCPP3\0\0not compressed"
    PATCH.save(buffer, "PNG")
    data = buffer.getvalue()
    damaged = data[:33] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]
    image = Image.open(io.BytesIO(damaged))
    with pytest.warns(DataWarning, match="damaged"):
        assert pixel(image) == [200.0, 60.0, 40.0]


def test_written_files_say_srgb(tmp_path: Path, rng: np.random.Generator) -> None:
    picture = rng.random((8, 9, 3))
    for suffix in ("png", "jpg", "webp"):
        write_image(picture, tmp_path / f"x.{suffix}")
        write_image(picture, tmp_path / f"y.{suffix}")
        assert (tmp_path / f"x.{suffix}").read_bytes() == (tmp_path / f"y.{suffix}").read_bytes()
    with Image.open(tmp_path / "x.png") as image:
        assert image.info["srgb"] == 0
        assert "icc_profile" not in image.info
    for suffix in ("jpg", "webp"):
        with Image.open(tmp_path / f"x.{suffix}") as image:
            assert image.info["icc_profile"] == srgb_profile()


def test_the_profile_of_srgb_is_that_of_others() -> None:
    """LittleCMS makes the same of it as of its own sRGB, and it is small and without a date."""
    profile = srgb_profile()
    assert len(profile) < 600
    assert profile[24:36] == bytes(12)
    ours = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    theirs = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    lights = [
        [getattr(of.profile, f"{color}_colorant")[0] for color in ("red", "green", "blue")] for of in (ours, theirs)
    ]
    np.testing.assert_allclose(*lights, atol=2e-4)
    np.testing.assert_allclose(np.sum(lights[0], axis=0), [0.9642, 1.0, 0.8249], atol=5e-5)
