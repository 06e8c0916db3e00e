"""Standard input and output, formats, and no output over an input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image
from sdfraster.cli import overlap
from sdfraster.cli.main import main

import sdfraster as sr

Run = Callable[..., Result]
QUICK = ("--count", 4, "--iterations", 3)
SCENE = sr.Scene(12, 8, sr.Layer("circle", [[6, 4, 3]], [[1, 0.5, 0]], 0.5), (0, 0, 1))


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Return the path of a small picture; beside it are a mask and a scene."""
    picture = Image.new("RGB", (20, 16), (200, 60, 40))
    picture.paste((20, 90, 200), (4, 4, 12, 12))
    picture.save(tmp_path / "image.png")
    Image.new("L", (20, 16), 255).save(tmp_path / "mask.png")
    sr.save(SCENE, tmp_path / "scene.json")
    return tmp_path / "image.png"


def piped(data: bytes, *arguments: object) -> Result:
    """Return what a command does with standard input."""
    return CliRunner().invoke(main, [str(item) for item in arguments], input=data)


@pytest.mark.compiled
@pytest.mark.parametrize("format", ["svg", "png", "json"])
def test_a_pipe_from_end_to_end(tmp_path: Path, image: Path, run: Run, format: str) -> None:
    quick = [*QUICK, "--title", ""] if format == "svg" else QUICK  # which otherwise says the name of the picture
    assert run("fit", image, "-o", tmp_path / f"x.{format}", *quick).exit_code == 0
    result = piped(image.read_bytes(), "fit", "-", "-o", "-", "--format", format, "--json", *quick)
    assert result.exit_code == 0, result.stderr
    assert result.stdout_bytes == (tmp_path / f"x.{format}").read_bytes()
    summary = json.loads(result.stderr.splitlines()[-1])
    assert summary["files"] == ["-"]


@pytest.mark.compiled
def test_render_and_compare_read_standard_input(tmp_path: Path, image: Path, run: Run) -> None:
    run("render", tmp_path / "scene.json", "-o", tmp_path / "x.svg")
    result = piped((tmp_path / "scene.json").read_bytes(), "render", "-", "-o", "-", "--format", "svg")
    assert (result.exit_code, result.stderr) == (0, "wrote -\n")
    assert result.stdout == (tmp_path / "x.svg").read_text()
    for pair in ((image, "-"), ("-", image)):
        assert "PSNR inf dB" in piped(image.read_bytes(), "compare", *pair).stdout


def test_a_mask_comes_from_standard_input(tmp_path: Path, image: Path) -> None:
    command = ("fit", image, "--weight", "-", "-o", tmp_path / "y.svg", *QUICK)
    mask = piped((tmp_path / "mask.png").read_bytes(), *command)
    assert mask.exit_code == 0, mask.stderr
    Image.new("L", (20, 16), 0).save(tmp_path / "mask.png")
    nothing = piped((tmp_path / "mask.png").read_bytes(), *command)
    assert nothing.exit_code == 1
    assert "somewhere above 0" in nothing.stderr


@pytest.mark.compiled
def test_other_files_beside_standard_output(tmp_path: Path, image: Path, run: Run) -> None:
    result = run("fit", image, "-o", "-", "-o", tmp_path / "x.svg", "--format", "json", *QUICK)
    assert json.loads(result.stdout)["format"] == "sdfraster-scene"
    assert (tmp_path / "x.svg").read_text().startswith("<svg")
    assert f"wrote {tmp_path / 'x.svg'}" in result.stderr


def test_bad_standard_input(image: Path) -> None:
    for data, message in ((b"", "is empty"), (b"no picture", "not an image file")):
        result = piped(data, "fit", "-", "-o", "-", "--format", "svg")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("sdfraster: error: standard input: ")
        assert message in result.stderr
    assert "standard input: not a JSON file" in piped(b"{", "render", "-", "-o", "-", "--format", "svg").stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "-"], "needs --format: animated.svg, apng, geometrize.json, gif, history.json, html"),
        (["-o", "-", "--format", "bmp"], "'bmp' is not one of"),
        (["-o", "x.svg", "--format", "png"], "--format png is for outputs whose suffix says none"),
        (["-o", "-", "-o", "-", "--format", "svg"], "- and - are one file"),
        (["-o", "x", "--weight", "-", "--format", "svg"], "can be read only once"),
        (["-o", "-", "--format", "obj"], "choose --kind mesh"),
    ],
)
def test_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, arguments: list[str], message: str) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("fit", "-", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("way", ["name", "link", "hard link", "other folder"])
@pytest.mark.parametrize("what", ["picture", "mask", "scene"])
def test_no_output_is_an_input(tmp_path: Path, image: Path, run: Run, what: str, way: str) -> None:
    file = {"picture": image, "mask": tmp_path / "mask.png", "scene": tmp_path / "scene.json"}[what]
    output = file if way == "name" else tmp_path / f"other{file.suffix}"
    if way == "link":
        output.symlink_to(file)
    elif way == "hard link":
        output.hardlink_to(file)
    elif way == "other folder":
        (tmp_path / "folder").symlink_to(tmp_path)
        output = tmp_path / "folder" / file.name
    before = file.read_bytes()
    command = ("render", file) if what == "scene" else ("fit", image, "--weight", tmp_path / "mask.png", *QUICK)
    result = run(*command, "-o", tmp_path / "x.svg", "-o", output)
    assert result.exit_code == 2
    assert f"{output} is the {what} itself" in result.stderr
    assert file.read_bytes() == before
    assert not (tmp_path / "x.svg").exists()


def test_no_output_is_a_sample(run: Run) -> None:
    sample = Path(sr.__file__).parent.parent / "data" / "chelsea.png"
    before = sample.read_bytes()
    assert run("fit", "sample:chelsea", "-o", sample, *QUICK).exit_code == 2
    assert sample.read_bytes() == before


def test_no_output_is_what_the_shell_reads_or_writes(tmp_path: Path, image: Path) -> None:
    program = [sys.executable, "-m", "sdfraster.cli.main", "fit"]
    before = image.read_bytes()
    with image.open("rb") as stdin:
        over = subprocess.run([*program, "-", "-o", str(image)], stdin=stdin, capture_output=True, text=True)
    with image.open("ab") as stdout:
        command = [*program, str(image), "-o", "-", "--format", "png"]
        append = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True)
    for done in (over, append):
        assert done.returncode == 2
        assert "is the picture itself" in done.stderr
    assert image.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no name of standard output")
