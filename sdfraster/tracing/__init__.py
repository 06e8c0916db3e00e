"""Flat art as a designer draws it: few nodes, true corners, exact colours."""

from .quality import is_flat_art
from .trace import TraceResult, trace

__all__ = ["TraceResult", "is_flat_art", "trace"]
