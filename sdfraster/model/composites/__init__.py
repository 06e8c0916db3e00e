"""The composites, one file for each; see `model.composite`."""
