"""What a run found, as JSON: milliseconds, bytes, requests a second. The report is made from it."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CHANGED = "+"
"""Behind a commit's name: files are changed."""

Findings = dict[str, Any]
"""Each part that was measured, by its name; machine, commit and time; failures, each in a sentence."""


def new_findings(checkout: Path, url: str) -> Findings:
    """Findings without any part."""
    return {
        "machine": f"{len(os.sched_getaffinity(0))} cores, {_processor()}, Python {platform.python_version()}, {url}",
        "commit": commit_of(checkout),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "failures": [],
    }


def commit_of(checkout: Path) -> str:
    """The short name of its commit, with `+` behind it if files are changed; `unknown` outside of a repository."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", checkout, *arguments], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        return git("rev-parse", "--short", "HEAD") + (CHANGED if git("status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