@pytest.mark.parametrize("name", ["/dev/stdout", "link.svg", "x.svg"])
def test_names_of_standard_output(tmp_path: Path, image: Path, name: str) -> None:
    (tmp_path / "link.svg").symlink_to("/dev/stdout")
    command = [sys.executable, "-m", "sdfraster.cli.main", "render", "scene.json", "-o", name]
    with (tmp_path / "x.svg").open("wb") as stdout:
        done = subprocess.run(
            [*command, *([] if name.endswith("svg") else ["--format", "svg"])], cwd=tmp_path, stdout=stdout
        )
    assert done.returncode == 0
    assert (tmp_path / "x.svg").read_text().startswith("<svg")
    assert os.path.islink(tmp_path / "link.svg")


def test_outputs_are_different_files(tmp_path: Path, image: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link.svg").symlink_to("x.svg")
    for pair in (("x.svg", "x.svg"), ("x.svg", "../" + tmp_path.name + "/x.svg"), ("link.svg", "x.svg")):
        result = run("fit", image, *QUICK, *(word for name in pair for word in ("-o", tmp_path / name)))
        assert result.exit_code == 2
        assert "are one file" in result.stderr
    assert not (tmp_path / "x.svg").exists()


@pytest.mark.parametrize("pair", [("x.svg", "X.SVG"), ("\u00e9.svg", "e\u0301.svg")])
def test_names_that_some_file_systems_take_for_one(
    tmp_path: Path, image: Path, run: Run, monkeypatch: pytest.MonkeyPatch, pair: tuple[str, str]
) -> None:
    command = ("render", tmp_path / "scene.json", *(word for name in pair for word in ("-o", tmp_path / name)))
    result = run(*command)
    if result.exit_code == 0:  # this one tells them apart
        names = {item.name for item in tmp_path.iterdir()}
        assert names == {*pair, "image.png", "mask.png", "scene.json"}
        for name in pair:
            (tmp_path / name).unlink()

        class Blind(type(tmp_path)):  # type: ignore[misc]
            def exists(self, **_: object) -> bool:
                return any(overlap._folded(item.name) == overlap._folded(self.name) for item in self.parent.iterdir())

        monkeypatch.setattr(overlap, "Path", Blind)
        result = run(*command)
    assert result.exit_code == 2
    assert "are one file" in result.stderr
    assert sorted(item.name for item in tmp_path.iterdir()) == ["image.png", "mask.png", "scene.json"]


@pytest.mark.skipif(os.name == "nt", reason="POSIX devices")
def test_devices_may_be_read_and_written(tmp_path: Path, run: Run) -> None:
    for name in ("a.svg", "b.json"):
        (tmp_path / name).symlink_to(os.devnull)
    sr.save(SCENE, tmp_path / "scene.json")
    assert run("render", tmp_path / "scene.json", "-o", tmp_path / "a.svg", "-o", tmp_path / "b.json").exit_code == 0
    assert (tmp_path / "a.svg").is_symlink()


def test_render_writes_the_others_when_one_fails(
    tmp_path: Path, image: Path, data_error: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sdfraster.io as files

    save = files.save

    def full(scene: sr.Scene, path: Path, *rest: object, **options: object) -> None:
        if path.suffix == ".png":
            raise sr.DataError(f"{path}: cannot be written (No space left on device)")
        save(scene, path, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "save", full)
    outputs = ("-o", tmp_path / "x.png", "-o", tmp_path / "x.svg")
    assert "No space left" in data_error("render", tmp_path / "scene.json", *outputs)
    assert (tmp_path / "x.svg").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_standard_output_that_is_full_or_closed(tmp_path: Path, image: Path) -> None:
    program = f"{sys.executable} -m sdfraster.cli.main render {tmp_path / 'scene.json'} -o - --format svg"
    for where, status, message in ((">/dev/full", 1, "No space left on device"), (">&-", 2, "which is closed")):
        done = subprocess.run(f"{program} {where}", shell=True, stderr=subprocess.PIPE, text=True)
        assert done.returncode == status
        assert f"standard output{'' if status == 2 else ':'}" in done.stderr
        assert message in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (["fit", "sample:chelsea"], "--checkpoint"),
        (["fit", "sample:chelsea"], "--resume"),
        (["fit", "sample:chelsea"], "--weight"),
        (["trace", "sample:chelsea"], "--show-nodes"),
        (["refine", "a.svg", "--target", "a.png"], "--weight"),
        (["refine", "a.svg", "--target", "a.png"], "-o"),
    ],
)
def test_files_of_which_there_is_one_are_not_given_twice(command: list[str], option: str, run: Run) -> None:
    result = run(*command, "-o", "out.svg", option, "a.svg", option, "b.svg")
    assert result.exit_code == 2
    assert f"{option} is given more than once" in result.output
