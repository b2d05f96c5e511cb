"""The medal of every picture: its ring and its field."""

from __future__ import annotations

from tools.pictures import shapes
from tools.pictures.canvas import Canvas
from tools.pictures.shapes import Shape, circle, on_circle, polygon, star, union
from tools.pictures.style import INK, Tone

FIELD = circle(0, 0, 98)
MEDAL = circle(0, 0, 126)
RADIANT = star(20, 122, 104) + circle(0, 0, 111)
"""A ring with rays."""


def _sector(start: float, end: float) -> Shape:
    return polygon((0, 0), *shapes.arc(140, start, end))


GLEAMS = union(_sector(*angles) for angles in ((-166, -128), (-118, -110), (28, 40)))
SHADES = union(_sector(*angles) for angles in ((6, 22), (46, 84), (-62, -50)))


def plain(canvas: Canvas, metal: Tone, field: Tone) -> None:
    """A smooth ring."""
    _ring(canvas, metal)
    _field(canvas, field)


def studded(canvas: Canvas, metal: Tone, field: Tone) -> None:
    """A ring with twelve studs."""
    _ring(canvas, metal)
    studs = union(circle(*on_circle(113, 15 + 30 * at), 5) for at in range(12))
    canvas.paint(studs + studs.edge(4), INK)
    canvas.paint(studs, metal.base)
    canvas.paint(studs, metal.light, without=studs.move(2.5, 2.5))
    _field(canvas, field)


def radiant(canvas: Canvas, metal: Tone, field: Tone) -> None:
    """A narrow ring with rays around it and on the field."""
    canvas.solid(RADIANT, metal, bevel=4)
    _lip(canvas, metal)
    _field(canvas, field)
    beams = union(_sector(-90 - 7.5 + 30 * at, -90 + 7.5 + 30 * at) for at in range(12))
    canvas.paint(beams, field.light, within=FIELD, opacity=0.65)


def _ring(canvas: Canvas, metal: Tone) -> None:
    outer = circle(0, 0, 122)
    canvas.paint(MEDAL, INK)
    canvas.paint(outer, metal.base)
    canvas.paint(GLEAMS, metal.light, within=outer)
    canvas.paint(SHADES, metal.dark, within=outer)
    _lip(canvas, metal)


def _lip(canvas: Canvas, metal: Tone) -> None:
    lip = circle(0, 0, 107)
    canvas.paint(lip, metal.dark)
    canvas.paint(lip, metal.light, without=circle(0, 0, 106).move(-2, -2))


def _field(canvas: Canvas, field: Tone) -> None:
    canvas.paint(circle(0, 0, 103), INK)
    canvas.paint(FIELD, field.base)
    canvas.paint(FIELD, field.dark, without=circle(-16, -20, 98))
    canvas.paint(circle(-16, -20, 62), field.light, within=FIELD, opacity=0.45)
