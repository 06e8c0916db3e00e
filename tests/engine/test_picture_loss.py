"""Losses of whole pictures: against other implementations, differences, and what they must do at the margins."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

import sdfraster as sr
from sdfraster.engine.losses.picture import LOSS_NAMES, PictureLoss, parse_loss
from sdfraster.engine.tiles import TILE, pack, unpack
from sdfraster.metrics import ssim
from sdfraster.pictures.arrays import premultiplied
from sdfraster.vector import Layout
from tests.gradcheck import check_gradient
from tests.scenes import COMBINATIONS, flat, layer

MIXTURE = "mse + 0.25*ssim + 0.5*gradient"


def compare(
    loss: str, image: np.ndarray, target: np.ndarray, weight: np.ndarray | None = None, delta: float = 0.1
) -> tuple[float, np.ndarray]:
    """Return the loss of a picture and the gradient by it, even if the loss is one that is normally fused."""
    height, width, channels = image.shape
    objective = PictureLoss(loss, delta, weight, (width, height), channels, image.dtype)
    value, g_canvas = objective(pack(image), pack(target))
    return value, unpack(g_canvas, width, height)


def pair(rng: np.random.Generator, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two pictures that are somewhat alike."""
    image = rng.random(shape)
    return image, np.clip(image + 0.2 * rng.normal(size=shape), 0.0, 1.0)


@pytest.mark.compiled
@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 9, 3), (17, 23, 4), (47, 45, 3)], ids=str)
@pytest.mark.parametrize("loss", [*LOSS_NAMES, MIXTURE])
def test_gradient_matches_differences(loss: str, shape: tuple[int, ...], rng: np.random.Generator) -> None:
    image, target = pair(rng, *shape)
    for weight in (None, rng.uniform(0.0, 3.0, shape[:2]) * (rng.random(shape[:2]) < 0.7) + 1e-3):
        _, g = compare(loss, image, target, weight)

        def along(v: np.ndarray) -> np.ndarray:
            return v * (np.abs(image - target) > 1e-3) if loss == "mae" else v  # not across the kink

        check_gradient(
            lambda x, w=weight: compare(loss, x, target, w)[0], image, g, rng, along=along, tolerance=1e-6, least=1e-3
        )


@pytest.mark.parametrize("width", [1, TILE, TILE + 1, 2 * TILE, 5 * TILE - 3])
@pytest.mark.parametrize("height", [1, TILE, TILE + 1, 3 * TILE + 2])
def test_pixels_that_count_alike_share_tiles(width: int, height: int) -> None:
    objective = PictureLoss("mse", 0.1, None, (width, height), 3, np.dtype(np.float32))
    every = np.full((height, width, 1), np.float32(1.0 / (3 * width * height)))
    np.testing.assert_array_equal(objective.pixel_weight, pack(every)[:, 0])
    assert len(objective.weights.tiles) <= 4


@pytest.mark.compiled
def test_ssim_is_that_of_the_metrics(rng: np.random.Generator) -> None:
    for shape in ((40, 31, 3), (9, 20, 4), (1, 1, 3)):
        image, target = (premultiplied(picture) for picture in pair(rng, *shape))
        assert compare("ssim", image, target)[0] == pytest.approx(1.0 - ssim(image, target), rel=1e-10)


