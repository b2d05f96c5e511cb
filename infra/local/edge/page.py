"""The web page at / and its modules: which file a path means (infra/web_page.py has the places and the headers)."""

from __future__ import annotations

from infra import web_page
from infra.local.edge import assets
from infra.local.edge.assets import Asset
from shared.settings import settings

PREFIXES = tuple(f"/{folder}/" for folder in web_page.FOLDERS)


def has(path: str) -> bool:
    """Whether a path (decoded) is the page's."""
    return path == "/" or path.startswith(PREFIXES)


def find(path: str) -> Asset | None:
    """The file that a path of the page names, or None."""
    index = web_page.ROOT / web_page.INDEX
    if path == "/":
        return assets.of_file(index, web_page.headers(index, settings().game_address))
    prefix = next(prefix for prefix in PREFIXES if path.startswith(prefix))
    file = assets.file_in(web_page.ROOT / prefix.strip("/"), path.removeprefix(prefix))
    if file is None or file.suffix not in web_page.SENT or file == index:
        return None
    return assets.of_file(file, web_page.headers(file, settings().game_address))
