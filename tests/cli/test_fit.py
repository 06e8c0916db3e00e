"""`sdfraster fit`."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image
from sdfraster.cli import report

import sdfraster as sr
from sdfraster.io import read_image, write_image
from sdfraster.metrics import psnr

resvg_py = pytest.importorskip("resvg_py")

Run = Callable[..., Result]
QUICK = ("--count", 9, "--iterations", 30)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Return the path of a small photograph."""
    path = tmp_path / "image.png"
    with Image.open(Path(sr.__file__).parent.parent / "data" / "chelsea.png") as chelsea:
        chelsea.resize((45, 30)).save(path)
    return path


@pytest.mark.compiled
def test_writes_every_format(tmp_path: Path, image: Path, run: Run) -> None:
    paths = [tmp_path / name for name in ("x.svg", "x.png", "x.json")]
    result = run("fit", image, *(word for path in paths for word in ("-o", path)), *QUICK, "--id-prefix", "cat-")
    assert result.exit_code == 0, result.output
    assert "url(#cat-clip)" in paths[0].read_text()
    assert "9 circles" in result.stdout
    assert "PSNR" in result.stdout
    assert "SSIM" in result.stdout
    for path in paths:
        assert f"wrote {path}" in result.stdout
    scene = sr.load(paths[2])
    drawn = sr.render(scene, filter_radius=(5 / 12) ** 0.5)  # as SVG renderers do, because an .svg was asked for
    np.testing.assert_allclose(read_image(paths[1]), drawn.clip(0, 1), atol=0.51 / 255)


@pytest.mark.compiled
def test_json_summary_is_true(tmp_path: Path, image: Path, run: Run) -> None:
    path = tmp_path / "x.svg"
    result = run("fit", image, "-o", path, *QUICK, "--json", "--seed", 5)
    summary = json.loads(result.stdout)
    assert summary["kind"] == "circle"
    assert (summary["count"], summary["iterations"], summary["seed"]) == (9, 30, 5)
    assert summary["files"] == [str(path)]
    assert not summary["interrupted"]
    drawn = tmp_path / "drawn.png"
    drawn.write_bytes(bytes(resvg_py.svg_to_bytes(svg_path=str(path))))
    target = read_image(image)
    assert psnr(read_image(drawn), target) == pytest.approx(summary["svg_psnr"], abs=0.05)
    assert summary["psnr"] == pytest.approx(summary["svg_psnr"], abs=0.1)


@pytest.mark.compiled
def test_mean_and_svg_says_what_is_lost(tmp_path: Path, image: Path, run: Run) -> None:
    result = run("fit", image, "-o", tmp_path / "x.svg", *QUICK, "--composite", "mean")
    assert "a mean layer" in result.stdout
    assert "dB lost" in result.stdout


@pytest.mark.compiled
def test_what_is_only_about_so_is_said_so(tmp_path: Path, image: Path, run: Run) -> None:
    """Renderers draw the curves of strokes coarsely."""
    command = ("fit", image, "-o", tmp_path / "x.svg", "--count", 5, "--iterations", 10)
    assert "as SVG: PSNR about " in run(*command, "--kind", "stroke").stdout
    assert "as SVG: PSNR about " in run(*command, "--kind", "mesh", "--shade", "vertex").stdout
    assert re.search(r"as SVG: PSNR \d", run(*command).stdout)


def errors_of_halves(image: Path, drawn: Path) -> np.ndarray:
    """Return the mean squared error left and right of the middle."""
    error = ((read_image(drawn) - read_image(image)) ** 2).mean(axis=(0, 2))
    return np.array([half.mean() for half in np.array_split(error, 2)])


