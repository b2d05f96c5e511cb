"""Finds the stack of `docker compose -f localstack.yml up`: copies its addresses and its certificate out of it.

Its files are in a volume of Docker's, which belongs to the containers' user.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from infra.local.settings import ROOT

FILES = ("run.json", "ca.pem")

COPY_SECONDS = 30


def copied_state(port: int) -> Path | None:
    """A directory with run.json and ca.pem of the containers whose edge has this port; None if there are none."""
    if shutil.which("docker") is None:
        return None
    place = ROOT / ".local" / "compose" / str(port)
    place.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (place / name).unlink(missing_ok=True)
        _copy(name, place, port)
    if not all((place / name).exists() for name in FILES):
        return None
    facts = json.loads((place / "run.json").read_text())
    return place if facts["url"].endswith(f":{port}") else None


def _copy(name: str, place: Path, port: int) -> None:
    """Copy a file, if the containers are there and have it."""
    subprocess.run(
        ["docker", "compose", "-f", "localstack.yml", "cp", f"edge:/state/{name}", str(place / name)],
        cwd=ROOT,
        env={**os.environ, "PORT": str(port)},
        capture_output=True,
        timeout=COPY_SECONDS,
        check=False,
    )
