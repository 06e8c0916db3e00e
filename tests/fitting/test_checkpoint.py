"""A fit that is ended, however and whenever, goes on from its checkpoint to the same bits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting import checkpoint as module
from sdfraster.fitting import keeper
from sdfraster.fitting.checkpoint import as_bytes, read_checkpoint
from sdfraster.fitting.pyramid import shrink
from sdfraster.io import read_image

from .pictures import SIDE, picture

LONG = pytest.mark.skipif("SDFRASTER_LONG" not in os.environ, reason="minutes; SDFRASTER_LONG=1 runs it")
CAT = shrink(read_image("sample:chelsea"), 6.0)
SMALL = {"count": 9, "iterations": 40}
BRIEF = {"count": 3, "iterations": 6}  # for what has nothing to do with how a fit goes on
GUESS = sr.Scene(SIDE, SIDE, sr.Layer("circle", [[10, 13, 6], [22, 20, 5]], [[1, 0, 0], [0, 0, 1]]), (0.2, 0.6, 0.3))
MASK = np.linspace(0.2, 1.0, SIDE * SIDE).reshape(SIDE, SIDE)

FITS: dict[str, dict[str, Any]] = {
    "circles": {"count": 9, "iterations": 130},
    "averaged": {**SMALL, "composite": "mean"},
    "AMSGrad": {**SMALL, "optimizer": "amsgrad"},
    "of a palette, opaque": {**SMALL, "palette": 3, "opaque": True},
    "symmetric": {**SMALL, "count": 8, "symmetric": True},
    "regularised": {**SMALL, "regularizers": {"opacity": 0.01, "size": 0.01, "overlap": 0.01}},
    "weighted": {**SMALL, "weight": MASK, "region": (2, 3, 10, 9)},
    "of a loss": {**SMALL, "loss": "mse + 0.2*ssim"},
    "of a size": {**SMALL, "size": 20},
    "on a slope": {**SMALL, "background": "linear"},
    "on a scene": {"init": GUESS, "count": 6, "iterations": 40},
    "on a picture": {**SMALL, "background": 0.5 * picture()},
    "held": {**SMALL, "fixed": {"opacity": 1.0, "background": (0.2, 0.6, 0.3)}},
    "polished": {**SMALL, "polish": 25},
    "L-BFGS": {"count": 6, "iterations": 50, "optimizer": "lbfgs", "polish": 9},
    "from a scene": {"init": GUESS, "iterations": 20, "fixed": {"r": None}},
    "Levenberg and Marquardt": {"init": GUESS, "iterations": 12, "optimizer": "lm"},
    "Levenberg and Marquardt from anywhere": {"count": 4, "iterations": 12, "optimizer": "lm"},
    "contours": {"kind": "polygon", "count": 5, "init": "contour", "iterations": 20},
    "for a PSNR out of reach": {"count": 12, "iterations": 20, "target_psnr": 60.0},
    "for a PSNR": {"count": 64, "iterations": 150, "target_psnr": 27.0},
    "mesh": {"kind": "mesh", "count": 30, "iterations": 60},
    "mesh of vertices, of a size": {"kind": "mesh", "count": 30, "iterations": 60, "shade": "vertex", "size": 28},
    "mesh of a palette": {"kind": "mesh", "count": 20, "iterations": 40, "palette": 3},
    "mesh for a PSNR": {"kind": "mesh", "count": 90, "iterations": 40, "target_psnr": 24.0},
    "mesh for a PSNR out of reach": {"kind": "mesh", "count": 30, "iterations": 20, "target_psnr": 60.0},
}


class EndedError(Exception):
    """What ends a fit in these tests."""


def ended(file: Path, step: int, target: np.ndarray, **options: Any) -> None:
    """Begin a fit that is ended after a step."""

    def end(progress: sr.FitProgress) -> None:
        if progress.iteration == step:
            raise EndedError

    with pytest.raises(EndedError):
        sr.fit(target, callback=end, checkpoint=file, **options)


def check_same(a: sr.FitResult, b: sr.FitResult) -> None:
    """Fail unless two fits found the same in the same way."""
    for array, other in zip((*a.scene.values, a.image), (*b.scene.values, b.image), strict=True):
        np.testing.assert_array_equal(array, other)
    np.testing.assert_array_equal(a.history[:, [0, 2, 3]], b.history[:, [0, 2, 3]])
    assert a.psnr == b.psnr


def check_goes_on(file: Path, step: int, whole: sr.FitResult, target: np.ndarray, **options: Any) -> None:
    """Fail unless a fit that is ended after a step goes on with the next one, to the same end."""
    ended(file, step, target, **options)
    seen: list[int] = []
    resumed = sr.fit(target, resume=file, callback=lambda progress: seen.append(progress.iteration))
    check_same(resumed, whole)
    assert seen == list(range(step + 1, len(whole.history) + 1))


@pytest.mark.compiled
@pytest.mark.parametrize("name", FITS)
def test_every_sort_of_fit_goes_on_to_the_same_bits(tmp_path: Path, name: str) -> None:
    whole = sr.fit(picture(), **FITS[name])
    last = len(whole.history)
    steps = {last, *np.random.default_rng(len(name)).integers(1, last, 2).tolist()}
    for step in steps:
        check_goes_on(tmp_path / "fit.ckpt", step, whole, picture(), **FITS[name])


@pytest.mark.compiled
@pytest.mark.parametrize("kind", sr.kinds())
def test_every_kind_goes_on_to_the_same_bits(tmp_path: Path, kind: str) -> None:
    options: dict[str, Any] = {"kind": kind, "count": 8, "iterations": 50}
    whole = sr.fit(CAT, **options)
    for step in (21, 34, 44):  # with additional shapes, without, and after the last ones
        check_goes_on(tmp_path / "fit.ckpt", step, whole, CAT, **options)


@LONG
@pytest.mark.slow
@pytest.mark.parametrize("name", FITS)
def test_a_fit_can_be_ended_after_every_step(tmp_path: Path, name: str) -> None:
    whole = sr.fit(picture(), **FITS[name])
    for step in range(1, len(whole.history) + 1):
        check_goes_on(tmp_path / "fit.ckpt", step, whole, picture(), **FITS[name])


@pytest.mark.compiled
@pytest.mark.parametrize("name", ["circles", "polished", "L-BFGS", "for a PSNR", "for a PSNR out of reach", "mesh"])
def test_a_fit_that_is_over_has_nothing_left_to_do(tmp_path: Path, name: str) -> None:
    whole = sr.fit(picture(), checkpoint=tmp_path / "fit.ckpt", **FITS[name])
    check_same(whole, sr.fit(picture(), **FITS[name]))

    def never(progress: sr.FitProgress) -> None:
        raise AssertionError(progress)

    check_same(sr.fit(picture(), resume=tmp_path / "fit.ckpt", callback=never), whole)


@pytest.mark.compiled
def test_a_fit_that_goes_on_can_be_ended_again(tmp_path: Path) -> None:
    options = FITS["circles"]
    file = tmp_path / "fit.ckpt"
    ended(file, 30, picture(), **options)
    for step in (31, 77, 100):
        ended(file, step, picture(), resume=file)
    check_same(sr.fit(picture(), resume=file, checkpoint=file), sr.fit(picture(), **options))


@pytest.mark.compiled
@pytest.mark.parametrize("end", [lambda progress: progress.iteration == 50, KeyboardInterrupt], ids=["True", "Ctrl-C"])
def test_a_fit_that_was_ended_early_goes_on(tmp_path: Path, end: Any) -> None:
    def callback(progress: sr.FitProgress) -> Any:
        if end is KeyboardInterrupt and progress.iteration == 50:
            raise KeyboardInterrupt
        return end is not KeyboardInterrupt and end(progress)

    file = tmp_path / "fit.ckpt"
    early = sr.fit(picture(), callback=callback, checkpoint=file, **FITS["circles"])
    assert len(early.history) == 50
    assert early.interrupted == (end is KeyboardInterrupt)
    check_same(sr.fit(picture(), resume=file), sr.fit(picture(), **FITS["circles"]))


@pytest.mark.compiled
def test_moments_that_were_recorded_are_there_afterwards(tmp_path: Path) -> None:
    options = {**FITS["polished"], "record": 12}
    whole = sr.fit(picture(), **options)
    ended(tmp_path / "fit.ckpt", 30, picture(), **options)
    resumed = sr.fit(picture(), resume=tmp_path / "fit.ckpt")
    assert [frame.iteration for frame in resumed.frames] == [frame.iteration for frame in whole.frames]
    for frame, other in zip(resumed.frames, whole.frames, strict=True):
        assert (frame.loss, frame.psnr) == (other.loss, other.psnr)
        for array, same in zip(frame.scene.values, other.scene.values, strict=True):
            np.testing.assert_array_equal(array, same)


@pytest.mark.compiled
def test_time_goes_on_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "fit.ckpt"
    ended(file, 20, picture(), **SMALL)
    before = read_checkpoint(file).parts["progress"]["seconds"]
    result = sr.fit(picture(), resume=file)
    assert (np.diff(result.history[:, 1]) > 0.0).all()
    assert result.history[19, 1] <= before < result.history[20, 1]


@pytest.mark.compiled
@pytest.mark.parametrize(
    "options", [{**SMALL, "polish": 10}, {"count": 6, "iterations": 0, "polish": 10}, {"init": GUESS, "polish": 10}]
)
def test_more_polish_is_that_of_an_uninterrupted_fit(tmp_path: Path, options: dict[str, Any]) -> None:
    options = {"iterations": 10, **options}
    sr.fit(picture(), checkpoint=tmp_path / "fit.ckpt", **options)
    longer = sr.fit(picture(), **{**options, "polish": 25})
    assert len(longer.history) > options["iterations"] + 10
    check_same(sr.fit(picture(), resume=tmp_path / "fit.ckpt", polish=25), longer)


MORE: dict[str, dict[str, Any]] = {
    "circles": {"count": 6, "iterations": 60},
    "symmetric": {"count": 6, "iterations": 60, "symmetric": True},
    "polished": {"count": 6, "iterations": 60, "polish": 5},
    "mesh": {"kind": "mesh", "count": 16, "iterations": 60},
}


@pytest.mark.compiled
@pytest.mark.parametrize("step", [25, 58, None], ids=["early", "late", "over"])
@pytest.mark.parametrize("name", MORE)
def test_more_shapes_are_added_and_settle(tmp_path: Path, name: str, step: int | None) -> None:
    file, options = tmp_path / "fit.ckpt", MORE[name]
    count, polish = 3 * options["count"], options.get("polish", 0)
    before = sr.fit(CAT, **options)
    if step is None:
        sr.fit(CAT, checkpoint=file, **options)
    else:
        ended(file, step, CAT, **options)
    seen: list[sr.FitProgress] = []
    result = sr.fit(CAT, resume=file, count=count, callback=seen.append)
    assert len(result.scene.layers[0]) == count == result.options.count
    assert result.psnr > before.psnr
    first = (60 + polish if step is None else step) + 1
    assert [progress.iteration for progress in seen] == list(range(first, len(result.history) + 1))
    assert len(seen) >= 30 + polish
    assert {progress.iterations for progress in seen} == {len(result.history)}


@pytest.mark.compiled
@pytest.mark.parametrize("step", [25, 58, None], ids=["early", "late", "over"])
@pytest.mark.parametrize("name", MORE)
def test_more_steps_are_taken(tmp_path: Path, name: str, step: int | None) -> None:
    file, options = tmp_path / "fit.ckpt", MORE[name]
    if step is None:
        sr.fit(CAT, checkpoint=file, **options)
    else:
        ended(file, step, CAT, **options)
    result = sr.fit(CAT, resume=file, iterations=200)
    polish = options.get("polish", 0)
    assert len(result.history) == 200 + polish + (polish if step is None else 0)
    assert result.psnr > sr.fit(CAT, **options).psnr - 0.2
    assert len(result.scene.layers[0]) == options["count"]


@pytest.mark.compiled
@pytest.mark.parametrize("optimizer", ["lbfgs", "lm"])
def test_a_search_from_a_scene_takes_more_steps(tmp_path: Path, optimizer: str) -> None:
    """The part with the wide filter is over; the other one goes on as it would have."""
    options: dict[str, Any] = {"init": GUESS, "optimizer": optimizer, "fixed": {"r": None}}
    short = sr.fit(picture(), iterations=4, checkpoint=tmp_path / "fit.ckpt", **options)
    longer = sr.fit(picture(), iterations=12, resume=tmp_path / "fit.ckpt")
    assert len(longer.history) > len(short.history)
    np.testing.assert_array_equal(longer.history[: len(short.history), 0], short.history[:, 0])
    if optimizer == "lm":
        check_same(longer, sr.fit(picture(), iterations=12, **options))


@pytest.mark.compiled
def test_more_shapes_than_a_psnr_could_be_reached_with(tmp_path: Path) -> None:
    file = tmp_path / "fit.ckpt"
    few = sr.fit(CAT, count=4, iterations=60, target_psnr=21.0, checkpoint=file)
    assert few.psnr < 21.0
    assert sr.fit(CAT, resume=file, count=80).psnr >= 21.0


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return what a checkpoint holds of a fit that has not gone far."""
    path = tmp_path_factory.mktemp("begun") / "fit.ckpt"
    ended(path, 3, picture(), **BRIEF)
    return path.read_bytes()


