"""Stream clients of Node, in programs of their own beside this file.

They run as copies, beside their packages (tests/support/node_packages.py).
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from tests.support.node_packages import place_of
from tests.support.stream_clients.python import Address

PROGRAMS = Path(__file__).parent
PLACE = place_of(PROGRAMS)

CLIENTS = {
    "eventsource": "eventsource.mjs",
    "@microsoft/fetch-event-source": "fetch_event_source.mjs",
    "hey-api": "hey_api.mjs",
}


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
