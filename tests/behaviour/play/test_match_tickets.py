"""The way to a running match, and the tickets by which a game server knows who comes."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.settings import settings
from shared.store.play.clock_queue import CONNECT
from tests.support.calls import Answer, call, refusal, service
from tests.support.database import items_of
from tests.support.friends import block
from tests.support.lobbies import all_ready, change_member, gather
from tests.support.matches import clock_arrives, finish, in_duel, running_match
from tests.support.players import Player, guest_online, made_player, players_online
from tests.support.tournaments import gather as gather_tournament
from tests.support.tournaments import state_of, step

pytestmark = pytest.mark.usefixtures("table")


def way(player: Player, code: str) -> Answer:
    return call("GET", f"/play/match/{code}/", player.access)


def ticket_in(url: str) -> str:
    (ticket,) = parse_qs(urlsplit(url).query)["ticket"]
    return ticket


def ticket_of(player: Player, code: str) -> str:
    answer = way(player, code)
    assert answer.status == 200, answer
    return ticket_in(answer.body["url"])


def check(ticket: object, code: object) -> Answer:
    return call("POST", "/private/match/ticket/", service(), {"ticket": ticket, "code": code})


def sent_tickets(event_code: str) -> dict[int, str]:
    """The tickets that went to users with an event."""
    entries = [entry for item in items_of("outbox") for entry in json.loads(item["entries"]["S"])]
    return {
        int(user_id): ticket
        for entry in entries
        if entry["event"]["event_code"] == event_code
        for user_id, ticket in entry["tickets"].items()
    }


def custom_game() -> tuple[list[Player], str, str]:
    """Two players and a spectator in a lobby; the codes of lobby and match."""
    players = players_online(3)
    lobby = gather("custom_game", *players)
    for player, team in zip(players, ("a", "b", "spectator"), strict=True):
        change_member(player, lobby["code"], team=team)
    all_ready(lobby, *players[:2])
    return players, lobby["code"], running_match(players[0])["code"]


def test_each_player_gets_a_ticket_of_their_own_with_the_start() -> None:
    alice, bobby = players_online(2)
    in_duel(alice, bobby)
    match = running_match(alice)
    tickets = sent_tickets("game-start")
    assert len(set(tickets.values())) == 2
    for player, team in ((alice, "a"), (bobby, "b")):
        assert ticket_of(player, match["code"]) == tickets[player.id]
        admitted = check(tickets[player.id], match["code"])
        assert admitted.status == 200, admitted
        assert (admitted.body["role"], admitted.body["team"]) == ("player", team)
        assert admitted.body["user"]["id"] == player.id
        assert (admitted.body["match"]["id"], admitted.body["match"]["points_to_win"]) == (match["id"], 3)


def test_the_way_to_a_match_has_the_match_and_the_address_of_the_game() -> None:
    alice, guest = made_player("Alice"), guest_online()
    match_id = in_duel(alice, guest)
    code = running_match(alice)["code"]
    for player in (alice, guest):
        body = way(player, code).body
        assert (body["id"], body["role"], body["finished"]) == (match_id, "player", False)
        assert body["url"].startswith(f"wss://localhost:4443/ws/game/{code}/?ticket={match_id}.{player.id}.")


def test_spectators_of_a_lobby_get_tickets_too() -> None:
    (_, _, carol), _, code = custom_game()
    assert ticket_of(carol, code) == sent_tickets("lobby-spectate-game")[carol.id]
    admitted = check(ticket_of(carol, code), code).body
    assert (admitted["role"], admitted["team"], admitted["user"]["id"]) == ("spectator", None, carol.id)


def test_a_spectator_who_leaves_is_no_longer_admitted() -> None:
    (_, _, carol), lobby_code, code = custom_game()
    ticket = ticket_of(carol, code)
    assert call("DELETE", f"/play/lobby/{lobby_code}/", carol.access).status == 204
    assert refusal(check(ticket, code)) == (403, "ticket_not_valid")
    assert refusal(way(carol, code)) == (404, "match_not_found")


def test_everyone_in_a_tournament_may_watch_its_matches_and_others_may_not() -> None:
    players, made = gather_tournament(4, 4)
    step("start", made["id"])
    step("play-stage", made["id"], stage=3, token="semi")
    game = state_of(made["id"]).drawn.running()[0].game
    assert game
    roles = {player.id: way(player, game.code).body["role"] for player in players}
    assert {id_ for id_, role in roles.items() if role == "player"} == set(game.user_ids)
    assert sorted(roles.values()) == ["player", "player", "spectator", "spectator"]
    assert refusal(way(made_player("Stranger"), game.code)) == (404, "match_not_found")


def test_a_user_who_leaves_a_tournament_takes_no_ticket_along() -> None:
    players, made = gather_tournament(4, 4)
    step("start", made["id"])
    step("play-stage", made["id"], stage=3, token="semi")
    one, other = (pairing.game for pairing in state_of(made["id"]).drawn.running())
    assert one
    assert other
    leaver = next(player for player in players if player.id in one.user_ids)
    own, watching = ticket_of(leaver, one.code), ticket_of(leaver, other.code)
    assert call("DELETE", f"/play/tournament/{made['code']}/", leaver.access).status == 204
    assert refusal(check(own, one.code)) == (409, "match_finished")
    assert refusal(check(watching, other.code)) == (403, "ticket_not_valid")


def test_no_other_ticket_is_taken() -> None:
    alice, bobby, carol, david = players_online(4)
    in_duel(alice, bobby)
    in_duel(carol, david)
    code, other_code = running_match(alice)["code"], running_match(carol)["code"]
    ticket, other = ticket_of(alice, code), ticket_of(carol, other_code)
    match_id, user_id, signature = ticket.split(".")
    other_match, _, other_signature = other.split(".")
    forged = [
        f"{match_id}.{bobby.id}.{signature}",
        f"{match_id}.{carol.id}.{signature}",
        f"{match_id}.{user_id}.{other_signature}",
        f"{other_match}.{user_id}.{signature}",
        f"{match_id}.{user_id}.{signature}=",
        f"{match_id}.{user_id}.",
        f"0{ticket}",
        f" {ticket}",
        f"{ticket}.",
        ticket.swapcase(),
        ticket[:-1],
        "\u0661.\u0662.x",
        f"{match_id}.{user_id}.\u00fc",
        "..",
        "",
        alice.access[:64],
    ]
    for text in forged:
        assert refusal(check(text, code)) == (403, "ticket_not_valid"), text
    assert refusal(check(ticket, other_code)) == (403, "ticket_not_valid")
    assert refusal(check(ticket, "")) == (403, "ticket_not_valid")
    assert refusal(check(f"1.{user_id}.{signature}", code)) == (404, "match_not_found")
    wrong: Any
    for wrong in (None, 1, ["x"], {}, "x" * 65):
        assert check(wrong, code).status == 400
    assert check(ticket, 4711).status == 400
    assert check(ticket, code).status == 200


def test_tickets_end_with_their_match() -> None:
    alice, bobby = players_online(2)
    match_id = in_duel(alice, bobby)
    code = running_match(alice)["code"]
    ticket = ticket_of(alice, code)
    finish(match_id, bobby)
    assert refusal(check(ticket, code)) == (409, "match_finished")
    assert refusal(way(alice, code)) == (404, "match_not_found")

    void_id = in_duel(alice, bobby)
    code = running_match(alice)["code"]
    ticket = ticket_of(alice, code)
    clock_arrives(CONNECT, void_id)
    assert refusal(check(ticket, code)) == (404, "match_not_found")


def test_the_way_to_a_match_hides_the_status_of_users_across_a_block() -> None:
    players, _, code = custom_game()
    alice, _, carol = players
    assert way(carol, code).body["teams"]["a"]["players"][0]["status"]["is_online"] is True
    block(carol, alice)
    answer = way(alice, code)
    assert answer.status == 200
    assert [player["id"] for player in answer.body["teams"]["a"]["players"]] == [alice.id]


@pytest.mark.parametrize("code", ["0000", "x", "99999999999999999999"])
def test_a_code_of_nothing_leads_nowhere(code: str) -> None:
    assert refusal(way(made_player("Alice"), code)) == (404, "match_not_found")


def test_the_code_of_a_lobby_leads_to_no_match() -> None:
    (alice, *_), lobby_code, _ = custom_game()
    assert refusal(way(alice, lobby_code)) == (404, "match_not_found")


def test_a_setting_says_where_the_game_server_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAME_URL", "wss://game.example.com/play/")
    settings.cache_clear()
    try:
        alice, bobby = players_online(2)
        in_duel(alice, bobby)
        code = running_match(alice)["code"]
        start = next(
            entry["event"]
            for item in items_of("outbox")
            for entry in json.loads(item["entries"]["S"])
            if entry["event"]["event_code"] == "game-start"
        )
        assert start["target"][0]["url"] == f"wss://game.example.com/play/{code}/"
        assert way(alice, code).body["url"].startswith(f"wss://game.example.com/play/{code}/?ticket=")
    finally:
        monkeypatch.undo()
        settings.cache_clear()


@pytest.mark.parametrize("url", ["game.example.com", "https://game.example.com", "wss://", "wss://a/?b=c"])
def test_what_is_no_address_of_a_game_server_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("GAME_URL", url)
    settings.cache_clear()
    try:
        with pytest.raises(ValueError, match="GAME_URL"):
            settings()
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_the_secret_of_a_match_and_a_ticket_are_in_no_other_answer_or_event() -> None:
    (alice, _, carol), _, code = custom_game()
    ((row,), tickets) = (
        items_of("match"),
        {**sent_tickets("game-start"), **sent_tickets("lobby-spectate-game")},
    )
    secret = row["secret"]["S"]
    assert len(secret) == 22
    shown = [
        running_match(alice),
        call("GET", "/play/lobby/", alice.access).body,
        call("GET", "/private/matches/", service()).body,
        check(ticket_of(carol, code), code).body,
        call("GET", "/users/me/download-data/", alice.access).body,
    ]
    for body in shown:
        assert secret not in json.dumps(body)
        assert not any(ticket in json.dumps(body) for ticket in tickets.values())
    for item in items_of("outbox"):
        assert secret not in json.dumps(item)
        for entry in json.loads(item["entries"]["S"]):
            assert not any(ticket in json.dumps(entry["event"]) for ticket in tickets.values())
