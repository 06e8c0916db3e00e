"""Drawings in: SVG files as browsers draw them.

`document` reads the elements, `style` their properties, `walk` draws them into a list of `things`, which have their
geometry and paint on the canvas.
"""
