"""Places that are no ordinary files, or must stay as they are."""

from __future__ import annotations

import os
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sdfraster.errors import DataError
from sdfraster.io import check_writable
from sdfraster.io.atomic import write_atomic

posix = pytest.mark.skipif(os.name == "nt", reason="files of POSIX")


@pytest.mark.parametrize("write", [check_writable, lambda path: write_atomic(path, b"new")])
def test_a_read_only_file_is_refused_even_for_root(tmp_path: Path, write: Callable[[Path], object]) -> None:
    file = tmp_path / "x.svg"
    file.write_bytes(b"old")
    file.chmod(0o444)
    with pytest.raises(DataError, match=r"x\.svg: cannot be written, it is read-only"):
        write(file)
    assert file.read_bytes() == b"old"


@posix
def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe, got = tmp_path / "x.svg", []
    os.mkfifo(pipe)
    check_writable(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_atomic(pipe, b"data")
    reader.join(10.0)
    assert got == [b"data"]
    assert pipe.is_fifo()


@posix
def test_a_device_is_written_into(tmp_path: Path) -> None:
    link = tmp_path / "x.svg"
    link.symlink_to(os.devnull)
    check_writable(link)
    write_atomic(link, b"data")
    assert link.is_symlink()
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_device_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.svg").symlink_to("/dev/full")
    with pytest.raises(DataError, match=r"x\.svg: cannot be written \(No space left on device\)"):
        write_atomic(tmp_path / "x.svg", b"data")


@posix
def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("x.svg")
        with pytest.raises(DataError, match="it is a socket"):
            check_writable("x.svg")
        with pytest.raises(DataError, match="it is a socket"):
            write_atomic("x.svg", b"data")
    assert stat.S_ISSOCK(os.stat("x.svg").st_mode)


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no names of descriptors")
@pytest.mark.parametrize("kind", ["pipe", "deleted"])
def test_a_descriptor_without_a_name_is_written_into(tmp_path: Path, kind: str) -> None:
    if kind == "pipe":
        reading, writing = os.pipe()
    else:
        reading = writing = os.open(tmp_path / "gone", os.O_RDWR | os.O_CREAT)
        (tmp_path / "gone").unlink()
    path = f"/dev/fd/{writing}"
    check_writable(path, ("",))
    write_atomic(path, b"data")
    assert os.read(reading, 100) == b"data"
    for descriptor in {reading, writing}:
        os.close(descriptor)
    assert not list(tmp_path.iterdir())


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "far.svg").symlink_to(tmp_path / "nowhere" / "real.svg")
    with pytest.raises(DataError, match=r"far\.svg: cannot be written, the folder .*nowhere does not exist"):
        check_writable(tmp_path / "far.svg")
    (tmp_path / "round.svg").symlink_to("round.svg")
    with pytest.raises(DataError, match="links"):
        check_writable(tmp_path / "round.svg")
