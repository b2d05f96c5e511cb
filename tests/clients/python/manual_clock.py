"""Time that passes only when something waits for it."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

from pong_client.clock import Clock


class ManualClock:
    """Sleeping moves it on at once; the random part of a wait is always the most."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self.slept: list[float] = []
        self.clock = Clock(lambda: self.time, self._sleep, lambda _, most: most)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


def access_token(name: str, issued: float, life: float) -> str:
    """A token as the API's, unsigned."""
    claims: dict[str, Any] = {"sub": name, "iat": issued, "exp": issued + life}
    return f"e.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.s"
