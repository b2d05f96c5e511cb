"""The media types of assets, for the edge and for the bucket."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath


def media_type(file: PurePath) -> str:
    """The type by the file's name; text and XML name their encoding, so that no browser guesses it."""
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith("+xml") else kind
