"""Every block of code in the README and in the documentation runs: Python as it is, commands with few steps.

The files that readers would bring are small: a photograph, a mask of its size, a flat icon, and a scene. Blocks of one
page follow each other, as they are read. What installs something is run by `.ci/run`; benchmarks must be there.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from sdfraster.cli.main import main

import sdfraster as sr
from sdfraster.io import read_image, write_image

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
PAGES = [page for page in PAGES if "_build" not in page.parts and "generated" not in page.parts]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
WITHOUT_TEST = ("pip", "python -m pip", "python -m venv", "python -m sphinx", "python -m pytest", "ruff", "git")
SHORT = {"fit": ["--iterations", "3"], "refine": ["--steps", "3"]}
pytestmark = pytest.mark.compiled


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return language and text of every block of code of a page."""
    return BLOCK.findall(page.read_text())


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of every command in a block, without comments."""
    for line in text.replace("\\\n", " ").splitlines():
        for command in line.split("&&"):
            words = shlex.split(command, comments=True)
            if words:
                yield words


def run(words: list[str]) -> None:
    """Run a command of the project."""
    line = " ".join(words)
    if line.startswith(WITHOUT_TEST):
        return
    if words[:2] == ["python", "-m"]:
        assert importlib.util.find_spec(words[2]), line
        return
    assert words[0] == "sdfraster", f"{line} is run by no test"
    given, taken = None, None
    if "<" in words:
        given, words = (
            Path(words[words.index("<") + 1]).read_bytes(),
            words[: words.index("<")] + words[words.index("<") + 2 :],
        )
    if ">" in words:
        taken, words = words[words.index(">") + 1], words[: words.index(">")]
    more = SHORT.get(words[1], [])
    result = CliRunner().invoke(main, [*words[1:], *more], input=given)
    assert result.exit_code == 0, f"{line}: {result.output}"
    if taken:
        Path(taken).write_bytes(result.stdout_bytes)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go to a folder with the files that the pages speak of."""
    monkeypatch.chdir(tmp_path)
    photo = read_image("sample:chelsea")[::2, ::2]
    for name in ("photo.jpg", "photo.png", "art.png", "target.png"):
        write_image(photo, tmp_path / name)
    icon = np.ones((48, 48, 3))
    icon[12:36, 12:36] = (0.1, 0.3, 0.8)
    for name in ("icon.png", "logo.png"):
        write_image(icon, tmp_path / name)
    write_image(np.linspace(0, 1, photo.shape[1])[None, :, None] * np.ones(photo.shape), tmp_path / "mask.png")
    discs = sr.Layer("circle", [[40.7, 50.3, 12.4], [89.5, 61.8, 9.3]], [[0.8, 0.8, 0.8]] * 2)
    write_image(sr.render(sr.Scene(128, 96, discs, (0.2, 0.2, 0.2))), tmp_path / "particles.png")
    (tmp_path / "particles.png").rename(tmp_path / "particles.tif")
    height, width, _ = photo.shape
    scene = sr.Scene(width, height, sr.Layer("circle", [[30, 20, 12]], [[1, 0.5, 0]]))
    for name in ("scene.json", "drawing.svg"):
        sr.save(scene, tmp_path / name)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.stem)
def test_blocks_of_a_page_run(page: Path) -> None:
    names: dict[str, Any] = {}
    for language, text in blocks(page):
        if language == "python":
            exec(compile(text, str(page), "exec"), names)
        elif language == "sh":
            for words in commands(text):
                run(words)
        else:
            assert language in ("text", "json"), f"{page.name} has a block of {language}, which no test runs"
