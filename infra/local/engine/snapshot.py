"""The files that keep the engine's state: one snapshot, the one before it, and the functions' code.

A snapshot's first line says how long the rest is, its SHA-256, and which files of code belong to it. Writing replaces
the whole file at once, so it is always complete, however the machine or a process ends. Standard library only: the
engine writes and reads it, the runner checks it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

FILE = "state"
BEFORE = "state.before"
CODE = "lambda-blobs"
"""MiniStack's directory for functions' code; each file's name is the SHA-256 of its content."""

FORMAT = 1


class NotSaved(Exception):
    """The state could not be written; why."""


class Damaged(Exception):
    """A snapshot isn't what was written; what is wrong with it."""


def write(directory: Path, payload: bytes, code: Sequence[Path]) -> None:
    """Replace the snapshot; the old one becomes the one before. Raises OSError, and changes nothing then."""
    head = {
        "format": FORMAT,
        "bytes": len(payload),
        "sha256": hashlib.sha256(payload).hexdigest(),
        "code": [file.stem for file in code],
    }
    for file in code:
        _to_disk(file)
    unfinished, before = directory / f"{FILE}.new", directory / f"{BEFORE}.new"
    with unfinished.open("wb") as output:
        output.write(json.dumps(head).encode() + b"\n")
        output.write(payload)
        output.flush()
        os.fsync(output.fileno())
    before.unlink(missing_ok=True)
    if (directory / FILE).exists():
        os.link(directory / FILE, before)
        before.replace(directory / BEFORE)
    unfinished.replace(directory / FILE)
    _to_disk(directory)


def read(directory: Path, name: str = FILE) -> bytes | None:
    """The payload of the snapshot, or of the one before it; None where there is none. Raises Damaged."""
    file = directory / name
    if not file.exists():
        return None
    first, _, payload = file.read_bytes().partition(b"\n")
    try:
        head = json.loads(first)
        known = head["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        raise Damaged(f"{file.name} has no readable first line") from None
    if not known:
        raise Damaged(f"{file.name} is of format {head['format']}, this version reads {FORMAT}")
    if len(payload) != head["bytes"]:
        raise Damaged(
            f"{file.name} should have {head['bytes']} bytes after its first line, but has {len(payload)}"
        )
    if hashlib.sha256(payload).hexdigest() != head["sha256"]:
        raise Damaged(f"{file.name} is not what was written: its checksum is another one")
    for digest in head["code"]:
        code = directory / CODE / f"{digest}.zip"
        if not code.exists() or hashlib.sha256(code.read_bytes()).hexdigest() != digest:
            raise Damaged(f"{CODE}/{code.name} is missing or is not what was written")
    return payload


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
