"""Draw all pictures again: ``python -m tests.golden``."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tests import naive

from . import GOLDEN, path

for name, golden in GOLDEN.items():
    Image.fromarray(golden.bytes(naive.render(*golden)).astype(np.uint8)).save(path(name), optimize=True)
