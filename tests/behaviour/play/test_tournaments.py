"""Tournaments: joining, leaving, bans and blocks around the start, and every step of the state machine."""

from __future__ import annotations

import pytest

from shared.store.play.clock_queue import CONNECT
from tests.support.calls import call, refusal
from tests.support.database import kinds, raw_items
from tests.support.events import sent_events
from tests.support.friends import block
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import clock_arrives, create_match
from tests.support.players import (
    PASSWORD,
    Player,
    go_offline,
    made_player,
    open_streams,
    players_online,
    sign_up,
)
from tests.support.tournaments import (
    ban,
    enter,
    execution_answers,
    executions,
    gather,
    leave,
    make_tournament,
    see,
    state_of,
    step,
    win,
    win_stage,
)

pytestmark = pytest.mark.usefixtures("table", "large_transactions")


@pytest.mark.parametrize("name", ["", "\u200b\u3164", "a\nb", "a\x1bb", "a\u202eb", "x" * 51])
def test_a_name_that_shows_nothing_or_plays_tricks_is_refused(name: str) -> None:
    (creator,) = players_online(1)
    answer = call("POST", "/play/tournament/", creator.access, {"name": name, "size": 4})
    assert (answer.status, list(answer.body)) == (400, ["name"])


@pytest.mark.parametrize("started", [False, True])
def test_a_message_in_a_third_users_tournament_does_not_cross_a_block(*, started: bool) -> None:
    players, made = gather(4, 4 if started else 3)
    creator, alice, bobby = players[:3]
    if started:
        step("start", made["id"])
    blocked = block(alice, bobby).body["id"]

    def reached(author: Player) -> set[int]:
        answer = call("POST", f"/play/tournament/{made['code']}/message/", author.access, {"content": "hi"})
        assert answer.status == 201, answer
        return set(sent_events("tournament-message")[-1][1])

    everyone = {player.id for player in players}
    assert reached(alice) == reached(bobby) == everyone - {alice.id, bobby.id}
    assert reached(creator) == everyone - {creator.id}
    assert_whole(raw_items())
    call("DELETE", f"/users/me/blocked/{blocked}/", alice.access)
    assert reached(bobby) == everyone - {bobby.id}
    assert_whole(raw_items())


def play_on(tournament_id: int) -> None:
    """Run the state machine from the start to the end; the first user of every match wins."""
    output = step("start", tournament_id)
    while output["verdict"] == "pause":
        token = f"stage-{output['stage']}"
        step("play-stage", tournament_id, stage=output["stage"], token=token)
        assert_whole(raw_items())
        win_stage(tournament_id)
        (output,) = [output for answered, output in execution_answers() if answered == token]
        assert_whole(raw_items())
    assert output["verdict"] == "finish"
    step("finish", tournament_id)


@pytest.mark.parametrize(("size", "entrants"), [(4, 4), (8, 7)])
def test_a_tournament_leaves_a_whole_table_at_every_step(size: int, entrants: int) -> None:
    players, made = gather(size, entrants)
    assert_whole(raw_items())
    play_on(made["id"])
    assert_whole(raw_items())
    winner = state_of(made["id"]).winner
    wins = {
        player.id: call("GET", "/users/me/stats/", player.access).body[-1]["tournament_wins"]
        for player in players
    }
    assert wins == {player.id: int(player.id == winner) for player in players}
    assert call("GET", f"/game/tournaments/{made['id']}/", players[0].access).body["finish_at"]


def test_every_step_may_be_repeated_and_is_done_once() -> None:
    _, made = gather(4, 4)
    id_, run = made["id"], state_of(made["id"]).run
    for _ in range(2):
        assert step("start", id_, run) == {"verdict": "pause", "stage": 3}
        step("play-stage", id_, run, stage=3, token="semi")
    assert len(state_of(id_).drawn.running()) == 2
    win_stage(id_)
    step("play-stage", id_, run, stage=3, token="semi-again")
    pause = {"verdict": "pause", "stage": 4}
    assert sorted(token for token, output in execution_answers() if output == pause) == ["semi", "semi-again"]
    step("play-stage", id_, run, stage=4, token="final")
    win_stage(id_)
    for _ in range(2):
        step("finish", id_, run)
        assert_whole(raw_items())
    assert [code for code, _, _ in sent_events("tournament-finish")] == ["tournament-finish"]
    # A late execution is answered that the run is over.
    assert step("start", id_, run)["verdict"] == "gone"
    step("play-stage", id_, run, stage=4, token="late")
    assert ("late", {"verdict": "gone", "stage": 0}) in execution_answers()


