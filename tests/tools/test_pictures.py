"""The files of assets/: every picture and icon that the API names is there, and is what its script draws."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from infra.local.settings import ROOT
from shared.domain.accounts.pictures import PICTURES, Picture
from shared.wire.catalogue import CATALOGUE
from tools.pictures.badges import PAINTERS, draw
from tools.pictures.canvas import SIZES, png

MAX_BYTES = 3_000_000
SVG = "{http://www.w3.org/2000/svg}"

ICONS = sorted(
    {target.display_icon for kind in CATALOGUE.values() for target in kind.targets if target.display_icon}
)
FILES = [(picture.url(size), pixels) for picture in PICTURES for size, pixels in SIZES.items()]


def file_of(url: str) -> Path:
    return ROOT / url.removeprefix("/")


def assert_same_pixels(url: str, drawn: Image.Image) -> None:
    with Image.open(file_of(url)) as committed:
        same = committed.convert("RGBA").tobytes() == drawn.convert("RGBA").tobytes()
    assert same, f"{url} is not what tools/pictures draws: run `make pictures`"


@pytest.mark.parametrize(("url", "pixels"), FILES)
def test_a_picture_is_a_png_of_its_size(url: str, pixels: int) -> None:
    head = file_of(url).read_bytes()[:24]

    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert head[12:16] == b"IHDR"
    assert struct.unpack(">II", head[16:24]) == (pixels, pixels)


def test_the_assets_are_the_named_ones_and_below_three_megabytes() -> None:
    files = {file for file in (ROOT / "assets").rglob("*") if file.is_file()}

    assert files == {file_of(url) for url in (*ICONS, *(url for url, _ in FILES))}
    assert sum(file.stat().st_size for file in files) < MAX_BYTES


def test_every_picture_looks_different_even_where_it_is_small() -> None:
    assert list(PAINTERS) == [picture.name for picture in PICTURES]
    assert len({file_of(picture.url("small")).read_bytes() for picture in PICTURES}) == len(PICTURES)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_what_the_script_draws(picture: Picture) -> None:
    canvas = draw(picture.name)

    for size in ("medium", "small"):
        assert_same_pixels(picture.url(size), canvas.picture(SIZES[size]))


@pytest.mark.parametrize("picture", [PICTURES[0], PICTURES[16]], ids=["Guest", "Mythic"])
def test_a_large_picture_is_what_the_script_draws_and_the_same_each_time(picture: Picture) -> None:
    once, again = draw(picture.name), draw(picture.name)

    for size in ("", "large"):
        drawn = png(once.picture(SIZES[size]))
        assert drawn == png(again.picture(SIZES[size]))
        with Image.open(io.BytesIO(drawn)) as image:
            assert_same_pixels(picture.url(size), image)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_a_medal_with_nothing_outside_of_its_circle(picture: Picture) -> None:
    with Image.open(file_of(picture.url())) as image:
        alpha = image.convert("RGBA").getchannel("A")

    assert [alpha.getpixel(corner) for corner in ((0, 0), (511, 0), (0, 511), (511, 511))] == [0, 0, 0, 0]
    assert alpha.getpixel((256, 256)) == 255


@pytest.mark.parametrize("url", ICONS)
def test_an_icon_is_an_svg_of_24_by_24_in_the_colour_of_the_text_around(url: str) -> None:
    root = ET.parse(file_of(url)).getroot()

    assert root.tag == f"{SVG}svg"
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("24", "24", "0 0 24 24")
    assert root.get("stroke") == "currentColor"
    assert {element.tag for element in root} <= {f"{SVG}path", f"{SVG}circle"}
    assert len(root)
