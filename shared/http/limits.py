"""The size limits of a request, for edge, functions and SSE process (docs/contract/conventions.md#bodies)."""

from __future__ import annotations

from shared.domain.errors import UriTooLong

MAX_URI_BYTES = 8 * 1024
"""Path and query together. CloudFront's limit is the same; API Gateway's is near (10 KiB with all headers)."""

MAX_BODY_BYTES = 64 * 1024


def check_uri(path: str | bytes, query: str | bytes) -> None:
    """UriTooLong if path, question mark and query together are over the limit. Both are percent-encoded."""
    if len(path) + bool(query) + len(query) > MAX_URI_BYTES:
        raise UriTooLong
