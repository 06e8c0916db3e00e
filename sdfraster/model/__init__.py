"""The mathematics between a distance and a loss, as plain scalar functions."""
