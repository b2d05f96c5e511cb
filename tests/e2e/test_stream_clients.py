"""Stream clients that others have written, on the product: docs/events.md#clients-that-others-have-written.

Each is tried at a clean end, at a refusal, and in a program that renews its token while events flow.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx_sse
import pytest
import requests
import sseclient
from requests_sse import InvalidStatusCodeError

from demo.player import Player
from infra.local.runner.stack import Stack
from sse.server import RETRY_MILLISECONDS
from tests.e2e.conftest import DURATIONS, SETTINGS
from tests.support.e2e.world import World, in_world, until
from tests.support.node_packages import require_packages
from tests.support.stream_clients import node, python
from tests.support.stream_clients.python import Address

pytestmark = pytest.mark.one_mode

RENEWALS = 3
PATIENCE_SECONDS = 120

Journal = list[dict[str, Any]]


@pytest.fixture(scope="module")
def brief_tokens() -> Iterator[Stack]:
    """A stack whose access tokens live for 6 seconds and are announced to expire after 3."""
    with Stack(settings={**SETTINGS, **DURATIONS, "ACCESS_SECONDS": "6"}) as running:
        yield running


@pytest.fixture(scope="module")
def needs_node() -> None:
    """Skip without Node and its packages; fail where NODE_REQUIRED is set, as continuous integration does."""
    require_packages(node.PROGRAMS)


def address(stack: Stack) -> Address:
    return Address(stack.url, stack.ca)


def of(what: str, journal: Journal) -> Journal:
    return [entry for entry in journal if entry["what"] == what]


# ── a program that renews ────────────────────────────────────────────────────────────────────────────────


class Flow:
    """Numbered events for the user of each client, until each has renewed its token a few times."""

    def __init__(self) -> None:
        self.sent = 0
        self.journals: dict[str, Journal] = {}

    async def run(self, here: World, clients: list[str]) -> None:
        guests = [await here.guest() for _ in clients]
        async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as running:
            for client, guest in zip(clients, guests, strict=True):
                running.create_task(self._run_client(here, client, guest))
            try:
                await self._send(here, guests)
            finally:
                # All streams end, and with them the programs.
                for guest in guests:
                    await guest.renew()
                    await guest.call("POST", "/auth/logout/")

    async def _send(self, here: World, guests: list[Player]) -> None:
        await asyncio.gather(*map(comes_online, guests))
        while not all(len(of("expiring", journal)) >= RENEWALS for journal in self.journals.values()):
            await here.server.notify(
                [guest.id for guest in guests], "lobby-update", data={"probe": True, "n": self.sent}
            )
            self.sent += 1
            await asyncio.sleep(0.05)

        async def all_have_the_last() -> bool:
            return all(numbers(journal)[-1:] == [self.sent - 1] for journal in self.journals.values())

        await until("each program has the last event", all_have_the_last)

    async def _run_client(self, here: World, client: str, guest: Player) -> None:
        where = address(here.stack)
        if client in node.CLIENTS:
            program = node.Program(client, where, guest.tokens.access, guest.tokens.refresh, renews=True)
            self.journals[client] = program.journal
            assert await program.run() == 0
        else:
            reader = python.Program(python.CLIENTS[client], where, guest.tokens.access, guest.tokens.refresh)
            self.journals[client] = reader.journal
            try:
                await asyncio.to_thread(reader.run)
            finally:
                reader.stopped = True


async def comes_online(player: Player) -> None:
    async def is_online() -> bool:
        await player.renew()
        return bool((await player.me())["is_online"])

    await until("the client is online", is_online)


def numbers(journal: Journal) -> list[int]:
    """The numbers of the events, without those whose id has come before."""
    return [entry["n"] for entry in of("event", journal) if not entry["repeated"]]


@pytest.fixture(scope="module")
def python_flow(brief_tokens: Stack) -> Flow:
    flow = Flow()
    in_world(brief_tokens, lambda here: flow.run(here, [*python.CLIENTS]))
    return flow


@pytest.fixture(scope="module")
def node_flow(brief_tokens: Stack, needs_node: None) -> Flow:
    flow = Flow()
    in_world(brief_tokens, lambda here: flow.run(here, [*node.CLIENTS]))
    return flow


def assert_nothing_is_missing(flow: Flow, journal: Journal) -> None:
    found = numbers(journal)
    # The first event may be committed before the first stream is there.
    assert found == list(range(found[0], flow.sent))
    assert len(of("expiring", journal)) >= RENEWALS
    # Old and new streams were open at the same time.
    assert any(entry["repeated"] for entry in of("event", journal))


@pytest.mark.parametrize("client", python.CLIENTS)
def test_a_python_program_that_renews_misses_nothing_and_drops_repeats_by_id(
    python_flow: Flow, client: str
) -> None:
    assert_nothing_is_missing(python_flow, python_flow.journals[client])


@pytest.mark.parametrize("client", node.CLIENTS)
def test_a_node_program_that_renews_misses_nothing_and_drops_repeats_by_id(
    node_flow: Flow, client: str
) -> None:
    assert_nothing_is_missing(node_flow, node_flow.journals[client])


# ── a clean end, and a refusal ───────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def running(program: node.Program) -> AsyncIterator[asyncio.Task[int]]:
    task = asyncio.create_task(program.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def guest_after_logout(here: World) -> Player:
    guest = await here.guest()
    await guest.call("POST", "/auth/logout/")
    return guest


def journal_at_a_clean_end(stack: Stack, client: str, *, events: int = 1) -> Journal:
    """Of a program that gets events or none, whose session ends, and that has then ended by itself."""

    async def play(here: World) -> Journal:
        guest = await here.guest()
        program = node.Program(
            client, address(stack), guest.tokens.access, guest.tokens.refresh, renews=False
        )
        async with asyncio.timeout(PATIENCE_SECONDS), running(program) as task:
            await comes_online(guest)
            while len(of("event", program.journal)) < events:
                await here.server.notify([guest.id], "lobby-update", data={"probe": True, "n": 1})
                await asyncio.sleep(0.05)
            await guest.call("POST", "/auth/logout/")
            assert await task == 0
        return program.journal

    return in_world(stack, play)


def journal_at_a_refusal(stack: Stack, client: str, requests: int) -> Journal:
    """Of a program whose token isn't valid, after so many requests."""

    async def play(here: World) -> Journal:
        guest = await guest_after_logout(here)
        program = node.Program(
            client, address(stack), guest.tokens.access, guest.tokens.refresh, renews=False
        )
        async with asyncio.timeout(PATIENCE_SECONDS), running(program) as task:

            async def has_tried() -> bool:
                if task.done():
                    raise AssertionError(f"the program ended with {task.result()}: {program.journal}")
                return len(of("request", program.journal)) >= requests

            await until("the program has sent its requests", has_tried)
        return program.journal

    return in_world(stack, play)


