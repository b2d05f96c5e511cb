"""The JavaScript client in Chromium, in a page of another origin."""

from __future__ import annotations

import httpx
from playwright.sync_api import BrowserContext

from infra.local.runner.stack import Stack
from infra.local.settings import ROOT
from tests.support.web_server import serving

SOURCE = ROOT / "clients/javascript/src"

LISTEN = """
async url => {
  const { Pong, browserStore } = await import("./index.js");
  window.pong = new Pong({ url, store: browserStore() });
  window.states = [];
  window.received = [];
  await pong.post("/auth/guest/");
  const events = pong.events({ onState: state => states.push(state) });
  await events.opened;
  (async () => {
    for await (const { event_code, data } of events) received.push([event_code, data?.n]);
  })();
  return pong.userId;
}
"""


def test_a_guest_in_a_page_gets_events_after_the_sse_process_was_killed(
    context: BrowserContext, stack: Stack
) -> None:
    errors: list[str] = []
    # Chromium writes broken connections to the console; they are no errors of the page.
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    services = {"Authorization": f"Bearer {stack.service_token()}"}
    with (
        serving("<!doctype html><title>Front end</title>", SOURCE) as address,
        httpx.Client(base_url=stack.url, verify=str(stack.ca), headers=services) as client,
    ):

        def send(number: int) -> None:
            body = {"users_id": [user], "event_code": "lobby-update", "data": {"n": number}}
            assert client.post("/api/private/users/", json=body).is_success

        page.goto(address)
        user = page.evaluate(LISTEN, stack.url)
        send(1)
        page.wait_for_function("received.length === 1")
        stack.restart_sse()
        send(2)
        page.wait_for_function("received.length === 2")
        assert page.evaluate("received") == [["lobby-update", 1], ["lobby-update", 2]]
        assert page.evaluate("states.filter(state => state === 'open').length") >= 2
        # The tokens outlive the page.
        page.reload()
        again = 'import("./index.js").then(m => new m.Pong({ store: m.browserStore() }).userId)'
        assert page.evaluate(again) == user
        assert not errors
