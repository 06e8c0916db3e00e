"""Colour rules: values, change of frame, adjoints against differences."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.model.shading import MIN_FRAME, SHADINGS, Shading
from tests.gradcheck import check_gradient

LINEAR, GRADIENT = SHADINGS["linear"], SHADINGS["gradient"]
ADDING = {name: rule for name, rule in SHADINGS.items() if rule.rebase is not None}
RULES = {**SHADINGS, **{name: SHADINGS[name] for name in ("gradient 3", "gradient 8", "radial 3", "radial 8")}}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
adding_rule = pytest.mark.parametrize("rule", ADDING.values(), ids=ADDING)


def test_what_groups_are_painted_with() -> None:
    assert set(ADDING) == {"constant", "linear"}


def test_linear_color_is_slopes_and_offset_per_channel() -> None:
    assert LINEAR.shade((1.0, 2.0, 3.0, 0.0, 0.0, 5.0, -1.0, 0.0, 0.0), 10.0, 100.0) == (213.0, 5.0, -10.0)


def test_gradient_runs_from_one_color_to_the_other_and_stays() -> None:
    color = (1.0, 0.0, 0.5, 0.0, 1.0, 0.5, 0.25, 0.0, 0.5)  # from u = -2 to u = 2
    found = [GRADIENT.shade(color, u, 7.0) for u in (-9.0, -2.0, -1.0, 0.0, 2.0, 9.0)]
    np.testing.assert_allclose([c[1] for c in found], [0.0, 0.0, 0.25, 0.5, 1.0, 1.0])
    np.testing.assert_allclose([c[0] + c[1] for c in found], 1.0)
    assert {c[2] for c in found} == {0.5}
    assert GRADIENT.shade_adjoint(color, 9.0, 7.0, (1.0, 2.0, 4.0))[6:] == (0.0, 0.0, 0.0)


@every_rule
def test_shade_adjoint_matches_differences(rule: Shading, rng: np.random.Generator) -> None:
    color, g, (u, v) = rng.normal(size=rule.values), rng.normal(size=3), rng.normal(size=2)
    check_gradient(
        lambda c: g @ rule.shade(tuple(c), u, v), color, rule.shade_adjoint(tuple(color), u, v, tuple(g)), rng
    )


@adding_rule
def test_rebase_is_the_same_color_in_another_frame(rule: Shading, rng: np.random.Generator) -> None:
    color, (u, v, unit, x, y) = tuple(rng.normal(size=rule.values)), rng.normal(size=5)
    moved = rule.rebase(color, u, v, unit)
    np.testing.assert_allclose(rule.shade(moved, x, y), rule.shade(color, u + unit * x, v + unit * y), atol=1e-12)


@adding_rule
def test_rebase_adjoint_matches_differences(rule: Shading, rng: np.random.Generator) -> None:
    color, g, (u, v, unit) = rng.normal(size=rule.values), rng.normal(size=rule.values), rng.normal(size=3)
    check_gradient(
        lambda c: g @ rule.rebase(tuple(c), u, v, unit), color, rule.rebase_adjoint(u, v, unit, tuple(g)), rng
    )


@every_rule
def test_mirrored_values_are_those_that_change_along_u(rule: Shading, rng: np.random.Generator) -> None:
    color, (u, v) = rng.normal(size=rule.values), rng.normal(size=2)
    image = color.copy()
    image[list(rule.mirrored)] *= -1.0
    np.testing.assert_allclose(rule.shade(tuple(image), -u, v), rule.shade(tuple(color), u, v), atol=1e-12)


@every_rule
def test_a_fit_starts_from_plain_colors(rule: Shading, rng: np.random.Generator) -> None:
    colors = rng.uniform(0.0, 1.0, (4, 3))
    values = rule.start(colors, rng)
    assert values.shape == (4, *rule.shape)
    for color, plain in zip(values.reshape(4, rule.values).tolist(), colors, strict=True):
        np.testing.assert_allclose(rule.shade(tuple(color), 0.3, -0.8), plain, atol=1e-12)


@every_rule
def test_what_is_drawn_is_linear_in_all_values_but_the_bent_ones(rule: Shading, rng: np.random.Generator) -> None:
    a, b, (u, v) = rng.normal(size=rule.values), rng.normal(size=rule.values), rng.normal(size=2)
    b[list(rule.bent)] = a[list(rule.bent)]
    between = [rule.shade(tuple(color), u, v) for color in (a, b, 0.25 * a + 0.75 * b)]
    np.testing.assert_allclose(between[2], 0.25 * np.array(between[0]) + 0.75 * np.array(between[1]), atol=1e-12)


@every_rule
def test_frame_adjoint_matches_differences(rule: Shading, rng: np.random.Generator) -> None:
    """Given the gradient by the colour values alone, the frame's follows."""
    color, g, x, y = tuple(rng.normal(size=rule.values)), rng.normal(size=3), 7.0, -2.0
    frame = np.array([3.0, 4.0, 2.5])

    def shaded(f: np.ndarray) -> float:
        unit = max(f[2], MIN_FRAME)
        return float(g @ rule.shade(color, (x - f[0]) / unit, (y - f[1]) / unit))

    g_color = rule.shade_adjoint(color, (x - frame[0]) / frame[2], (y - frame[1]) / frame[2], tuple(g))
    check_gradient(shaded, frame, rule.frame_adjoint(color, g_color, 1.0 / frame[2]), rng)
    assert rule.frame_adjoint(color, g_color, 1.0 / MIN_FRAME)[2] == 0.0  # clamped: the unit does not move


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.revive is not None])
def test_gradients_of_which_one_colour_is_seen_are_laid_on_their_shapes_again(
    name: str, rng: np.random.Generator
) -> None:
    rule = RULES[name]
    color = rng.uniform(0.0, 1.0, (3, rule.values))
    g = np.zeros_like(color)
    g[0, 3:6], g[1, :6] = 1.0, 1.0
    revived = color.copy().reshape(3, *rule.shape)
    assert rule.revive is not None
    rule.revive(revived, g.reshape(revived.shape))
    changed = revived.reshape(3, -1)
    np.testing.assert_array_equal(changed[1:], color[1:])
    np.testing.assert_array_equal(changed[0, list(rule.tones)], np.tile(color[0, 3:6], len(rule.tones) // 3))
    places = [(u, v) for u in (-0.9, 0.0, 0.9) for v in (-0.9, 0.0, 0.9)]
    g_tones = sum(np.array(rule.shade_adjoint(tuple(changed[0]), u, v, (1.0, 1.0, 1.0))) for u, v in places)
    assert (g_tones[list(rule.tones[::3])] > 0.0).sum() > 1


def test_names_of_rules() -> None:
    assert {"gradient 3", "radial 8"}.isdisjoint(SHADINGS)
    for name in ("linear 3", "radial 2", "radial 9", "radial x", "radial 03", "cubic"):
        with pytest.raises(KeyError, match=name):
            SHADINGS[name]