@pytest.mark.compiled
def test_weight_is_a_mask(tmp_path: Path, image: Path, run: Run, data_error: Callable[..., str]) -> None:
    mask, output = tmp_path / "mask.png", ("-o", tmp_path / "x.png", *QUICK)
    errors = []
    for left, right in ((255, 0), (0, 255)):
        half = np.repeat(np.uint8([left, right]), [23, 22])
        Image.fromarray(np.tile(half, (30, 1))).save(mask)
        assert run("fit", image, *output, "--weight", mask).exit_code == 0
        errors.append(errors_of_halves(image, tmp_path / "x.png"))
    assert (np.diag(errors) < 0.5 * np.diag(errors[::-1])[::-1]).all()  # where it counts, and where it does not
    Image.new("L", (30, 45), 128).save(mask)
    assert "mask.png: weight must have the shape of the picture" in data_error("fit", image, *output, "--weight", mask)
    Image.new("L", (45, 30), 0).save(mask)
    assert "somewhere above 0" in data_error("fit", image, *output, "--weight", mask)


@pytest.mark.compiled
def test_region_and_most_shapes(tmp_path: Path, image: Path, run: Run, data_error: Callable[..., str]) -> None:
    command = ("fit", image, "-o", tmp_path / "x.png", *QUICK, "--json")
    errors = []
    for region in ("0,0,22.5,30", "23,0,22,30"):
        summary = json.loads(run(*command, "--max-shapes", 7, "--region", region).stdout)
        assert summary["count"] == 7
        errors.append(errors_of_halves(image, tmp_path / "x.png"))
    assert (np.diag(errors) < 0.9 * np.diag(errors[::-1])[::-1]).all()
    result = run(*command, "--region", "5,5,10")
    assert result.exit_code == 2
    assert "not of the form X,Y,WIDTH,HEIGHT" in result.stderr
    assert "lies outside of the picture, which is 45 x 30" in data_error(*command, "--region", "99,0,5,5")


@pytest.mark.compiled
def test_scale_draws_again(tmp_path: Path, image: Path, run: Run) -> None:
    assert run("fit", image, "-o", tmp_path / "x.png", *QUICK, "--scale", 3).exit_code == 0
    with Image.open(tmp_path / "x.png") as drawn:
        assert drawn.size == (135, 90)


