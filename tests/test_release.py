"""What is said of a release in several places is one thing."""

from __future__ import annotations

import re
from pathlib import Path

import sdfraster

ROOT = Path(__file__).parents[1]


def test_version_and_date() -> None:
    """The last release of the changelog is the one that is cited, and the version of the package."""
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    version, date = (re.search(rf'^{key}: "?([^"\n]+)"?$', cited, re.MULTILINE) for key in ("version", "date-released"))
    assert version is not None
    assert date is not None
    released = re.search(r"^## \[(\d.*)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert released is not None
    assert released.groups() == (version[1], date[1])
    assert version[1] == sdfraster.__version__
