"""Which pictures a batch has, and what their results are called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sdfraster.batch.names import Taken, check_pattern, filled, has_field, is_pattern, pictures
from sdfraster.errors import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.jpg", "a.PNG", "notes.txt", ".hidden.png", "c.webp"):
        (tmp_path / name).touch()
    (tmp_path / "sub.jpg").mkdir()
    return tmp_path


def test_a_folder_is_its_pictures_by_name(folder: Path) -> None:
    assert [Path(name).name for name in pictures([str(folder)])] == ["a.PNG", "b.jpg", "c.webp"]


def test_files_come_as_they_are_named_and_once(folder: Path) -> None:
    words = [str(folder / "c.webp"), str(folder / "*.[jw]*"), "sample:chelsea"]
    assert [Path(name).name for name in pictures(words)] == ["c.webp", "b.jpg", "sample:chelsea"]
    assert [is_pattern(word) for word in words] == [False, True, False]
    (folder / "odd[1].jpg").touch()
    assert pictures([str(folder / "odd[1].jpg")]) == [str(folder / "odd[1].jpg")]  # a file is a file


@pytest.mark.parametrize(
    ("word", "message"),
    [("sub.jpg", r"sub\.jpg: no picture in this folder \("), ("*.tif", r"\*\.tif: no file matches this pattern")],
)
def test_nothing_is_said_where_nothing_is(folder: Path, word: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        pictures([str(folder / "a.PNG"), str(folder / word)])


def test_names_of_results() -> None:
    assert filled("out/{stem}.svg", "in/x.y.jpg") == "out/x.y.svg"
    assert filled("{parent}/{name}.svg", "in/x.jpg") == "in/x.jpg.svg"
    assert filled("{parent}.svg", "x.jpg") == f"{Path.cwd().name}.svg"
    assert filled("out/{stem}.svg", "sample:chelsea") == "out/chelsea.svg"
    assert has_field("{stem}.svg")
    assert has_field("{other}.svg")  # which is refused, where it is used
    assert not has_field("out/all.svg")


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("out/all.svg", r"many pictures need a name for each, with \{stem\}.*'out/all-\{stem\}\.svg'"),
        ("{stem}-{n}.svg", r"there is no \{n\}; what stands for a picture is \{stem\}, \{name\}, \{parent\}"),
    ],
)
def test_patterns_that_do_not_tell_pictures_apart(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_pattern(pattern)


def test_no_two_pictures_have_one_result() -> None:
    taken = Taken(["out/{stem}.svg", "out/{stem}.png"])
    assert taken.outputs("in/a.jpg") == ("out/a.svg", "out/a.png")
    assert taken.outputs("in/a.jpg") == ("out/a.svg", "out/a.png")
    assert "./out/a.png" in taken
    assert "out/b.png" not in taken
    with pytest.raises(
        ValueError, match=r"in/a.jpg and in/a.png would both be written to out/a.svg; use 'out/\{name\}"
    ):
        taken.outputs("in/a.png")
    by_name = Taken(["out/{name}.svg"])
    by_name.outputs("x/a.jpg")
    with pytest.raises(ValueError, match=r"both be written to .*'out/\{parent\}-\{name\}\.svg'"):
        by_name.outputs("y/a.jpg")


def test_checkpoints_have_names_of_their_own() -> None:
    taken = Taken(["out/{stem}.svg"], "ck/{stem}.ckpt")
    assert taken.outputs("in/a.jpg") == ("out/a.svg",)
    assert taken.checkpoint("in/a.jpg") == "ck/a.ckpt"
    assert "ck/a.ckpt" in taken
    taken = Taken(["{parent}/{stem}.svg"], "ck/{stem}.ckpt")
    taken.outputs("in/a.jpg")
    with pytest.raises(ValueError, match=r"in/a.jpg and else/a.jpg would both be written to ck/a.ckpt"):
        taken.outputs("else/a.jpg")
    with pytest.raises(ValueError, match=r"a.svg would be written twice for in/a.jpg"):
        Taken(["{stem}.svg"], "./{stem}.svg").outputs("in/a.jpg")
    assert Taken(["{stem}.svg"]).checkpoint("in/a.jpg") is None


def test_no_picture_is_written_over() -> None:
    with pytest.raises(ValueError, match="is the picture itself; choose another name"):
        Taken([os.path.join("in", "{stem}.jpg")]).outputs("in/a.jpg")
