"""The things that the pictures show. A motif is centred; the picture puts it into its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tools.pictures import shapes, style
from tools.pictures.canvas import BEVEL, Canvas
from tools.pictures.shapes import Shape, bar, circle, closed, ellipse, path, polygon, star, stroke, union
from tools.pictures.style import Tone


@dataclass(frozen=True, slots=True)
class Part:
    """One shape of a motif: a body of some material, or a flat colour without outline."""

    shape: Shape
    fill: Tone | str
    within: Shape | None = None
    bevel: float = BEVEL

    def mapped(self, change: Callable[[Shape], Shape]) -> Part:
        """The part with its shape changed."""
        return replace(self, shape=change(self.shape), within=self.within and change(self.within))


@dataclass(frozen=True, slots=True)
class Motif:
    """Parts, from back to front."""

    parts: tuple[Part, ...]

    def __add__(self, other: Motif) -> Motif:
        return Motif(self.parts + other.parts)

    def mapped(self, change: Callable[[Shape], Shape]) -> Motif:
        """The motif with every shape changed."""
        return Motif(tuple(part.mapped(change) for part in self.parts))

    def move(self, dx: float, dy: float) -> Motif:
        """The motif shifted."""
        return self.mapped(lambda shape: shape.move(dx, dy))

    def turn(self, degrees: float) -> Motif:
        """The motif turned about the middle."""
        return self.mapped(lambda shape: shape.turn(degrees))

    def scale(self, factor: float) -> Motif:
        """The motif made larger or smaller, seen from the middle."""
        return self.mapped(lambda shape: shape.scale(factor))

    def both(self) -> Motif:
        """The motif and its mirror image."""
        return self + self.mapped(Shape.mirror)

    def put(self, canvas: Canvas, *, within: Shape, onto: Shape | None = None) -> None:
        """Paint it inside `within`; its shadow falls onto `onto`, by default the same."""
        bodies = union(part.shape for part in self.parts if isinstance(part.fill, Tone) and not part.within)
        if bodies.rings:
            canvas.shadow(bodies, within=onto or within)
        for part in self.parts:
            if isinstance(part.fill, Tone):
                canvas.solid(part.shape, part.fill, bevel=part.bevel, within=part.within or within)
            else:
                canvas.paint(part.shape, part.fill, within=part.within or within)


def motif(*parts: Part) -> Motif:
    """A motif of these parts, from back to front."""
    return Motif(parts)


# ── Pong ─────────────────────────────────────────────────────────────────────────────────────────────────


def ball(radius: float, tone: Tone = style.WHITE) -> Motif:
    """The ball."""
    body = circle(0, 0, radius)
    gleam = ellipse(-radius * 0.36, -radius * 0.4, radius * 0.26, radius * 0.17)
    return motif(Part(body, tone, bevel=radius * 0.3), Part(gleam, "#ffffff", within=body))


def paddle(tone: Tone, length: float = 90, width: float = 26) -> Motif:
    """A paddle as the game shows it: an upright bar."""
    body = bar(-width / 2, -length / 2, width / 2, length / 2, width * 0.38)
    stripes = [bar(-width / 2, y - 3, width / 2, y + 3) for y in (-length * 0.27, length * 0.27)]
    return motif(Part(body, tone), Part(union(stripes), tone.dark, within=body))


def bat(tone: Tone) -> Motif:
    """A bat of table tennis, the blade upwards."""
    grip = bar(-8.5, -8, 8.5, 78, 6)
    blade = closed(
        "M -9 14 C -12 0 -34 -8 -34 -36 C -34 -58 -18 -70 0 -70 C 18 -70 34 -58 34 -36 C 34 -8 12 0 9 14"
    )
    wood = closed("M -40 -2 L 40 -2 L 40 20 L -40 20")
    return motif(
        Part(grip, style.BRONZE),
        Part(blade, tone, bevel=7),
        Part(wood, style.BRONZE.light, within=blade),
        Part(bar(-40, -6, 40, -2), style.INK, within=blade),
        Part(bar(-9, 60, 9, 66), style.BRONZE.dark, within=grip),
    )


def net(height: float, colour: str, width: float = 6, dash: float = 13, gap: float = 10) -> Motif:
    """The dashed line in the middle of the table."""
    count = int((height + gap) // (dash + gap))
    top = -(count * (dash + gap) - gap) / 2
    dashes = [
        bar(-width / 2, top + at * (dash + gap), width / 2, top + at * (dash + gap) + dash, 2)
        for at in range(count)
    ]
    return motif(Part(union(dashes), colour))


# ── prizes ───────────────────────────────────────────────────────────────────────────────────────────────


def cup(tone: Tone, emblem: Tone) -> Motif:
    """A trophy with a star on it."""
    ear = path("M -36 -46 C -74 -58 -74 2 -24 6")
    bowl = closed("M -40 -54 L 40 -54 C 42 -14 28 16 0 20 C -28 16 -42 -14 -40 -54")
    stem = polygon((-8, 14), (8, 14), (13, 42), (-13, 42))
    return motif(
        Part(stroke(ear, 10).both(), tone),
        Part(stem, tone),
        Part(bowl, tone, bevel=8),
        Part(bar(-46, -64, 46, -49, 5), tone),
        Part(bar(-25, 34, 25, 48, 4), tone),
        Part(bar(-37, 46, 37, 62, 4), emblem),
        Part(star(5, 21, 9.5).move(0, -18), emblem, bevel=3),
    )


def crown(tone: Tone, jewel: Tone) -> Motif:
    """A crown with five points."""
    body = closed("M -38 18 L -46 -16 L -23 0 L 0 -26 L 23 0 L 46 -16 L 38 18")
    tips = circle(-46, -18, 6) + circle(0, -28, 6.5) + circle(46, -18, 6)
    return motif(
        Part(body, tone),
        Part(tips, tone, bevel=3),
        Part(bar(-38, 12, 38, 24, 4), tone, bevel=4),
        Part(polygon((0, -9), (8, 0), (0, 9), (-8, 0)), jewel, bevel=3),
    )


def halo(tone: Tone = style.GOLD) -> Motif:
    """A ring of light, seen from below."""
    return motif(Part(ellipse(0, 0, 34, 10).edge(8), tone, bevel=3))


def wings(tone: Tone) -> Motif:
    """A pair of wings, spread upwards; between them is room for something 60 wide."""
    feather = closed("M 0 -8 C 22 -17 48 -16 66 0 C 46 15 20 14 0 8")
    feathers = [
        Part(feather.scale(size).turn(degrees).move(24 + shift, 22 - shift), tone, bevel=4)
        for degrees, size, shift in ((32, 0.62, -8), (4, 0.82, -3), (-22, 1.0, 2), (-47, 1.14, 7))
    ]
    return Motif(tuple(feathers)).both()


def laurel(tone: Tone, radius: float = 82) -> Motif:
    """Two branches that meet below."""
    leaf = closed("M 0 -17 C 13 -8 13 9 0 17 C -13 9 -13 -8 0 -17")
    stem = Part(stroke(shapes.arc(radius, 96, 176), 5), tone, bevel=2)
    leaves = []
    for degrees in (108, 131, 154, 177):
        for side, lean in ((-9, -38), (9, 38)):
            x, y = shapes.on_circle(radius + side, degrees)
            leaves.append(Part(leaf.scale(0.78).turn(degrees + 180 + lean).move(x, y), tone, bevel=3))
    return Motif((stem, *leaves)).both()


def shield(tone: Tone, panel: Tone, marks: int) -> Motif:
    """A shield with chevrons, half of it in the light."""
    outer = closed(
        "M 0 -68 C 18 -58 36 -54 56 -54 L 56 2 C 54 38 28 58 0 72 C -28 58 -54 38 -56 2 L -56 -54"
        " C -36 -54 -18 -58 0 -68"
    )
    inner = outer.scale(0.78)
    right = bar(0, -90, 90, 90)
    mark = closed("M 0 -13 L 32 5 L 32 20 L 0 2 L -32 20 L -32 5")
    step = 23
    first = 6 - step * (marks - 1) / 2
    return motif(
        Part(outer, tone),
        Part(inner, panel.light),
        Part(right, panel.base, within=inner),
        *(Part(mark.move(0, first + at * step), tone, bevel=4) for at in range(marks)),
    )


def brilliant(tone: Tone) -> Motif:
    """A cut stone, seen from the side; every facet has its own tone."""
    top, girdle = -48.0, -14.0
    left, right, point = (-66.0, girdle), (66.0, girdle), (0.0, 66.0)
    half_left, half_right = (-27.0, girdle), (27.0, girdle)
    body = polygon((-42, top), (42, top), right, point, left)
    facets = (
        (polygon((-42, top), (-14, top), half_left, left), tone.light),
        (polygon((-14, top), (14, top), half_right, half_left), "#ffffff"),
        (polygon((14, top), (42, top), right, half_right), tone.base),
        (polygon(left, half_left, point), tone.base),
        (polygon(half_left, half_right, point), tone.light),
        (polygon(half_right, right, point), tone.dark),
        (polygon((-14, top), half_left, (-42, top)), tone.base),
        (polygon((14, top), half_right, (42, top)), tone.dark),
    )
    return motif(Part(body, tone), *(Part(facet, colour, within=body) for facet, colour in facets))


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────


def person(tone: Tone) -> Motif:
    """A person, head and chest."""
    chest = closed("M -56 84 C -58 30 -38 12 0 12 C 38 12 58 30 56 84")
    return motif(Part(chest, tone, bevel=8), Part(circle(0, -28, 33), tone, bevel=9))


def heart(tone: Tone) -> Motif:
    """A heart."""
    body = closed(
        "M 0 30 C -44 2 -38 -34 -14 -30 C -5 -28 0 -20 0 -16 C 0 -20 5 -28 14 -30 C 38 -34 44 2 0 30"
    )
    return motif(Part(body, tone))


# ── fire ─────────────────────────────────────────────────────────────────────────────────────────────────

FLAME = (
    "M 4 -88 C 14 -54 60 -34 60 20 C 60 58 34 82 0 82 C -34 82 -60 58 -60 20 C -60 -8 -44 -26 -40 -50"
    " C -28 -42 -22 -32 -20 -22 C -8 -42 -6 -66 4 -88"
)


def flame() -> Motif:
    """A fire of three colours."""
    outer = closed(FLAME)
    middle = outer.scale(0.7).move(0, 22)
    inner = outer.scale(0.42).move(0, 44)
    return motif(
        Part(outer, style.RED, bevel=8),
        Part(middle, style.ORANGE.base),
        Part(inner, style.GOLD.base),
    )
