"""Shapes in the plane, and how they are moved. Nothing here knows colours or pixels.

The middle of a picture is (0, 0), x grows to the right, y downwards, and a picture reaches from -128 to 128.
Angles are in degrees, clockwise, 0 to the right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]

STEPS = 24
"""Straight pieces per curve."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The union of some polygons."""

    rings: tuple[tuple[Point, ...], ...]

    def __add__(self, other: Shape) -> Shape:
        return Shape(self.rings + other.rings)

    def mapped(self, change: Callable[[float, float], Point]) -> Shape:
        """The shape with every point changed."""
        return Shape(tuple(tuple(change(x, y) for x, y in ring) for ring in self.rings))

    def move(self, dx: float, dy: float) -> Shape:
        """The shape shifted."""
        return self.mapped(lambda x, y: (x + dx, y + dy))

    def turn(self, degrees: float) -> Shape:
        """The shape turned about the middle."""
        sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
        return self.mapped(lambda x, y: (x * cosine - y * sine, x * sine + y * cosine))

    def scale(self, across: float, down: float | None = None) -> Shape:
        """The shape made larger or smaller, seen from the middle."""
        return self.mapped(lambda x, y: (x * across, y * (across if down is None else down)))

    def mirror(self) -> Shape:
        """The shape with left and right exchanged."""
        return self.mapped(lambda x, y: (-x, y))

    def both(self) -> Shape:
        """The shape and its mirror image."""
        return self + self.mirror()

    def edge(self, width: float) -> Shape:
        """A line along the border, half of it on either side."""
        return union(stroke((*ring, ring[0]), width) for ring in self.rings)

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        xs = [x for ring in self.rings for x, _ in ring]
        ys = [y for ring in self.rings for _, y in ring]
        return min(xs), min(ys), max(xs), max(ys)


def union(shapes: Iterable[Shape]) -> Shape:
    """All of the shapes as one."""
    return Shape(tuple(ring for shape in shapes for ring in shape.rings))


def on_circle(radius: float, degrees: float) -> Point:
    """The point of a circle about the middle."""
    return radius * math.cos(math.radians(degrees)), radius * math.sin(math.radians(degrees))


def polygon(*points: Point) -> Shape:
    """Straight lines from point to point and back to the first."""
    return Shape((points,))


def ellipse(x: float, y: float, across: float, down: float, corners: int = 4 * STEPS) -> Shape:
    """An ellipse by its middle and its two radii."""
    turns = [2 * math.pi * step / corners for step in range(corners)]
    return polygon(*((x + across * math.cos(turn), y + down * math.sin(turn)) for turn in turns))


def circle(x: float, y: float, radius: float) -> Shape:
    """A circle by its middle and radius."""
    return ellipse(x, y, radius, radius)


def arc(radius: float, start: float, end: float) -> tuple[Point, ...]:
    """Points on a circle about the middle, from one angle to another."""
    return tuple(on_circle(radius, start + (end - start) * step / STEPS) for step in range(STEPS + 1))


def bar(left: float, top: float, right: float, bottom: float, radius: float = 0) -> Shape:
    """A rectangle with rounded corners."""
    corners = ((right, bottom, 0), (left, bottom, 90), (left, top, 180), (right, top, 270))
    points: list[Point] = []
    for x, y, start in corners:
        middle_x = x - math.copysign(radius, x - (left + right) / 2)
        middle_y = y - math.copysign(radius, y - (top + bottom) / 2)
        points += [(middle_x + px, middle_y + py) for px, py in arc(radius, start, start + 90)]
    return polygon(*points)


def star(points: int, outer: float, inner: float) -> Shape:
    """A star about the middle, one point upwards."""
    corners = range(2 * points)
    return polygon(*(on_circle(inner if at % 2 else outer, 180 * at / points - 90) for at in corners))


def stroke(points: Sequence[Point], width: float) -> Shape:
    """A line of some width along the points, round at ends and corners."""
    half = width / 2
    pieces = []
    for (x, y), (to_x, to_y) in pairwise(points):
        length = math.hypot(to_x - x, to_y - y)
        if length:
            nx, ny = (y - to_y) / length * half, (to_x - x) / length * half
            pieces.append(
                polygon((x + nx, y + ny), (to_x + nx, to_y + ny), (to_x - nx, to_y - ny), (x - nx, y - ny))
            )
    return union([*pieces, *(ellipse(x, y, half, half, STEPS) for x, y in points)])


def path(commands: str) -> tuple[Point, ...]:
    """Points along a path, written as in SVG: M x y, L x y, C x1 y1 x2 y2 x y; capitals only, one M."""
    points: list[Point] = []
    for letter, rest in re.findall(r"([MLC])([^MLC]*)", commands):
        numbers = [float(number) for number in rest.split()]
        given = list(zip(numbers[::2], numbers[1::2], strict=True))
        points += _bend(points[-1], *given) if letter == "C" else given
    return tuple(points)


def closed(commands: str) -> Shape:
    """The area within a path."""
    return polygon(*path(commands))


def _bend(start: Point, first: Point, second: Point, end: Point) -> list[Point]:
    points = []
    for step in range(1, STEPS + 1):
        t = step / STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        corners = (start, first, second, end)
        points.append(
            (
                sum(weight * x for weight, (x, _) in zip(weights, corners, strict=True)),
                sum(weight * y for weight, (_, y) in zip(weights, corners, strict=True)),
            )
        )
    return points