@pytest.mark.compiled
def test_palette_opaque_and_enough_decibels(tmp_path: Path, image: Path, run: Run) -> None:
    path = tmp_path / "x.svg"
    limits = ("--opaque", "--palette", "navy, #ff8000,#fff", "--target-psnr", 5, "--size", 30)
    summary = json.loads(run("fit", image, "-o", path, "--count", 40, *limits, "--json", "--iterations", 200).stdout)
    assert summary["count"] < 40
    assert summary["iterations"] < 200
    text = path.read_text()
    assert "opacity" not in text
    assert set(re.findall(r"#[0-9a-f]{6}", text)) <= {"#000080", "#ff8000", "#ffffff"}
    assert 'width="45" height="30"' in text
    run("fit", image, "-o", path, *QUICK, "--palette", "rgb(255, 0, 0),navy")
    assert set(re.findall(r"#[0-9a-f]{6}", path.read_text())) <= {"#ff0000", "#000080"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "x.bmp"], "unknown suffix"),
        ([], "Missing option"),
        (["-o", "x.png", "--count", "0"], "0 is not in the range"),
        (["-o", "x.png", "--count", "-3"], "-3 is not in the range"),
        (["-o", "x.png", "--kind", "hexagon"], "circle"),
        (["-o", "x.png", "--iterations", "-1"], "-1 is not in the range"),
        (["-o", "x.png", "--filter-radius", "0"], "0"),
        (["-o", "x.png", "--palette", "0"], "at least 1 colour"),
        (["-o", "x.png", "--palette", "red,redish"], "colours like '#ff8000' or (1, 0.5, 0), not 'redish'\n"),
        (["-o", "x.png", "--time-limit", "0"], "0"),
        (["-o", "x.png", "--loss", "love"], "mse"),
        (["-o", "x.png", "--regularize", "opacity"], "NAME=WEIGHT"),
        (["-o", "x.png", "--regularize", "beauty=1"], "regularizers must be among opacity"),
        (
            ["-o", "x.png", "--regularize", "size=1", "--regularize", "size=2"],
            "--regularize size is given more than once",
        ),
        (["-o", "x.png", "--background", "reddish"], "'reddish' is no colour"),
        (["-o", "x.png", "--fixed", "mask=first"], "'mask=first' is not of the form mask=K,K,..."),
        (["-o", "x.png", "--fixed", "r=abc"], "r=abc: 'abc' is no number"),
        (["-o", "x.png", "--fixed", "color=3x"], "'3x' is no colour"),
        (["-o", "{foo}.png"], "{foo}.png: there is no {foo}; what stands for a picture is {stem}, {name}, {parent}"),
        (["-o", "x.png", "--fixed", "mask=0"], "fixed mask needs a scene as init"),
        (["-o", "x.png", "--shade", "vertex"], "shade is for meshes"),
        (["-o", "x.svg", "--id-prefix", "a b"], "id_prefix must be a letter and then"),
        (
            ["-o", "x.png", "--id-prefix", "a"],
            "--id-prefix is for .animated.svg and .svg and .svgz files, and none is written",
        ),
        (
            ["-o", "x.png", "--init", "middle"],
            "'middle' is not one of 'auto', 'random', 'grid', 'error', 'contour', nor a file, SCENE.json, DRAW",
        ),
        (["-o", "x.geometrize.json", "--kind", "path"], "x.geometrize.json: Geometrize knows only the kinds circle"),
        (["-o", "x.geometrize.json", "--kind", "mesh"], "no mesh layers; write .svg or .json"),
        (["-o", "x.geometrize.json", "--color", "radial"], "only shapes of one colour, no radial colours"),
        (["-o", "x.geometrize.json", "--background", "linear"], "only shapes of one colour, no linear colours"),
        (["-o", "x.geometrize.json", "--kind", "rectangle"], "no rectangles with round corners"),
        (["-o", "x.png", "--init", "contour"], "init 'contour' is for the kinds path and polygon, not circle"),
    ],
)
def test_usage_errors(image: Path, run: Run, arguments: list[str], message: str) -> None:
    result = run("fit", image, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_bad_images(tmp_path: Path, data_error: Callable[..., str]) -> None:
    output = ("-o", tmp_path / "x.png")
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "cut.png").write_bytes((Path(sr.__file__).parent.parent / "data" / "chelsea.png").read_bytes()[:9000])
    assert "no.png: there is no such file" in data_error("fit", tmp_path / "no.png", *output)
    assert "empty.png: the file is empty" in data_error("fit", tmp_path / "empty.png", *output)
    assert "text.png: not an image" in data_error("fit", tmp_path / "text.png", *output)
    assert "cut.png: the image is damaged" in data_error("fit", tmp_path / "cut.png", *output)
    assert "there is no such sample; there are chelsea" in data_error("fit", "sample:dog", *output)
    assert not (tmp_path / "x.png").exists()


def test_output_folder_is_checked_before_the_fit(tmp_path: Path, image: Path, data_error: Callable[..., str]) -> None:
    assert "missing" in data_error("fit", image, "-o", tmp_path / "missing" / "x.png", "--iterations", 10**9)


@pytest.mark.compiled
def test_pictures_that_no_file_can_hold_are_refused_before_the_fit(
    tmp_path: Path, image: Path, run: Run, data_error: Callable[..., str]
) -> None:
    endless = ("--iterations", 10**9)
    huge = ("-o", tmp_path / "x.svg", "-o", tmp_path / "x.png", "--scale", 1000)
    assert "larger than the limit" in data_error("fit", image, *huge, *endless)
    wide = ("-o", tmp_path / "x.webp", "--animate", "none", "--scale", 400)
    assert "WEBP has at most 16,383 pixels a side, not 18000" in data_error("fit", image, *wide, *endless)
    clear = tmp_path / "clear.png"
    Image.fromarray(np.full((20, 30, 4), 90, np.uint8)).save(clear)
    assert "JPEG has no transparency" in data_error("fit", clear, "-o", tmp_path / "x.jpg", *endless)
    assert run("fit", clear, "-o", tmp_path / "x.jpg", "--background", "#000", *QUICK).exit_code == 0
    assert np.abs(read_image(tmp_path / "x.jpg") - (90 / 255) ** 2).max() < 0.05


