"""Fitting shapes to a picture."""

from .fit import fit
from .options import FitOptions
from .progress import FitProgress
from .result import FitResult

__all__ = ["FitOptions", "FitProgress", "FitResult", "fit"]