def test_a_token_that_comes_after_the_tournament_was_filled_is_answered_at_once() -> None:
    _, made = gather(8, 8)
    step("await-start", made["id"], token="late")
    assert execution_answers() == [("late", {"verdict": "start", "stage": 1})]
    assert len(executions(made["id"])) == 1


def test_the_join_that_fills_the_tournament_answers_the_waiting_execution() -> None:
    _, made = gather(8, 7)
    step("await-start", made["id"], token="countdown")
    assert execution_answers() == []
    (eighth,) = players_online(1, "eighth")
    assert enter(eighth, made["code"]).status == 201
    assert execution_answers() == [("countdown", {"verdict": "start", "stage": 1})]
    assert state_of(made["id"]).callback is None
    assert len(executions(made["id"])) == 1


def test_a_cancelled_countdown_answers_its_execution_and_stays_cancelled() -> None:
    players, made = gather(8, 7)
    old = state_of(made["id"]).run
    step("await-start", made["id"], token="countdown")
    assert leave(players[3], made["code"]).status == 204
    assert execution_answers() == [("countdown", {"verdict": "cancelled", "stage": 1})]
    assert enter(players[3], made["code"]).status == 201
    assert state_of(made["id"]).run not in (None, old)
    assert [each["run"] for each in executions(made["id"])].count(old) == 1
    # The steps of the old execution change nothing.
    step("await-start", made["id"], old, token="stale")
    assert ("stale", {"verdict": "cancelled", "stage": 0}) in execution_answers()
    assert step("start", made["id"], old)["verdict"] == "gone"
    assert not state_of(made["id"]).is_started
    assert_whole(raw_items())


def test_a_countdown_that_is_over_starts_the_tournament_with_its_participants() -> None:
    players, made = gather(16, 13)
    assert step("start", made["id"]) == {"verdict": "pause", "stage": 1}
    shown = see(players[0])
    assert (shown["is_started"], len(shown["participants"])) == (True, 13)
    (event,) = sent_events("tournament-start")
    assert event[1] == tuple(player.id for player in players)
    assert len(event[2]["matches"]["round-of-16"]) == 8
    assert_whole(raw_items())


def test_the_better_seed_advances_when_neither_player_connects() -> None:
    _, made = gather(4, 4)
    step("start", made["id"])
    step("play-stage", made["id"], stage=3, token="semi")
    for pairing in state_of(made["id"]).drawn.running():
        assert pairing.game
        clock_arrives(CONNECT, pairing.game.id)
        assert_whole(raw_items())
    tournament = state_of(made["id"])
    assert {p.finish_reason for p in tournament.drawn.stage(3)} == {"players-timeout"}
    seeds = {entrant.id: entrant.seed for entrant in tournament.entrants}
    assert {seeds[user_id] for user_id in tournament.drawn.final.users} == {1, 2}
    assert [output for _, output in execution_answers()] == [{"verdict": "pause", "stage": 4}]


def test_going_offline_leaves_a_tournament_before_the_start_and_not_after_it() -> None:
    players, made = gather(8, 7)
    go_offline(players[6])
    assert state_of(made["id"]).start_at is None
    assert_whole(raw_items())
    open_streams(players[6])
    enter(players[6], made["code"])
    step("start", made["id"])
    go_offline(players[6])
    assert state_of(made["id"]).has(players[6].id)
    step("play-stage", made["id"], stage=2, token="quarter")
    assert players[6].id in {user for p in state_of(made["id"]).drawn.pairings for user in p.users}
    assert_whole(raw_items())


