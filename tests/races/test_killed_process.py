"""A process that is killed in the middle of a request leaves the change whole or undone, never half."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from typing import Any, cast

import pytest

from shared.domain.matchmaking import QueueName
from shared.usecases import matchmaking
from tests.calling import PASSWORD, Player, call, in_duel, made_player, open_streams, sign_up
from tests.database import raw_items
from tests.engine import Account
from tests.friendly import block
from tests.invariants import assert_whole, broken
from tests.races.doomed import Moment, close, join, killed_at, killed_sometime, score, task
from tests.talking import ask_to_talk, open_up, say, talk

KILLS = 25

Prepared = tuple[Callable[..., Any], tuple[Any, ...], set[int]]
"""What to do, with what, and which statuses the same may have when it is done again after the kill."""


def _names(number: int) -> tuple[str, str]:
    return f"alice-{number}", f"bobby-{number}"


def _signing_up(number: int) -> Prepared:
    body = {"username": f"alice-{number}", "password": PASSWORD}
    return call, ("POST", "/auth/register/", None, body), {201, 400}


def _renaming(number: int) -> Prepared:
    player = made_player(_names(number)[0])
    return call, ("PATCH", "/users/me/", player.access, {"username": _names(number)[1]}), {200, 400}


def _changing_the_password(number: int) -> Prepared:
    player = sign_up(f"alice-{number}")
    body = {"password": "another-horse-8", "old_password": PASSWORD}
    return call, ("PATCH", "/users/me/", player.access, body), {200, 400}


def _registering_as_a_guest(number: int) -> Prepared:
    guest = call("POST", "/auth/guest/").body["access"]
    body = {"username": f"alice-{number}", "password": PASSWORD}
    return call, ("PUT", "/auth/register/guest/", guest, body), {200, 403}


def _deleting_an_account_that_queues(number: int) -> Prepared:
    player = sign_up(f"alice-{number}")
    open_streams(player)
    join(player)
    return call, ("DELETE", "/users/me/", player.access, {"password": PASSWORD}), {204, 401}


def _pair(number: int) -> tuple[Player, Player]:
    a, b = (made_player(name) for name in _names(number))
    open_streams(a, b)
    return a, b


def _being_paired(number: int) -> Prepared:
    first, second = _pair(number)
    join(first)
    return join, (second,), {201, 409}


def _being_paired_in_ranked(number: int) -> Prepared:
    first, second = _pair(number)
    join(first, "ranked")
    return join, (second, "ranked"), {201, 409}


def _being_paired_by_a_timer(number: int) -> Prepared:
    first, second = _pair(number)
    join(first, "ranked")
    # Whoever was to pair the two was killed before: both wait.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matchmaking, "LOOK_SECONDS", 0.0)
        join(second, "ranked")
    timers = [item for item in raw_items() if item.get("machine") == {"S": "ranked-window"}]
    last = max(timers, key=lambda item: item["pk"]["S"])
    return task, ("widen_window", json.loads(last["input"]["S"])), set()


def _winning(number: int) -> Prepared:
    a, b = _pair(number)
    in_duel(a, b)
    score(a)
    score(a)
    return score, (a,), {200, 404}


def _losing_the_last_stream_in_the_queue(number: int) -> Prepared:
    a, _ = _pair(number)
    join(a)
    return close, (a,), {204}


def _talking(number: int) -> tuple[Player, Player, int]:
    a, b = (made_player(name) for name in _names(number))
    chat = talk(a, b)
    say(b, chat, "hello")
    return a, b, chat


def _starting_a_conversation(number: int) -> Prepared:
    a, b = (made_player(name) for name in _names(number))
    open_up(b)
    return ask_to_talk, (a, b), {201, 409}


def _sending_a_message(number: int) -> Prepared:
    a, _, chat = _talking(number)
    return say, (a, chat, "hello"), {201}


def _reading_messages(number: int) -> Prepared:
    a, _, chat = _talking(number)
    return call, ("GET", f"/chat/{chat}/messages/", a.access), {200}


def _blocking_whom_one_talks_to(number: int) -> Prepared:
    a, b, _ = _talking(number)
    return block, (a, b), {201, 409}


def _voiding(number: int) -> Prepared:
    return task, ("expire_connect", {"match_id": in_duel(*_pair(number))}), set()


@pytest.mark.parametrize(
    "prepare",
    [
        _signing_up,
        _renaming,
        _changing_the_password,
        _registering_as_a_guest,
        _deleting_an_account_that_queues,
        _being_paired,
        _being_paired_in_ranked,
        _being_paired_by_a_timer,
        _winning,
        _losing_the_last_stream_in_the_queue,
        _starting_a_conversation,
        _sending_a_message,
        _reading_messages,
        _blocking_whom_one_talks_to,
        _voiding,
    ],
    ids=lambda prepare: prepare.__name__.strip("_"),
)
def test_killed_around_any_of_its_calls_a_request_changes_everything_or_nothing(
    prepare: Callable[[int], Prepared], account: Account
) -> None:
    moments: tuple[Moment, ...] = ("before-call", "after-call")
    kills = 0
    for moment in moments:
        for number in itertools.count(1):
            kills += 1
            action, arguments, allowed = prepare(kills)
            killed = killed_at(account.environment, moment, number, action, *arguments)
            assert_whole(raw_items())
            answer = action(*arguments)
            assert_whole(raw_items())
            assert not allowed or getattr(answer, "status", answer) in allowed
            for item in raw_items():
                if item["kind"]["S"] == "ticket":  # the next round begins with an empty queue
                    _empty_queue(item)
            if not killed:
                break
    assert kills > 2, "nothing was killed"


def _empty_queue(ticket: dict[str, dict[str, str]]) -> None:
    from shared.store.base import utc_now
    from shared.store.users import read_accounts
    from shared.usecases.queues import leave_queue

    user_id = int(ticket["user_id"]["N"])
    seat = read_accounts([user_id], utc_now())[user_id].seat
    leave_queue(seat, cast(QueueName, seat.place))


def test_killed_at_random_points_processes_leave_no_half_change(account: Account) -> None:
    players = [made_player(f"player-{number}") for number in range(4)]
    open_streams(*players)
    seed = random.randrange(10**6)
    draw = random.Random(seed)
    for kill in range(KILLS):
        killed_sometime(account.environment, players, draw.uniform(0.005, 0.25), seed + kill)
        found = list(broken(raw_items()))
        assert not found, f"seed {seed}, kill {kill}: {found}"
    kinds = {item["kind"]["S"] for item in raw_items()}
    assert {"match", "played"} <= kinds, "the processes were killed before they did anything"
