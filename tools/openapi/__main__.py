"""Write the OpenAPI document to where its endpoint reads it from.

    python -m infra.openapi

The endpoint's Lambda imports only itself, so the document is made beforehand and committed; a test fails when
it is stale.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import app  # noqa: F401 (importing it fills the registry)
from shared.http.openapi import document
from shared.http.registry import ROUTES
from shared.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "functions" / "meta" / "openapi.json"


def text() -> str:
    """The document as it should stand in the file; the same on every machine, whatever its settings."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    made = document(ROUTES, public_url=Settings().public_url, version=version)
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"{FILE.relative_to(ROOT)}: {FILE.stat().st_size // 1024} KiB")
