"""The server over real sockets."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import jwt
import pytest

from shared.auth.service_tokens import new_service_token
from shared.auth.tokens import new_token, read_token
from shared.events import RESYNC
from shared.settings import settings
from sse.framing import frame
from sse.http1 import SEND_BUFFER_BYTES
from sse.outbox import OutboxItem
from sse.server import ADMITTED_AT_ONCE
from tests.support.events import pushed
from tests.support.logs import logging_to
from tests.support.sse.records import ending, item, numbers
from tests.support.sse.server import Live, bearer, in_loop, live_server

ORIGIN = "http://localhost:5173"


def publish(live: Live, *ns: int, to: tuple[int, ...] = (1,), code: str = "lobby-update") -> None:
    for n in ns:
        live.hub.publish(item(to, n, committed=time.time(), code=code), "a", time.time())


@in_loop
async def test_a_stream_opens_with_the_headers_of_one_and_a_first_byte_at_once() -> None:
    async with live_server() as live:
        client = await live.ask("/sse/users/", bearer())

        assert client.status == 200
        assert client.headers["content-type"].startswith("text/event-stream")
        assert client.headers["cache-control"] == "no-store"
        assert client.headers["x-content-type-options"] == "nosniff"
        assert client.headers["x-accel-buffering"] == "no"
        assert (await client.chunk()).startswith(b": connected\nretry: ")


@in_loop
async def test_browsers_are_asked_to_come_back_at_different_times() -> None:
    async with live_server() as live:
        clients = [await live.listen(user_id) for user_id in range(1, 11)]
        waits = {client.parser.retry_ms for client in clients}
        assert len(waits) > 1
        assert all(wait is not None and 500 <= wait <= 3000 for wait in waits)


@pytest.mark.parametrize("path", ["/sse/users/?token={}", "/sse/users?token={}", "/sse/users/?a=b&token={}"])
@in_loop
async def test_the_token_may_be_in_the_query(path: str) -> None:
    async with live_server() as live:
        client = await live.ask(path.format(new_token("access", 7)))

        assert client.status == 200
        assert live.writes.online == {7}


def expired() -> str:
    claims = {"sub": "1", "type": "access", "jti": "0.x", "iat": 1, "exp": 2}
    return jwt.encode(claims, "a secret for tests that is long enough for HS256", "HS256")


@pytest.mark.parametrize(
    ("header", "query", "code"),
    [
        (None, "", "not_authenticated"),
        ("Basic YTpi", "", "authentication_failed"),
        ("{access}", "", "authentication_failed"),
        ("Bearer", "", "authentication_failed"),
        ("Bearer nonsense", "", "token_not_valid"),
        ("Bearer {refresh}", "", "token_not_valid"),
        ("Bearer {service}", "", "token_not_valid"),
        ("Bearer {expired}", "", "token_not_valid"),
        ("Bearer {other}", "", "token_not_valid"),
        (None, "?token=", "not_authenticated"),
        (None, "?token=nonsense", "token_not_valid"),
        (None, "?token={refresh}", "token_not_valid"),
        ("Bearer {unknown}", "", "user_not_found"),
    ],
)
@in_loop
async def test_a_request_without_a_users_token_is_told_why(header: str | None, query: str, code: str) -> None:
    tokens = {
        "access": new_token("access", 1),
        "refresh": new_token("refresh", 1),
        "service": new_service_token(),
        "expired": expired(),
        "other": jwt.encode(
            {"sub": "1", "type": "access"}, "another secret that is long enough too", "HS256"
        ),
        "unknown": new_token("access", 404),
    }
    async with live_server() as live:
        live.writes.unknown.add(404)
        headers = {} if header is None else {"Authorization": header.format(**tokens)}

        client = await live.ask("/sse/users/" + query.format(**tokens), headers)

        assert client.status == 401
        answer = json.loads(await client.body())
        assert set(answer) == {"detail", "code"}
        assert client.headers["www-authenticate"] == "bearer"
        assert answer["code"] == code
        assert live.hub.stream_count == 0


@pytest.mark.parametrize("path", ["/", "/sse/", "/sse/users/1/", "/api/users/me/", "/sse/users//"])
@in_loop
async def test_other_paths_are_not_found(path: str) -> None:
    async with live_server() as live:
        client = await live.ask(path, bearer())

        assert client.status == 404
        assert json.loads(await client.body())["code"] == "not_found"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD"])
@in_loop
async def test_other_methods_are_not_allowed(method: str) -> None:
    async with live_server() as live:
        client = await live.ask("/sse/users/", bearer(), method)

        assert client.status == 405
        assert client.headers["allow"] == "get"
        if method != "HEAD":
            assert json.loads(await client.body())["code"] == "method_not_allowed"


@in_loop
async def test_a_uri_over_8_kib_is_refused() -> None:
    async with live_server() as live:
        client = await live.ask("/sse/users/?token=" + "x" * 8192)

        assert client.status == 414
        assert json.loads(await client.body())["code"] == "uri_too_long"


@in_loop
async def test_pages_of_allowed_origins_may_read_streams_and_errors() -> None:
    async with live_server() as live:
        stream = await live.ask("/sse/users/", {**bearer(), "Origin": ORIGIN})
        refused = await live.ask("/sse/users/", {"Origin": ORIGIN})
        foreign = await live.ask("/sse/users/", {**bearer(), "Origin": "https://elsewhere.example"})

        assert stream.headers["access-control-allow-origin"] == ORIGIN
        assert refused.status == 401
        assert refused.headers["access-control-allow-origin"] == ORIGIN
        assert "access-control-allow-origin" not in foreign.headers
        assert all(client.headers["vary"] == "origin" for client in (stream, refused, foreign))


@in_loop
async def test_a_preflight_request_is_answered_without_a_token() -> None:
    async with live_server() as live:
        client = await live.ask(
            "/sse/users/",
            {
                "Origin": ORIGIN,
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "authorization",
            },
            "OPTIONS",
        )

        assert client.status == 204
        assert client.headers["access-control-allow-origin"] == ORIGIN
        assert "authorization" in client.headers["access-control-allow-headers"]
        assert "last-event-id" in client.headers["access-control-allow-headers"]
        assert "get" in client.headers["access-control-allow-methods"]


@in_loop
async def test_every_answer_has_a_request_id_that_of_the_request_if_it_has_one() -> None:
    async with live_server() as live:
        stream = await live.ask("/sse/users/", {**bearer(), "X-Request-Id": "r-1"})
        refused = await live.ask("/sse/users/", {"X-Request-Id": "r-2"})
        own = await live.ask("/healthz")

        assert stream.headers["x-request-id"] == "r-1"
        assert refused.headers["x-request-id"] == "r-2"
        assert own.headers["x-request-id"]


@in_loop
async def test_all_streams_of_a_user_get_every_event_in_order() -> None:
    async with live_server() as live:
        first, second, other = await live.listen(1), await live.listen(1), await live.listen(2)

        publish(live, *range(20), to=(1,))
        publish(live, 99, to=(2, 1))

        for client in (first, second):
            got = [await client.event() for _ in range(21)]
            assert numbers([event for event in got if event]) == [*range(20), 99]
        assert numbers([event for event in [await other.event()] if event]) == [99]


@pytest.mark.parametrize("how", ["header", "query"])
@in_loop
async def test_a_client_that_resumes_gets_the_missed_events(how: str) -> None:
    async with live_server() as live:
        client = await live.listen()
        publish(live, 1)
        await client.event()
        client.close()
        publish(live, 2, 3)

        last_id = client.parser.last_event_id
        if how == "header":
            again = await live.listen(last_id=last_id)
        else:
            again = await live.ask(f"/sse/users/?last_event_id={last_id}", bearer())
        publish(live, 4)

        got = [await again.event() for _ in range(3)]
        assert numbers([event for event in got if event]) == [2, 3, 4]


@in_loop
async def test_an_unknown_last_id_gets_resync_first() -> None:
    async with live_server() as live:
        client = await live.listen(last_id="long ago")

        event = await client.event()

        assert event is not None
        assert event.type == "resync"
        assert json.loads(event.data) == RESYNC.render()


@in_loop
async def test_pings_come_without_id_and_in_full_shape() -> None:
    async with live_server(heartbeat=0.2) as live:
        clients = [await live.listen(user) for user in range(1, 6)]

        for client in clients:
            for _ in range(2):
                event = await client.event()
                assert event is not None
                assert (event.type, event.id) == ("ping", None)
                assert json.loads(event.data) == {
                    "service": "auth",
                    "event_code": "ping",
                    "type": "event",
                    "message": "",
                    "target": None,
                    "data": None,
                    "kwargs": None,
                }


@in_loop
async def test_after_delete_user_the_stream_ends() -> None:
    async with live_server() as live:
        client = await live.listen()

        publish(live, 1, code="delete-user")

        event = await client.event()
        assert event is not None
        assert event.type == "delete-user"
        assert await client.event() is None
        assert client.ended_cleanly


@in_loop
async def test_a_deleted_users_next_attempt_is_401_at_once_and_as_long_as_it_is_tried() -> None:
    async with live_server() as live:
        client = await live.listen()
        publish(live, 1, code="delete-user")
        while await client.event() is not None:
            pass

        for _ in range(3):
            again = await live.ask("/sse/users/", bearer())
            assert again.status == 401
            assert json.loads(await again.body())["code"] == "user_not_found"


@in_loop
async def test_a_deleted_user_within_the_grace_of_their_last_stream_is_401_before_the_event_comes() -> None:
    async with live_server(grace=60.0) as live:
        (await live.listen()).close()
        live.writes.unknown.add(1)

        again = await live.ask("/sse/users/", bearer())

        assert again.status == 401
        assert json.loads(await again.body())["code"] == "user_not_found"


@in_loop
async def test_the_end_of_a_session_ends_its_stream_and_its_next_attempt_is_401() -> None:
    async with live_server() as live:
        headers = {name: {"Authorization": f"Bearer {new_token('access', 1, 0, name)}"} for name in "ab"}
        ended, other = [await live.ask("/sse/users/", headers[name]) for name in "ab"]
        await ended.chunk()

        live.hub.publish(ending("a", committed=time.time()), "s", time.time())

        assert await ended.event() is None
        assert ended.ended_cleanly
        again = await live.ask("/sse/users/", headers["a"])
        assert again.status == 401
        assert json.loads(await again.body())["code"] == "token_not_valid"
        publish(live, 7)
        event = await other.event()
        assert event is not None
        assert event.type == "lobby-update"


@in_loop
async def test_a_token_of_an_ended_session_opens_no_stream() -> None:
    async with live_server() as live:
        live.writes.ended.add("a")

        client = await live.ask("/sse/users/", {"Authorization": f"Bearer {new_token('access', 1, 0, 'a')}"})

        assert client.status == 401
        assert json.loads(await client.body())["code"] == "token_not_valid"
        assert live.writes.online == set()


@in_loop
async def test_a_session_that_ends_while_its_user_comes_online_gets_no_stream() -> None:
    async with live_server(grace=0.01) as live:
        live.writes.gates["come_online"] = threading.Event()
        headers = {"Authorization": f"Bearer {new_token('access', 1, 0, 'a')}"}
        asking = asyncio.create_task(live.ask("/sse/users/", headers))
        await live.writes.until(lambda: ("come_online", 1) in live.writes.calls)
        live.hub.publish(ending("a", committed=time.time()), "s", time.time())
        live.writes.gates["come_online"].set()

        client = await asking

        assert client.status == 401
        await live.writes.until(lambda: ("go_offline", 1) in live.writes.calls)


@in_loop
async def test_a_stream_says_that_its_token_expires_and_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS_SECONDS", "3")
    settings.cache_clear()
    async with live_server() as live:
        token = read_token(bearer()["Authorization"].removeprefix("Bearer "), "access")
        client = await live.listen()

        event = await client.event()
        assert event is not None
        assert event.type == "token-expiring"
        assert await client.event() is None
        assert client.ended_cleanly
        assert time.time() >= token.expires


@in_loop
async def test_a_client_that_does_not_read_is_cut_off_and_other_clients_do_not_notice() -> None:
    big = pushed("lobby-update", data={"probe": True, "n": 0, "text": "x" * 200_000})
    async with live_server(queue_events=4, grace=0.01) as live:
        slow, fast = await live.listen(1), await live.listen(2)

        received = 0
        while 1 not in {user for _, user in live.writes.named("go_offline")}:
            live.hub.publish(_with_frame(frame(big, "1-0"), (1, 2)), "a", time.time())
            assert await fast.event() is not None
            received += 1
            assert received < 500, "never cut off"

        assert live.hub.stream_count == 1
        while await slow.event() is not None:
            pass
        assert not slow.ended_cleanly


def _with_frame(data: bytes, to: tuple[int, ...]) -> OutboxItem:
    made = item(to, committed=time.time())
    return replace(made, deliveries=tuple(replace(each, frame=data) for each in made.deliveries))


@in_loop
async def test_no_byte_is_sent_before_presence_is_written() -> None:
    async with live_server() as live:
        live.writes.gates["come_online"] = threading.Event()
        client = await live.connect()
        asking = asyncio.create_task(client.request("/sse/users/", bearer()))
        await live.writes.until(lambda: bool(live.writes.named("come_online")))
        await live.ask("/healthz")  # the server goes on meanwhile

        assert not asking.done()
        assert live.writes.online == set()

        live.writes.gates["come_online"].set()
        await asking
        assert client.status == 200
        assert live.writes.online == {1}


@in_loop
async def test_a_user_whose_presence_cannot_be_written_is_told_to_try_again() -> None:
    async with live_server(grace=0.01) as live:
        live.writes.failures["come_online"] = 1

        client = await live.ask("/sse/users/", bearer())

        assert client.status == 503
        assert json.loads(await client.body())["code"] == "unavailable"
        assert client.headers["retry-after"] == "1"
        # It may have been written after all: it is taken back.
        await live.writes.until(lambda: bool(live.writes.named("go_offline")))


@in_loop
async def test_a_user_goes_offline_after_the_last_stream_has_closed() -> None:
    async with live_server(grace=0.05) as live:
        first, second = await live.listen(), await live.listen()
        first.close()
        other = await live.listen(2)
        other.close()
        await live.writes.until(lambda: ("go_offline", 2) in live.writes.calls)
        assert live.writes.online == {1}

        second.close()

        await live.writes.until(lambda: ("go_offline", 1) in live.writes.calls)


@in_loop
async def test_a_user_who_reconnects_within_the_grace_was_never_offline() -> None:
    async with live_server(grace=60) as live:
        for _ in range(3):
            client = await live.listen()
            client.close()
            while live.hub.stream_count:  # noqa: ASYNC110 -- until the server has noticed
                await asyncio.sleep(0.005)

        assert live.writes.named("come_online", "go_offline") == [("come_online", 1)]


@in_loop
async def test_a_stop_ends_the_streams_cleanly_and_takes_the_users_offline() -> None:
    async with live_server() as live:
        clients = [await live.listen(user) for user in (1, 2)]
        publish(live, 5, to=(1, 2))

        live.server.should_exit = True

        for client in clients:
            event = await client.event()
            assert event is not None
            assert numbers([event]) == [5]
            assert await client.event() is None
            assert client.ended_cleanly
        await live.stopped
        assert live.writes.online == set()
        assert live.writes.calls[-1] == ("release", "container")


@in_loop
async def test_while_it_stops_new_streams_are_refused() -> None:
    async with live_server() as live:
        live.writes.gates["release"] = threading.Event()
        live.server.should_exit = True
        await live.writes.until(lambda: bool(live.writes.named("release")))

        client = await live.ask("/sse/users/", bearer())
        health = await live.ask("/healthz")

        assert client.status == 503
        assert json.loads(await client.body())["code"] == "unavailable"
        assert health.status == 503


@in_loop
async def test_while_streams_are_being_ended_no_presence_is_written() -> None:
    async with live_server() as live:
        live.app.draining = True

        client = await live.ask("/sse/users/", bearer())

        assert client.status == 503
        assert not live.writes.named("come_online")


@in_loop
async def test_a_stop_does_not_wait_for_a_client_that_never_reads(caplog: pytest.LogCaptureFixture) -> None:
    big = pushed("lobby-update", data={"probe": True, "n": 0, "text": "x" * 500_000})
    async with live_server() as live:
        await live.listen()
        for _ in range(30):
            live.hub.publish(_with_frame(frame(big, "1-0"), (1,)), "a", time.time())

        live.server.should_exit = True

        await live.stopped
    assert "streams=1 have not ended" in caplog.text
    assert "graceful shutdown exceeded" not in caplog.text  # uvicorn had nothing to wait for


@in_loop
async def test_a_connection_keeps_little_for_a_client_that_does_not_read() -> None:
    async with live_server() as live:
        await live.listen()

        (connection,) = live.server.server_state.connections
        peer = connection.transport.get_extra_info("socket")

        assert peer.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * SEND_BUFFER_BYTES


@in_loop
async def test_no_event_waits_for_the_acknowledgement_of_the_one_before() -> None:
    async with live_server() as live:
        await live.listen()

        (connection,) = live.server.server_state.connections
        peer = connection.transport.get_extra_info("socket")

        assert peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 45_000


@in_loop
async def test_health_counts_streams_and_users() -> None:
    async with live_server() as live:
        await live.listen(1)
        await live.listen(2)

        client = await live.ask("/healthz")

        assert client.status == 200
        answer = json.loads(await client.body())
        assert (answer["status"], answer["streams"], answer["users"]) == ("ok", 2, 2)


def test_no_token_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = new_token("access", 1)

    @in_loop
    async def talk() -> None:
        async with live_server() as live:
            live.writes.failures["come_online"] = 1
            await live.ask(f"/sse/users/?token={token}")
            await live.ask(f"/sse/users/?token={token}x")
            await live.ask(f"/nowhere/?token={token}")
            client = await live.ask(f"/sse/users/?token={token}")
            client.writer.write(f"GET /sse/users/?token={token} FTP/9\r\n\r\n".encode())
            await client.chunk()

    talk()

    assert caplog.text
    assert token.split(".")[2] not in caplog.text


@in_loop
async def test_an_open_stream_keeps_no_token_in_memory() -> None:
    import gc

    token = new_token("access", 1)
    async with live_server() as live:
        client = await live.connect()
        await client.request(f"/sse/users/?token={token}")
        await client.chunk()
        gc.collect()

        scopes = [
            thing
            for thing in gc.get_objects()
            if isinstance(thing, dict) and thing.get("type") == "http" and "query_string" in thing
        ]
        assert scopes
        assert all(not scope["headers"] and not scope["query_string"] for scope in scopes)


def security_events(lines: list[dict[str, Any]]) -> list[tuple[str, int | None, str, str]]:
    return [(line["security_event"], line["user_id"], line["reason"], line["route"]) for line in lines]


@in_loop
async def test_a_forged_token_and_too_many_streams_are_security_events() -> None:
    claims = {"sub": "1", "type": "access", "jti": "0.x", "iat": 1, "exp": 4_000_000_000}
    forged = jwt.encode(claims, "a-key-of-an-attacker-0123456789abcdef", "HS256")
    async with live_server() as live:
        for _ in range(settings().sse_streams_per_user):
            await live.ask("/sse/users/", bearer())
        with logging_to() as lines:
            for path in ("/sse/users/", f"/sse/users/?token={forged}"):
                await live.ask(path, bearer() if path == "/sse/users/" else None)
            await live.ask("/sse/users/", {"Authorization": f"Bearer {new_token('refresh', 1)}"})

    assert security_events(lines) == [
        ("limit_reached", 1, "streams", "stream"),
        ("token_forged", None, "", "stream"),
    ]
    assert forged not in str(lines)
    assert all(line["request_id"] for line in lines)


@in_loop
async def test_streams_that_are_asked_for_at_once_are_not_more_than_a_user_may_have() -> None:
    async with live_server() as live:
        most = settings().sse_streams_per_user
        live.writes.gates["come_online"] = threading.Event()
        asking = [asyncio.create_task(live.ask("/sse/users/", bearer())) for _ in range(3 * most)]
        await live.writes.until(lambda: bool(live.writes.named("come_online")))
        live.writes.gates["come_online"].set()

        assert Counter(client.status for client in await asyncio.gather(*asking)) == {
            200: most,
            429: 2 * most,
        }


@in_loop
async def test_clients_that_leave_while_their_user_comes_online_leave_no_stream_behind() -> None:
    async with live_server(grace=0.01) as live:
        live.writes.gates["come_online"] = threading.Event()
        clients = [await live.connect() for _ in range(3)]
        asking = [asyncio.create_task(client.request("/sse/users/", bearer())) for client in clients]
        await live.writes.until(lambda: bool(live.writes.named("come_online")))
        for client, task in zip(clients, asking, strict=True):
            task.cancel()
            client.close()
        live.writes.gates["come_online"].set()

        await live.writes.until(lambda: bool(live.writes.named("go_offline")))
        assert live.presence.streams_of(1) == 0


@in_loop
async def test_a_client_that_leaves_before_its_turn_takes_no_time_of_those_who_wait() -> None:
    async with live_server() as live:
        live.writes.gates["come_online"] = threading.Event()
        first = [
            asyncio.create_task(live.ask("/sse/users/", bearer(n))) for n in range(1, ADMITTED_AT_ONCE + 1)
        ]
        await live.writes.until(lambda: bool(live.writes.named("come_online")))
        # It is answered after the server has seen what came before.
        assert (await live.ask("/healthz")).status == 200
        leaves, waits = ADMITTED_AT_ONCE + 1, ADMITTED_AT_ONCE + 2
        leaver = await live.connect()
        leaving = asyncio.create_task(leaver.request("/sse/users/", bearer(leaves)))
        waiting = asyncio.create_task(live.ask("/sse/users/", bearer(waits)))
        assert (await live.ask("/healthz")).status == 200
        leaving.cancel()
        leaver.close()
        assert (await live.ask("/healthz")).status == 200
        live.writes.gates["come_online"].set()

        assert {client.status for client in await asyncio.gather(*first, waiting)} == {200}
        assert ("come_online", leaves) not in live.writes.calls


@in_loop
async def test_a_user_has_so_many_streams_at_once_and_gets_another_when_one_ends() -> None:
    async with live_server() as live:
        most = settings().sse_streams_per_user
        streams = [await live.ask("/sse/users/", bearer()) for _ in range(most)]
        refused = await live.ask("/sse/users/", bearer())

        assert (refused.status, refused.headers["retry-after"]) == (429, "15")
        assert json.loads(await refused.body()) == {"detail": "Request was throttled.", "code": "throttled"}
        assert refused.headers["ratelimit-policy"] == f'"streams";q={most};qu="concurrent-requests"'
        assert (await live.ask("/sse/users/", bearer(2))).status == 200
        streams[0].close()
        async with asyncio.timeout(10):
            while live.presence.streams_of(1) == most:  # noqa: ASYNC110 -- until the server has noticed
                await asyncio.sleep(0.01)
        assert (await live.ask("/sse/users/", bearer())).status == 200
