"""A first-order optimiser from one file, also where values would move on a GPU, which knows others only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numba.core import config
from sdfraster.cli.main import main

import sdfraster as sr
from sdfraster.io import write_image

from . import checks


def test_fits() -> None:
    found, other = checks.check_fit(optimizer="signum"), sr.fit(checks.picture(), count=4, iterations=30)
    assert not np.array_equal(other.scene.layers[0].params, found.scene.layers[0].params)


def test_command_line(tmp_path: Path) -> None:
    write_image(checks.picture(), tmp_path / "x.png")
    fit = ["fit", str(tmp_path / "x.png"), "-o", str(tmp_path / "y.json"), "--count", "2", "--iterations", "3"]
    result = CliRunner().invoke(main, [*fit, "--optimizer", "signum"])
    assert result.exit_code == 0, result.output


@pytest.mark.skipif(not config.ENABLE_CUDASIM, reason="the simulator must be chosen before Numba is imported")
def test_on_a_gpu_its_steps_are_those_of_the_cpu() -> None:
    from sdfraster.cuda import descent

    with pytest.raises(ValueError, match="optimizer on the device must be adam or amsgrad, not 'signum'"):
        descent.CudaDescent(None, "signum", None, None, None)
    image = checks.picture()[:8, :8]
    options: dict[str, Any] = {"count": 1, "iterations": 2, "optimizer": "signum"}
    results = [sr.fit(image, device=device, **options).scene.layers[0] for device in ("cpu", "cuda")]
    np.testing.assert_allclose(results[1].params, results[0].params, atol=1e-5)