def test_eventsource_reconnects_as_told_with_the_last_id_and_gives_up_at_401(
    stack: Stack, needs_node: None
) -> None:
    journal = journal_at_a_clean_end(stack, "eventsource")
    last = of("event", journal)[-1]
    assert [(entry["status"], entry["last_id"]) for entry in of("request", journal)] == [
        (200, ""),
        (401, last["id"]),
    ]
    shortest, longest = RETRY_MILLISECONDS
    assert [wait for entry in of("wait", journal) if shortest <= (wait := entry["milliseconds"]) <= longest]
    assert [(entry["code"], entry["closed"]) for entry in of("error", journal)] == [
        (None, False),
        (401, True),
    ]


def test_eventsource_has_no_id_to_resume_from_before_its_first_event(stack: Stack, needs_node: None) -> None:
    journal = journal_at_a_clean_end(stack, "eventsource", events=0)
    assert [entry["last_id"] for entry in of("request", journal)] == ["", ""]


@pytest.mark.parametrize("client", ["@microsoft/fetch-event-source", "hey-api"])
def test_two_clients_stop_at_a_clean_end(stack: Stack, needs_node: None, client: str) -> None:
    journal = journal_at_a_clean_end(stack, client)
    assert [entry["status"] for entry in of("request", journal)] == [200]
    assert len(of("closed", journal)) == 1


