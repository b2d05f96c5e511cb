"""Joining and leaving a tournament at once, around its start: one start, one countdown, one place per user."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from tests.support.calls import Answer
from tests.support.concurrency import at_once, commit_after
from tests.support.database import kinds, raw_items
from tests.support.deletion import delete
from tests.support.friends import block
from tests.support.invariants.whole_table import assert_whole
from tests.support.lobbies import join as join_lobby
from tests.support.lobbies import make_lobby
from tests.support.players import Player, go_offline, open_streams, players_online
from tests.support.tournament_races import (
    Action,
    count_sent,
    create_lobby,
    create_tournament,
    queue_for_duel,
    retried,
    retried_at_once,
    statuses,
)
from tests.support.tournaments import (
    ban,
    enter,
    executions,
    gather,
    leave,
    make_tournament,
    see,
    state_of,
    step,
    verdicts,
)

pytestmark = pytest.mark.usefixtures("account")


@pytest.mark.parametrize(("size", "inside"), [(4, 3), (8, 7)])
def test_of_24_users_who_race_for_the_last_place_one_gets_it_and_it_starts_once(
    size: int, inside: int
) -> None:
    _, made = gather(size, inside)
    if inside == 7:
        step("await-start", made["id"], token="countdown")
    racers = players_online(24)
    found = Counter(answer.status for answer in at_once(*[partial(enter, r, made["code"]) for r in racers]))
    assert found.pop(201) == 1
    assert set(found) <= {403, 404, 409, 429}
    assert state_of(made["id"]).is_started
    assert len(executions(made["id"])) == count_sent("tournament-start") == 1
    assert verdicts("countdown") == (["start"] if inside == 7 else [])
    assert_whole(raw_items())


def test_of_40_users_who_join_a_tournament_of_16_at_once_15_get_in_and_it_starts_once() -> None:
    creator, *racers = players_online(41)
    made = make_tournament(creator, 16)
    found = Counter(statuses([partial(enter, racer, made["code"]) for racer in racers]))
    assert found == {201: 15, 403: 25}
    assert state_of(made["id"]).is_started
    assert (
        len(executions(made["id"]))
        == count_sent("tournament-start")
        == count_sent("tournament-start-at")
        == 1
    )
    assert count_sent("tournament-join") == 15
    assert_whole(raw_items())


def joins(_players: list[Player], code: str) -> Action:
    (late,) = players_online(1, "late")
    return partial(enter, late, code)


END_OF_COUNTDOWN: dict[str, Callable[[list[Player], str], Action]] = {
    "joins": joins,
    "leaves": lambda players, code: partial(leave, players[1], code),
    "is banned": lambda players, code: partial(ban, players[0], code, players[2].id),
    "is blocked": lambda players, _: partial(block, players[0], players[3]),
    "blocks": lambda players, _: partial(block, players[4], players[0]),
    "goes offline": lambda players, _: partial(go_offline, players[5]),
    "is deleted": lambda players, _: partial(delete, players[6]),
    "queues": lambda players, _: partial(queue_for_duel, players[1]),
}


def assert_starts_or_is_cancelled(id_: int, run: int | None, answer: Answer) -> None:
    """The step `start` has drawn the bracket of the participants, or the run was cancelled before."""
    tournament = state_of(id_)
    if answer.body["verdict"] == "gone":
        assert verdicts("countdown") == ["cancelled"]
        assert tournament.run != run
    else:
        assert tournament.run == run
        assert tournament.is_started
        assert verdicts("countdown") == ["start"]
    assert count_sent("tournament-start") == tournament.is_started
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.parametrize("who", END_OF_COUNTDOWN)
def test_a_user_who_joins_or_leaves_as_the_countdown_ends_is_in_the_bracket_or_not_in_the_tournament(
    who: str, attempt: int
) -> None:
    players, made = gather(8, 7)
    run = state_of(made["id"]).run
    step("await-start", made["id"], token="countdown")
    action = END_OF_COUNTDOWN[who](players, made["code"])
    start, answer = retried_at_once(partial(step, "start", made["id"], run), action)
    assert answer.status in {200, 201, 204, 403, 409}
    assert_starts_or_is_cancelled(made["id"], run, start)


@pytest.mark.parametrize("going", [3, len(END_OF_COUNTDOWN)])
def test_bracket_and_participants_agree_when_many_join_and_leave_as_the_countdown_ends(going: int) -> None:
    players, made = gather(16, 15)
    run = state_of(made["id"]).run
    step("await-start", made["id"], token="countdown")
    actions = [prepare(players, made["code"]) for prepare in END_OF_COUNTDOWN.values()][:going]
    start, *others = retried_at_once(partial(step, "start", made["id"], run), *actions)
    assert {answer.status for answer in others} <= {200, 201, 204, 403, 404, 409}
    assert_starts_or_is_cancelled(made["id"], run, start)


@pytest.mark.parametrize("attempt", range(2))
def test_many_joins_and_departures_around_the_threshold_leave_one_countdown_or_none(attempt: int) -> None:
    steady, made = gather(16, 10)
    id_, code, seed = made["id"], made["code"], random.randrange(10**6)
    # The countdown begins when three of them are in; all five don't fill the tournament.
    movers = players_online(5, "mover")
    moving = {player.id for player in movers}
    handed_in: set[int] = set()

    def come_and_go(player: Player, draw: random.Random) -> Answer:
        try:
            for _ in range(3):
                assert retried(partial(enter, player, code))().status == 201
                ways: list[Action] = [
                    partial(leave, player, code),
                    partial(go_offline, player),
                    partial(create_lobby, player),
                ]
                assert retried(draw.choice(ways))().status in {200, 201, 204}
                open_streams(player)
            return retried(partial(enter, player, code))()
        finally:
            moving.discard(player.id)

    def execute() -> None:
        """Let every execution that has begun wait for the start."""
        for each in executions(id_):
            if each["run"] not in handed_in:
                handed_in.add(each["run"])
                waits = partial(step, "await-start", id_, each["run"], token=f"run-{each['run']}")
                assert retried(waits)().status == 200

    def execute_until_the_end() -> Answer:
        while moving:
            execute()
        return Answer(200, None)

    actions = [partial(come_and_go, player, random.Random(seed + n)) for n, player in enumerate(movers)]
    _, *others = at_once(execute_until_the_end, *actions)
    assert [other.status for other in others] == [201] * 5, seed
    execute()
    assert_whole(raw_items())
    current = state_of(id_).run
    assert current in handed_in
    for run in handed_in - {current}:
        assert verdicts(f"run-{run}") == ["cancelled"], seed
    waiting = state_of(id_).callback
    assert waiting is not None
    assert (waiting.run, verdicts(waiting.token)) == (current, [])
    assert (count_sent("tournament-start-at"), count_sent("tournament-start-cancel")) == (
        len(handed_in),
        len(handed_in) - 1,
    )
    statuses([partial(leave, player, code) for player in movers])
    assert verdicts(waiting.token) == ["cancelled"]
    assert state_of(id_).present == tuple(player.id for player in steady)
    assert_whole(raw_items())


def test_a_tournament_that_counts_down_ends_when_all_go_offline_at_once() -> None:
    players, made = gather(8, 7)
    step("await-start", made["id"], token="countdown")
    statuses([partial(go_offline, player) for player in players])
    assert verdicts("countdown") == ["cancelled"]
    assert not {*kinds()} & {"tournament", "open_tournament", "hosted", "code"}
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(2))
def test_one_user_who_joins_two_tournaments_a_lobby_and_a_queue_at_once_is_in_one_place(attempt: int) -> None:
    one, other, third, racer = players_online(4)
    codes = [make_tournament(player, 8)["code"] for player in (one, other)]
    lobby = make_lobby(third)["code"]
    actions = [partial(enter, racer, code) for code in codes]
    found = statuses(
        [
            *actions,
            partial(join_lobby, racer, lobby),
            partial(queue_for_duel, racer),
            partial(create_tournament, racer),
        ]
    )
    assert set(found) <= {201, 403}
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(2))
def test_of_two_tournaments_that_one_user_makes_at_once_there_is_one(attempt: int) -> None:
    (creator,) = players_online(1)
    answered = retried_at_once(*[partial(create_tournament, creator)] * 2)
    assert sorted(answer.status for answer in answered) == [201, 403]
    (refused,) = [answer for answer in answered if answer.status == 403]
    assert refused.body["code"] == "already_hosting"
    assert kinds().count("tournament") == 1
    assert_whole(raw_items())


def test_a_tournament_that_is_made_just_before_another_one_stays_the_only_one() -> None:
    (creator,) = players_online(1)
    answer = commit_after(lambda: create_tournament(creator), lambda: create_tournament(creator, 8))
    assert (answer.status, answer.body["code"]) == (403, "already_hosting")
    assert see(creator)["size"] == 4
    assert_whole(raw_items())


def test_a_user_who_is_matched_just_before_joining_a_tournament_plays_the_match() -> None:
    creator, racer, third = players_online(3)
    code = make_tournament(creator)["code"]
    queue_for_duel(racer)
    answer = commit_after(lambda: queue_for_duel(third), lambda: enter(racer, code))
    assert (answer.status, answer.body["code"]) == (409, "already_playing")
    assert_whole(raw_items())