@pytest.mark.compiled
def test_ms_ssim_of_two_scales_by_the_paper(rng: np.random.Generator) -> None:
    pictures = pair(rng, 30, 32, 3)

    def factors(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        def blur(image: np.ndarray) -> np.ndarray:
            return gaussian_filter(image, (1.5, 1.5, 0.0), radius=(5, 5, 0))[5:-5, 5:-5]

        mx, my = blur(x), blur(y)
        luminance = (2 * mx * my + 1e-4) / (mx**2 + my**2 + 1e-4)
        variance = blur(x * x) - mx**2 + blur(y * y) - my**2
        return luminance, (2 * (blur(x * y) - mx * my) + 9e-4) / (variance + 9e-4)

    halves = [picture.reshape(15, 2, 16, 2, 3).mean(axis=(1, 3)) for picture in pictures]
    luminance, structure = factors(*halves)
    first = 0.0448 / (0.0448 + 0.2856)
    expected = factors(*pictures)[1].mean() ** first * (luminance * structure).mean() ** (1.0 - first)
    assert compare("ms_ssim", *pictures)[0] == pytest.approx(1.0 - expected, rel=1e-10)


def test_differences_by_hand() -> None:
    target = np.zeros((2, 2, 1))
    image = np.array([[[0.1], [0.4]], [[0.1], [0.0]]])
    d = np.array([0.3, -0.1, 0.0, -0.4])  # to the right and below
    assert compare("gradient", image, target)[0] == pytest.approx((d**2).sum() / 4)
    expected = (np.sqrt(d**2 + 0.04) - 0.2).sum() / 4
    assert compare("gradient_charbonnier", image, target, delta=0.2)[0] == pytest.approx(expected)
    weight = np.array([[1.0, 2.0], [0.0, 1.0]])
    assert compare("gradient", image, target, weight)[0] == pytest.approx((0.3**2 + 0.4**2) / 4)


@pytest.mark.compiled
@pytest.mark.parametrize("loss", LOSS_NAMES)
def test_equal_pictures_have_no_loss_and_a_finite_gradient(loss: str, rng: np.random.Generator) -> None:
    for image in (rng.random((30, 31, 3)), np.zeros((30, 31, 4)), np.ones((1, 2, 3))):
        value, g = compare(loss, image, image)
        assert value == pytest.approx(0.0, abs=1e-9)
        np.testing.assert_allclose(g, 0.0, atol=1e-9)


@pytest.mark.compiled
@pytest.mark.parametrize("loss", LOSS_NAMES)
def test_only_the_proportions_of_weights_count_and_zero_hides(loss: str, rng: np.random.Generator) -> None:
    image, target = pair(rng, 30, 45, 3)
    value, g = compare(loss, image, target)
    again, g_again = compare(loss, image, target, np.full((30, 45), 7.0))
    assert again == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(g_again, g, rtol=1e-9, atol=1e-15)
    weight = np.ones((30, 45))
    weight[:, 20:] = 0.0
    worse = image.copy()
    worse[:, 32:] = rng.random((30, 13, 3))  # farther from the rest than half a window
    if loss != "ms_ssim":  # whose windows reach farther at every scale
        assert compare(loss, worse, target, weight)[0] == pytest.approx(compare(loss, image, target, weight)[0])
    assert compare(loss, worse, target)[0] > value


@pytest.mark.compiled
def test_opposite_pictures_have_a_finite_multi_scale_gradient(rng: np.random.Generator) -> None:
    """Their similarity is negative, which has no real root."""
    image = rng.random((50, 50, 3))
    value, g = compare("ms_ssim", image, 1.0 - image)
    assert value > 1.0
    check_gradient(lambda x: compare("ms_ssim", x, 1.0 - image)[0], image, g, rng, tolerance=1e-6, least=0.0)


@pytest.mark.compiled
def test_any_number_of_threads_gives_the_same_bits(rng: np.random.Generator) -> None:
    image, target = (picture.astype(np.float32) for picture in pair(rng, 50, 61, 3))
    threads = numba.get_num_threads()
    results = []
    for count in {1, threads}:
        numba.set_num_threads(count)
        value, g = compare("ms_ssim + mse + gradient_charbonnier", image, target)
        results.append((value, g.tobytes()))
    numba.set_num_threads(threads)
    assert len(set(results)) == 1


@pytest.mark.parametrize("loss", ["", "psnr", "mse+", "-1*mse", "0*mse", "nan*mse", "2*3*mse", "mse ssim", "2mse"])
def test_what_is_no_loss_is_refused(loss: str) -> None:
    with pytest.raises(ValueError, match=r"loss must be one of mse, .*, or a sum of them like 'mse \+ 0.2\*ssim', not"):
        parse_loss(loss)


def test_spaces_and_factors_are_free() -> None:
    assert parse_loss(" mse+ 2 * ms_ssim ") == [(1.0, "mse"), (2.0, "ms_ssim")]


@pytest.mark.compiled
@pytest.mark.parametrize("background", [(0.2, 0.7, 0.4), None])
@pytest.mark.parametrize("loss", ["mse + 0.2*ssim", "0.5*mse"])
def test_gradient_of_a_weighted_scene_matches_differences(
    loss: str, background: tuple[float, ...] | None, rng: np.random.Generator
) -> None:
    combination = COMBINATIONS[0]
    scene = sr.Scene(41, 35, [layer(rng, combination, 41, 35, opacities=(0.5, 0.9)) for _ in range(2)], background)
    target = premultiplied(rng.random((35, 41, 3 if background else 4)))
    weight = rng.random((35, 41))
    layout = Layout(scene)
    x = layout.vector(scene)
    value, gradient = sr.value_and_grad(scene, target, loss, weight=weight)
    error = ((sr.render(scene) - target) ** 2 * weight[..., None]).sum() / weight.sum() / target.shape[2]
    assert value > error if "ssim" in loss else value == pytest.approx(0.5 * error, rel=1e-12)

    def compared(x: np.ndarray) -> float:
        return sr.value_and_grad(layout.scene(x), target, loss, weight=weight)[0]

    check_gradient(compared, x, flat(gradient), rng, step=1e-6, tolerance=1e-6, least=0.0)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.ones((4, 3)), r"weight must have the shape of the picture, \(3, 4\), not \(4, 3\)"),
        (np.zeros((3, 4)), "somewhere above 0"),
        (np.full((3, 4), -1.0), "nowhere below 0"),
        (np.full((3, 4), np.inf), "finite"),
    ],
)
def test_bad_weights(weight: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sr.value_and_grad(sr.Scene(4, 3), np.zeros((3, 4, 3)), weight=weight)
