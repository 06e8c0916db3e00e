"""SVG that draws itself: shapes appear in the order in which they are painted, and lines run along.

The animation is a style sheet, so that nothing else reads it: editors, and renderers without animations, show the
finished drawing. So do browsers whose users want little motion. A shape that has a transform only fades in, for one of
the style sheet would replace it.
"""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

from ..scene import Scene
from . import ids
from .atomic import write_atomic
from .elements import SVG, shapes_of, text_of
from .film import BUILD
from .formats import Format, Wanted
from .page import Page
from .place import Place

APPEAR = 0.5  # seconds that one shape takes
STYLE = """
@media (prefers-reduced-motion: no-preference) {{
.{0}a, .{0}b, .{0}c {{ animation: {0}a {1:g}s calc(var(--n) * {2:g}ms) ease-out backwards }}
.{0}b {{ animation-name: {0}b; transform-box: fill-box; transform-origin: center }}
.{0}c {{ animation-name: {0}c }}
@keyframes {0}a {{ from {{ opacity: 0 }} }}
@keyframes {0}b {{ from {{ opacity: 0; transform: scale(0.3) }} }}
@keyframes {0}c {{ from {{ stroke-dasharray: 1 2; stroke-dashoffset: 1 }} to {{ stroke-dasharray: 1 2 }} }}
}}
"""
FIRST = tuple(f"{{{SVG}}}{name}" for name in ("title", "desc"))  # of a drawing
FADES, GROWS, RUNS = "a", "b", "c"


def animated_svg_text(scene: Scene, seconds: float, id_prefix: str | None = None, page: Page | None = None) -> str:
    """Return a scene as SVG that takes so many seconds to draw itself."""
    root, shapes = shapes_of(scene, id_prefix, page)
    appear = min(APPEAR, seconds)
    pause = 1000.0 * (seconds - appear) / max(len(shapes) - 1, 1)
    style = Element(f"{{{SVG}}}style")
    style.text = STYLE.format(ids.MARK, appear, round(pause, 3))
    root.insert(sum(child.tag in FIRST for child in root), style)
    for n, shape in enumerate(shapes):
        for element in (shape.element, shape.below):
            if element is not None:
                element.set("class", ids.MARK + _way(element))
                element.set("style", f"--n:{n}")
    return ids.named(text_of(root), id_prefix)


def _way(element: Element) -> str:
    """Return how an element appears."""
    if element.get("stroke") not in (None, "none") and element.get("fill") in (None, "none"):
        element.set("pathLength", "1")
        return RUNS
    return FADES if "transform" in element.attrib else GROWS


def write_animated_svg(scene: Scene, place: Place, wanted: Wanted) -> None:
    """Write SVG that draws itself once.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    page = replace(wanted.page, group="none")  # shapes of a group would have what they share from elsewhere
    write_atomic(place, animated_svg_text(scene, wanted.film.seconds, wanted.id_prefix, page).encode())


PAGE = "title", "description", "width", "dpi", "precision"
FILE_FORMATS = (
    Format(".animated.svg", write_animated_svg, ids=True, svg=True, page=PAGE, moves=(BUILD,), still=False),
)
