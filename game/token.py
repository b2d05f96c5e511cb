"""The service token: printed by a command, asked for again in the middle of its life."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import Sequence

from pong_client.retries import back_off

log = logging.getLogger("game.token")

FIRST_WAIT = 0.2
LONGEST_WAIT = 10.0


class Token:
    """The present service token."""

    def __init__(self, command: Sequence[str]) -> None:
        self.ready = asyncio.Event()
        """There is one."""
        self._command = command
        self._token = ""

    def current(self) -> str:
        """The token, as the Python client takes it."""
        return self._token

    async def get(self) -> None:
        """Run the command until it prints a token: while the API starts, it may have none."""
        failures = 0
        while not (token := await self._printed()):
            await asyncio.sleep(back_off(failures, FIRST_WAIT, LONGEST_WAIT))
            failures += 1
        self._token = token
        self.ready.set()

    async def keep(self) -> None:
        """Get a new one whenever half of the present one's life is over."""
        while True:
            await asyncio.sleep(max(LONGEST_WAIT, _half_life(self._token)))
            await self.get()

    async def _printed(self) -> str:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        printed, problem = await process.communicate()
        if process.returncode:
            log.warning("no token yet: %s", problem.decode(errors="replace").strip()[-200:])
            return ""
        return printed.decode().strip()


def _half_life(token: str) -> float:
    """Seconds from now to the middle between the issue and the end of a JSON Web Token."""
    part = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return float(claims["iat"] + claims["exp"]) / 2 - time.time()
