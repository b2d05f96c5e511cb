"""Tournaments under many hands at the same instant: one start, one result each, and nobody waits for what has been."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

import pytest

from shared.auth.tokens import new_token
from shared.domain.bracket import Pairing
from shared.domain.errors import Forbidden, Throttled
from shared.usecases import matches, tournament_changes, tournament_run
from shared.usecases.presence import go_offline
from tests.calling import CONTAINER, Answer, Player, call, delete, made_player, open_streams, service
from tests.database import raw_items
from tests.friendly import befriend, block, sent_events
from tests.invariants import assert_whole
from tests.lobbying import join as join_lobby
from tests.lobbying import make_lobby
from tests.races.at_once import at_once, overtaken
from tests.races.doomed import task
from tests.tournaments import (
    TOURNAMENT,
    answers,
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

Doing = Callable[[], Answer]

DONE = Answer(200, None)
"""The answer of what has none: tasks, and streams that close."""
TOO_MANY = 429
PATIENCE = 200
"""So often is far from being lucky: whoever is still refused will be for ever."""


def players_online(count: int, name: str = "racer") -> list[Player]:
    players = [made_player(f"{name}-{number}") for number in range(count)]
    open_streams(*players)
    return players


def patiently(action: Doing) -> Doing:
    """What a client does after a 429, and Step Functions after a failed task: the same again."""

    def again() -> Answer:
        for _ in range(PATIENCE):
            if (answer := once(action)).status != TOO_MANY:
                break
        return answer

    return again


def once(action: Doing) -> Answer:
    """The answer, also of what is no request and raises its refusals."""
    try:
        return action()
    except Throttled:
        return Answer(TOO_MANY, None)
    except Forbidden as error:
        return Answer(403, {"code": error.code})


def patiently_at_once(*doing: Doing) -> Sequence[Answer]:
    """The answers to actions at the same instant, each repeated after a 429."""
    return at_once(*map(patiently, doing))


def statuses(doing: Collection[Doing]) -> list[int]:
    """Their statuses."""
    return [answer.status for answer in patiently_at_once(*doing)]


def offline(player: Player) -> Answer:
    go_offline(player.id, CONTAINER)
    return DONE


def gone(player: Player) -> Answer:
    delete(player)
    return DONE


def duel(player: Player) -> Answer:
    return call("POST", "/play/duel/", player.access)


def host(player: Player) -> Answer:
    return call("POST", "/play/lobby/", player.access, {"game_mode": "clash"})


def create(player: Player, size: int = 4) -> Answer:
    return call("POST", TOURNAMENT, player.access, {"name": "Another Cup", "size": size})


def invite(player: Player, code: str, other: Player) -> Answer:
    return call("POST", f"{TOURNAMENT}{code}/invite/{other.id}/", player.access)


def machine(name: str, id_: int, run: int | None, **more: Any) -> Answer:
    """A step of the state machine; what it is told is the answer's body."""
    return Answer(200, step(name, id_, run, **more))


def clock(name: str, match_id: int) -> Answer:
    task(name, {"match_id": match_id})
    return DONE


def point(player_id: int) -> Answer:
    return call("PUT", f"/private/match/score/{player_id}/", service(), {})


def absent(match_id: int, player_id: int) -> Answer:
    body = {"user_id": player_id, "finish_reason": "player-disconnect"}
    return call("PATCH", f"/private/match/finish/{match_id}/", service(), body)


def told(token: str) -> list[str]:
    """What the execution that waits with a token has been answered."""
    return [output["verdict"] for answered, output in answers() if answered == token]


def sent(code: str) -> int:
    """How often an event was sent."""
    return len(sent_events([code]))


def running_in(id_: int) -> list[Pairing]:
    return list(state_of(id_).drawn.running())


def match_of(pairing: Pairing) -> int:
    assert pairing.game is not None
    return pairing.game.id


def first_stage(size: int = 4) -> tuple[list[Player], dict[str, Any]]:
    """A full tournament whose first stage is being played; its execution waits with the token `first`."""
    players, made = gather(size, size)
    first = state_of(made["id"]).drawn.first_stage
    step("play-stage", made["id"], stage=first, token="first")
    return players, made


def decided() -> tuple[list[Player], dict[str, Any], Player]:
    """A tournament of 4 whose final is over, and who has won it; it is not finished."""
    players, made = first_stage()
    win_stage(made["id"])
    step("play-stage", made["id"], stage=4, token="final")
    win_stage(made["id"])
    winner = state_of(made["id"]).winner
    return players, made, next(player for player in players if player.id == winner)


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
    waiting = state_of(id_).waiting
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
    latest = [tournament.waiting.token] if tournament.waiting else []
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


