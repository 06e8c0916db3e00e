"""PSNR, MAE and SSIM against values worked out independently."""

from __future__ import annotations

from math import exp, inf, isclose

import numpy as np
import pytest

from sdfraster.errors import DataError
from sdfraster.metrics import mae, psnr, ssim


def naive_ssim(a: np.ndarray, b: np.ndarray, size: int) -> float:
    """Return SSIM by the equations of the paper, window by window, with moments about the local mean."""
    r = size // 2
    weight = np.array([[exp(-(i * i + j * j) / (2 * 1.5**2)) for i in range(-r, r + 1)] for j in range(-r, r + 1)])
    weight /= weight.sum()
    values = []
    for c in range(a.shape[2]):
        for y in range(a.shape[0] - size + 1):
            for x in range(a.shape[1] - size + 1):
                p, q = a[y : y + size, x : x + size, c], b[y : y + size, x : x + size, c]
                mp, mq = (weight * p).sum(), (weight * q).sum()
                vp, vq = (weight * (p - mp) ** 2).sum(), (weight * (q - mq) ** 2).sum()
                cov = (weight * (p - mp) * (q - mq)).sum()
                values.append(
                    (2 * mp * mq + 0.0001) * (2 * cov + 0.0009) / ((mp**2 + mq**2 + 0.0001) * (vp + vq + 0.0009))
                )
    return float(np.mean(values))


@pytest.mark.parametrize(
    ("shape", "size"), [((17, 14, 3), 11), ((11, 11, 1), 11), ((10, 30, 3), 9), ((1, 1, 3), 1), ((75, 12, 1), 11)]
)
def test_ssim_equals_the_naive_loop(rng: np.random.Generator, shape: tuple[int, ...], size: int) -> None:
    a = rng.random(shape)
    b = np.clip(a + 0.2 * rng.normal(size=shape), 0.0, 1.0)
    assert isclose(ssim(a, b), naive_ssim(a, b, size), rel_tol=1e-10)


def test_ssim_of_constant_images_is_the_luminance_term() -> None:
    a, b = np.full((12, 12, 3), 0.25), np.full((12, 12, 3), 0.5)
    assert isclose(ssim(a, b), (2 * 0.25 * 0.5 + 1e-4) / (0.25**2 + 0.5**2 + 1e-4), rel_tol=1e-9)


def test_equal_images(rng: np.random.Generator) -> None:
    a = rng.random((13, 20, 3))
    assert psnr(a, a) == inf
    assert mae(a, a) == 0.0
    assert isclose(ssim(a, a), 1.0)


def test_psnr_and_mae_by_hand() -> None:
    a = np.zeros((2, 2, 1))
    b = a.copy()
    b[0, 0] = 0.2  # mse 0.01
    assert isclose(psnr(a, b), 20.0)
    assert isclose(mae(a, b), 0.05)


def test_high_images(rng: np.random.Generator) -> None:
    a, b = rng.random((2, 70, 5, 3))
    assert isclose(psnr(a, b), -10.0 * np.log10(((a - b) ** 2).mean()))
    assert isclose(mae(a, b), np.abs(a - b).mean())


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, bool])
def test_integers_are_scaled_and_do_not_wrap_around(dtype: type) -> None:
    a, b = np.zeros((3, 3, 3), dtype), np.ones((3, 3, 3), dtype)
    if dtype is not bool:
        b *= np.iinfo(dtype).max
    assert mae(a, b) == 1.0
    assert psnr(a, b) == 0.0


@pytest.mark.parametrize("metric", [psnr, mae, ssim])
def test_different_shapes_are_refused(metric) -> None:
    with pytest.raises(DataError, match=r"same shape.*\(3, 4, 3\) and \(4, 3, 3\)"):
        metric(np.zeros((3, 4, 3)), np.zeros((4, 3, 3)))
