"""Packages of Node for tests: a folder of programs with a package.json is copied to .local/ and installed there.

Node looks for packages beside a program; in the source tree they would be in the way.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from infra.local.settings import ROOT

INSTALL = (
    "npm",
    "install",
    "--no-package-lock",
    "--ignore-scripts",
    "--omit=optional",
    "--no-audit",
    "--no-fund",
)
INSTALL_SECONDS = 180


def place_of(programs: Path) -> Path:
    """Where the copy of a folder is."""
    return ROOT / ".local" / programs.name.replace("_", "-")


def require_packages(programs: Path) -> None:
    """Install the packages of a folder. Where that doesn't work, skip the test, or fail it if NODE_REQUIRED is set."""
    if reason := _why_missing(programs):
        (pytest.fail if os.environ.get("NODE_REQUIRED") else pytest.skip)(reason)


@cache
def _why_missing(programs: Path) -> str:
    """Install the packages of a folder; why that doesn't work here, or an empty text."""
    absent = [program for program in ("node", "npm") if not shutil.which(program)]
    if absent:
        return f"there is no {' and no '.join(absent)} here"
    place = place_of(programs)
    place.mkdir(parents=True, exist_ok=True)
    for pattern in ("*.mjs", "*.ts", "*.json"):
        for file in programs.glob(pattern):
            shutil.copy(file, place)
    try:
        made = subprocess.run(INSTALL, cwd=place, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return f"npm install takes more than {INSTALL_SECONDS} s"
    return f"npm install failed: {made.stderr[-300:]}" if made.returncode else ""
