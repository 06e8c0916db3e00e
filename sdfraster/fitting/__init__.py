"""Fitting shapes to a picture."""

from .fit import FitOptions, FitProgress, FitResult, fit

__all__ = ["FitOptions", "FitProgress", "FitResult", "fit"]
