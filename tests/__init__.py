"""Tests, laid out like the package; ``naive`` is the oracle of the renderer."""
