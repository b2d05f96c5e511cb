"""Tournaments under many hands at the same instant: one start, one result each, and nobody waits for what has been."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from shared.auth.tokens import new_token
from tests.support.calls import Answer, Player, call, open_streams
from tests.support.concurrency import at_once, overtaken
from tests.support.database import raw_items
from tests.support.friends import block
from tests.support.invariants.whole_table import assert_whole
from tests.support.lobbies import join as join_lobby
from tests.support.lobbies import make_lobby
from tests.support.tournament_races import (
    DONE,
    Doing,
    absent,
    clock,
    create,
    decided,
    duel,
    first_stage,
    gone,
    host,
    machine,
    match_of,
    offline,
    patiently,
    patiently_at_once,
    players_online,
    point,
    running_in,
    sent,
    statuses,
    told,
)
from tests.support.tournaments import (
    TOURNAMENT,
    ban,
    enter,
    gather,
    leave,
    make_tournament,
    runs,
    see,
    state_of,
    step,
    win,
    win_stage,
)

pytestmark = pytest.mark.usefixtures("account")


# ── the last place, the start ────────────────────────────────────────────────────────────────────────────


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
    assert len(runs(made["id"])) == sent("tournament-start") == 1
    assert told("countdown") == (["start"] if inside == 7 else [])
    assert_whole(raw_items())


def test_of_40_users_who_join_a_tournament_of_16_at_once_15_get_in_and_it_starts_once() -> None:
    creator, *racers = players_online(41)
    made = make_tournament(creator, 16)
    found = Counter(statuses([partial(enter, racer, made["code"]) for racer in racers]))
    assert found == {201: 15, 403: 25}
    assert state_of(made["id"]).is_started
    assert len(runs(made["id"])) == sent("tournament-start") == sent("tournament-start-at") == 1
    assert sent("tournament-join") == 15
    assert_whole(raw_items())


def joins(_players: list[Player], code: str) -> Doing:
    (late,) = players_online(1, "late")
    return partial(enter, late, code)


END_OF_COUNTDOWN: dict[str, Callable[[list[Player], str], Doing]] = {
    "joins": joins,
    "leaves": lambda players, code: partial(leave, players[1], code),
    "is banned": lambda players, code: partial(ban, players[0], code, players[2].id),
    "is blocked": lambda players, _: partial(block, players[0], players[3]),
    "blocks": lambda players, _: partial(block, players[4], players[0]),
    "goes offline": lambda players, _: partial(offline, players[5]),
    "is deleted": lambda players, _: partial(gone, players[6]),
    "queues": lambda players, _: partial(duel, players[1]),
}


def assert_starts_or_is_cancelled(id_: int, run: int | None, answer: Answer) -> None:
    """The step `start` has drawn the bracket of those who were there, or the run was cancelled before."""
    tournament = state_of(id_)
    if answer.body["verdict"] == "gone":
        assert told("countdown") == ["cancelled"]
        assert tournament.run != run
    else:
        assert tournament.run == run
        assert tournament.is_started
        assert told("countdown") == ["start"]
    assert sent("tournament-start") == tournament.is_started
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.parametrize("who", END_OF_COUNTDOWN)
def test_one_who_comes_or_goes_as_the_countdown_ends_is_in_the_bracket_or_not_in_the_tournament(
    who: str, attempt: int
) -> None:
    players, made = gather(8, 7)
    run = state_of(made["id"]).run
    step("await-start", made["id"], token="countdown")
    action = END_OF_COUNTDOWN[who](players, made["code"])
    start, answer = patiently_at_once(partial(machine, "start", made["id"], run), action)
    assert answer.status in {200, 201, 204, 403, 409}
    assert_starts_or_is_cancelled(made["id"], run, start)


@pytest.mark.parametrize("going", [3, len(END_OF_COUNTDOWN)])
def test_however_many_come_and_go_as_the_countdown_ends_bracket_and_participants_agree(going: int) -> None:
    players, made = gather(16, 15)
    run = state_of(made["id"]).run
    step("await-start", made["id"], token="countdown")
    actions = [prepare(players, made["code"]) for prepare in END_OF_COUNTDOWN.values()][:going]
    start, *others = patiently_at_once(partial(machine, "start", made["id"], run), *actions)
    assert {answer.status for answer in others} <= {200, 201, 204, 403, 404, 409}
    assert_starts_or_is_cancelled(made["id"], run, start)


@pytest.mark.parametrize("attempt", range(2))
def test_many_who_come_and_go_around_the_threshold_leave_one_countdown_or_none(attempt: int) -> None:
    steady, made = gather(16, 10)
    id_, code, seed = made["id"], made["code"], random.randrange(10**6)
    # The countdown begins with three of them, and all of them don't make it full.
    movers = players_online(5, "mover")
    moving = {player.id for player in movers}
    handed_in: set[int] = set()

    def come_and_go(player: Player, draw: random.Random) -> Answer:
        try:
            for _ in range(3):
                assert patiently(partial(enter, player, code))().status == 201
                doing = [partial(leave, player, code), partial(offline, player), partial(host, player)]
                assert patiently(draw.choice(doing))().status in {200, 201, 204}
                open_streams(player)
            return patiently(partial(enter, player, code))()
        finally:
            moving.discard(player.id)

    def execute() -> None:
        """What the executions do that have begun: each waits for the start."""
        for each in runs(id_):
            if each["run"] not in handed_in:
                handed_in.add(each["run"])
                waits = partial(machine, "await-start", id_, each["run"], token=f"run-{each['run']}")
                assert patiently(waits)() == DONE

    def executions() -> Answer:
        while moving:
            execute()
        return DONE

    actions = [partial(come_and_go, player, random.Random(seed + n)) for n, player in enumerate(movers)]
    _, *others = at_once(executions, *actions)
    assert [other.status for other in others] == [201] * 5, seed
    execute()
    assert_whole(raw_items())
    stands = state_of(id_).run
    assert stands in handed_in
    for run in handed_in - {stands}:
        assert told(f"run-{run}") == ["cancelled"], seed
    waiting = state_of(id_).callback
    assert waiting is not None
    assert (waiting.run, told(waiting.token)) == (stands, [])
    assert (sent("tournament-start-at"), sent("tournament-start-cancel")) == (
        len(handed_in),
        len(handed_in) - 1,
    )
    statuses([partial(leave, player, code) for player in movers])
    assert told(waiting.token) == ["cancelled"]
    assert state_of(id_).present == tuple(player.id for player in steady)
    assert_whole(raw_items())


def test_all_who_go_offline_at_once_end_a_tournament_that_counts_down() -> None:
    players, made = gather(8, 7)
    step("await-start", made["id"], token="countdown")
    statuses([partial(offline, player) for player in players])
    assert told("countdown") == ["cancelled"]
    kinds = {item["kind"]["S"] for item in raw_items()}
    assert not kinds & {"tournament", "open_tournament", "hosted", "code"}
    assert_whole(raw_items())


# ── the end of matches ───────────────────────────────────────────────────────────────────────────────────


def last_points(id_: int) -> list[Doing]:
    """In every match that runs: the first user is one point from winning, and these score them."""
    doing: list[Doing] = []
    for pairing in running_in(id_):
        assert pairing.user_1
        for _ in range(2):
            assert point(pairing.user_1).status == 200
        doing.append(partial(point, pairing.user_1))
    return doing


def connect_clocks(id_: int) -> list[Doing]:
    return [partial(clock, "expire_connect", match_of(pairing)) for pairing in running_in(id_)]


def match_clocks(id_: int) -> list[Doing]:
    return [partial(clock, "close_match", match_of(pairing)) for pairing in running_in(id_)]


def departures(id_: int) -> list[Doing]:
    code = state_of(id_).code
    second = [pairing.user_2 for pairing in running_in(id_) if pairing.user_2]
    return [partial(call, "DELETE", f"{TOURNAMENT}{code}/", new_token("access", user)) for user in second]


@pytest.mark.parametrize("ends", [last_points, connect_clocks, match_clocks, departures])
def test_matches_that_all_end_at_the_same_instant_count_once_each_and_the_execution_is_told_once(
    ends: Callable[[int], list[Doing]],
) -> None:
    _, made = first_stage(8)
    doing = ends(made["id"])
    assert set(statuses(doing)) <= {200, 204}
    assert state_of(made["id"]).drawn.is_decided(2)
    assert told("first") == ["pause"]
    assert sent("tournament-match-finish") == 4
    assert_whole(raw_items())
    step("play-stage", made["id"], stage=3, token="semi")
    assert len(running_in(made["id"])) == 2
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(4))
def test_a_match_that_ends_in_every_way_at_once_ends_once(attempt: int) -> None:
    players, made = first_stage()
    other, last = running_in(made["id"])
    assert other.user_1
    win(other.user_1)
    one, two = (next(player for player in players if player.id == user) for user in last.users)
    for _ in range(2):
        point(one.id)
        point(two.id)
    match_id = match_of(last)
    found = statuses(
        [
            partial(point, one.id),
            partial(point, two.id),
            partial(absent, match_id, one.id),
            partial(leave, two, made["code"]),
            partial(clock, "expire_connect", match_id),
            partial(clock, "close_match", match_id),
        ]
    )
    assert set(found[:3]) <= {200, 404, 409}
    assert found[:3].count(200) <= 1
    assert found[3] == 204
    assert not state_of(made["id"]).has(two.id)
    assert told("first") == ["pause"]
    assert sent("tournament-match-finish") == 2
    assert_whole(raw_items())
    step("play-stage", made["id"], stage=4, token="final")
    assert_whole(raw_items())


# ── stages, the end ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("attempt", range(4))
def test_a_stage_that_is_begun_twice_as_players_go_begins_once(attempt: int) -> None:
    players, made = gather(8, 8)
    id_, run = made["id"], state_of(made["id"]).run
    leaver, sleeper, restless, doomed = players[1:5]
    beginning = [partial(machine, "play-stage", id_, run, stage=2, token=token) for token in ("one", "two")]
    found = statuses(
        [
            *beginning,
            partial(leave, leaver, made["code"]),
            partial(offline, sleeper),
            partial(duel, restless),
            partial(gone, doomed),
            partial(machine, "start", id_, run),
        ]
    )
    assert found == [200, 200, 204, 200, 409, found[5], 200]
    assert found[5] in {200, 403}
    tournament = state_of(id_)
    assert tournament.stage == 2
    assert not tournament.has(leaver.id)
    assert {sleeper.id, restless.id} <= set(tournament.present)
    assert tournament.has(doomed.id) is (found[5] == 403)
    # Whichever token came last is the one that counts: of a task only the latest attempt waits.
    latest = [tournament.callback.token] if tournament.callback else []
    assert told("one") + told("two") == ["pause"] * (1 - len(latest))
    assert_whole(raw_items())
    win_stage(id_)
    assert told("one") + told("two") == ["pause"]
    assert not latest or told(latest[0]) == ["pause"]
    assert sent("tournament-match-finish") == 4
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(4))
def test_a_tournament_that_is_finished_twice_as_people_go_is_won_once(attempt: int) -> None:
    players, made, winner = decided()
    id_, run = made["id"], state_of(made["id"]).run
    losers = [player for player in players if player != winner]
    goes = [partial(gone, winner), partial(duel, winner), partial(leave, winner, made["code"])]
    goes.append(partial(create, winner))
    found = statuses(
        [
            partial(machine, "finish", id_, run),
            partial(machine, "finish", id_, run),
            goes[attempt],
            partial(leave, losers[0], made["code"]),
            partial(create, losers[1]),
            partial(offline, losers[2]),
        ]
    )
    assert found[:2] == [200, 200]
    assert set(found[2:]) <= {200, 201, 204, 403, 409}
    assert state_of(id_).finish_at
    assert sent("tournament-finish") == 1
    assert state_of(id_).winner == winner.id
    assert_whole(raw_items())


# ── one place, one tournament ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("attempt", range(2))
def test_one_user_who_joins_two_tournaments_a_lobby_and_a_queue_at_once_is_in_one_place(attempt: int) -> None:
    one, other, host, racer = players_online(4)
    codes = [make_tournament(player, 8)["code"] for player in (one, other)]
    lobby = make_lobby(host)["code"]
    doing = [partial(enter, racer, code) for code in codes]
    found = statuses(
        [*doing, partial(join_lobby, racer, lobby), partial(duel, racer), partial(create, racer)]
    )
    assert set(found) <= {201, 403}
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(2))
def test_of_two_tournaments_that_one_user_makes_at_once_there_is_one(attempt: int) -> None:
    (creator,) = players_online(1)
    answered = patiently_at_once(*[partial(create, creator)] * 2)
    assert sorted(answer.status for answer in answered) == [201, 403]
    (refused,) = [answer for answer in answered if answer.status == 403]
    assert refused.body["code"] == "already_hosting"
    assert [item["kind"]["S"] for item in raw_items()].count("tournament") == 1
    assert_whole(raw_items())


def test_a_tournament_that_is_made_just_before_another_one_stays_the_only_one() -> None:
    (creator,) = players_online(1)
    answer = overtaken(lambda: create(creator), lambda: create(creator, 8))
    assert (answer.status, answer.body["code"]) == (403, "already_hosting")
    assert see(creator)["size"] == 4
    assert_whole(raw_items())


def test_who_is_matched_just_before_they_join_a_tournament_plays() -> None:
    creator, racer, third = players_online(3)
    code = make_tournament(creator)["code"]
    duel(racer)
    answer = overtaken(lambda: duel(third), lambda: enter(racer, code))
    assert (answer.status, answer.body["code"]) == (409, "already_playing")
    assert_whole(raw_items())
