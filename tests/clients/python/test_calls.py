"""Calls of the Python client: tokens, repetitions, errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import pytest
from pong_client import ApiError, AsyncPong, Retries, SignedOutError, TokenPair, UnreachableError

from tests.clients.python.manual_clock import ManualClock, access_token

URL = "http://pong.test"
ME = "/api/users/me/"
REFRESH = "/api/auth/refresh/"
Handler = Callable[[httpx.Request], httpx.Response]
REFUSED = {"detail": "The token is invalid or has expired.", "code": "token_not_valid"}


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 20))


class Server:
    """Answers as the test says, and keeps the requests."""

    def __init__(self, *answers: httpx.Response | Exception | Handler) -> None:
        self.requests: list[httpx.Request] = []
        self.answers = answers

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]


def client(server: Server, time: ManualClock, **more: Any) -> AsyncPong:
    http = httpx.AsyncClient(transport=httpx.MockTransport(server))
    return AsyncPong(URL, http=http, clock=time.clock, **more)


def answer(status: int, body: Any = None, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers=headers)


def test_a_write_is_repeated_with_the_same_key_after_a_broken_connection_429_and_503() -> None:
    async def test() -> None:
        time = ManualClock()
        server = Server(
            httpx.ReadError("broken"),
            answer(429, {}, **{"Retry-After": "7"}),
            answer(503, {"code": "unavailable"}),
            answer(201, {"id": 1}),
        )
        assert (await client(server, time).join_duel())["id"] == 1
        keys = {request.headers["idempotency-key"] for request in server.requests}
        assert (len(keys), len(server.requests)) == (1, 4)
        assert time.slept == [0.5, 7.0, 2.0]

    run(test())


def test_without_retries_the_program_sees_the_first_refusal_and_when_to_try_again() -> None:
    async def test() -> None:
        server = Server(answer(429, {"code": "throttled"}, **{"Retry-After": "7"}))
        with pytest.raises(ApiError) as refused:
            await client(server, ManualClock(), retries=Retries(0)).join_duel()
        error = refused.value
        assert (error.status, error.code, error.retry_after, len(server.requests)) == (429, "throttled", 7, 1)

    run(test())


def test_a_wait_that_is_too_long_is_left_to_the_program() -> None:
    async def test() -> None:
        server = Server(answer(429, {"code": "throttled"}, **{"Retry-After": "60"}))
        with pytest.raises(ApiError):
            await client(server, ManualClock()).get_me()
        assert len(server.requests) == 1

    run(test())


@pytest.mark.parametrize(
    ("failure", "requests"),
    [(httpx.ReadError("broken"), 1), (httpx.ConnectError("refused"), 4), (answer(503, {}), 1)],
)
def test_a_login_is_repeated_only_if_it_was_not_sent(failure: Any, requests: int) -> None:
    async def test() -> None:
        server = Server(failure)
        with pytest.raises((UnreachableError, ApiError)):
            await client(server, ManualClock()).log_in(username="alice", password="correct-horse-7")
        assert len(server.requests) == requests

    run(test())


def test_errors_of_fields_have_their_sentences_by_field() -> None:
    async def test() -> None:
        body = {"username": ["This username is already taken."]}
        with pytest.raises(ApiError) as refused:
            await client(Server(answer(400, body)), ManualClock()).register_user(username="a", password="b")
        error = refused.value
        assert (error.code, error.fields, error.detail) == (None, body, "This username is already taken.")

    run(test())


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────


def session(time: ManualClock, life: float = 1800) -> TokenPair:
    return TokenPair(access_token("old", time.time, life), "R")


def accepting_only_new(request: httpx.Request) -> httpx.Response:
    """Refuses the old token, and gives the new one."""
    if request.url.path == REFRESH:
        return answer(200, {"access": "new"})
    good = request.headers["authorization"] == "Bearer new"
    return answer(200, {"id": 1}) if good else answer(401, REFUSED)


def test_calls_whose_token_was_refused_share_one_renewal_and_are_sent_again() -> None:
    async def test() -> None:
        time, server, saved = ManualClock(), Server(accepting_only_new), list[TokenPair | None]()
        pong = client(server, time, tokens=session(time), on_tokens=saved.append)
        await asyncio.gather(*(pong.get_me() for _ in range(10)))
        assert server.paths().count(REFRESH) == 1
        assert server.paths().count(ME) == 20
        assert saved == [TokenPair("new", "R")]

    run(test())


def test_a_token_is_renewed_a_minute_before_its_end() -> None:
    async def test() -> None:
        time, server = ManualClock(), Server(lambda _: answer(200, {"access": "new", "id": 1}))
        pong = client(server, time, tokens=session(time))
        time.time += 1739
        await pong.get_me()
        assert server.paths() == [ME]
        time.time += 1
        await asyncio.gather(pong.get_me(), pong.get_me())
        assert server.paths() == [ME, REFRESH, ME, ME]

    run(test())


@pytest.mark.parametrize("failure", [answer(503, {}), answer(401, REFUSED), httpx.ConnectError("refused")])
def test_an_early_renewal_that_fails_keeps_the_token_that_is_still_good(failure: Any) -> None:
    async def test() -> None:
        def serve(request: httpx.Request) -> httpx.Response:
            if request.url.path != REFRESH:
                return answer(200, {"id": 1})
            if isinstance(failure, Exception):
                raise failure
            assert isinstance(failure, httpx.Response)
            return failure

        time, server, saved = ManualClock(), Server(serve), list[TokenPair | None]()
        pong = client(server, time, tokens=session(time), on_tokens=saved.append)
        time.time += 1750
        await pong.get_me()
        await pong.get_me()  # Not tried again at once.
        assert server.paths() == [REFRESH, ME, ME]
        assert saved == []
        time.time += 10
        await pong.get_me()
        assert server.paths()[3:] == [REFRESH, ME]

    run(test())


def test_the_end_of_the_session_is_one_error_and_one_call_of_the_program() -> None:
    async def test() -> None:
        time, saved = ManualClock(), list[TokenPair | None]()
        server = Server(lambda _: answer(401, REFUSED))
        pong = client(server, time, tokens=session(time), on_tokens=saved.append)
        results = await asyncio.gather(*(pong.get_me() for _ in range(3)), return_exceptions=True)
        assert [type(result) for result in results] == [SignedOutError] * 3
        assert server.paths().count(REFRESH) == 1
        assert (saved, pong.tokens) == ([None], None)

    run(test())


def test_a_caller_that_gives_up_does_not_end_the_renewal_of_the_others() -> None:
    async def test() -> None:
        time, server = ManualClock(), Server(accepting_only_new)
        pong = client(server, time, tokens=session(time))
        hasty, patient = asyncio.create_task(pong.get_me()), asyncio.create_task(pong.get_me())
        while REFRESH not in server.paths():  # noqa: ASYNC110 - each turn lets the client go on
            await asyncio.sleep(0)
        hasty.cancel()
        assert (await patient)["id"] == 1

    run(test())


def test_rotation_is_asked_for_and_the_new_refresh_token_is_used_and_saved() -> None:
    async def test() -> None:
        time, saved = ManualClock(), list[TokenPair | None]()
        server = Server(lambda _: answer(200, {"access": "a", "refresh": f"R{len(saved) + 1}"}))
        pong = client(server, time, tokens=session(time), on_tokens=saved.append, rotate=True)
        await pong.renew()
        await pong.renew()
        assert saved == [TokenPair("a", "R1"), TokenPair("a", "R2")]
        sent = [json.loads(request.content) for request in server.requests]
        assert sent == [{"refresh": "R", "rotate": True}, {"refresh": "R1", "rotate": True}]

    run(test())
