"""What is done to a group or a shape as a whole: cut, made transparent; and what of that cannot be drawn."""

from __future__ import annotations

from itertools import combinations
from xml.etree.ElementTree import Element

from .clip_paths import Clipped, NotConvex, region_of
from .clipping import Region, boxed, clipped
from .contour import Box
from .resolver import Resolver
from .style import Style
from .things import Thing

TOUCH = 1e-3  # pixels by which boxes may overlap without anything being seen twice
MOST = 300  # things of a group that are compared with each other


def masked(things: list[Thing], element: Element, style: Style, what: Clipped, resolver: Resolver) -> list[Thing]:
    """Return things as the properties of their element have them."""
    if not things:
        return things
    _look(element, style, resolver)
    clip = resolver.clip_path(style)
    if clip is not None:
        try:
            region = region_of(clip, what, resolver)
        except NotConvex as error:
            resolver.findings.add("clip paths that are not convex", element)
            region = error.args[0]
        things = within(things, region, element, resolver)
    elif style["clip-path"] and not style["clip-path"].startswith("#"):
        resolver.findings.add("clip paths of CSS", element)
    opacity = style["opacity"]
    if opacity < 1.0:
        if _overlap(things):
            resolver.findings.add("opacity of shapes that overlap", element)
        things = [thing._replace(opacity=thing.opacity * opacity) for thing in things]
    return things


def within(things: list[Thing], region: Region, element: Element, resolver: Resolver) -> list[Thing]:
    """Return what of things is inside of a region; if that cannot be said, what is inside of the box around it."""
    kept = []
    for thing in things:
        forms = clipped(thing.form, region, resolver.cuts)
        if forms is None:
            resolver.findings.add("clip paths that are not convex", element)
            forms = boxed(thing.form, region)
        kept += [thing._replace(form=form) for form in forms]
    return kept


def _look(element: Element, style: Style, resolver: Resolver) -> None:
    """Note what is not drawn."""
    for name, feature in (("mask", "masks"), ("filter", "filters")):
        if style[name] is not None:
            link = style[name]
            if not link.startswith("#") or link[1:] in resolver.document.ids:
                resolver.findings.add(feature, element)
    if style["mix-blend-mode"] not in ("normal", ""):
        resolver.findings.add("blend modes", element)


def _overlap(things: list[Thing]) -> bool:
    """Return whether any two things may overlap."""
    if len(things) > MOST:
        return True
    return any(_meet(a.form.box, b.form.box) for a, b in combinations(things, 2))


def _meet(a: Box, b: Box) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) > TOUCH and min(a[3], b[3]) - max(a[1], b[1]) > TOUCH
