"""Chromium's EventSource while the SSE process restarts: it comes back, with what it missed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page

from infra.local.runner.stack import Stack
from tests.infra.conftest import start_edge, wait_until
from tests.support.web_server import serving

KILLS = 5
EVENTS_PER_KILL = 3

LISTEN = """
url => {
  window.numbers = [];
  window.opened = 0;
  window.resyncs = 0;
  window.source = new EventSource(url);
  source.addEventListener('open', () => { opened += 1; });
  source.addEventListener('resync', () => { resyncs += 1; });
  source.addEventListener('lobby-update', event => { numbers.push(JSON.parse(event.data).data.n); });
}
"""


@pytest.fixture
def front_end(context: BrowserContext) -> Iterator[Page]:
    """A tab with a page of another origin. Chromium writes every broken connection to the console."""
    with serving("<!doctype html><title>Front end</title>") as address:
        page = context.new_page()
        page.goto(address)
        yield page


def state_of(page: Page) -> str:
    return str(page.evaluate("['connecting', 'open', 'closed'][source.readyState]"))


@contextmanager
def sse_process_away(stack: Stack) -> Iterator[None]:
    """Kill the SSE process, and keep its successor from taking connections until the end of the block."""
    killed = stack.pids["sse"]
    with ThreadPoolExecutor(1) as threads:
        back = threads.submit(stack.restart_sse)
        wait_until(lambda: stack.pids["sse"] != killed, "the successor")
        successor = stack.pids["sse"]
        os.kill(successor, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(successor, signal.SIGCONT)
        back.result()


def test_an_event_source_survives_five_kills_in_a_row_and_gets_what_it_missed(
    front_end: Page, stack: Stack
) -> None:
    with httpx.Client(base_url=stack.url, verify=str(stack.ca)) as client:
        guest = client.post("/api/auth/guest/").json()
        services = {"Authorization": f"Bearer {stack.service_token()}"}
        me = client.get("/api/users/me/", headers={"Authorization": f"Bearer {guest['access']}"}).json()

        def send(number: int) -> None:
            body = {"users_id": [me["id"]], "event_code": "lobby-update", "data": {"n": number}}
            assert client.post("/api/private/users/", json=body, headers=services).is_success

        front_end.evaluate(LISTEN, f"{stack.url}/sse/users/?token={guest['access']}")
        front_end.wait_for_function("opened === 1")
        send(0)
        front_end.wait_for_function("numbers.includes(0)")
        for kill in range(KILLS):
            sent = [kill * EVENTS_PER_KILL + n for n in range(1, EVENTS_PER_KILL + 1)]
            with front_end.expect_request("**/sse/users/*") as reconnection, sse_process_away(stack):
                reconnection.value  # noqa: B018 - waits for it
                for number in sent:
                    send(number)
            front_end.wait_for_function(f"numbers.includes({sent[-1]}) || source.readyState === 2")
            assert state_of(front_end) == "open"
    assert front_end.evaluate("numbers") == list(range(KILLS * EVENTS_PER_KILL + 1))
    assert not front_end.evaluate("resyncs")


def test_an_event_source_outlives_an_outage_that_is_longer_than_the_edge_waits(
    front_end: Page, tmp_path: Path
) -> None:
    edge = start_edge(tmp_path, settings={"CORS_ORIGINS": "localhost"}, stream_seconds=0.5)
    edge.events.listener.close()
    try:
        with front_end.expect_event("requestfailed"):
            front_end.evaluate(LISTEN, f"{edge.url}/sse/users/?token=t")
        assert state_of(front_end) == "connecting"
        with front_end.expect_event("requestfailed"):
            pass
        assert state_of(front_end) == "connecting"
    finally:
        edge.stop()
