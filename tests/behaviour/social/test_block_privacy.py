"""What two users see of each other across a block, in histories of their own and of third users."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import call
from tests.support.friends import block
from tests.support.matches import finish, in_duel
from tests.support.players import Player, players_online
from tests.support.tournaments import gather, step

pytestmark = pytest.mark.usefixtures("table")


def statuses(history: Any) -> dict[int, Any]:
    """The statuses of all users in an answer, by id."""
    if isinstance(history, list):
        return {key: value for each in history for key, value in statuses(each).items()}
    if not isinstance(history, dict):
        return {}
    mine = {history["id"]: history["status"]} if "status" in history else {}
    return {**statuses(list(history.values())), **mine}


def seen(player: Player, path: str) -> dict[int, Any]:
    answer = call("GET", path, player.access)
    assert answer.status == 200, answer
    return statuses(answer.body)


def is_hidden(status: dict[str, Any], player: Player) -> bool:
    registered = call("GET", "/users/me/", player.access).body["created_at"]
    return status == {"is_online": False, "game_playing": None, "last_online": registered}


def test_matches_show_no_status_across_a_block_in_either_direction() -> None:
    alice, bobby, carol = players_online(3)
    for loser in (alice, bobby):
        finish(in_duel(carol, loser), loser)
    finish(in_duel(alice, bobby), bobby)
    block(alice, bobby)
    for me, other in ((alice, bobby), (bobby, alice)):
        for path in (f"/game/matches/{carol.id}/", f"/game/matches/{me.id}/", "/users/me/download-data/"):
            found = seen(me, path)
            assert is_hidden(found[other.id], other)
            assert found[carol.id]["is_online"]
    found = seen(carol, f"/game/matches/{carol.id}/")
    assert found[alice.id]["is_online"]
    assert found[bobby.id]["is_online"]


@pytest.mark.usefixtures("large_transactions")
def test_a_started_tournament_shows_no_status_across_a_block() -> None:
    (creator, alice, bobby, _), made = gather(4, 4)
    step("start", made["id"])
    block(alice, bobby)
    for me, other in ((alice, bobby), (bobby, alice)):
        found = seen(me, f"/game/tournaments/{made['id']}/")
        assert is_hidden(found[other.id], other)
        assert found[creator.id]["is_online"]