# ── at the worst moment ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", [0, 1])
def test_a_block_just_before_somebody_joins_forbids_it(who: int) -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]
    blocker, blocked = ((alice, bobby), (bobby, alice))[who]
    answer = overtaken(lambda: block(blocker, blocked), lambda: enter(bobby, code))
    assert answer.status == (404, 403)[who]
    assert len(see(alice)["participants"]) == 1
    assert_whole(raw_items())


@pytest.mark.parametrize("who", [0, 1])
def test_somebody_who_joins_just_before_a_block_goes_by_it(who: int) -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]
    blocker, blocked = ((alice, bobby), (bobby, alice))[who]
    assert overtaken(lambda: enter(bobby, code), lambda: block(blocker, blocked)).status == 201
    assert len(see(alice)["participants"]) == 1
    assert_whole(raw_items())


def test_a_start_just_before_a_block_keeps_both_in() -> None:
    players, made = gather(4, 3)
    (last,) = players_online(1)
    answer = overtaken(lambda: enter(last, made["code"]), lambda: block(players[0], players[1]))
    assert answer.status == 201
    assert len(state_of(made["id"]).present) == 4
    assert_whole(raw_items())


def test_a_ban_just_before_somebody_comes_back_forbids_it() -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]

    def there_and_banned() -> None:
        assert enter(bobby, code).status == 201
        assert ban(alice, code, bobby.id).status == 204

    answer = overtaken(there_and_banned, lambda: enter(bobby, code))
    assert (answer.status, answer.body["code"]) == (404, "tournament_not_found")
    assert len(see(alice)["participants"]) == 1
    assert_whole(raw_items())


def test_who_goes_offline_just_before_they_join_stays_outside() -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]
    assert overtaken(lambda: offline(bobby), lambda: enter(bobby, code)).status == 401
    assert len(see(alice)["participants"]) == 1
    assert_whole(raw_items())


def test_who_joins_just_before_they_go_offline_is_out_again() -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]
    overtaken(lambda: enter(bobby, code), lambda: offline(bobby))
    assert len(see(alice)["participants"]) == 1
    assert_whole(raw_items())


def test_the_end_of_a_tournament_just_before_somebody_joins_leaves_nothing_to_join() -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]
    assert overtaken(lambda: leave(alice, code), lambda: enter(bobby, code)).status == 404
    assert call("GET", TOURNAMENT, bobby.access).status == 404
    assert_whole(raw_items())


def test_somebody_who_joins_just_before_the_last_one_leaves_keeps_it_alive() -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]
    assert overtaken(lambda: enter(bobby, code), lambda: leave(alice, code)).status == 204
    assert [each["id"] for each in see(bobby)["participants"]] == [bobby.id]
    assert_whole(raw_items())


@pytest.mark.parametrize(
    ("late", "expected", "stays"),
    [
        (lambda players, code: leave(players[1], code), (204, None), False),
        (lambda players, code: ban(players[0], code, players[1].id), (403, "tournament_started"), True),
        (lambda players, code: invite(players[0], code, players[-1]), (403, "tournament_started"), True),
        (lambda players, _: duel(players[1]), (409, "in_tournament"), True),
        (lambda players, _: offline(players[1]), (200, None), True),
        (lambda players, _: gone(players[1]), (200, None), False),
    ],
    ids=["leaving", "ban", "invitation", "queueing", "going offline", "deletion"],
)
def test_a_start_just_before_somebody_goes_stands(
    late: Callable[[list[Player], str], Answer], expected: tuple[int, str | None], stays: bool
) -> None:
    players, made = gather(4, 3)
    friend, last = players_online(2)
    befriend(players[0], friend)
    answer = overtaken(lambda: enter(last, made["code"]), lambda: late([*players, friend], made["code"]))
    assert (answer.status, answer.body["code"] if answer.body else None) == expected
    tournament = state_of(made["id"])
    assert set(tournament.user_ids) == {player.id for player in (*players, last)}
    assert len(tournament.present) == (4 if stays else 3)
    assert not sent_events(["tournament-banned", "invite-tournament"])
    assert_whole(raw_items())


