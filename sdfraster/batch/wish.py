"""What is wanted of a picture: the options of its fit, and the files; checked before the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from ..errors import DataError
from ..fitting import FitOptions
from ..fitting.backdrop import is_picture
from ..fitting.fit import for_picture
from ..fitting.starting import started
from ..fitting.weight import weigh
from ..io import FORMATS, Film, Page, check_picture
from ..io.place import Place
from ..mesh import MESH
from ..pictures.files import FileBytes, loaded
from ..scene import Array, Scene

SAID, UNSAID = ("kind", "count"), ("weight",)  # of options in descriptions: always, and never, for it is a path
PLAIN = str, int, float, FileBytes  # values that descriptions say


class Output(NamedTuple):
    """A file that is to be written."""

    place: Place
    """Where."""
    format: str
    """As what: a suffix of `FORMATS` without its dot."""


@dataclass(frozen=True)
class Wish:
    """What is wanted of a picture, or of every one of many.

    Attributes
    ----------
    options : FitOptions
        Of the fit. What follows from the files is added to them.
    scale : float
        How much larger than the original pictures are drawn.
    id_prefix : str or None
        What ids begin with.
    film : Film
        How animations run.
    clear : bool
        Whether the background must stay transparent.
    about : mapping of str to str
        What reports are to say besides.
    page : Page
        How drawings are presented.
    """

    options: FitOptions
    scale: float = 1.0
    id_prefix: str | None = None
    film: Film = field(default_factory=Film)
    clear: bool = False
    about: Mapping[str, str] = field(default_factory=dict)
    page: Page = field(default_factory=Page)

    def loaded(self) -> Wish:
        """Return the same with the pictures among the options, a mask and a background, read, but not decoded.

        Raises
        ------
        DataError
            If a file cannot be read.
        """
        asked = self.options
        weight = None if asked.weight is None else loaded(asked.weight)
        background = loaded(asked.background) if is_picture(asked.background) else asked.background
        return replace(self, options=replace(asked, weight=weight, background=background))

    def options_for(self, target: Array, name: str, outputs: tuple[Output, ...], mask: Any = None) -> FitOptions:
        """Return the options with which a picture is fitted.

        Parameters
        ----------
        target : ndarray, shape (H, W, C)
            The picture.
        name : str
            What errors call it.
        outputs : tuple of Output
            What is written; perhaps nothing.
        mask : path or stream, optional
            Where weights are read from, if not where the options say.

        Raises
        ------
        DataError
            If the picture does not go with them, or is too large for an output.
        """
        asked = started(self.options, target)
        if self.clear and target.shape[2] == 3:
            raise DataError(
                f"{name}: is opaque, so its --background cannot be transparent; leave it out, or give a colour"
            )
        weight = weigh(asked.weight if mask is None else mask, None, target)
        weigh(weight, asked.region, target)  # which may lie outside
        covered = asked.kind == MESH or asked.held_background is not None
        covered |= isinstance(asked.init, Scene) and asked.init.background is not None
        height, width, channels = target.shape
        clear = is_picture(asked.background) or (channels == 4 and not covered)
        formats = [FORMATS[f".{each.format}"] for each in outputs]
        for each, what in zip(outputs, formats, strict=True):
            still = self.page.scale(width) or self.scale
            moving = min(self.scale, self.film.size / max(width, height))
            scale = moving if what.animated(self.film, recorded=True) else still
            check_picture(each.place, width * scale, height * scale, clear, each.format)
        record = max([asked.record, *(what.frames(self.film) for what in formats)])
        svg = asked.for_svg or any(what.svg for what in formats)
        return for_picture(replace(asked, weight=weight, for_svg=svg, record=record), target)

    def saving(self, picture: str) -> dict[str, Any]:
        """Return options of `save`, but for the scale, for what is found for a picture of some name."""
        about, page = {"picture": picture, **self.about}, self._described(picture)
        return {"id_prefix": self.id_prefix, "film": self.film, "about": about, "page": page}

    def _described(self, picture: str) -> Page:
        """Return the page with a title, the name of the picture if there is none, and a description; '' for neither."""
        if self.page.title == "":
            return replace(self.page, title=None)
        values = [(each.name, getattr(self.options, each.name), each.default) for each in fields(self.options)]
        chosen = [
            f"{name} {value}"
            for name, value, usual in values
            if name in SAID or (isinstance(value, PLAIN) and value != usual and name not in UNSAID)
        ]
        said = f"{picture}, redrawn by sdfraster: {', '.join(chosen)}"
        return replace(self.page, title=self.page.title or picture, description=said)
