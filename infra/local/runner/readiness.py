"""Whether a server answers."""

from __future__ import annotations

import http.client
import ssl
from pathlib import Path
from urllib.parse import urlsplit

SECONDS = 5.0


def problem(url: str, ca: Path | None = None) -> str | None:
    """Why a GET is not answered, or None if it is, with any status that is no server's error."""
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=ca)
            connection = http.client.HTTPSConnection(parts.netloc, timeout=SECONDS, context=context)
        else:
            connection = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
        try:
            connection.request("GET", parts.path or "/")
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        return getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"it answers with status {status}" if status >= 500 else None


def answers(url: str, ca: Path | None = None) -> bool:
    """Whether a GET is answered."""
    return problem(url, ca) is None
