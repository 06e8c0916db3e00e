"""Pictures to compare with are prepared once, and found again by their values."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import sdfraster as sr
from sdfraster.engine.tiles import pack
from sdfraster.prepared import targets
from sdfraster.prepared.targets import Targets

SCENE = sr.Scene(40, 35)


def test_the_same_values_are_prepared_once(rng: np.random.Generator) -> None:
    kept, picture = Targets(), rng.random((35, 40, 3), dtype=np.float32)
    tiles = kept.tiles(picture, SCENE)
    np.testing.assert_array_equal(tiles, pack(picture))
    assert kept.tiles(picture.copy(), SCENE) is tiles
    assert kept.tiles(picture[::-1], SCENE) is not tiles
    assert kept.tiles(picture, SCENE) is tiles


def test_a_picture_that_was_changed_is_another_one(rng: np.random.Generator) -> None:
    kept, picture = Targets(), rng.random((35, 40, 3), dtype=np.float32)
    before = kept.tiles(picture, SCENE).copy()
    picture[34, 39, 2] = 0.0
    np.testing.assert_array_equal(kept.tiles(picture, SCENE), pack(picture))
    assert not np.array_equal(before, pack(picture))
    picture[0, 0, 0] = np.nan
    with pytest.raises(sr.DataError, match="target must be finite"):
        kept.tiles(picture, SCENE)


def test_what_a_picture_becomes_depends_on_the_scene(rng: np.random.Generator) -> None:
    kept, picture = Targets(), rng.random((35, 40, 3), dtype=np.float32)
    wide = sr.Scene(40, 35, (), np.zeros(3))
    transparent = sr.Scene(40, 35, (), None)
    assert [kept.tiles(picture, scene).dtype for scene in (SCENE, wide)] == [np.float32, np.float64]
    assert kept.tiles(picture, transparent).shape[1] == 4
    levels = (255 * picture).astype(np.uint8)
    np.testing.assert_array_equal(kept.tiles(Image.fromarray(levels), SCENE), kept.tiles(levels, SCENE))


def test_what_is_kept_is_bounded(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, pictures = Targets(), rng.random((4, 35, 40, 3), dtype=np.float32)
    first = kept.tiles(pictures[0], SCENE)
    monkeypatch.setattr(targets, "MOST_BYTES", int(2.5 * (pictures[0].nbytes + first.nbytes)))
    tiles = [kept.tiles(picture, SCENE) for picture in pictures]
    assert [kept.tiles(picture, SCENE) is old for picture, old in zip(pictures[2:], tiles[2:], strict=True)] == [
        True
    ] * 2
    assert kept.tiles(pictures[0], SCENE) is not tiles[0]
    monkeypatch.setattr(targets, "MOST_BYTES", 100)
    assert kept.tiles(pictures[1], SCENE) is not kept.tiles(pictures[1], SCENE)