@pytest.mark.parametrize(
    "early",
    [
        lambda players, code: leave(players[1], code),
        lambda players, code: ban(players[0], code, players[1].id),
        lambda players, _: block(players[0], players[1]),
        lambda players, _: duel(players[1]),
        lambda players, _: offline(players[1]),
        lambda players, _: gone(players[1]),
    ],
    ids=["leaving", "ban", "block", "queueing", "going offline", "deletion"],
)
@pytest.mark.parametrize("by", ["the countdown", "the last one"])
def test_one_who_goes_just_before_the_start_prevents_it(
    by: str, early: Callable[[list[Player], str], Answer]
) -> None:
    if by == "the countdown":
        players, made = gather(8, 7)
        starting = partial(machine, "start", made["id"], state_of(made["id"]).run)
    else:
        players, made = gather(4, 3)
        (last,) = players_online(1)
        starting = partial(enter, last, made["code"])
    answer = overtaken(lambda: early(players, made["code"]), starting)
    assert answer == Answer(200, tournament_run.GONE) or answer.status == 201
    tournament = state_of(made["id"])
    assert not tournament.is_started
    assert tournament.find(players[1].id) is None
    assert not sent("tournament-start")
    assert_whole(raw_items())


def test_one_who_is_deleted_just_before_the_end_of_a_countdown_that_stands_is_in_no_bracket() -> None:
    players, made = gather(16, 14)
    run = state_of(made["id"]).run
    answer = overtaken(lambda: gone(players[3]), partial(machine, "start", made["id"], run))
    assert answer.body == {"verdict": "pause", "stage": 1}
    assert len(state_of(made["id"]).user_ids) == 13
    assert_whole(raw_items())


def test_a_match_that_ends_just_before_a_player_leaves_has_its_result() -> None:
    players, made = first_stage()
    pairing = running_in(made["id"])[0]
    leaver = next(player for player in players if player.id == pairing.user_1)
    answer = overtaken(lambda: win(leaver.id), lambda: leave(leaver, made["code"]))
    assert answer.status == 204
    ended = state_of(made["id"]).drawn.pairing(3, pairing.n)
    assert (ended.winner_id, ended.finish_reason) == (leaver.id, "normal-end")
    assert not state_of(made["id"]).has(leaver.id)
    assert_whole(raw_items())


def test_who_leaves_just_before_the_last_point_has_lost() -> None:
    players, made = first_stage()
    pairing = running_in(made["id"])[0]
    leaver = next(player for player in players if player.id == pairing.user_1)
    for _ in range(2):
        point(leaver.id)
    answer = overtaken(lambda: leave(leaver, made["code"]), lambda: point(leaver.id))
    assert (answer.status, answer.body["code"]) == (404, "match_not_found")
    ended = state_of(made["id"]).drawn.pairing(3, pairing.n)
    assert (ended.winner_id, ended.finish_reason) == (pairing.user_2, "player-disconnect")
    assert_whole(raw_items())


def test_a_match_that_ends_between_the_reads_of_who_leaves_keeps_nobody_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    players, made = first_stage()
    pairing = running_in(made["id"])[0]
    leaver = next(player for player in players if player.id == pairing.user_1)

    def end_first(*arguments: Any) -> Any:
        monkeypatch.undo()
        win(leaver.id)
        return matches.read_match_of(*arguments)

    monkeypatch.setattr(tournament_run, "read_match_of", end_first)
    assert leave(leaver, made["code"]).status == 204
    assert not state_of(made["id"]).has(leaver.id)
    assert state_of(made["id"]).drawn.pairing(3, pairing.n).winner_id == leaver.id
    assert_whole(raw_items())


def test_a_stage_that_begins_just_before_a_player_leaves_is_lost_by_them() -> None:
    players, made = gather(4, 4)
    answer = overtaken(
        lambda: step("play-stage", made["id"], stage=3, token="semi"),
        lambda: leave(players[2], made["code"]),
    )
    assert answer.status == 204
    (lost,) = [p for p in state_of(made["id"]).drawn.stage(3) if players[2].id in p.users]
    assert (lost.finish_reason, lost.looser_id) == ("player-disconnect", players[2].id)
    assert_whole(raw_items())


def test_a_stage_that_begins_just_before_a_player_is_deleted_keeps_them() -> None:
    players, made = gather(4, 4)
    answer = overtaken(
        lambda: step("play-stage", made["id"], stage=3, token="semi"), lambda: once(partial(gone, players[2]))
    )
    assert (answer.status, answer.body["code"]) == (403, "in_match")
    assert len(running_in(made["id"])) == 2
    assert_whole(raw_items())