@pytest.fixture
def file(tmp_path: Path, begun: bytes) -> Path:
    """Return a checkpoint of a fit that has not gone far."""
    path = tmp_path / "fit.ckpt"
    path.write_bytes(begun)
    return path


@pytest.mark.compiled
def test_options_need_not_be_repeated_but_can_be(file: Path) -> None:
    whole = sr.fit(picture(), **BRIEF)
    again = sr.FitOptions(**BRIEF, for_svg=True, record=3)
    for said in ({}, BRIEF, {"options": again}, {"count": 3, "time_limit": 600.0, "device": "auto"}):
        result = sr.fit(picture(), resume=file, **said)
        check_same(result, whole)
        assert (result.options.count, result.options.steps, result.options.radius) == (3, 6, 1.0)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"kind": "ellipse"}, "kind is 'circle' in .*fit.ckpt, not 'ellipse'; leave it out, or begin another fit"),
        ({"kind": "mesh", "shade": "vertex"}, "kind is 'circle' in .*, not 'mesh'; leave .*"),
        ({"loss": "mae"}, "loss is 'mse' in .*fit.ckpt, not 'mae'; leave .*"),
        ({"seed": 1}, "seed is 0 in .*fit.ckpt, not 1; leave .*"),
        ({"size": 20}, "size is None in .*fit.ckpt, not 20; leave .*"),
        ({"options": sr.FitOptions(rate=2.0)}, r"rate is 1.0 in .*fit.ckpt, not 2.0; leave .*"),
        ({"palette": ["navy", "#fff"]}, "palette is None in .*fit.ckpt, not another one; leave .*"),
        ({"weight": MASK}, "weight is None in .*fit.ckpt, not another one; leave .*"),
        ({"init": GUESS, "count": 9}, "init is 'random' in .*fit.ckpt, not another one; leave .*"),
        ({"filter_radius": 0.5}, "filter_radius is 1.0 in .*fit.ckpt, not 0.5; leave .*"),
        ({"count": 2}, "count is 3 in .*fit.ckpt and can only grow, not become 2"),
        ({"iterations": 5}, "iterations is 6 in .*fit.ckpt and can only grow, not become 5"),
    ],
)
def test_other_options_are_refused_in_a_line_with_both_values(file: Path, said: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        sr.fit(picture(), resume=file, **said)


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("options", "said", "message"),
    [
        ({"init": GUESS}, {"count": 3}, "count is 2 in .*, whose fit adds no shapes; it cannot become 3"),
        ({"count": 4, "optimizer": "lbfgs"}, {"count": 5}, "count is 4 in .*, whose fit adds no shapes; .*"),
        ({"init": GUESS}, {"init": GUESS.replace(background=(0, 0, 0))}, "init is another one in .*, not another .*"),
        ({"weight": MASK}, {"weight": MASK**2}, "weight is another one in .*, not another one; leave .*"),
        ({"region": (1, 2, 8, 8)}, {"region": (1, 2, 8, 9)}, "region is another one in .*, not another one; .*"),
        ({"regularizers": {"size": 0.1}}, {"regularizers": {"size": 0.2}}, "regularizers is another one in .*"),
        ({"background": "linear"}, {"background": (1, 1, 1)}, "background is 'linear' in .*, not another one; .*"),
    ],
)
def test_other_values_that_are_no_numbers_are_refused(
    tmp_path: Path, options: dict[str, Any], said: dict[str, Any], message: str
) -> None:
    ended(tmp_path / "fit.ckpt", 1, picture(), **{"iterations": 3, **options})
    sr.fit(picture(), resume=tmp_path / "fit.ckpt", **options)
    with pytest.raises(ValueError, match=f"^{message}"):
        sr.fit(picture(), resume=tmp_path / "fit.ckpt", **said)


