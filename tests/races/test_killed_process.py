"""A process that is killed in the middle of a request leaves the change done or undone, never half done."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from typing import Any, cast

import pytest

from shared.domain.play.matchmaking import QueueName
from shared.store.accounts.users import read_accounts
from shared.store.base import utc_now
from shared.store.play.clock_queue import CONNECT
from shared.usecases.play import matchmaking
from shared.usecases.play.queues import leave_queue
from tests.support import tournaments
from tests.support.calls import call, run_task
from tests.support.chats import accept_chats, create_chat, say, talk
from tests.support.database import items_of, kinds, raw_items
from tests.support.engine import Account
from tests.support.friends import block
from tests.support.invariants.whole_table import assert_whole, broken
from tests.support.killed_processes import Moment, killed_after, killed_at
from tests.support.matches import arrival, in_duel, score
from tests.support.players import PASSWORD, Player, go_offline, made_player, open_streams, sign_up
from tests.support.queues import join_queue

KILLS = 25
"""At random points, at least."""

Prepared = tuple[Callable[..., Any], tuple[Any, ...], set[int]]
"""An action, its arguments, and the statuses that it may have when it is repeated after the kill."""


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
    join_queue(player)
    return call, ("DELETE", "/users/me/", player.access, {"password": PASSWORD}), {204, 401}


def _pair(number: int) -> tuple[Player, Player]:
    a, b = (made_player(name) for name in _names(number))
    open_streams(a, b)
    return a, b


def _being_paired(number: int) -> Prepared:
    first, second = _pair(number)
    join_queue(first)
    return join_queue, (second,), {201, 409}


def _being_paired_in_ranked(number: int) -> Prepared:
    first, second = _pair(number)
    join_queue(first, "ranked")
    return join_queue, (second, "ranked"), {201, 409}


def _being_paired_by_a_timer(number: int) -> Prepared:
    first, second = _pair(number)
    join_queue(first, "ranked")
    # The request that should have paired the two was killed: both wait.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matchmaking, "PAIRING_SECONDS", 0.0)
        join_queue(second, "ranked")
    timers = [item for item in items_of("timer") if item["machine"]["S"] == "ranked-window"]
    last = max(timers, key=lambda item: item["pk"]["S"])
    return run_task, ("widen_window", json.loads(last["input"]["S"])), set()


def _winning(number: int) -> Prepared:
    a, b = _pair(number)
    in_duel(a, b)
    score(a)
    score(a)
    return score, (a,), {200, 404}


def _losing_the_last_stream_in_the_queue(number: int) -> Prepared:
    a, _ = _pair(number)
    join_queue(a)
    return go_offline, (a,), set()


def _in_conversation(number: int) -> tuple[Player, Player, int]:
    a, b = (made_player(name) for name in _names(number))
    chat = talk(a, b)
    say(b, chat, "hello")
    return a, b, chat


def _starting_a_conversation(number: int) -> Prepared:
    a, b = (made_player(name) for name in _names(number))
    accept_chats(b)
    return create_chat, (a, b), {201, 409}


def _sending_a_message(number: int) -> Prepared:
    a, _, chat = _in_conversation(number)
    return say, (a, chat, "hello"), {201}


def _reading_messages(number: int) -> Prepared:
    a, _, chat = _in_conversation(number)
    return call, ("GET", f"/chat/{chat}/messages/", a.access), {200}


def _blocking_in_a_conversation(number: int) -> Prepared:
    a, b, _ = _in_conversation(number)
    return block, (a, b), {201, 409}


def _voiding(number: int) -> Prepared:
    return run_task, ("run_match_clock", arrival(CONNECT, in_duel(*_pair(number)))), set()


# Every execution of a tournament waits with this token.


def _token(number: int) -> str:
    return f"token-{number}"


def _tournament_of(number: int, size: int, entrants: int) -> tuple[list[Player], dict[str, Any]]:
    return tournaments.gather(size, entrants, f"entrant-{number}")


def _counting_down(number: int) -> tuple[list[Player], dict[str, Any]]:
    players, made = _tournament_of(number, 8, 7)
    tournaments.step("await-start", made["id"], token=_token(number))
    return players, made


def _one_more(number: int) -> Player:
    player = made_player(f"late-{number}")
    open_streams(player)
    return player


def _step(name: str, tournament_id: int, **more: Any) -> Prepared:
    run = tournaments.state_of(tournament_id).run
    state = {"step": name, "tournament_id": tournament_id, "run": run, **more}
    return run_task, ("run_tournament", state), set()


def _semi_finals(number: int) -> tuple[list[Player], dict[str, Any]]:
    players, made = _tournament_of(number, 4, 4)
    tournaments.step("play-stage", made["id"], stage=3, token=_token(number))
    return players, made


def _making_a_tournament(number: int) -> Prepared:
    player = _one_more(number)
    body = {"name": "Autumn Cup", "size": 8}
    return call, ("POST", tournaments.TOURNAMENT, player.access, body), {201, 403}


def _beginning_a_countdown(number: int) -> Prepared:
    _, made = _tournament_of(number, 8, 6)
    return tournaments.enter, (_one_more(number), made["code"]), {201}


def _waiting_for_the_start(number: int) -> Prepared:
    _, made = _tournament_of(number, 8, 7)
    return _step("await-start", made["id"], token=f"unheard-{number}")


def _cancelling_a_countdown(number: int) -> Prepared:
    players, made = _counting_down(number)
    return tournaments.leave, (players[1], made["code"]), {204, 403}


def _going_offline_in_a_tournament(number: int) -> Prepared:
    players, _ = _tournament_of(number, 4, 2)
    return go_offline, (players[1],), set()


def _banning_from_a_tournament(number: int) -> Prepared:
    players, made = _tournament_of(number, 4, 2)
    return tournaments.ban, (players[0], made["code"], players[1].id), {204, 404}


def _making_a_tournament_full(number: int) -> Prepared:
    _, made = _counting_down(number)
    return tournaments.enter, (_one_more(number), made["code"]), {201}


def _ending_a_countdown(number: int) -> Prepared:
    _, made = _counting_down(number)
    return _step("start", made["id"])


def _beginning_a_stage(number: int) -> Prepared:
    _, made = _tournament_of(number, 4, 4)
    return _step("play-stage", made["id"], stage=3, token=f"unheard-{number}")


def _almost_won(number: int) -> tuple[list[Player], dict[str, Any], list[Player]]:
    """A tournament with one match of the stage left, and its two players; the first is about to win."""
    players, made = _semi_finals(number)
    first, last = tournaments.state_of(made["id"]).drawn.running()
    assert first.user_1
    tournaments.win(first.user_1)
    pair = [next(player for player in players if player.id == user) for user in last.users]
    for _ in range(2):
        score(pair[0])
    return players, made, pair


def _winning_the_last_match_of_a_stage(number: int) -> Prepared:
    *_, (winner, _) = _almost_won(number)
    return score, (winner,), {200, 404}


def _leaving_the_last_match_of_a_stage(number: int) -> Prepared:
    _, made, (leaver, _) = _almost_won(number)
    return tournaments.leave, (leaver, made["code"]), {204, 403}


def _finishing_a_tournament(number: int) -> Prepared:
    _, made = _semi_finals(number)
    tournaments.win_stage(made["id"])
    tournaments.step("play-stage", made["id"], stage=4, token=f"final-{number}")
    tournaments.win_stage(made["id"])
    return _step("finish", made["id"])


VERDICTS: dict[Callable[[int], Prepared], str] = {
    _cancelling_a_countdown: "cancelled",
    _making_a_tournament_full: "start",
    _ending_a_countdown: "start",
    _winning_the_last_match_of_a_stage: "pause",
    _leaving_the_last_match_of_a_stage: "pause",
    _finishing_a_tournament: "pause",
}
"""The verdict that the waiting execution is answered with in the end; in the other cases it isn't answered."""


