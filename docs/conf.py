"""How the documentation is built: ``python -m sphinx -W docs docs/_build``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

import sdfraster as sr

os.environ.setdefault("MPLBACKEND", "agg")
sys.path.insert(0, str(Path(__file__).parents[1]))

project = "sdfraster"
author = "The sdfraster authors"
project_copyright = author
version = release = sr.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_click",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "examples", "gallery", "decisions/README.md"]
suppress_warnings = ["config.cache"]

html_theme = "furo"
html_title = f"sdfraster {release}"
html_static_path: list[str] = []
html_math_renderer = "mathml"  # which browsers draw themselves: no script, no network

myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3

autosummary_generate = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
default_role = "autolink"  # `name` is a public name, or an argument

sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "auto_gallery",
    "filename_pattern": "/plot_",
    "download_all_examples": False,
    "show_memory": False,
    "abort_on_example_error": True,
    "nested_sections": False,
}


def _inline(writer: HTML5Translator, node: nodes.math) -> None:
    writer.body.append(tex2mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def _block(writer: HTML5Translator, node: nodes.math_block) -> None:
    writer.body.append(tex2mathml(node.astext(), as_block=True))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Write formulas as MathML."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
