"""What is done to a group or a shape as a whole: cut, made transparent; and what of that cannot be drawn."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

import numpy as np

from .clip_paths import ClipPaths, Clipped
from .clipping import Region, boxed, clipped
from .forms import Form, hulls
from .limits import BESIDE
from .overlap import overlap
from .resolver import Resolver
from .style import Style
from .things import Thing

TOUCH = 1e-3  # pixels by which boxes may overlap without anything being seen twice
PLAIN = ("normal", "")  # ways to blend
NOT_CONVEX = "clip paths that are not convex"


def changes(style: Style) -> bool:
    """Return whether properties do anything to an element as a whole: those of most elements do not."""
    plain = style["clip-path"] is style["mask"] is style["filter"] is None and style["opacity"] == 1.0
    return not plain or style["mix-blend-mode"] not in PLAIN


def masked(
    things: list[Thing], element: Element, style: Style, what: Callable[[bool], Clipped], clip_paths: ClipPaths
) -> list[Thing]:
    """Return things, at least one, as the properties of their element have them.

    For clip paths `what` is asked, and told whether the box is wanted.
    """
    resolver = clip_paths.resolver
    _look(element, style, resolver)
    clip = resolver.clip_path(style)
    if clip is not None:
        region, exact = clip_paths.region(clip, what(clip_paths.asks_for_box(clip)))
        if not exact:
            resolver.findings.add(NOT_CONVEX, element)
        things = within(things, region, element, resolver)
    elif style["clip-path"] and not style["clip-path"].startswith("#"):
        resolver.findings.add("clip paths of CSS", element)
    opacity = style["opacity"]
    if opacity < 1.0:
        resolver.effects.take(len(things))
        several = len(things) > 1 and not resolver.meshes.is_mesh(element)
        if several and overlap((thing.form.box for thing in things), TOUCH):
            resolver.findings.add("opacity of shapes that overlap", element)
        things = [thing._replace(opacity=thing.opacity * opacity) for thing in things]
    return things


def within(things: list[Thing], region: Region, element: Element, resolver: Resolver) -> list[Thing]:
    """Return what of things is inside of a region; if that cannot be said, what is inside of the box around it.

    A region that the canvas is inside of cuts nothing: what is beyond that is not seen, and shapes stay what they are.
    """
    if resolver.canvas is not None and region.holds(np.array([resolver.canvas])).all():
        return things
    resolver.effects.take(len(things))
    boxes = hulls([thing.form for thing in things])
    misses, holds = region.misses(boxes), region.holds(boxes)
    rough = np.array([thing.form.kind == "path" for thing in things])  # of others a hull is the box
    unsure = np.flatnonzero(rough & ~misses & ~holds)
    boxes = np.array([things[k].form.box for k in unsure.tolist()]).reshape(-1, 4)
    misses[unsure], holds[unsure] = region.misses(boxes), region.holds(boxes)
    kept = []
    for thing, missed, whole in zip(things, misses.tolist(), holds.tolist(), strict=True):
        if whole:
            kept.append(thing)
        elif not missed:
            kept += [thing._replace(form=form) for form in _cut(thing.form, region, element, resolver)]
    return kept


def _cut(form: Form, region: Region, element: Element, resolver: Resolver) -> list[Form]:
    """Return what of a form is inside of a region, or, if that cannot be said, inside of the box around it."""
    if not resolver.curves.allows(BESIDE * form.brushed):
        resolver.findings.add("strokes of very many curves that are clipped", element)
        return [form]
    forms = None if resolver.cuts.spent else clipped(form, region, resolver.cuts)
    if forms is not None:
        return forms
    if not resolver.cuts.spent:
        resolver.findings.add(NOT_CONVEX, element)
    elif not region.is_box:
        resolver.findings.add("clip paths that cut very many shapes", element)
    return boxed(form, region, resolver.box_cuts)


def _look(element: Element, style: Style, resolver: Resolver) -> None:
    """Note what is not drawn."""
    for name, feature in (("mask", "masks"), ("filter", "filters")):
        if style[name] is not None:
            link = style[name]
            if not link.startswith("#") or (link[1:] in resolver.document.ids and not _is_rim(element, link, resolver)):
                resolver.findings.add(feature, element)
    if style["mix-blend-mode"] not in PLAIN:
        resolver.findings.add("blend modes", element)


def _is_rim(element: Element, link: str, resolver: Resolver) -> bool:
    return resolver.meshes.is_mesh(element) and resolver.meshes.masks(element, link)
