"""Parts of documents that are made from the code, between two comments: `<!-- name -->` and `<!-- /name -->`."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"


def with_part(text: str, name: str, part: str) -> str:
    """A document with another part between the comments of this name."""
    before, start, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    return before + start + part + end + after