@pytest.mark.parametrize(
    "going",
    [lambda player, code: leave(player, code), lambda player, _: gone(player)],
    ids=["leaves", "goes"],
)
@pytest.mark.parametrize("moment", ["before the write", "between the reads"])
def test_who_goes_just_before_a_stage_begins_has_no_match_in_it(
    moment: str, going: Callable[[Player, str], Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    players, made = gather(4, 4)
    begin = partial(machine, "play-stage", made["id"], state_of(made["id"]).run, stage=3, token="semi")
    go = partial(going, players[2], made["code"])
    if moment == "before the write":
        overtaken(go, begin)
    else:

        def go_first(*arguments: Any) -> Any:
            monkeypatch.undo()
            go()
            return tournament_changes.read_sight(*arguments)

        monkeypatch.setattr(tournament_run, "read_sight", go_first)
        begin()
    (bye,) = [p for p in state_of(made["id"]).drawn.stage(3) if players[2].id in p.users]
    assert (bye.finish_reason, bye.looser_id) == ("game-not-played", players[2].id)
    assert len(running_in(made["id"])) == 1
    assert_whole(raw_items())


def test_the_token_that_comes_first_of_two_tasks_of_a_stage_gives_way_to_the_later_one() -> None:
    _, made = gather(4, 4)
    id_, run = made["id"], state_of(made["id"]).run
    first, second = (partial(machine, "play-stage", id_, run, stage=3, token=name) for name in ("one", "two"))
    overtaken(second, first)
    assert len(running_in(id_)) == 2
    waiting = state_of(id_).waiting
    assert waiting is not None
    assert waiting.token == "one"
    win_stage(id_)
    assert (told("one"), told("two")) == (["pause"], [])
    assert_whole(raw_items())


def test_a_match_that_ends_just_before_a_task_waits_for_it_answers_the_task() -> None:
    _, made = gather(4, 4)
    id_, run = made["id"], state_of(made["id"]).run
    step("play-stage", id_, run, stage=3, token="timed out")
    again = partial(machine, "play-stage", id_, run, stage=3, token="again")
    overtaken(lambda: win_stage(id_), again)
    assert told("again") == ["pause"]
    assert state_of(id_).waiting is None
    assert_whole(raw_items())


@pytest.mark.parametrize("first", ["leaves", "joins"])
def test_what_happens_just_before_an_execution_waits_for_the_start_is_told_to_it(first: str) -> None:
    players, made = gather(8, 7)
    (last,) = players_online(1)
    run = state_of(made["id"]).run
    happens = {"leaves": partial(leave, players[1]), "joins": partial(enter, last)}[first]
    waits = partial(machine, "await-start", made["id"], run, token="countdown")
    overtaken(lambda: happens(made["code"]), waits)
    assert told("countdown") == [{"leaves": "cancelled", "joins": "start"}[first]]
    assert_whole(raw_items())


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (lambda winner, code: leave(winner, code), (403, "not_in_tournament")),
        (lambda winner, _: offline(winner), (200, None)),
        (lambda winner, _: once(partial(gone, winner)), (200, None)),
    ],
    ids=["leaving", "going offline", "deletion"],
)
def test_the_end_just_before_the_winner_goes_has_booked_the_win(
    late: Callable[[Player, str], Answer], expected: tuple[int, str | None]
) -> None:
    _, made, winner = decided()
    answer = overtaken(lambda: step("finish", made["id"]), lambda: late(winner, made["code"]))
    assert (answer.status, answer.body["code"] if answer.body else None) == expected
    assert sent("tournament-finish") == 1
    assert_whole(raw_items())


@pytest.mark.parametrize(
    "going",
    [lambda player, code: leave(player, code), lambda player, _: gone(player)],
    ids=["leaves", "goes"],
)
def test_a_winner_who_goes_just_before_the_end_holds_nothing_up(
    going: Callable[[Player, str], Answer],
) -> None:
    _, made, winner = decided()
    run = state_of(made["id"]).run
    overtaken(partial(going, winner, made["code"]), partial(machine, "finish", made["id"], run))
    assert state_of(made["id"]).finish_at
    assert state_of(made["id"]).winner == winner.id
    assert_whole(raw_items())


def test_a_result_from_elsewhere_just_before_the_end_is_not_overwritten() -> None:
    _, made, winner = decided()
    run = state_of(made["id"]).run
    result = {"winner": winner.id}
    booking = partial(call, "POST", "/private/users/result-tournament/", service(), result)
    overtaken(booking, partial(machine, "finish", made["id"], run))
    stats = call("GET", "/users/me/stats/", winner.access).body[-1]
    assert stats["tournament_wins"] == 2
    assert_whole(raw_items(), booked={winner.id})
