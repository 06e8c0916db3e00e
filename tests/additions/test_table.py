"""A format of files from one file."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sdfraster.cli.main import main

import sdfraster as sr

SCENE = sr.Scene(8, 8, sr.Layer("circle", [[1, 2, 3], [4, 5, 6]], [(1, 0, 0), (0, 1, 0)]))
ROWS = "circle,1.0,2.0,3.0\ncircle,4.0,5.0,6.0\n"


@pytest.mark.parametrize("name", ["x.csv", "x"])
def test_it_is_written(tmp_path: Path, name: str) -> None:
    sr.save(SCENE, tmp_path / name, format=None if name.endswith("csv") else "csv")
    assert (tmp_path / name).read_text() == ROWS


def test_command_line(tmp_path: Path) -> None:
    sr.save(SCENE, tmp_path / "x.json")
    assert ".csv" in CliRunner().invoke(main, ["render", "--help"]).output
    result = CliRunner().invoke(main, ["render", str(tmp_path / "x.json"), "-o", str(tmp_path / "x.csv")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "x.csv").read_text() == ROWS
    result = CliRunner().invoke(main, ["render", str(tmp_path / "x.json"), "-o", "-", "--format", "csv"])
    assert result.stdout == ROWS


def test_it_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(ROWS)
    with pytest.raises(sr.DataError, match=r"scenes are read from \.json, \.svg and \.svgz files, not from \.csv"):
        sr.load(tmp_path / "x.csv")
