"""The elements of a scene's SVG, shape by shape, for those who do something to each of them."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree import ElementTree

from ..mesh import Mesh
from ..scene import Scene
from .page import Page
from .svg import svg_text
from .written import rounded

SVG = "http://www.w3.org/2000/svg"
ASIDE = "defs", "clipPath", "mask", "linearGradient", "radialGradient", "title", "desc", "style"


class Shape(NamedTuple):
    """A shape of a scene, and what draws it."""

    layer: int
    """Index of its layer."""
    number: int
    """Its own, in the layer."""
    element: ElementTree.Element
    """Where it is seen."""
    below: ElementTree.Element | None
    """The same face of a mesh, in the underlay, see `svg`."""


def shapes_of(
    scene: Scene, id_prefix: str | None = None, page: Page | None = None
) -> tuple[ElementTree.Element, list[Shape]]:
    """Return the SVG of a scene as a tree, and the shapes that are in it, in the order in which they are painted."""
    root = ElementTree.fromstring(svg_text(scene, id_prefix, page))
    elements, below = _leaves(root, [])
    if scene.background is not None:
        del elements[0]
        del below[0]
    seen = [
        (n, k)
        for n, layer in enumerate(map(rounded, scene.layers))
        for k, opacity in enumerate((layer.layer() if isinstance(layer, Mesh) else layer).opacity.tolist())
        if round(opacity, 3) > 0.0
    ]
    return root, [Shape(*which, up, under) for which, up, under in zip(seen, elements, below, strict=True)]


def text_of(root: ElementTree.Element) -> str:
    """Return a tree of SVG as text."""
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _leaves(
    parent: ElementTree.Element, under: list[ElementTree.Element]
) -> tuple[list[ElementTree.Element], list[ElementTree.Element | None]]:
    """Return the elements that draw, and what is below each: the last of the list `under`, which gets shorter."""
    found: list[ElementTree.Element] = []
    below: list[ElementTree.Element | None] = []
    for child in parent:
        name = child.tag.rpartition("}")[2]
        if name in ASIDE:
            continue
        if name != "g":
            found.append(child)
            below.append(under.pop() if under else None)
        elif child.get("shape-rendering"):
            under = list(child)  # in reverse order
        else:
            inside = _leaves(child, [])
            found += inside[0]
            below += inside[1]
    return found, below
