"""Files that the edge sends, those under /assets/ first of all. On AWS this is CloudFront over a bucket."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from infra.media_types import media_type
from shared.http.answers import NO_SNIFFING

PREFIX = "/assets/"

MAX_AGE_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that may be sent."""

    file: Path
    size: int
    etag: str
    headers: list[tuple[str, str]]

    def is_held(self, if_none_match: str) -> bool:
        """Whether a client with this If-None-Match has the file already."""
        tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
        return self.etag in tags or tags == ["*"]


def find(root: Path, path: str) -> Asset | None:
    """The file that a path (decoded, with the prefix) names, or None."""
    file = file_in(root, path.removeprefix(PREFIX))
    if file is None:
        return None
    cache_control = f"public, max-age={MAX_AGE_SECONDS}"
    fields = {
        "Content-Type": media_type(file),
        "Cache-Control": cache_control,
        "Access-Control-Allow-Origin": "*",
    }
    return of_file(file, fields)


def file_in(root: Path, path: str) -> Path | None:
    """The file that a path names, seen from `root`, or None.

    Nothing outside `root` is ever found, nor a hidden file, whatever the path contains.
    """
    names = path.split("/")
    if any(name.startswith(".") or "\0" in name or "\\" in name for name in names):
        return None
    root = root.resolve()
    file = root.joinpath(*names).resolve()
    return file if file.is_relative_to(root) and file.is_file() else None


def of_file(file: Path, headers: Mapping[str, str]) -> Asset:
    """A file with these headers, and those of every file."""
    facts = file.stat()
    etag = _etag(file, (facts.st_mtime_ns, facts.st_size))
    fields = {**headers, "ETag": etag, **NO_SNIFFING}
    return Asset(file, facts.st_size, etag, [(name.lower(), value) for name, value in fields.items()])


@lru_cache(maxsize=1024)
def _etag(file: Path, _version: tuple[int, int]) -> str:
    """A hash of the content, so that every machine and every clone gives a file the same tag.

    It is remembered for as long as the file's version, its time and size, stays the same.
    """
    return f'"{hashlib.sha256(file.read_bytes()).hexdigest()[:32]}"'
