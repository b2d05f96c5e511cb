"""Ending a match in several ways at once: it ends once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest

from shared.domain.errors import RaceLost
from shared.store.accounts.users import read_accounts
from shared.store.base import Item, Key, read_items, utc_now
from shared.store.play.clock_queue import CLOSE, CONNECT
from shared.store.social.relations import Relations
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts.deletion import delete_account
from shared.usecases.rerun import PATIENT_RERUNS, RERUNS
from tests.support.calls import Answer, call, service
from tests.support.concurrency import at_once, commit_after
from tests.support.database import raw_items
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import clock_arrives, create_match, finish, in_duel, score
from tests.support.players import Player, players_online

pytestmark = pytest.mark.usefixtures("account")


@pytest.fixture
def players() -> list[Player]:
    return players_online(2)


def book(players: list[Player]) -> Answer:
    shares = {
        side: {"score": points, "players": [{"id": player.id, "score": points}]}
        for side, points, player in (("a", 3, players[0]), ("b", 1, players[1]))
    }
    body = {"game_mode": "duel", "teams": shares, "winner": "a", "looser": "b"}
    return call("POST", "/private/users/result-match/", service(), body)


def figures(player: Player) -> dict[str, Any]:
    answer = call("GET", "/users/me/stats/", player.access)
    return next(line for line in answer.body if line["game_mode"] == "duel")


@pytest.mark.parametrize("calls", [2, 8])
def test_a_match_that_several_calls_finish_at_once_is_counted_once(calls: int, players: list[Player]) -> None:
    match_id = in_duel(*players)
    answers = at_once(*[partial(finish, match_id, players[1])] * calls)
    assert Counter(answer.status for answer in answers) == {200: 1, 409: calls - 1}
    assert (figures(players[0])["game_played"], figures(players[0])["wins"]) == (1, 1)
    assert (figures(players[1])["game_played"], figures(players[1])["wins"]) == (1, 0)
    assert_whole(raw_items())


def test_a_match_that_both_sides_abandon_at_once_has_one_winner(players: list[Player]) -> None:
    match_id = in_duel(*players)
    answers = at_once(*[partial(finish, match_id, player) for player in players])
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert figures(players[0])["wins"] + figures(players[1])["wins"] == 1
    assert_whole(raw_items())


def test_points_of_both_sides_at_once_all_count_until_one_wins(players: list[Player]) -> None:
    match_id = in_duel(*players)
    answers = at_once(*[partial(score, player) for player in players for _ in range(2)])
    assert [answer.status for answer in answers] == [200] * 4
    shown = call("GET", f"/private/match/{match_id}/{players[0].id}/", service()).body["teams"]
    assert (shown["a"]["score"], shown["b"]["score"]) == (2, 2)
    answers = at_once(*[partial(score, player) for player in players])
    assert sorted(answer.status for answer in answers) == [200, 404]
    assert_whole(raw_items())


def test_a_point_that_is_counted_just_before_the_winning_one_is_not_lost(players: list[Player]) -> None:
    match_id = in_duel(*players)
    for scorer in (0, 0, 1):
        score(players[scorer])
    answer = commit_after(lambda: score(players[1]), lambda: score(players[0]))
    assert answer.status == 200
    teams = answer.body["teams"]
    assert (teams["a"]["score"], teams["b"]["score"]) == (3, 2)
    (entry,) = call("GET", f"/game/matches/{players[0].id}/", players[0].access).body["results"]
    assert entry["id"] == match_id
    assert entry["teams"]["b"]["score"] == 2
    assert_whole(raw_items())


def test_a_result_that_is_booked_just_before_the_end_of_a_match_is_not_overwritten(
    players: list[Player],
) -> None:
    match_id = in_duel(*players)
    answer = commit_after(lambda: book(players), lambda: finish(match_id, players[1]))
    assert answer.status == 200
    assert (figures(players[0])["game_played"], figures(players[0])["wins"]) == (2, 2)
    assert_whole(raw_items(), booked={player.id for player in players})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("PUT", "/private/match/score/{}/", {}), ("GET", "/private/match/{}/", None)],
)
def test_a_match_that_ends_between_the_reads_of_seat_and_match_is_not_running(
    method: str, path: str, body: object, players: list[Player], monkeypatch: pytest.MonkeyPatch
) -> None:
    match_id = in_duel(*players)
    token = service()

    def finish_first(wanted: Iterable[Key]) -> dict[Key, Item]:
        monkeypatch.undo()
        assert finish(match_id, players[1]).status == 200
        return read_items(wanted)

    monkeypatch.setattr("shared.usecases.play.matches.read_items", finish_first)
    answer = call(method, path.format(players[0].id), token, body)
    assert (answer.status, answer.body["code"]) == (404, "match_not_found")
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(3))
def test_the_winning_point_and_a_disconnection_at_once_end_the_match_once(
    attempt: int, players: list[Player]
) -> None:
    match_id = in_duel(*players)
    score(players[0])
    score(players[0])
    point, disconnection = at_once(partial(score, players[0]), partial(finish, match_id, players[0]))
    assert (point.status, disconnection.status) in {(200, 409), (404, 200)}
    assert figures(players[0])["game_played"] == figures(players[1])["game_played"] == 1
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(3))
def test_the_clock_and_the_first_connection_at_once_leave_a_match_or_none(
    attempt: int, players: list[Player]
) -> None:
    match_id = in_duel(*players)
    connect = partial(call, "GET", f"/private/match/{match_id}/{players[0].id}/", service())
    arrived: Callable[[], Any] = partial(clock_arrives, CONNECT, match_id)
    connected, outcome = at_once(connect, arrived)
    assert (connected.status, outcome) in {(200, "goes on"), (404, "ended")}
    assert_whole(raw_items())


def test_a_clock_that_runs_twice_closes_a_match_once(players: list[Player]) -> None:
    match_id = in_duel(*players)
    score(players[0])
    at_once(*[partial(clock_arrives, CLOSE, match_id)] * 4, partial(finish, match_id, players[0]))
    assert figures(players[0])["game_played"] == figures(players[1])["game_played"] == 1
    assert_whole(raw_items())


def test_a_result_from_elsewhere_and_the_end_of_a_match_at_once_both_count(players: list[Player]) -> None:
    match_id = in_duel(*players)
    booked, finished = at_once(
        partial(book, players),
        partial(finish, match_id, players[1]),
    )
    assert (booked.status, finished.status) == (201, 200)
    assert (figures(players[0])["game_played"], figures(players[0])["wins"]) == (2, 2)
    assert_whole(raw_items(), booked={player.id for player in players})


def test_an_account_that_is_deleted_as_its_match_begins_is_either_deleted_or_playing(
    players: list[Player],
) -> None:
    account = read_accounts([players[0].id], utc_now())[players[0].id]
    relations = Relations.of(players[0].id)

    def create() -> str:
        return str(create_match("duel", players[:1], players[1:]).status)

    def delete() -> str:
        try:
            delete_account(account, relations)
        except Exception as error:  # noqa: BLE001 (any refusal will do)
            return type(error).__name__
        return "deleted"

    assert tuple(at_once(create, delete)) in {("201", "RaceLost"), ("400", "deleted")}
    assert_whole(raw_items())


def test_a_game_servers_report_is_rerun_more_often_than_a_users_request(
    players: list[Player], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_duel(*players)
    (late,) = players_online(1, "late")
    losses = 0
    commit = UnitOfWork.commit

    def lose(work: UnitOfWork) -> None:
        nonlocal losses
        if losses:
            losses -= 1
            raise RaceLost
        commit(work)

    monkeypatch.setattr(UnitOfWork, "commit", lose)
    monkeypatch.setattr("shared.usecases.rerun.FIRST_PAUSE_SECONDS", 0)
    losses = PATIENT_RERUNS
    assert score(players[0]).status == 200
    losses = PATIENT_RERUNS
    assert call("POST", "/play/duel/", late.access).status == 429
    assert losses == PATIENT_RERUNS - RERUNS - 1
