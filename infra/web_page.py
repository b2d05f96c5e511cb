"""The files of the web page and their headers, for the edge and for a bucket behind CloudFront.

The page and the JavaScript client lie at the same places as in the repository, so that an import in the page means the
same file to a browser, to the type checker and to an editor.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from urllib.parse import urlsplit

from infra.media_types import media_type

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("web", "clients/javascript/src")
INDEX = "web/index.html"
SENT = frozenset({".css", ".html", ".js", ".svg"})

CACHE_CONTROL = "no-cache"
"""A browser keeps the files, and asks each time whether they are still the same: modules of two versions never mix."""


def files() -> dict[str, Path]:
    """Every file of the page by its path in an address; the page itself is at `/`."""
    found = {"/": ROOT / INDEX}
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in SENT and file != found["/"]:
                found[f"/{file.relative_to(ROOT).as_posix()}"] = file
    return found


def policy(game_url: str) -> str:
    """The page loads from its own origin only, and talks to it and to the game server (CSP level 3).

    `game_url` is the game server's address. No text ever becomes markup: `trusted-types 'none'`.
    """
    game = urlsplit(game_url)
    return "; ".join(
        (
            "default-src 'none'",
            f"connect-src 'self' {game.scheme}://{game.netloc}",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def headers(file: PurePath, game_url: str) -> dict[str, str]:
    """The headers of a file, beside those of every file."""
    found = {"Content-Type": media_type(file), "Cache-Control": CACHE_CONTROL}
    if file.suffix == ".html":
        found["Content-Security-Policy"] = policy(game_url)
        found["Referrer-Policy"] = "no-referrer"
    return found
