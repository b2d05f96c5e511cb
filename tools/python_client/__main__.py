"""Write the Python client's types and calls, clients/python/src/pong_client/, from the OpenAPI document.

    python -m tools.python_client

A test fails when they are stale. Files that are made from the document may be longer than others: there is one for
each area, and no person edits them.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tools.python_client import calls, types
from tools.python_client.text import module
from tools.python_client.types import literal

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "functions" / "meta" / "openapi.json"
PACKAGE = ROOT / "clients" / "python" / "src" / "pong_client"

FOLDERS = ("types", "calls", "sync_calls")
"""Folders that have nothing else."""


def texts() -> dict[Path, str]:
    """The files as they should be."""
    document: dict[str, Any] = json.loads(DOCUMENT.read_text("utf-8"))
    names = {name for members in types.areas(document).values() for name in members}
    made = {f"types/{name}": text for name, text in types.files(document)}
    for folder, sync in (("calls", False), ("sync_calls", True)):
        made |= {f"{folder}/{name}": text for name, text in calls.files(document, names, sync=sync)}
        made[f"{folder}/__init__.py"] = ""
    made["error_codes.py"] = _error_codes(document)
    return {PACKAGE / name: text for name, text in made.items()}


def _error_codes(document: dict[str, Any]) -> str:
    codes = sorted({entry["code"] for entry in document["x-error-codes"]})
    body = ["ErrorCode: TypeAlias = Literal[", *(f"    {literal(code)}," for code in codes), "]"]
    body.append(
        '"""Every code that an error of the API may have; a later version of the API may have more."""'
    )
    return module("The codes of errors.", ["from typing import Literal, TypeAlias"], body)


def main() -> None:
    """Write them, and remove those that have gone."""
    made = texts()
    for folder in FOLDERS:
        shutil.rmtree(PACKAGE / folder, ignore_errors=True)
    for file, text in made.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    print(f"clients/python: {len(made)} files, {sum(map(len, made.values())) // 1024} KiB")


if __name__ == "__main__":
    main()
