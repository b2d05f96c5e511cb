"""Stream clients of Node, in programs of their own beside this file.

They run as copies in .local/stream-clients/, beside their packages: that is where Node looks for these.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from infra.local.settings import ROOT
from tests.support.stream_clients.python import Address

PLACE = ROOT / ".local" / "stream-clients"
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

CLIENTS = {
    "eventsource": "eventsource.mjs",
    "@microsoft/fetch-event-source": "fetch_event_source.mjs",
    "hey-api": "hey_api.mjs",
}


@cache
def why_missing() -> str:
    """Install the packages; why that doesn't work here, or an empty text."""
    absent = [program for program in ("node", "npm") if not shutil.which(program)]
    if absent:
        return f"there is no {' and no '.join(absent)} here"
    PLACE.mkdir(parents=True, exist_ok=True)
    for pattern in ("*.mjs", "package.json"):
        for file in Path(__file__).parent.glob(pattern):
            shutil.copy(file, PLACE)
    try:
        made = subprocess.run(INSTALL, cwd=PLACE, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return f"npm install takes more than {INSTALL_SECONDS} s"
    return f"npm install failed: {made.stderr[-300:]}" if made.returncode else ""


class Program:
    """A running program; a context manager. Its journal grows while it runs."""

    def __init__(self, client: str, address: Address, access: str, refresh: str, *, renews: bool) -> None:
        # Node 18 tries one address only, and localhost may have two.
        self._command = ["node", "--dns-result-order=ipv4first", CLIENTS[client]]
        self._environment = {
            **os.environ,
            "NODE_EXTRA_CA_CERTS": str(address.ca),
            "ORIGIN": address.origin,
            "ACCESS": access,
            "REFRESH": refresh,
            "RENEWS": "1" if renews else "",
        }
        self.journal: list[dict[str, Any]] = []

    async def run(self) -> int:
        """Until the program ends by itself, or the task is cancelled; its exit status."""
        process = await asyncio.create_subprocess_exec(
            *self._command, cwd=PLACE, env=self._environment, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                self.journal.append(json.loads(line))
            return await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
