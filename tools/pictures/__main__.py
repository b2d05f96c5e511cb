"""Draw the profile pictures.

    python -m tools.pictures

A test fails when the committed files are not what this draws.
"""

from __future__ import annotations

from pathlib import Path

from shared.domain.accounts.pictures import PICTURES
from tools.pictures.badges import draw
from tools.pictures.canvas import SIZES, png

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Write every picture in every size."""
    written = 0
    for picture in PICTURES:
        canvas = draw(picture.name)
        for size, pixels in SIZES.items():
            file = ROOT / picture.url(size).removeprefix("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            written += file.write_bytes(png(canvas.picture(pixels)))
    print(f"assets/profile_pictures: {len(PICTURES)} pictures in {len(SIZES)} sizes, {written / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
