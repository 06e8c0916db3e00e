"""What a drawing comes to: things with their geometry and paint on the canvas, in the order in which they are painted.

Layers are made of them, and whoever changes a drawing finds by them which element says what is seen.
"""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from .affine import Affine
from .forms import Form
from .paints import Paint


class Thing(NamedTuple):
    """One shape of a layer.

    Attributes
    ----------
    form : Form
        What it is on the canvas.
    paint : Flat, Linear or Radial
        What it is painted with.
    opacity : float
        All of it, but for the alpha in `paint`.
    element : Element
        Which says it.
    part : {"fill", "stroke"}
        Of that.
    matrix : Affine
        From the coordinates of the element to the canvas.
    uses : tuple of Element
        The ``<use>`` elements that it is drawn by, the outermost first.
    """

    form: Form
    paint: Paint
    opacity: float
    element: Element
    part: str
    matrix: Affine
    uses: tuple[Element, ...]