def test_an_unstarted_tournament_ends_when_its_last_participant_leaves_in_any_way() -> None:
    (alice,), made = gather(4, 1)
    go_offline(alice)
    assert {"tournament", "open_tournament", "hosted", "code"}.isdisjoint(kinds())
    open_streams(alice)
    made = make_tournament(alice)
    call("POST", "/play/duel/", alice.access)
    assert enter(alice, made["code"]).status == 404
    assert_whole(raw_items())


def delete_status(player: Player) -> int:
    return call("DELETE", "/users/me/", player.access, {"password": PASSWORD}).status


def test_deleting_an_account_before_the_start_frees_the_place_and_the_tournament_goes_on() -> None:
    creator = sign_up("Creator")
    others = [made_player(f"other-{n}") for n in range(4)]
    open_streams(creator, *others)
    made = make_tournament(creator, 4)
    enter(others[0], made["code"])
    assert delete_status(creator) == 204
    assert_whole(raw_items())
    for other in others[1:]:
        assert enter(other, made["code"]).status == 201
    play_on(made["id"])
    assert_whole(raw_items())
    assert call("GET", f"/game/tournaments/{made['id']}/", others[0].access).body["created_by"] == creator.id


def test_deleting_an_account_between_two_matches_lets_the_opponent_advance() -> None:
    deleted = sign_up("Deleted")
    others = [made_player(f"other-{n}") for n in range(3)]
    open_streams(deleted, *others)
    made = make_tournament(others[0], 4)
    for player in (*others[1:], deleted):
        enter(player, made["code"])
    step("start", made["id"])
    step("play-stage", made["id"], stage=3, token="semi")
    assert delete_status(deleted) == 403  # not during a match
    win(deleted.id)
    assert delete_status(deleted) == 204
    assert_whole(raw_items())
    win_stage(made["id"])
    step("play-stage", made["id"], stage=4, token="final")
    step("finish", made["id"])
    shown = call("GET", f"/game/tournaments/{made['id']}/", others[0].access).body
    final = shown["matches"]["final"][0]
    assert (final["finish_reason"], final["score_winner"]) == ("game-not-played", 3)
    users = [final["user_1"], final["user_2"]]
    assert {"id": deleted.id, "username": "deleted-user"} in users
    assert_whole(raw_items())


def test_a_block_separates_creator_and_participant_before_the_start_only() -> None:
    players, made = gather(8, 6)
    creator, other, third = players[:3]
    assert block(creator, other).status == 201
    assert not state_of(made["id"]).has(other.id)
    assert [to for _, to, _ in sent_events("tournament-banned")] == [(other.id,)]
    assert enter(other, made["code"]).status == 404
    assert block(third, creator).status == 201
    assert not state_of(made["id"]).has(third.id)
    assert enter(third, made["code"]).status == 403
    fourth = players[3]
    assert block(fourth, players[4]).status == 201  # in a third user's tournament both stay
    assert state_of(made["id"]).has(fourth.id)
    assert state_of(made["id"]).has(players[4].id)
    assert_whole(raw_items())

    later, started = gather(4, 4, "later")
    step("start", started["id"])
    assert block(later[0], later[1]).status == 201
    assert len(state_of(started["id"]).present) == 4
    assert_whole(raw_items())


def test_a_banned_user_cannot_join_again() -> None:
    players, made = gather(8, 7)
    assert ban(players[0], made["code"], players[1].id).status == 204
    assert enter(players[1], made["code"]).status == 404
    assert state_of(made["id"]).start_at is None
    assert_whole(raw_items())


def test_a_tournament_match_created_by_a_game_server_belongs_to_no_tournament() -> None:
    a, b = made_player("aaa"), made_player("bbb")
    assert create_match("tournament", [a], [b]).body["tournament_id"] is None
    win(a.id)
    assert_whole(raw_items())


def test_a_game_server_cannot_take_a_player_out_of_a_started_tournament() -> None:
    players, made = gather(4, 4)
    step("start", made["id"])
    stranger = made_player("stranger")
    assert refusal(create_match("duel", players[:1], [stranger])) == (409, "in_tournament")
