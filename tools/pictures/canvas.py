"""A canvas to paint shapes on, and its PNG file."""

from __future__ import annotations

import io
import math
from collections import Counter

from PIL import Image, ImageChops, ImageColor, ImageDraw

from tools.pictures.shapes import Shape
from tools.pictures.style import INK, Tone

WIDTH = 2048
"""Pixels of a canvas; all sizes of a picture are made smaller from it, which smooths the edges."""
SCALE = WIDTH / 256

SIZES = {"": 512, "large": 256, "medium": 128, "small": 64}
"""Width and height in pixels, by the size's name in `Picture.url`."""

PALETTE_FROM = 256
"""Pictures of this width or more get a palette."""

OUTLINE = 4.0
BEVEL = 5.0
SHADOW = (4.0, 6.0)
SHADOW_OPACITY = 0.28

Colour = tuple[int, int, int, int]
"""Red, green, blue, opacity."""


class Canvas:
    """A picture while it is painted, transparent at first."""

    def __init__(self) -> None:
        self._image = Image.new("RGBA", (WIDTH, WIDTH))

    def paint(
        self,
        shape: Shape,
        colour: str,
        *,
        opacity: float = 1.0,
        within: Shape | None = None,
        without: Shape | None = None,
    ) -> None:
        """Fill a shape, or the part of it within one shape and outside another."""
        left, top, right, bottom = shape.bounds()
        box = (_pixel(left), _pixel(top), _pixel(right) + 2, _pixel(bottom) + 2)
        mask = _mask(shape, box)
        if within:
            mask = ImageChops.darker(mask, _mask(within, box))
        if without:
            mask = ImageChops.subtract(mask, _mask(without, box))
        if opacity < 1:
            mask = mask.point([round(value * opacity) for value in range(256)])
        self._image.paste(ImageColor.getrgb(colour), box, mask)

    def solid(self, shape: Shape, tone: Tone, *, bevel: float = BEVEL, within: Shape | None = None) -> None:
        """A body: outlined, lit from the upper left, dark on the other side. `within` hides what is outside."""
        self.outline(shape, within=within)
        self.paint(shape, tone.base, within=within)
        self.paint(shape, tone.dark, without=shape.move(-bevel, -bevel), within=within)
        self.paint(shape, tone.light, without=shape.move(bevel * 0.7, bevel * 0.7), within=within)

    def outline(self, shape: Shape, *, within: Shape | None = None) -> None:
        """The ink around a shape (and below it)."""
        self.paint(shape + shape.edge(2 * OUTLINE), INK, within=within)

    def shadow(self, shape: Shape, *, within: Shape) -> None:
        """The shadow of a shape on everything painted before."""
        around = shape + shape.edge(2 * OUTLINE)
        self.paint(around.move(*SHADOW), INK, opacity=SHADOW_OPACITY, within=within)

    def picture(self, pixels: int) -> Image.Image:
        """The picture in this width and height."""
        return self._image.reduce(WIDTH // pixels)


def png(picture: Image.Image) -> bytes:
    """The picture as a PNG file. Large ones have a palette, which makes them a third of the size."""
    file = io.BytesIO()
    if picture.width >= PALETTE_FROM:
        colours, picture = _with_palette(picture)
        picture.save(file, "PNG", optimize=True, transparency=bytes(alpha for *_, alpha in colours))
    else:
        picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _with_palette(picture: Image.Image) -> tuple[list[Colour], Image.Image]:
    """At most 256 colours, and the picture in them.

    The palette grows by the colour that is most wrong without it, weighed by how often it occurs: flat areas keep
    their exact colour, and the rare mixtures on the edges share what is left.
    """
    data = picture.tobytes()
    pixels: list[Colour] = list(zip(data[::4], data[1::4], data[2::4], data[3::4], strict=True))
    counts = Counter(pixels)
    palette: list[Colour] = []
    nearest = dict.fromkeys(counts, 0)
    error = dict.fromkeys(counts, math.inf)
    while len(palette) < 256 and any(error.values()):
        added = max(counts, key=lambda colour: (error[colour] * counts[colour], counts[colour], colour))
        for colour in counts:
            distance = _distance(colour, added)
            if distance < error[colour]:
                error[colour], nearest[colour] = distance, len(palette)
        palette.append(added)
    indexed = Image.frombytes("P", picture.size, bytes(nearest[pixel] for pixel in pixels))
    indexed.putpalette([value for red, green, blue, _ in palette for value in (red, green, blue)])
    return palette, indexed


def _distance(one: Colour, other: Colour) -> int:
    red, green, blue, alpha = one
    to_red, to_green, to_blue, to_alpha = other
    return (red - to_red) ** 2 + (green - to_green) ** 2 + (blue - to_blue) ** 2 + (alpha - to_alpha) ** 2


def _pixel(at: float) -> int:
    return math.floor((at + 128) * SCALE)


def _mask(shape: Shape, box: tuple[int, int, int, int]) -> Image.Image:
    left, top, right, bottom = box
    mask = Image.new("L", (right - left, bottom - top))
    draw = ImageDraw.Draw(mask)
    for ring in shape.rings:
        draw.polygon([((x + 128) * SCALE - left, (y + 128) * SCALE - top) for x, y in ring], fill=255)
    return mask
