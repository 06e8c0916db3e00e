"""Flat art as a designer draws it: few nodes, true corners, exact colours."""

from .trace import TraceResult, trace

__all__ = ["TraceResult", "trace"]