def test_another_picture_is_refused(file: Path) -> None:
    other = picture()
    other[3, 4, 1] += 1e-6
    for target in (other, CAT, picture()[:, :, :1]):
        with pytest.raises(sr.DataError, match=r"^.*fit.ckpt: is of another picture; a fit goes on with the one that"):
            sr.fit(target, resume=file)


def test_another_version_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value, said in (("PACKAGE", "7.8.9", "format 1., and this is 7.8.9"), ("VERSION", 2, "format 2")):
        with monkeypatch.context() as change:
            change.setattr(module, name, value)
            with pytest.raises(sr.DataError, match=f"^.*fit.ckpt: .*{said}.*; go on with"):
                sr.fit(picture(), resume=file)


def test_files_that_are_none_or_damaged_are_refused(file: Path, tmp_path: Path) -> None:
    whole, bad = file.read_bytes(), tmp_path / "bad.ckpt"
    cases = {b"": "is no checkpoint of a fit", b"\x89PNG\r\n\x1a\n": "is no checkpoint of a fit"}
    cases |= {whole[:size]: "is damaged; begin another fit" for size in (len(whole) - 1, len(whole) // 2, 120)}
    cases |= {whole + b" ": "is damaged"}
    for data, message in cases.items():
        bad.write_bytes(data)
        with pytest.raises(sr.DataError, match=f"^.*bad.ckpt: {message}"):
            sr.fit(picture(), resume=bad)
    with pytest.raises(sr.DataError, match=r"^.*: cannot be read \(No such file or directory\)$"):
        sr.fit(picture(), resume=tmp_path / "missing.ckpt")
    with pytest.raises(sr.DataError, match=r"^.*: cannot be read \(Is a directory\)$"):
        sr.fit(picture(), resume=tmp_path)
    with pytest.raises(ValueError, match=r"^path must be a path"):
        sr.fit(picture(), resume=7)  # type: ignore[arg-type]


def test_any_changed_byte_is_noticed(file: Path, tmp_path: Path, rng: np.random.Generator) -> None:
    whole, bad = file.read_bytes(), tmp_path / "bad.ckpt"
    for place in (*range(0, 120, 3), *rng.integers(0, len(whole), 60).tolist()):
        data = bytearray(whole)
        data[place] ^= 1 << int(rng.integers(8))
        bad.write_bytes(data)
        with pytest.raises(sr.DataError, match=r"^.*bad.ckpt: "):
            read_checkpoint(bad)


def test_a_kind_that_is_not_known_here_is_a_line(file: Path) -> None:
    checkpoint = read_checkpoint(file)
    object.__setattr__(checkpoint.options, "kind", "heptagon")
    file.write_bytes(as_bytes(checkpoint))
    with pytest.raises(sr.DataError, match=r"^.*fit.ckpt: cannot be used here \(kind must be one of"):
        read_checkpoint(file)


def test_places_where_no_checkpoint_can_be(file: Path, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"a picture")
    for place, message in {
        tmp_path / "photo.png": "photo.png: is there, and is no checkpoint; choose another name",
        tmp_path: "it is a folder",
        tmp_path / "no" / "fit.ckpt": "the folder .*no does not exist",
    }.items():
        with pytest.raises(sr.DataError, match=message):
            sr.fit(picture(), checkpoint=place, **BRIEF)
    assert (tmp_path / "photo.png").read_bytes() == b"a picture"
    (tmp_path / "empty").touch()
    sr.fit(picture(), checkpoint=tmp_path / "empty", resume=file)
    assert read_checkpoint(tmp_path / "empty").options.count == 3


def test_the_first_call_of_one_that_is_repeated_begins(tmp_path: Path) -> None:
    file = tmp_path / "fit.ckpt"
    first = sr.fit(picture(), checkpoint=file, resume=file, **BRIEF)
    check_same(sr.fit(picture(), checkpoint=str(file), resume=file, **BRIEF), first)


def test_a_checkpoint_that_cannot_be_written_ends_no_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sr.DataError("fit.ckpt: cannot be written (No space left on device)")

    monkeypatch.setattr(keeper, "write_atomic", full)
    with pytest.warns(sr.DataWarning, match=r"^fit.ckpt: .* \(No space left on device\); the fit goes on without$"):
        result = sr.fit(picture(), checkpoint=tmp_path / "fit.ckpt", **BRIEF)
    check_same(result, sr.fit(picture(), **BRIEF))


def test_checkpoints_come_every_ten_seconds_and_large_ones_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    now, takes, written = [0.0], [0.0], []

    def write(*_: object) -> None:
        written.append(now[0])
        now[0] += takes[0]

    monkeypatch.setattr(keeper, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(keeper, "write_atomic", write)
    monkeypatch.setattr(keeper, "as_bytes", lambda checkpoint: b"")
    monkeypatch.setattr(keeper, "check_kept", lambda place: None)
    keeping = keeper.Keeper("fit.ckpt")
    keeping.start = module.Checkpoint(sr.FitOptions(), "", {})
    for _ in range(120):
        keeping.now_and_then()
        now[0] += 0.5
    assert written == [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    takes[0] = 0.5
    for _ in range(200):
        keeping.now_and_then()
        now[0] += 0.5
    assert np.diff(written[6:]).tolist() == [50.5]


@pytest.mark.compiled
def test_every_checkpoint_is_whole_at_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is written after each; the folder never has anything else when a step is over."""
    monkeypatch.setattr(keeper, "EVERY", 0.0)
    monkeypatch.setattr(keeper, "SHARE", 1e9)
    steps: list[int] = []

    def look(progress: sr.FitProgress) -> None:
        if progress.iteration > 1:
            assert os.listdir(tmp_path) == ["fit.ckpt"]
            steps.append(len(read_checkpoint(tmp_path / "fit.ckpt").parts["progress"]["history"]))

    sr.fit(picture(), callback=look, checkpoint=tmp_path / "fit.ckpt", **FITS["polished"])
    assert steps == list(range(1, len(steps) + 1))


FIT_OF_A_PROCESS = f"""
import sys
sys.path.insert(0, {os.fspath(Path(__file__).parents[2])!r})
import numpy as np
import sdfraster as sr
from sdfraster.fitting import keeper
from tests.fitting.test_checkpoint import CAT, KILLED
keeper.EVERY, keeper.SHARE = 0.0, 1e9
print("begins", flush=True)
sr.save(sr.fit(CAT, checkpoint="fit.ckpt", resume="fit.ckpt", **KILLED).scene, "fit.json")
"""
KILLED: dict[str, Any] = {"count": 20, "iterations": 300, "polish": 30}


def check_killed(folder: Path, seeds: range) -> None:
    """Kill a fit that writes checkpoints all the time, again and again, and fail unless it ends as if nobody had."""
    file, result = folder / "fit.ckpt", folder / "fit.json"
    whole = sr.fit(CAT, **KILLED)
    kills = 0
    for seed in seeds:
        process = subprocess.Popen(
            [sys.executable, "-c", FIT_OF_A_PROCESS], cwd=folder, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(np.random.default_rng(seed).uniform(0.0, 3.0))
        process.kill()
        kills += process.wait() == -signal.SIGKILL
        process.stdout.close()
        if result.exists():
            check_scene(sr.load(result), whole.scene)
            result.unlink()
            file.unlink()
        if file.exists():
            read_checkpoint(file)
    assert kills > 0
    check_same(sr.fit(CAT, checkpoint=file, resume=file, **KILLED), whole)


def check_scene(scene: sr.Scene, other: sr.Scene) -> None:
    for array, same in zip(scene.values, other.values, strict=True):
        np.testing.assert_array_equal(array, same)


@pytest.mark.compiled
@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_process_that_is_killed_leaves_a_whole_checkpoint(tmp_path: Path) -> None:
    check_killed(tmp_path, range(3))


@LONG
@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_process_that_is_killed_50_times_leaves_whole_checkpoints(tmp_path: Path) -> None:
    check_killed(tmp_path, range(50))
