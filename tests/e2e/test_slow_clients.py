"""A client that doesn't read is cut off, through the edge, too."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

import pytest
from pong_client import ApiError

from infra.local.runner.stack import Stack
from tests.support.e2e.world import World, in_world, until
from tests.support.smuggling.connection import tls

EVENTS = 420
TEXT = "x" * 20_000


@pytest.mark.one_mode
def test_a_client_that_leaves_420_events_of_20_kb_unread_is_cut_off(stack: Stack) -> None:
    async def play(here: World) -> None:
        guest = await here.guest()
        with tls(stack.port, stack.ca) as client:
            fields = f"Host: localhost\r\nConnection: close\r\nAuthorization: Bearer {guest.tokens.access}"
            client.sendall(f"GET /sse/users/ HTTP/1.1\r\n{fields}\r\n\r\n".encode())
            assert client.recv(1024).startswith(b"HTTP/1.1 200 ")
            # Once the client is cut off it is offline, and the game server is told so.
            with suppress(ApiError):
                for number in range(EVENTS):
                    await here.server.notify(
                        [guest.id], "lobby-update", data={"probe": True, "n": number, "text": TEXT}
                    )

            async def is_cut_off() -> bool:
                return f"user={guest.id} cut off: too slow" in (stack.state.logs / "sse.log").read_text()

            await until("the client is cut off", is_cut_off)
            assert await asyncio.to_thread(_read_all, client) < EVENTS * len(TEXT)

    in_world(stack, play)


def _read_all(client: ssl.SSLSocket) -> int:
    """The number of bytes that still come, until the connection ends."""
    size = 0
    while received := client.recv(65536):
        size += len(received)
    return size