@pytest.mark.parametrize("client", ["@microsoft/fetch-event-source", "hey-api"])
def test_the_same_two_try_again_after_401_without_end(stack: Stack, needs_node: None, client: str) -> None:
    journal = journal_at_a_refusal(stack, client, requests=2)
    assert [entry["status"] for entry in of("request", journal)][:2] == [401, 401]


@pytest.mark.parametrize("client", ["@microsoft/fetch-event-source", "hey-api"])
def test_the_same_two_call_their_program_with_an_id_without_data_first(
    stack: Stack, needs_node: None, client: str
) -> None:
    journal = journal_at_a_clean_end(stack, client)
    assert of("without data", journal)[0]["id"]


def heard_until_a_clean_end(stack: Stack, client: str) -> list[python.Heard]:
    """What a client hands over of a stream that ends; raises its error."""
    heard = list[python.Heard]()

    async def play(here: World) -> None:
        guest = await here.guest()

        def read() -> None:
            heard.extend(python.CLIENTS[client](address(stack), guest.tokens.access, ""))

        async with asyncio.timeout(PATIENCE_SECONDS):
            reading = asyncio.create_task(asyncio.to_thread(read))
            await comes_online(guest)
            await guest.call("POST", "/auth/logout/")
            await reading

    in_world(stack, play)
    return heard


@pytest.mark.parametrize("client", ["httpx-sse", "sseclient-py"])
def test_clients_that_read_one_answer_end_with_it(stack: Stack, client: str) -> None:
    heard = heard_until_a_clean_end(stack, client)
    # httpx-sse hands over the opening, too, which has an id and no data.
    openings = [(event.data, bool(event.id)) for event in heard if event.code == "message"]
    assert openings == ([("", True)] if client == "httpx-sse" else [])


def test_requests_sse_reconnects_with_the_last_id_and_raises_an_error_at_401(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, sleep = list[float](), time.sleep

    def recorded(seconds: float) -> None:
        waits.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", recorded)
    with pytest.raises(InvalidStatusCodeError) as refusal:
        heard_until_a_clean_end(stack, "requests-sse")
    assert refusal.value.status_code == 401
    assert refusal.value.response is not None
    assert refusal.value.response.request.headers["Last-Event-Id"]
    # It doubles what `retry` says.
    shortest, longest = RETRY_MILLISECONDS
    assert [wait for wait in waits if 2 * shortest <= 1000 * wait <= 2 * longest]


def test_httpx_sse_raises_an_error_at_401_that_does_not_name_the_status(stack: Stack) -> None:
    player = in_world(stack, guest_after_logout)
    tls = ssl.create_default_context(cafile=str(stack.ca))
    with (
        httpx.Client(verify=tls, trust_env=False) as http,
        httpx_sse.connect_sse(
            http, "GET", address(stack).stream, headers=python.headers(player.tokens.access, "")
        ) as source,
    ):
        assert source.response.status_code == 401
        with pytest.raises(httpx_sse.SSEError, match="application/json"):
            next(source.iter_sse())


def test_sseclient_py_takes_401_for_a_stream_without_events(stack: Stack) -> None:
    player = in_world(stack, guest_after_logout)
    answer = requests.get(
        address(stack).stream,
        headers=python.headers(player.tokens.access, ""),
        verify=str(stack.ca),
        stream=True,
        timeout=PATIENCE_SECONDS,
    )
    assert answer.status_code == 401
    assert list(sseclient.SSEClient(iter(answer)).events()) == []
