"""Two actions on a tournament of which one commits just before the other: the second acts on the new state."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from shared.usecases.play import matches, tournament_steps, tournament_writes, tournaments
from tests.support.calls import Answer, call, service
from tests.support.concurrency import commit_after
from tests.support.database import raw_items
from tests.support.deletion import delete
from tests.support.events import sent_events
from tests.support.friends import befriend, block
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import Player, go_offline, players_online
from tests.support.tournament_races import (
    before_the_finish,
    count_sent,
    first_stage,
    invite,
    outcome,
    queue_for_duel,
    running_pairings,
)
from tests.support.tournaments import (
    TOURNAMENT,
    ban,
    enter,
    gather,
    leave,
    make_tournament,
    point,
    see,
    state_of,
    step,
    verdicts,
    win,
    win_stage,
)

pytestmark = pytest.mark.usefixtures("account")


def test_a_start_just_before_a_block_keeps_both_in() -> None:
    players, made = gather(4, 3)
    (last,) = players_online(1)
    answer = commit_after(lambda: enter(last, made["code"]), lambda: block(players[0], players[1]))
    assert answer.status == 201
    assert len(state_of(made["id"]).present) == 4
    assert_whole(raw_items())


def test_a_ban_just_before_a_second_join_forbids_it() -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]

    def join_and_ban() -> None:
        assert enter(bobby, code).status == 201
        assert ban(alice, code, bobby.id).status == 204

    answer = commit_after(join_and_ban, lambda: enter(bobby, code))
    assert (answer.status, answer.body["code"]) == (404, "tournament_not_found")
    assert len(see(alice)["participants"]) == 1
    assert_whole(raw_items())


def test_a_user_who_goes_offline_just_before_joining_stays_outside() -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]
    assert commit_after(lambda: go_offline(bobby), lambda: enter(bobby, code)).status == 401
    assert len(see(alice)["participants"]) == 1
    assert_whole(raw_items())


def test_a_user_who_joins_just_before_going_offline_is_out_again() -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]
    commit_after(lambda: enter(bobby, code), lambda: go_offline(bobby))
    assert len(see(alice)["participants"]) == 1
    assert_whole(raw_items())


def test_the_end_of_a_tournament_just_before_a_join_leaves_nothing_to_join() -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]
    assert commit_after(lambda: leave(alice, code), lambda: enter(bobby, code)).status == 404
    assert call("GET", TOURNAMENT, bobby.access).status == 404
    assert_whole(raw_items())


def test_a_join_just_before_the_last_participant_leaves_keeps_the_tournament_alive() -> None:
    alice, bobby = players_online(2)
    code = make_tournament(alice)["code"]
    assert commit_after(lambda: enter(bobby, code), lambda: leave(alice, code)).status == 204
    assert [each["id"] for each in see(bobby)["participants"]] == [bobby.id]
    assert_whole(raw_items())


@pytest.mark.parametrize(
    ("late", "expected", "stays"),
    [
        (lambda players, code: leave(players[1], code), (204, None), False),
        (lambda players, code: ban(players[0], code, players[1].id), (403, "tournament_started"), True),
        (lambda players, code: invite(players[0], code, players[-1]), (403, "tournament_started"), True),
        (lambda players, _: queue_for_duel(players[1]), (409, "in_tournament"), True),
        (lambda players, _: go_offline(players[1]), (200, None), True),
        (lambda players, _: delete(players[1]), (200, None), False),
    ],
    ids=["leaving", "ban", "invitation", "queueing", "going offline", "deletion"],
)
def test_a_start_just_before_a_departure_stands(
    late: Callable[[list[Player], str], object], expected: tuple[int, str | None], stays: bool
) -> None:
    players, made = gather(4, 3)
    friend, last = players_online(2)
    befriend(players[0], friend)
    leaving = partial(late, [*players, friend], made["code"])
    answer = outcome(lambda: commit_after(lambda: enter(last, made["code"]), leaving))
    assert (answer.status, answer.body["code"] if answer.body else None) == expected
    tournament = state_of(made["id"])
    assert set(tournament.user_ids) == {player.id for player in (*players, last)}
    assert len(tournament.present) == (4 if stays else 3)
    assert not sent_events("tournament-banned", "invite-tournament")
    assert_whole(raw_items())


@pytest.mark.parametrize(
    "early",
    [
        lambda players, code: leave(players[1], code),
        lambda players, code: ban(players[0], code, players[1].id),
        lambda players, _: block(players[0], players[1]),
        lambda players, _: queue_for_duel(players[1]),
        lambda players, _: go_offline(players[1]),
        lambda players, _: delete(players[1]),
    ],
    ids=["leaving", "ban", "block", "queueing", "going offline", "deletion"],
)
@pytest.mark.parametrize("by", ["the countdown", "the last participant"])
def test_a_departure_just_before_the_start_prevents_it(
    by: str, early: Callable[[list[Player], str], object]
) -> None:
    if by == "the countdown":
        players, made = gather(8, 7)
        starting: Callable[[], object] = partial(step, "start", made["id"], state_of(made["id"]).run)
    else:
        players, made = gather(4, 3)
        (last,) = players_online(1)
        starting = partial(enter, last, made["code"])
    answer = outcome(lambda: commit_after(lambda: early(players, made["code"]), starting))
    assert answer == Answer(200, tournament_steps.GONE) or answer.status == 201
    tournament = state_of(made["id"])
    assert not tournament.is_started
    assert tournament.find(players[1].id) is None
    assert not count_sent("tournament-start")
    assert_whole(raw_items())


def test_a_user_who_is_deleted_just_before_the_end_of_a_countdown_is_in_no_bracket() -> None:
    players, made = gather(16, 14)
    run = state_of(made["id"]).run
    output = commit_after(lambda: delete(players[3]), partial(step, "start", made["id"], run))
    assert output == {"verdict": "pause", "stage": 1}
    assert len(state_of(made["id"]).user_ids) == 13
    assert_whole(raw_items())


def test_a_match_that_ends_just_before_a_player_leaves_has_its_result() -> None:
    players, made = first_stage()
    pairing = running_pairings(made["id"])[0]
    leaver = next(player for player in players if player.id == pairing.user_1)
    answer = commit_after(lambda: win(leaver.id), lambda: leave(leaver, made["code"]))
    assert answer.status == 204
    ended = state_of(made["id"]).drawn.pairing(3, pairing.n)
    assert (ended.winner_id, ended.finish_reason) == (leaver.id, "normal-end")
    assert not state_of(made["id"]).has(leaver.id)
    assert_whole(raw_items())


def test_a_player_who_leaves_just_before_the_last_point_has_lost() -> None:
    players, made = first_stage()
    pairing = running_pairings(made["id"])[0]
    leaver = next(player for player in players if player.id == pairing.user_1)
    for _ in range(2):
        point(leaver.id)
    answer = commit_after(lambda: leave(leaver, made["code"]), lambda: point(leaver.id))
    assert (answer.status, answer.body["code"]) == (404, "match_not_found")
    ended = state_of(made["id"]).drawn.pairing(3, pairing.n)
    assert (ended.winner_id, ended.finish_reason) == (pairing.user_2, "player-disconnect")
    assert_whole(raw_items())


def test_a_match_that_ends_between_the_reads_of_a_departure_doesnt_prevent_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    players, made = first_stage()
    pairing = running_pairings(made["id"])[0]
    leaver = next(player for player in players if player.id == pairing.user_1)

    def end_first(*arguments: Any) -> Any:
        monkeypatch.undo()
        win(leaver.id)
        return matches.read_match_of(*arguments)

    monkeypatch.setattr(tournaments, "read_match_of", end_first)
    assert leave(leaver, made["code"]).status == 204
    assert not state_of(made["id"]).has(leaver.id)
    assert state_of(made["id"]).drawn.pairing(3, pairing.n).winner_id == leaver.id
    assert_whole(raw_items())


def test_a_stage_that_begins_just_before_a_player_leaves_is_lost_by_them() -> None:
    players, made = gather(4, 4)
    answer = commit_after(
        lambda: step("play-stage", made["id"], stage=3, token="semi"),
        lambda: leave(players[2], made["code"]),
    )
    assert answer.status == 204
    (lost,) = [p for p in state_of(made["id"]).drawn.stage(3) if players[2].id in p.users]
    assert (lost.finish_reason, lost.looser_id) == ("player-disconnect", players[2].id)
    assert_whole(raw_items())


def test_a_stage_that_begins_just_before_a_player_is_deleted_keeps_them() -> None:
    players, made = gather(4, 4)
    answer = commit_after(
        lambda: step("play-stage", made["id"], stage=3, token="semi"),
        lambda: outcome(partial(delete, players[2])),
    )
    assert (answer.status, answer.body["code"]) == (403, "in_match")
    assert len(running_pairings(made["id"])) == 2
    assert_whole(raw_items())


@pytest.mark.parametrize(
    "going",
    [lambda player, code: leave(player, code), lambda player, _: delete(player)],
    ids=["leaves", "is deleted"],
)
@pytest.mark.parametrize("moment", ["before the write", "between the reads"])
def test_a_player_who_leaves_just_before_a_stage_begins_has_no_match_in_it(
    moment: str, going: Callable[[Player, str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    players, made = gather(4, 4)
    begin = partial(step, "play-stage", made["id"], state_of(made["id"]).run, stage=3, token="semi")
    go = partial(going, players[2], made["code"])
    if moment == "before the write":
        commit_after(go, begin)
    else:

        def go_first(*arguments: Any) -> Any:
            monkeypatch.undo()
            go()
            return tournament_writes.read_view(*arguments)

        monkeypatch.setattr(tournament_steps, "read_view", go_first)
        begin()
    (bye,) = [p for p in state_of(made["id"]).drawn.stage(3) if players[2].id in p.users]
    assert (bye.finish_reason, bye.looser_id) == ("game-not-played", players[2].id)
    assert len(running_pairings(made["id"])) == 1
    assert_whole(raw_items())


def test_the_token_that_comes_first_of_two_tasks_of_a_stage_gives_way_to_the_later_one() -> None:
    _, made = gather(4, 4)
    id_, run = made["id"], state_of(made["id"]).run
    first, second = (partial(step, "play-stage", id_, run, stage=3, token=name) for name in ("one", "two"))
    commit_after(second, first)
    assert len(running_pairings(id_)) == 2
    waiting = state_of(id_).callback
    assert waiting is not None
    assert waiting.token == "one"
    win_stage(id_)
    assert (verdicts("one"), verdicts("two")) == (["pause"], [])
    assert_whole(raw_items())


def test_a_match_that_ends_just_before_a_task_waits_for_it_answers_the_task() -> None:
    _, made = gather(4, 4)
    id_, run = made["id"], state_of(made["id"]).run
    step("play-stage", id_, run, stage=3, token="timed out")
    again = partial(step, "play-stage", id_, run, stage=3, token="again")
    commit_after(lambda: win_stage(id_), again)
    assert verdicts("again") == ["pause"]
    assert state_of(id_).callback is None
    assert_whole(raw_items())


@pytest.mark.parametrize("first", ["leaves", "joins"])
def test_an_execution_that_waits_for_the_start_is_answered_with_a_change_just_before(first: str) -> None:
    players, made = gather(8, 7)
    (last,) = players_online(1)
    run = state_of(made["id"]).run
    happens = {"leaves": partial(leave, players[1]), "joins": partial(enter, last)}[first]
    waits = partial(step, "await-start", made["id"], run, token="countdown")
    commit_after(lambda: happens(made["code"]), waits)
    assert verdicts("countdown") == [{"leaves": "cancelled", "joins": "start"}[first]]
    assert_whole(raw_items())


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (lambda winner, code: leave(winner, code), (403, "not_in_tournament")),
        (lambda winner, _: go_offline(winner), (200, None)),
        (lambda winner, _: delete(winner), (200, None)),
    ],
    ids=["leaving", "going offline", "deletion"],
)
def test_a_finish_just_before_the_winner_leaves_has_booked_the_win(
    late: Callable[[Player, str], object], expected: tuple[int, str | None]
) -> None:
    _, made, winner = before_the_finish()
    leaving = partial(late, winner, made["code"])
    answer = outcome(lambda: commit_after(lambda: step("finish", made["id"]), leaving))
    assert (answer.status, answer.body["code"] if answer.body else None) == expected
    assert count_sent("tournament-finish") == 1
    assert_whole(raw_items())


@pytest.mark.parametrize(
    "going",
    [lambda player, code: leave(player, code), lambda player, _: delete(player)],
    ids=["leaves", "is deleted"],
)
def test_a_winner_who_leaves_just_before_the_finish_delays_nothing(
    going: Callable[[Player, str], object],
) -> None:
    _, made, winner = before_the_finish()
    run = state_of(made["id"]).run
    commit_after(partial(going, winner, made["code"]), partial(step, "finish", made["id"], run))
    assert state_of(made["id"]).finish_at
    assert state_of(made["id"]).winner == winner.id
    assert_whole(raw_items())


def test_a_result_from_elsewhere_just_before_the_finish_is_not_overwritten() -> None:
    _, made, winner = before_the_finish()
    run = state_of(made["id"]).run
    result = {"winner": winner.id}
    booking = partial(call, "POST", "/private/users/result-tournament/", service(), result)
    commit_after(booking, partial(step, "finish", made["id"], run))
    stats = call("GET", "/users/me/stats/", winner.access).body[-1]
    assert stats["tournament_wins"] == 2
    assert_whole(raw_items(), booked={winner.id})
