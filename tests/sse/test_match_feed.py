"""The stream of all matches, which services follow."""

from __future__ import annotations

import json
import time

import jwt
import pytest

from shared.auth.service_tokens import AUDIENCE, new_service_token
from shared.auth.signing_keys import service_keys
from shared.auth.tokens import new_token
from shared.events import ALL_MATCHES, RESYNC, TOKEN_EXPIRING
from shared.settings import settings
from sse.hub import Hub
from sse.outbox import read_outbox
from tests.support.events import pushed
from tests.support.sse.records import NOW, Listener, item, numbers, outbox_id, record
from tests.support.sse.server import Client, Live, bearer, in_loop, live_server

PATH = "/sse/matches/"


def as_service(**headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {new_service_token()}", **headers}


async def follow(live: Live, last_id: str | None = None) -> Client:
    client = await live.ask(PATH, as_service(**({"Last-Event-ID": last_id} if last_id else {})))
    assert client.status == 200, await client.body()
    client._waiting += client.parser.feed(await client.chunk())
    return client


def publish(live: Live, *ns: int, to: tuple[int, ...] = (ALL_MATCHES,)) -> None:
    for n in ns:
        live.hub.publish(item(to, n, committed=time.time()), "a", time.time())


@in_loop
async def test_a_service_gets_the_events_of_all_matches_and_no_others_and_is_not_online() -> None:
    async with live_server() as live:
        service, user = await follow(live), await live.listen(7)
        publish(live, 1)
        publish(live, 2, to=(7,))
        publish(live, 3)

        events = [await service.event(), await service.event()]
        mine = await user.event()
        assert events[0]
        assert events[1]
        assert mine
        assert numbers([each for each in events if each]) == [1, 3]
        assert numbers([mine]) == [2]
        assert live.writes.online == {7}


@in_loop
async def test_a_service_resumes_from_its_last_event() -> None:
    async with live_server() as live:
        first = await follow(live)
        publish(live, 1)
        event = await first.event()
        assert event
        first.close()
        publish(live, 2, 3)
        again = await follow(live, event.id)
        missed = [await again.event(), await again.event()]
        assert numbers([each for each in missed if each]) == [2, 3]


@in_loop
async def test_an_id_of_a_users_stream_is_none_of_the_services_and_the_other_way_round() -> None:
    async with live_server() as live:
        service, user = await follow(live), await live.listen(7)
        publish(live, 1)
        publish(live, 2, to=(7,))
        ours, theirs = await service.event(), await user.event()
        assert ours
        assert theirs
        answers = [
            await (await follow(live, theirs.id)).event(),
            await (await live.listen(7, ours.id)).event(),
        ]
        assert [each and each.type for each in answers] == [RESYNC.code, RESYNC.code]


@pytest.mark.parametrize(
    ("header", "query", "answer"),
    [
        (None, "", (401, "not_authenticated")),
        ("Basic YTpi", "", (401, "authentication_failed")),
        ("Bearer nonsense", "", (401, "token_not_valid")),
        ("Bearer {refresh}", "", (401, "token_not_valid")),
        ("Bearer {other}", "", (401, "token_not_valid")),
        ("Bearer {expired}", "", (401, "token_not_valid")),
        ("Bearer {user}", "", (403, "service_token_required")),
        (None, "?token={service}", (401, "not_authenticated")),
        (None, "?token={user}", (401, "not_authenticated")),
    ],
)
@in_loop
async def test_only_a_service_token_in_the_header_opens_it(
    header: str | None, query: str, answer: tuple[int, str]
) -> None:
    claims = {"sub": "0", "type": "service", "aud": AUDIENCE, "jti": "0.x", "iat": 1, "exp": 2}
    tokens = {
        "user": new_token("access", 1),
        "refresh": new_token("refresh", 1),
        "service": new_service_token(),
        "expired": jwt.encode(claims, service_keys()[0], "HS256"),
        "other": jwt.encode({**claims, "exp": 4e9}, "another secret that is long enough too", "HS256"),
    }
    async with live_server() as live:
        headers = {} if header is None else {"Authorization": header.format(**tokens)}
        client = await live.ask(PATH + query.format(**tokens), headers)
        assert (client.status, json.loads(await client.body())["code"]) == answer
        assert live.hub.stream_count == 0
        assert not live.writes.online


@in_loop
async def test_a_service_token_opens_no_stream_of_a_user() -> None:
    async with live_server() as live:
        client = await live.ask("/sse/users/", as_service())
        assert (client.status, json.loads(await client.body())["code"]) == (401, "token_not_valid")


@in_loop
async def test_the_stream_ends_with_its_token_and_says_so_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_SECONDS", "2")
    settings.cache_clear()
    async with live_server() as live:
        client = await follow(live)
        event = await client.event()
        assert event
        assert event.type == TOKEN_EXPIRING.code
        assert await client.event() is None
        assert client.ended_cleanly


@in_loop
async def test_one_stream_too_many_is_429(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSE_FEED_STREAMS", "2")
    settings.cache_clear()
    async with live_server() as live:
        for _ in range(2):
            await follow(live)
        client = await live.ask(PATH, as_service())
        assert (client.status, client.headers["retry-after"]) == (429, "15")
        assert client.headers["ratelimit-policy"] == '"streams";q=2;qu="concurrent-requests"'
        assert (await live.ask("/sse/users/", bearer())).status == 200


@in_loop
async def test_a_stop_ends_it_cleanly() -> None:
    async with live_server() as live:
        client = await follow(live)
        live.server.should_exit = True
        assert await client.event() is None
        assert client.ended_cleanly


def test_a_services_ring_and_queue_have_bounds_of_their_own() -> None:
    hub = Hub(name="test", ring_events=2, queue_events=2, match_ring_events=5, match_queue_events=4)
    listeners = {receiver: Listener(hub, receiver) for receiver in (ALL_MATCHES, 7)}
    for each in listeners.values():
        each.read()
        each.disconnect()
    for n in range(4):
        hub.publish(item((ALL_MATCHES, 7), n), "a", NOW)
    again = {receiver: each.reconnect() for receiver, each in listeners.items()}
    for each in again.values():
        each.read()
    assert again[ALL_MATCHES].numbers == [0, 1, 2, 3]
    assert again[7].codes == [RESYNC.code]
    for n in range(5):
        hub.publish(item((ALL_MATCHES,), n), "a", NOW)
        assert again[ALL_MATCHES].stream.cut is (n == 4)


def test_each_receiver_of_an_event_with_tickets_gets_their_own_under_one_id() -> None:
    event = pushed("game-start", data={"code": "4711"})
    entries = [
        {"to": [7, 8], "event": event, "tickets": {"7": "1.7.x", "8": "1.8.y"}},
        {"to": [0], "event": pushed("lobby-update", data={})},
    ]
    image = {"id": {"N": str(outbox_id(NOW))}, "entries": {"S": json.dumps(entries)}}
    found = read_outbox(record("1", image=image))
    assert found
    one, two, feed = found.deliveries
    assert (one.to, two.to, feed.to) == ((7,), (8,), (0,))
    assert one.id == two.id != feed.id
    assert b'"url":"wss://localhost:4443/ws/game/4711/?ticket=1.7.x"' in one.frame
    assert b"?ticket=1.8.y" in two.frame
    assert b"1.8.y" not in one.frame
