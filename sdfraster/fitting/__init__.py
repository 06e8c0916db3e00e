"""Fitting shapes to a picture."""

from .fit import FitResult, fit
from .options import FitOptions
from .progress import FitProgress

__all__ = ["FitOptions", "FitProgress", "FitResult", "fit"]
