"""Every limit holds for the counted caller, and for no other (docs/contract/conventions.md#rate-limits)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from threading import Event
from typing import Any

import pytest

from shared.domain import limits as domain
from shared.domain.limits import Limit
from shared.http.registry import ROUTES
from shared.settings import settings
from shared.store import limits
from shared.store.base import connection
from tests.behaviour.limits.conftest import Clock
from tests.support import chats, friends, lobbies, tournaments
from tests.support.calls import Answer, call
from tests.support.logs import logging_to
from tests.support.players import PASSWORD, Player, made_player, open_streams

ADDRESS, ELSEWHERE = "203.0.113.7", "203.0.113.99"
NUMBERS = count()

Send = Callable[[], Answer]


def register(address: str) -> Send:
    return lambda: call(
        "POST",
        "/auth/register/",
        body={"username": f"user-{next(NUMBERS)}", "password": PASSWORD},
        address=address,
    )


def guest(address: str) -> Send:
    return lambda: call("POST", "/auth/guest/", address=address)


def register_guest(address: str) -> Send:
    def send() -> Answer:
        guest = call("POST", "/auth/guest/").body["access"]
        body = {"username": f"user-{next(NUMBERS)}", "password": PASSWORD}
        return call("PUT", "/auth/register/guest/", guest, body, address=address)

    return send


def confirm(player: Player) -> Send:
    return lambda: call("DELETE", "/users/me/", player.access, {"password": "wrong-password-1"})


def change_password(player: Player) -> Send:
    body = {"password": PASSWORD, "old_password": "wrong-password-1"}
    return lambda: call("PATCH", "/users/me/", player.access, body)


def guess(kind: str) -> Callable[[Player], Send]:
    def of(player: Player) -> Send:
        open_streams(player)
        codes = count(1000)
        return lambda: call("POST", f"/play/{kind}/{next(codes)}/", player.access)

    return of


def ask(player: Player) -> Send:
    return lambda: call("POST", "/users/me/friend_requests/", player.access, {"username": "Carol"})


def invite(kind: str) -> Callable[[Player], Send]:
    return lambda player: lambda: call("POST", f"/play/{kind}/1234/invite/77/", player.access)


def write(player: Player) -> Send:
    other = made_player(f"friend-of-{player.name}")
    chats.accept_chats(player, other)
    chat = chats.talk(player, other)
    return lambda: chats.say(player, chat, "hello")


def shout(kind: str) -> Callable[[Player], Send]:
    return lambda player: (
        lambda: call("POST", f"/play/{kind}/1234/message/", player.access, {"content": "hello"})
    )


def tournament(player: Player) -> Send:
    open_streams(player)
    return lambda: call("POST", "/play/tournament/", player.access, {"name": "Cup", "size": 5})


BY_ACCOUNT: dict[str, tuple[Limit, Callable[[Player], Send]]] = {
    "delete_me": (domain.PASSWORD, confirm),
    "update_me": (domain.PASSWORD, change_password),
    "join_lobby": (domain.JOIN, guess("lobby")),
    "join_tournament": (domain.JOIN, guess("tournament")),
    "send_friend_request": (domain.FRIEND_REQUEST, ask),
    "invite_to_lobby": (domain.INVITATION, invite("lobby")),
    "invite_to_tournament": (domain.INVITATION, invite("tournament")),
    "send_message": (domain.MESSAGE, write),
    "send_lobby_message": (domain.PLACE_MESSAGE, shout("lobby")),
    "send_tournament_message": (domain.PLACE_MESSAGE, shout("tournament")),
    "create_tournament": (domain.TOURNAMENT, tournament),
}

BY_ADDRESS: dict[str, tuple[Limit, Callable[[str], Send]]] = {
    "register_user": (domain.REGISTRATION, register),
    "register_guest": (domain.REGISTRATION, register_guest),
    "create_guest": (domain.GUEST, guest),
}


def exhaust(limit: Limit, send: Send) -> Answer:
    """The answer to the first request beyond a burst, of which none is refused."""
    assert 429 not in {send().status for _ in range(limit.burst)}
    return send()


def assert_refused(limit: Limit, answer: Answer) -> None:
    wait = int(answer.headers["Retry-After"])

    assert (answer.status, answer.body) == (429, {"detail": "Request was throttled.", "code": "throttled"})
    assert 0 < wait <= limit.seconds / limit.burst + 1
    assert answer.headers["RateLimit-Policy"] == f'"{limit.name}";q={limit.burst};w={limit.seconds}'
    assert answer.headers["RateLimit"].startswith(f'"{limit.name}";r=0;t=')


@pytest.mark.parametrize("name", BY_ACCOUNT)
def test_a_limit_by_account_holds_for_that_account_and_comes_back(
    name: str, alice: Player, bobby: Player, clock: Clock
) -> None:
    limit, make = BY_ACCOUNT[name]
    hers, his = make(alice), make(bobby)
    refused = exhaust(limit, hers)

    assert_refused(limit, refused)
    assert his().status != 429
    clock.move(int(refused.headers["Retry-After"]))
    assert hers().status != 429


@pytest.mark.parametrize("name", BY_ADDRESS)
def test_a_limit_by_address_holds_for_that_address_and_comes_back(name: str, clock: Clock) -> None:
    limit, make = BY_ADDRESS[name]
    here = make(ADDRESS)
    refused = exhaust(limit, here)

    assert_refused(limit, refused)
    assert make(ELSEWHERE)().status in (200, 201)
    clock.move(int(refused.headers["Retry-After"]))
    assert here().status in (200, 201)


def test_every_limited_route_is_tested() -> None:
    in_test_logins = {"log_in"}

    assert {route.name for route in ROUTES if route.limits} == {*BY_ACCOUNT, *BY_ADDRESS, *in_test_logins}


def test_a_minute_of_guessing_codes_at_full_speed_tries_a_handful(alice: Player, clock: Clock) -> None:
    send, found = guess("lobby")(alice), Counter[int]()
    exhaust(domain.JOIN, send)
    for _ in range(60 * 10):
        clock.move(0.1)
        found[send().status] += 1

    assert found == {404: 5, 429: 595}


def test_guesses_of_codes_of_lobbies_and_tournaments_count_together(alice: Player) -> None:
    exhaust(domain.JOIN, guess("lobby")(alice))

    assert guess("tournament")(alice)().status == 429


def test_a_rejected_request_cannot_come_again_at_once(alice: Player, bobby: Player, clock: Clock) -> None:
    friends.end_request(bobby, friends.ask(alice, bobby))
    again = call("POST", "/users/me/friend_requests/", alice.access, {"username": "BOBBY"})

    assert (again.status, again.headers["Retry-After"]) == (429, "300")
    assert friends.ask(alice, made_player("Carol"))
    clock.move(300)
    assert friends.ask(alice, bobby)


def test_a_request_that_was_cancelled_can_come_again_at_once(alice: Player, bobby: Player) -> None:
    friends.end_request(alice, friends.ask(alice, bobby))

    assert friends.ask(alice, bobby)


def test_two_persons_are_invited_as_often_as_one(alice: Player) -> None:
    for friend in (77, 78):
        answers = [
            call("POST", f"/play/lobby/1234/invite/{friend}/", alice.access)
            for _ in range(domain.INVITATION.burst)
        ]
        assert 429 not in {answer.status for answer in answers}


def test_an_admitted_request_says_what_is_left(alice: Player) -> None:
    answer = shout("lobby")(alice)()

    assert answer.headers["RateLimit-Policy"] == '"place-message";q=60;w=20'
    assert answer.headers["RateLimit"] == '"place-message";r=59;t=1'


def test_an_endpoint_without_limits_says_nothing_of_them(alice: Player) -> None:
    answer = call("GET", "/users/me/", alice.access)

    assert not {"RateLimit", "RateLimit-Policy"} & answer.headers.keys()


def test_honest_play_meets_no_limit(alice: Player, bobby: Player) -> None:
    open_streams(alice, bobby)
    for _ in range(3):
        code = lobbies.make_lobby(alice)["code"]
        assert lobbies.join(bobby, code).status == 201
        assert lobbies.say(alice, code, "hello").status == 201
        lobbies.leave(bobby, code)
        lobbies.leave(alice, code)
    cup = tournaments.make_tournament(alice)
    assert tournaments.enter(bobby, cup["code"]).status == 201


def test_a_limit_is_charged_while_the_caller_is_read(alice: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, charge = Event(), limits.charge

    def charge_during_the_read(*arguments: Any) -> limits.Charge:
        assert reading.wait(30)
        return charge(*arguments)

    send = guess("lobby")(alice)
    monkeypatch.setattr(limits, "charge", charge_during_the_read)
    connection().client.meta.events.register("before-call.dynamodb.BatchGetItem", lambda **_: reading.set())

    assert "RateLimit" in send().headers


@pytest.fixture
def _loopback_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMIT_LOOPBACK", "1")
    settings.cache_clear()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_limits_by_address_leave_the_loopback_alone(address: str) -> None:
    assert exhaust(domain.GUEST, guest(address)).status == 201


@pytest.mark.usefixtures("_loopback_too")
def test_limits_by_address_hold_for_the_loopback_where_a_setting_says_so() -> None:
    assert exhaust(domain.GUEST, guest("127.0.0.1")).status == 429


def test_a_household_of_ipv6_is_one_address() -> None:
    exhaust(domain.GUEST, guest("2001:db8:1:2::7"))

    assert guest("2001:db8:1:2:3:4:5:6")().status == 429
    assert guest("2001:db8:1:3::7")().status == 201


def test_a_setting_turns_limits_off(alice: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMIT_FACTOR", "0")
    settings.cache_clear()

    assert exhaust(domain.JOIN, guess("lobby")(alice)).status == 404


@pytest.fixture
def logged() -> Iterator[list[dict[str, Any]]]:
    """What the product logs during the test."""
    with logging_to() as lines:
        yield lines


def test_a_limiter_that_fails_lets_requests_through_and_is_counted(
    alice: Player, monkeypatch: pytest.MonkeyPatch, logged: list[dict[str, Any]]
) -> None:
    send = guess("lobby")(alice)
    monkeypatch.setattr(limits, "table_name", lambda: "elsewhere")

    assert exhaust(domain.JOIN, send).status == 404
    assert {line["message"] for line in logged} == {"limiter failed"}
    assert {line["LimiterFailures"] for line in logged} == {1}


def test_a_limit_that_is_reached_is_a_security_event(alice: Player, logged: list[dict[str, Any]]) -> None:
    exhaust(domain.JOIN, guess("lobby")(alice))
    (line,) = logged

    assert (line["security_event"], line["reason"], line["LimitReached"]) == ("limit_reached", "join", 1)
    assert (line["user_id"], line["route"]) == (alice.id, "join_lobby")
    assert alice.access not in str(line)


def test_a_limit_of_an_address_tells_it_as_a_digest(logged: list[dict[str, Any]]) -> None:
    exhaust(domain.GUEST, guest(ADDRESS))
    (line,) = logged

    assert (line["security_event"], line["reason"], line["user_id"]) == ("limit_reached", "guest", None)
    assert line["client"]
    assert ADDRESS not in str(line)
