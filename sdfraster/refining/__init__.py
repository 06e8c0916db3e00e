"""Drawings refined in place: their own shapes move until the picture is that of a target; all else stays as it is."""

from .run import RefineResult, refine

__all__ = ["RefineResult", "refine"]
