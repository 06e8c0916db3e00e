"""Lines of even width as a designer draws them: by their middle, with a brush, not by both their edges.

The middle lines of a region are a graph (`graph`); branches that run on straight through a crossing are one line
(`chains`). Cuts across it tell its middle and its width to a small part of a pixel (`sections`), corners, ends and what
lies between are found along it (`ways`), and simple shapes or the fewest pieces of curves follow it (`strokes`). Then
all of them move together until they cover what the pixels show (`pixels`), with more lines (`rest`) and more pieces
(`bends`) where they do not. A region whose pixels lines cannot explain is none of lines (`find`). Once all shapes of a
drawing are known, lines move again with them (`moves`), and lose the nodes that they can do without (`fewer`).
"""

from .agreement import agreed
from .fewer import simplified
from .find import find_lines
from .moves import moved
from .neighbours import apart, runs_of, target_around
from .pixels import covered_by_line
from .strokes import is_line

__all__ = [
    "agreed",
    "apart",
    "covered_by_line",
    "find_lines",
    "is_line",
    "moved",
    "runs_of",
    "simplified",
    "target_around",
]
