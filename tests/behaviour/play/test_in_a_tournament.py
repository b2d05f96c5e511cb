"""A participant who may still win a started tournament can't be elsewhere; leaving it during a match."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.http.registry import PREFIX
from tests.support.calls import call, refusal, service
from tests.support.events import sent_events
from tests.support.lobbies import make_lobby
from tests.support.matches import create_match
from tests.support.players import guest_online, players_online
from tests.support.tournament_races import first_stage
from tests.support.tournaments import gather, leave, step
from tools.openapi.__main__ import FILE

pytestmark = pytest.mark.usefixtures("table", "large_transactions")


def documented(method: str, path: str, status: int) -> set[str]:
    """The codes that the OpenAPI document names for a status of an operation."""
    operation = json.loads(FILE.read_text("utf-8"))["paths"][PREFIX + path][method.lower()]
    return set(operation["responses"][str(status)]["content"]["application/json"]["examples"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/play/duel/", None),
        ("POST", "/play/ranked/", None),
        ("POST", "/play/lobby/", {"game_mode": "clash"}),
        ("POST", "/play/lobby/{code}/", None),
        ("POST", "/play/tournament/", {"name": "Other", "size": 4}),
        ("POST", "/private/match/create/", {"game_mode": "duel", "teams": None}),
    ],
)
def test_a_call_that_would_take_a_player_out_of_a_started_tournament_is_refused_as_documented(
    method: str, path: str, body: dict[str, Any] | None
) -> None:
    players, made = gather(4, 4)
    step("start", made["id"])
    (host,) = players_online(1, "host")
    lobby = make_lobby(host)
    player, token = players[1], players[1].access
    if body is not None and "teams" in body:
        token = service()
        body = {**body, "teams": {"a": [{"id": player.id}], "b": [{"id": host.id}]}}
    answer = call(method, path.format(code=lobby["code"]), token, body)
    assert refusal(answer) == (409, "in_tournament")
    assert "in_tournament" in documented(method, path, 409)


def test_a_member_who_may_not_play_clash_with_another_is_refused_as_documented() -> None:
    assert "blocked_pair" in documented("PATCH", "/play/lobby/{code}/", 403)


def receivers(code: str) -> list[tuple[int, ...]]:
    return [to for _, to, _ in sent_events(code)]


def test_a_player_who_leaves_during_a_match_is_told_of_no_matches_to_watch() -> None:
    players, made = first_stage()
    leaver = players[0]
    assert leave(leaver, made["code"]).status == 204
    assert receivers("tournament-available-spectate-matches") == []
    assert len(receivers("tournament-match-finish")) == 1
    assert leaver.id not in receivers("tournament-leave")[0]


@pytest.mark.parametrize("size", [4.0, 8.0, True, "4", None, 5])
def test_the_size_of_a_tournament_is_one_of_three_whole_numbers(size: object) -> None:
    (host,) = players_online(1, "host")
    answer = call("POST", "/play/tournament/", host.access, {"name": "Cup", "size": size})
    assert (answer.status, list(answer.body)) == (400, ["size"])


def test_guests_get_into_no_ranked_match() -> None:
    (host,), guest = players_online(1, "host"), guest_online()
    answer = create_match("ranked", [host], [guest])
    assert (answer.status, list(answer.body)) == (400, ["teams"])
    assert create_match("duel", [host], [guest]).status == 201
