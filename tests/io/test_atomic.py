"""Output files appear complete or not at all, and bad places are found before the work."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.errors import DataError
from sdfraster.io import FORMATS, atomic, check_writable, read_image
from sdfraster.io.atomic import write_atomic

posix = pytest.mark.skipif(os.name == "nt", reason="files of POSIX")
SCENE = sr.Scene(12, 8, sr.Layer("circle", [[6, 4, 3]], [[1, 0.5, 0]], 0.5), (0, 0, 1))


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


@pytest.mark.parametrize("suffix", [*FORMATS, ".PNG"])
def test_check_accepts_every_known_suffix(tmp_path: Path, suffix: str) -> None:
    check_writable(tmp_path / f"x{suffix}")


@pytest.mark.parametrize("name", ["x.bmp", "x", "x.svg.gz"])
def test_check_lists_the_known_suffixes(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"unknown output format.*\.mp4, \.obj, \.ply, \.png, \.svg, \.svgz, \.webp"):
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


def test_saves_of_many_threads_do_not_mix(tmp_path: Path) -> None:
    names = ["art.svg", "art.png", "art.json", "art.webp"]  # which differ in their suffix only

    def save(k: int) -> None:
        sr.save(SCENE, tmp_path / f"{k // len(names)}" / names[k % len(names)])

    for k in range(25):
        (tmp_path / str(k)).mkdir()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(100)))
    drawn = sr.render(SCENE)
    for k in range(25):
        folder = tmp_path / str(k)
        assert sorted(item.name for item in folder.iterdir()) == sorted(names)
        assert (folder / "art.svg").read_text().startswith("<svg")
        assert sr.load(folder / "art.json").layers[0].kind == "circle"
        for name, start in (("art.png", b"\x89PNG"), ("art.webp", b"RIFF")):
            assert (folder / name).read_bytes().startswith(start)
            np.testing.assert_allclose(read_image(folder / name), drawn, atol=0.51 / 255)


def test_threads_write_one_file_completely(tmp_path: Path) -> None:
    wanted = [bytes([k]) * 100_000 for k in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda data: write_atomic(tmp_path / "x.svg", data), wanted))
    assert (tmp_path / "x.svg").read_bytes() in wanted
    assert len(list(tmp_path.iterdir())) == 1


def test_what_a_killed_run_left_behind_does_no_harm(tmp_path: Path) -> None:
    left = (tmp_path / f".x.{os.getpid()}.tmp", tmp_path / f"{atomic.PREFIX}abc" / "new")
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"half of a")
    write_atomic(tmp_path / "x.svg", b"whole")
    assert (tmp_path / "x.svg").read_bytes() == b"whole"
    assert all(file.read_bytes() == b"half of a" for file in left)  # they may be another save's


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "x.svg"
    file.write_bytes(b"old")
    file.chmod(mode)
    write_atomic(file, b"new")
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert file.read_bytes() == b"new"


@posix
def test_a_new_file_obeys_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomic(tmp_path / "x.svg", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x.svg").stat().st_mode) == 0o640


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_file_that_is_replaced_keeps_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "x.svg"
    file.write_bytes(b"old")
    os.chown(file, 1234, 4321)
    write_atomic(file, b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 4321)


def test_where_nothing_can_be_replaced_the_file_is_written_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(16, "Device or resource busy")  # as of a file that is mounted into a container

    monkeypatch.setattr(atomic.os, "replace", fail)
    with pytest.raises(DataError, match="busy"):
        write_atomic(tmp_path / "x.svg", b"new")
    (tmp_path / "x.svg").write_bytes(b"longer than the new one")
    number = (tmp_path / "x.svg").stat().st_ino
    write_atomic(tmp_path / "x.svg", b"new")
    assert (tmp_path / "x.svg").read_bytes() == b"new"
    assert (tmp_path / "x.svg").stat().st_ino == number
    assert len(list(tmp_path.iterdir())) == 1
