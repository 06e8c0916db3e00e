"""Tiles, bins and compiled kernels: how a scene becomes pixels, and a gradient of pixels one of parameters."""
