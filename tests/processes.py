"""Tests that need a process of their own, because of what is chosen before the package is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_tests(*arguments: str, **environment: str) -> str:
    """Run tests with other variables of the environment, fail unless they pass, and return what they say."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1800.0,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
