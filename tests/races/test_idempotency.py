"""Requests with the same idempotency key at the same instant: one change, the same answer to all."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.calls import Answer, call, service
from tests.support.chats import accept_chats, talk
from tests.support.concurrency import at_once
from tests.support.database import items_of, raw_items
from tests.support.friends import ask
from tests.support.invariants.whole_table import assert_whole
from tests.support.lobbies import make_lobby
from tests.support.matches import in_duel, running_match
from tests.support.players import Player, open_streams

pytestmark = pytest.mark.usefixtures("account")

TIMES = 6
EXAMPLES = itertools.count()
KEY = {"Idempotency-Key": "the-key"}

Request = Callable[[], Answer]


def scoring(alice: Player, bobby: Player) -> tuple[Request, Callable[[], int]]:
    in_duel(alice, bobby)
    request = partial(call, "PUT", f"/private/match/score/{alice.id}/", service(), {}, headers=KEY)
    return request, lambda: int(running_match(alice)["teams"]["a"]["score"])


def sending(alice: Player, bobby: Player) -> tuple[Request, Callable[[], int]]:
    chat = talk(alice, bobby)
    path, body = f"/chat/{chat}/messages/", {"content": "hello"}
    return partial(call, "POST", path, alice.access, body, headers=KEY), lambda: len(items_of("message"))


def asking(alice: Player, bobby: Player) -> tuple[Request, Callable[[], int]]:
    path, body = "/users/me/friend_requests/", {"username": bobby.name}
    return partial(call, "POST", path, alice.access, body, headers=KEY), lambda: len(items_of("friendship"))


def accepting(alice: Player, bobby: Player) -> tuple[Request, Callable[[], int]]:
    path = f"/users/me/friend_requests/{ask(bobby, alice)}/"
    return partial(call, "POST", path, alice.access, headers=KEY), lambda: len(items_of("friendship"))


def starting_a_chat(alice: Player, bobby: Player) -> tuple[Request, Callable[[], int]]:
    accept_chats(alice, bobby)
    path, body = "/chat/", {"username": bobby.name}
    return partial(call, "POST", path, alice.access, body, headers=KEY), lambda: len(items_of("conversation"))


def making_a_lobby(alice: Player, bobby: Player) -> tuple[Request, Callable[[], int]]:
    open_streams(alice, bobby)
    body = {"game_mode": "clash"}
    return partial(call, "POST", "/play/lobby/", alice.access, body, headers=KEY), lambda: len(
        items_of("lobby")
    )


def leaving_a_lobby(alice: Player, bobby: Player) -> tuple[Request, Callable[[], int]]:
    open_streams(alice, bobby)
    code = make_lobby(alice)["code"]
    request = partial(call, "DELETE", f"/play/lobby/{code}/", alice.access, headers=KEY)
    return request, lambda: 1 - len(items_of("lobby"))


@pytest.mark.parametrize(
    "prepare",
    [scoring, sending, asking, accepting, starting_a_chat, making_a_lobby, leaving_a_lobby],
)
def test_of_requests_with_one_key_at_once_one_changes_something_and_all_get_its_answer(
    prepare: Callable[[Player, Player], tuple[Request, Callable[[], int]]], alice: Player, bobby: Player
) -> None:
    request, count = prepare(alice, bobby)
    answers = at_once(*[request] * TIMES)
    assert count() == 1
    assert len(items_of("answer")) == 1
    answered = [answer for answer in answers if answer.status != 429]
    assert len([answer for answer in answered if "Idempotency-Replayed" not in answer.headers]) == 1
    assert all(answer == answered[0] and answer.status < 300 for answer in answered)
    assert request() == answered[0]
    assert_whole(raw_items())


def test_of_two_different_requests_with_one_key_at_once_one_is_422(alice: Player, bobby: Player) -> None:
    in_duel(alice, bobby)
    path = f"/private/match/score/{alice.id}/"
    answers = at_once(
        *(partial(call, "PUT", path, service(), {"own_goal": own}, headers=KEY) for own in (True, False))
    )
    assert sorted(answer.status for answer in answers) == [200, 422]
    teams = running_match(alice)["teams"]
    assert teams["a"]["score"] + teams["b"]["score"] == 1


@pytest.fixture
def chat(alice: Player, bobby: Player) -> int:
    return talk(alice, bobby)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(rounds=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=4), min_size=1, max_size=4))
def test_any_number_of_repetitions_is_one_change_for_each_key(
    rounds: list[list[int]], chat: int, alice: Player
) -> None:
    example, before = next(EXAMPLES), len(items_of("message"))

    def send(key: int) -> Answer:
        body, headers = {"content": f"message {key}"}, {"Idempotency-Key": f"{example} {key}"}
        return call("POST", f"/chat/{chat}/messages/", alice.access, body, headers=headers)

    for at_the_same_time in rounds:
        at_once(*(partial(send, key) for key in at_the_same_time))
    assert len(items_of("message")) - before == len({key for keys in rounds for key in keys})