def test_the_picture_itself_is_not_overwritten(image: Path, run: Run) -> None:
    before = image.read_bytes()
    result = run("fit", image, "-o", image)
    assert result.exit_code == 2
    assert "is the picture itself" in result.stderr
    assert image.read_bytes() == before


@pytest.mark.compiled
def test_one_file_that_fails_does_not_cost_the_others(
    tmp_path: Path, image: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sdfraster.io as files

    save = files.save

    def full(scene: sr.Scene, path: Path, *rest: object, **options: object) -> None:
        if path.suffix == ".png":
            raise sr.DataError(f"{path}: cannot be written (No space left on device)")
        save(scene, path, *rest, **options)

    monkeypatch.setattr(files, "save", full)
    result = run("fit", image, "-o", tmp_path / "x.png", "-o", tmp_path / "x.json", *QUICK)
    assert result.exit_code == 1
    assert "No space left" in result.stderr
    assert (tmp_path / "x.json").exists()


@pytest.mark.compiled
def test_a_perfect_fit_is_valid_json(tmp_path: Path, run: Run) -> None:
    black, output = tmp_path / "black.png", ("-o", tmp_path / "x.svg")
    Image.new("RGB", (20, 16)).save(black)
    text = run("fit", black, *output, *QUICK, "--json").stdout
    assert "Infinity" not in text
    assert json.loads(text)["psnr"] is None
    assert "PSNR infinite" in run("fit", black, *output, *QUICK).stdout


@pytest.mark.compiled
def test_a_target_that_is_missed_is_told(tmp_path: Path, image: Path, run: Run) -> None:
    wanted = ("-o", tmp_path / "x.png", "--count", 9, "--iterations", 30, "--target-psnr", 60)
    assert "target of 60 dB was not reached" in run("fit", image, *wanted).stdout
    assert not json.loads(run("fit", image, *wanted, "--json").stdout)["target_reached"]


SAYING_WHEN = """
import sys
from sdfraster.cli import bar
from sdfraster.cli.main import main

follow = bar.Bar.__call__

def say(self, progress):
    follow(self, progress)
    if progress.iteration == 20:
        print("step 20", file=sys.stderr, flush=True)

bar.Bar.__call__ = say
main()
"""


@pytest.mark.compiled
@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_writes_the_best_so_far(tmp_path: Path, image: Path, number: int) -> None:
    path = tmp_path / "x.json"
    command = [sys.executable, "-c", SAYING_WHEN, "fit", str(image), "-o", str(path), "--json"]
    process = subprocess.Popen(
        [*command, "--count", "9", "--iterations", "100000000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert [process.stderr.readline() for _ in range(2)] == ["fitting\n", "step 20\n"]
    process.send_signal(number)
    try:
        stdout, stderr = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 128 + number, stderr
    assert "Traceback" not in stderr
    summary = json.loads(stdout)
    assert summary["interrupted"]
    assert summary["iterations"] >= 20
    assert len(sr.load(path).layers[0]) == 9


@pytest.mark.compiled
def test_mesh(tmp_path: Path, image: Path, run: Run) -> None:
    paths = [tmp_path / name for name in ("x.svg", "x.json", "x.obj", "x.ply")]
    arguments = (
        "--kind",
        "mesh",
        "--count",
        21,
        "--iterations",
        20,
        *(word for path in paths for word in ("-o", path)),
    )
    result = run("fit", image, *arguments)
    assert result.exit_code == 0, result.output
    assert "mesh of 21 triangles" in result.stdout
    assert "smallest angle" in result.stdout
    assert "0 turned over" in result.stdout
    assert len(sr.load(paths[1]).layers[0]) == 21
    summary = json.loads(run("fit", image, *arguments, "--json", "--shade", "vertex").stdout)
    assert (summary["kind"], summary["shade"], summary["composite"]) == ("mesh", "vertex", "mean")
    assert summary["inverted"] == 0
    assert summary["min_angle"] > 5.0
    assert sum(number for _, number in summary["area_histogram"]) == 21
    drawn = tmp_path / "drawn.png"
    drawn.write_bytes(bytes(resvg_py.svg_to_bytes(svg_path=str(paths[0]))))
    assert psnr(read_image(drawn), read_image(image)) == pytest.approx(summary["svg_psnr"], abs=0.3)


@pytest.mark.compiled
def test_mesh_of_a_transparent_picture(tmp_path: Path, run: Run) -> None:
    Image.new("RGBA", (20, 16), (255, 0, 0, 128)).save(tmp_path / "half.png")
    arguments = ("--kind", "mesh", "--count", 4, "--iterations", 5, "-o", tmp_path / "x.svg", "--json")
    summary = json.loads(run("fit", tmp_path / "half.png", *arguments).stdout)
    assert summary["svg_psnr"] > 40.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "x.png", "--kind", "mesh", "--count", "1"], "count of a mesh must be at least 2"),
        (["-o", "x.png", "--kind", "mesh", "--loss", "mae"], "loss of a mesh must be mse"),
        (["-o", "x.png", "--shade", "phong"], "flat"),
        (["-o", "x.obj"], "choose --kind mesh"),
    ],
)
def test_usage_errors_of_meshes(image: Path, run: Run, arguments: list[str], message: str) -> None:
    result = run("fit", image, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.fixture
def clear(tmp_path: Path) -> Path:
    """Return a picture that is transparent in part."""
    picture = np.zeros((24, 30, 4), np.uint8)
    picture[6:18, 6:20] = (255, 128, 0, 255)
    Image.fromarray(picture).save(tmp_path / "clear.png")
    return tmp_path / "clear.png"


@pytest.mark.compiled
@pytest.mark.parametrize("color", ["#ffffff00", "#abc0", "transparent"])
def test_a_background_of_no_alpha_keeps_a_picture_transparent(
    tmp_path: Path, clear: Path, run: Run, color: str
) -> None:
    few = ("--count", 3, "--iterations", 20)
    assert run("fit", clear, "-o", tmp_path / "a.json", *few, "--background", color).exit_code == 0
    assert run("fit", clear, "-o", tmp_path / "b.json", *few).exit_code == 0
    assert sr.load(tmp_path / "a.json").background is None
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_what_alpha_cannot_be_is_refused(
    tmp_path: Path, clear: Path, image: Path, run: Run, data_error: Callable[..., str]
) -> None:
    output = ("-o", tmp_path / "x.svg", "--iterations", 10**9)
    half = run("fit", clear, *output, "--background", "#ff000080")
    assert half.exit_code == 2
    assert "'#ff000080' has an alpha of 0.502" in half.stderr
    mesh = run("fit", clear, *output, "--background", "#0000", "--kind", "mesh")
    assert mesh.exit_code == 2
    assert "mesh" in mesh.stderr
    assert "is opaque" in data_error("fit", image, *output, "--background", "#0000")
    palette = run("fit", clear, *output, "--palette", "navy,#ff000080")
    assert palette.exit_code == 2
    assert "'#ff000080' has an alpha of 0.502" in palette.stderr
    assert not (tmp_path / "x.svg").exists()


@pytest.mark.compiled
def test_opaque_alpha_is_no_alpha(tmp_path: Path, clear: Path, run: Run) -> None:
    colors = ("--background", "#ffffffff", "--palette", "#ff8000ff,#fff")
    assert run("fit", clear, "-o", tmp_path / "x.json", "--count", 2, "--iterations", 9, *colors).exit_code == 0
    np.testing.assert_array_equal(sr.load(tmp_path / "x.json").background, [1.0, 1.0, 1.0])


@pytest.mark.filterwarnings("default::sdfraster.DataWarning")
def test_a_damaged_profile_is_one_line(tmp_path: Path, run: Run) -> None:
    Image.new("RGB", (20, 20), "red").save(tmp_path / "x.png", icc_profile=b"rubbish")
    result = run("fit", tmp_path / "x.png", "-o", tmp_path / "x.json", "--count", 1, "--iterations", 1, "--json")
    assert result.exit_code == 0
    lines = [line for line in result.stderr.splitlines() if "warning" in line]
    assert len(lines) == 1
    assert lines[0].startswith("sdfraster: warning: ")
    assert "x.png: its colour profile is damaged" in lines[0]
    twice = run("compare", tmp_path / "x.png", "sample:chelsea")
    assert twice.stderr.count("warning") == 1


@pytest.mark.compiled
def test_a_fit_goes_on_from_a_scene(tmp_path: Path, image: Path, run: Run, data_error: Callable[..., str]) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert run("fit", image, "-o", first, "--count", 3, "--kind", "ellipse", "--iterations", 0).exit_code == 0
    assert run("fit", image, "-o", second, "--init", first, "--iterations", 0).exit_code == 0
    assert second.read_text() == first.read_text()
    refused = run("fit", image, "-o", second, "--init", first, "--kind", "circle")
    assert refused.exit_code == 2
    assert "kind circle contradicts init, a scene whose kind is ellipse" in refused.stderr
    assert "first.json is the scene itself" in run("fit", image, "-o", first, "--init", first).stderr
    assert "no.json: there is no such file" in data_error("fit", image, "-o", second, "--init", tmp_path / "no.json")
    other = tmp_path / "other.json"
    sr.save(sr.Scene(5, 4, sr.Layer("circle", [[1, 2, 3]], [[1, 0, 0]])), other)
    assert "init must be a scene of the size of the picture" in data_error("fit", image, "-o", second, "--init", other)


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("more", "told"), [((), True), (("--json",), False), (("--kind", "mesh"), False), (("--fixed", "opacity=1"), False)]
)
def test_flat_art_is_for_trace(tmp_path: Path, run: Run, more: tuple[str, ...], told: bool) -> None:
    y, x = np.mgrid[:160, :160]
    inside = np.clip(60.0 - np.hypot(x - 80.0, y - 75.0), 0.0, 1.0)[..., None]
    write_image(1.0 - inside * (0.2, 0.8, 0.9), tmp_path / "logo.png")
    result = run("fit", tmp_path / "logo.png", "-o", tmp_path / "x.svg", "--count", 2, "--iterations", 1, *more)
    assert result.exit_code == 0, result.output
    assert result.stderr.count("`sdfraster trace` would serve it better") == int(told)
    assert "hint" not in result.stdout


@pytest.mark.parametrize(
    ("psnr", "svg_psnr", "said"),
    [
        (None, None, "PSNR infinite, nothing lost"),
        (128.36, 73.11, "PSNR 73.11 dB, less than one step of 8 bits off"),
        (None, 34.33, "PSNR 34.33 dB, for renderers round to 8 bits after every shape"),
        (31.0, 30.5, "PSNR 30.50 dB, 0.50 dB lost"),
    ],
)
def test_what_is_lost_as_svg(psnr: float | None, svg_psnr: float | None, said: str) -> None:
    summary = {"kind": "circle", "count": 8, "composite": "over", "color": "constant", "ssim": 1.0, "iterations": 5}
    summary |= {"psnr": psnr, "svg_psnr": svg_psnr, "seconds": 1.0, "interrupted": False, "files": []}
    assert report.text(summary).splitlines()[1] == f"as SVG: {said}"
