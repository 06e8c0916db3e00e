"""Output files appear complete or not at all, and bad places are found before the work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sdfraster.errors import DataError
from sdfraster.io import atomic
from sdfraster.io.atomic import SUFFIXES, check_writable, write_atomic


def test_write_and_replace(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        write_atomic(tmp_path / "x.svg", data)
        assert (tmp_path / "x.svg").read_bytes() == data
    assert [item.name for item in tmp_path.iterdir()] == ["x.svg"]


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write_atomic(tmp_path / "x.svg", b"")
    assert (tmp_path / "x.svg").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.svg").symlink_to(tmp_path / "real.svg")
    write_atomic(tmp_path / "link.svg", b"data")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_bytes() == b"data"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    (tmp_path / "x.svg").write_bytes(b"old")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(atomic.os, "replace", fail)
    with pytest.raises((DataError, KeyboardInterrupt)):
        write_atomic(tmp_path / "x.svg", b"new")
    assert (tmp_path / "x.svg").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".PNG"])
def test_check_accepts_every_known_suffix(tmp_path: Path, suffix: str) -> None:
    check_writable(tmp_path / f"x{suffix}")


@pytest.mark.parametrize("name", ["x.bmp", "x", "x.svg.gz"])
def test_check_lists_the_known_suffixes(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"unknown output format.*\.svg, \.json, \.obj, \.ply, \.png"):
        check_writable(tmp_path / name)


def test_check_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"folder .*nowhere does not exist"):
        check_writable(tmp_path / "nowhere" / "x.svg")
    with pytest.raises(DataError, match="No such file"):
        write_atomic(tmp_path / "nowhere" / "x.svg", b"")


def test_check_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file is not a folder"):
        check_writable(tmp_path / "file" / "x.svg")


def test_check_path_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "x.svg").mkdir()
    with pytest.raises(DataError, match="it is a folder"):
        check_writable(tmp_path / "x.svg")


def test_check_name_too_long(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="name too long"):
        check_writable(tmp_path / ("x" * 300 + ".svg"))


def test_check_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere, so ask for the answer instead
    with pytest.raises(DataError, match="no permission to write in the folder"):
        check_writable(tmp_path / "x.svg")
