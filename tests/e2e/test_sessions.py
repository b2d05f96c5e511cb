"""Sessions and event streams, as clients see them."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from pong_client import ApiError

from demo.player import Player
from infra.local.runner.stack import Stack
from tests.e2e.conftest import SETTINGS
from tests.support.e2e.world import World, flush_events, in_world, refusal, refusal_code

PATIENCE_SECONDS = 20
CONNECTIONS = 4
"""Of a client that renews its token three times."""


@pytest.mark.one_mode
def test_a_stream_ends_with_its_token_of_5_seconds_and_a_client_that_renews_misses_nothing() -> None:
    async def play(here: World) -> None:
        alice, bob = await here.user(), await here.user()
        await bob.update(accept_chat_from="everyone")
        chat = (await alice.start_chat(bob.username))["id"]
        # Tokens are made after this, and live for 5 seconds.
        began, careless = time.time(), await here.guest()
        access = careless.tokens.access
        ending = asyncio.create_task(_read_to_the_end(here, careless))
        stream = await here.listen(bob)
        written = list[str]()
        while stream.connections < CONNECTIONS:
            await alice.renew()
            written.append(str(len(written)))
            await alice.send_message(chat, written[-1])
        # An event that comes twice has the same id: the client has dropped it.
        received = [await stream.next("receive-message") for _ in written]
        assert [event.data["content"] for event in received] == written
        await flush_events(here, (bob, stream))
        assert len(stream.received("receive-message")) == len(written)
        assert stream.resyncs == []

        codes = await ending
        assert "token-expiring" in codes
        assert time.time() >= began + 5
        status, body = await refusal(careless.call("GET", "/users/me/", token=access))
        assert (status, body["code"]) == (401, "token_not_valid")

    with Stack(settings={**SETTINGS, "ACCESS_SECONDS": "5"}) as stack:
        in_world(stack, play)


async def _read_to_the_end(here: World, player: Player) -> list[str]:
    """The codes of all events of a client that doesn't renew its token; the stream ends cleanly."""
    headers = {"authorization": f"Bearer {player.tokens.access}"}
    codes = []
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        httpx.AsyncClient(verify=here.tls, trust_env=False) as http,
        http.stream("GET", f"{here.api.url}/sse/users/", headers=headers, timeout=PATIENCE_SECONDS) as answer,
    ):
        assert answer.status_code == 200
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                codes.append(value)
    return codes


def test_a_password_change_ends_the_streams_and_tokens_of_other_sessions_and_none_of_its_own(
    stack: Stack,
) -> None:
    async def play(here: World) -> None:
        alice = await here.user()
        assert alice.password is not None
        other = await Player.login(here.api, alice.username, alice.password)
        access = other.tokens.access
        mine, others = await here.listen(alice), await here.listen(other)
        await alice.update(password="another-horse-8", old_password=alice.password)

        failure = await others.ended()
        assert isinstance(failure, ApiError)
        assert failure.code == "token_not_valid"
        assert await refusal_code(other.call("GET", "/users/me/", token=access)) == (401, "token_not_valid")
        assert await refusal_code(other.renew()) == (401, "token_not_valid")

        await here.server.notify([alice.id], "lobby-update", data={"probe": True, "n": 1})
        assert (await mine.next("lobby-update")).data == {"probe": True, "n": 1}
        assert mine.connections == 1
        await alice.renew()
        assert [entry["current"] for entry in (await alice.call("GET", "/users/me/sessions/")).body] == [True]

    in_world(stack, play)


def test_logging_out_ends_the_stream(stack: Stack) -> None:
    async def play(here: World) -> None:
        guest = await here.guest()
        stream = await here.listen(guest)
        await guest.call("POST", "/auth/logout/")
        failure = await stream.ended()
        assert isinstance(failure, ApiError)
        assert failure.code == "token_not_valid"

    in_world(stack, play)


@pytest.mark.one_mode
def test_services_cannot_end_a_users_streams(stack: Stack) -> None:
    async def play(here: World) -> None:
        guest = await here.guest()
        stream = await here.listen(guest)
        for code in ("delete-user", "token-expiring", "sessions-ended"):
            status, body = await refusal(here.server.notify([guest.id], code, data={"id": guest.id}))
            assert (status, list(body)) == (400, ["event_code"])
        await here.server.notify([guest.id], "lobby-update", data={"probe": True, "n": 1})
        assert (await stream.next("lobby-update")).data == {"probe": True, "n": 1}
        assert stream.connections == 1

    in_world(stack, play)