@pytest.mark.parametrize(
    "prepare",
    [
        _signing_up,
        _renaming,
        _changing_the_password,
        _registering_as_a_guest,
        pytest.param(_deleting_an_account_that_queues, marks=pytest.mark.long),
        pytest.param(_being_paired, marks=pytest.mark.long),
        _being_paired_in_ranked,
        _being_paired_by_a_timer,
        _winning,
        _losing_the_last_stream_in_the_queue,
        _starting_a_conversation,
        _sending_a_message,
        _reading_messages,
        _blocking_in_a_conversation,
        _voiding,
        _making_a_tournament,
        pytest.param(_beginning_a_countdown, marks=pytest.mark.long),
        _waiting_for_the_start,
        _cancelling_a_countdown,
        _going_offline_in_a_tournament,
        _banning_from_a_tournament,
        pytest.param(_making_a_tournament_full, marks=pytest.mark.long),
        _ending_a_countdown,
        _beginning_a_stage,
        pytest.param(_winning_the_last_match_of_a_stage, marks=pytest.mark.long),
        pytest.param(_leaving_the_last_match_of_a_stage, marks=pytest.mark.long),
        pytest.param(_finishing_a_tournament, marks=pytest.mark.long),
    ],
    ids=lambda prepare: prepare.__name__.strip("_"),
)
def test_a_request_that_is_killed_around_any_of_its_calls_changes_everything_or_nothing(
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
            assert tournaments.verdicts(_token(kills)) == ([VERDICTS[prepare]] if prepare in VERDICTS else [])
            for item in items_of("ticket"):  # the next round begins with an empty queue
                _empty_queue(item)
            if not killed:
                break
    assert kills > 2, "nothing was killed"


def _empty_queue(ticket: dict[str, dict[str, str]]) -> None:
    user_id = int(ticket["user_id"]["N"])
    seat = read_accounts([user_id], utc_now())[user_id].seat
    leave_queue(seat, cast(QueueName, seat.place))


def test_processes_that_are_killed_at_random_points_leave_no_half_change(account: Account) -> None:
    players = [made_player(f"player-{number}") for number in range(4)]
    open_streams(*players)
    seed = random.randrange(10**6)
    draw = random.Random(seed)
    for kill in itertools.count(1):
        killed_after(account.environment, players, draw.uniform(0.005, 0.25), seed + kill)
        found = list(broken(raw_items()))
        assert not found, f"seed {seed}, kill {kill}: {found}"
        # On a slow machine it takes more of them to begin a match and to end one.
        if kill >= KILLS and {"match", "played"} <= {*kinds()}:
            break
