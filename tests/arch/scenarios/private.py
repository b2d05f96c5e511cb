"""The private API of game servers and other services."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from shared.store import keys
from shared.store.base import Item
from shared.store.play.matches import MatchRow, RunningRow
from tests.arch.scenarios.common import Case, Exceptions, Request, Scenarios, two_players
from tests.arch.scenarios.lobbies import waiting_clash
from tests.arch.scenarios.tournaments import in_tournament
from tests.support import tournaments as cups
from tests.support.calls import call, service
from tests.support.friends import befriend
from tests.support.lobbies import gather
from tests.support.matches import in_duel, running_match
from tests.support.players import Player, made_player


def _create_match(*, in_lobby: bool = False) -> Case:
    def prepare() -> Request:
        alice, bobby = two_players()
        if in_lobby:
            gather("custom_game", alice, bobby)
        body = {"game_mode": "duel", "teams": {"a": [{"id": alice.id}], "b": [{"id": bobby.id}]}}
        return partial(call, "POST", "/private/match/create/", service(), body)

    return prepare


def _running_match() -> Request:
    alice, bobby = two_players()
    in_duel(alice, bobby)
    return partial(call, "GET", f"/private/match/{alice.id}/", service())


def _check_ticket() -> Request:
    alice, bobby = two_players()
    in_duel(alice, bobby)
    code = running_match(alice)["code"]
    url = call("GET", f"/play/match/{code}/", alice.access).body["url"]
    body = {"ticket": url.partition("?ticket=")[2], "code": code}
    return partial(call, "POST", "/private/match/ticket/", service(), body)


def _list_running(count: int, offset: int) -> Case:
    """A page of 20 of `count` matches, all of the same players: the table has no more of it than the list needs."""

    def prepare() -> Request:
        alice, bobby = two_players()
        first = in_duel(alice, bobby)
        row, listed = MatchRow.get(*keys.match(first)), RunningRow.get(*keys.running_match(first))
        with Item.batch_write() as batch:
            for match_id in range(first + 1, first + count):
                state = replace(row.state, id=match_id)
                batch.save(MatchRow.at(keys.match(match_id), state=state, secret=row.secret))
                batch.save(RunningRow.at(keys.running_match(match_id), players=listed.players))
        query = {"state": "running", "offset": str(offset)}
        return partial(call, "GET", "/private/matches/", service(), None, query)

    return prepare


def _connect() -> Request:
    alice, bobby = two_players()
    return partial(call, "GET", f"/private/match/{in_duel(alice, bobby)}/{alice.id}/", service())


def _score(points_before: int) -> Case:
    def prepare() -> Request:
        alice, bobby = two_players()
        in_duel(alice, bobby)
        request = partial(call, "PUT", f"/private/match/score/{alice.id}/", service(), {})
        for _ in range(points_before):
            request()
        return request

    return prepare


def _finish(*, friends: bool = False) -> Case:
    def prepare() -> Request:
        alice, bobby = two_players()
        if friends:
            befriend(alice, bobby)
        return _end(in_duel(alice, bobby), alice)

    return prepare


def _finish_clash() -> Request:
    players = waiting_clash(1, 1, 1, 1, 1, 1)
    return _end(call("GET", f"/private/match/{players[0].id}/", service()).body["id"], players[0])


def _end(match_id: int, player: Player) -> Request:
    body = {"user_id": player.id, "finish_reason": "player-disconnect"}
    return partial(call, "PATCH", f"/private/match/finish/{match_id}/", service(), body)


def _push() -> Request:
    alice, bobby = two_players()
    body = {"users_id": [alice.id], "event_code": "lobby-join", "kwargs": {"username": bobby.id}}
    return partial(call, "POST", "/private/users/", service(), body)


def _book_match() -> Request:
    alice, bobby = two_players()
    shares = {
        side: {"score": points, "players": [{"id": player.id, "score": points}]}
        for side, points, player in (("a", 3, alice), ("b", 0, bobby))
    }
    body = {"game_mode": "duel", "teams": shares, "winner": "a", "looser": "b"}
    return partial(call, "POST", "/private/users/result-match/", service(), body)


def _book_tournament() -> Request:
    body = {"winner": made_player("Alice").id}
    return partial(call, "POST", "/private/users/result-tournament/", service(), body)


def _win_in_tournament() -> Request:
    _, made = in_tournament(4, 4)
    cups.step("start", made["id"])
    cups.step("play-stage", made["id"], stage=3, token="semi")
    player = cups.state_of(made["id"]).drawn.stage(3)[0].user_1
    request = partial(call, "PUT", f"/private/match/score/{player}/", service(), {})
    request()
    request()
    return request


def _score_in_clash() -> Request:
    players = waiting_clash(1, 1, 1, 1, 1, 1)
    return partial(call, "PUT", f"/private/match/score/{players[0].id}/", service(), {})


SCENARIOS: Scenarios = {
    "create_match": {"": _create_match(), "of two in a lobby": _create_match(in_lobby=True)},
    "get_running_match": {"": _running_match},
    "connect_player": {"": _connect},
    "check_ticket": {"": _check_ticket},
    "list_running_matches": {
        "of one": _list_running(1, 0),
        "of 500": _list_running(500, 0),
        "of 500, the last page": _list_running(500, 480),
    },
    "score_point": {
        "": _score(0),
        "winning": _score(2),
        "clash of six lobbies": _score_in_clash,
        "winning in a tournament": _win_in_tournament,
    },
    "finish_match": {
        "": _finish(),
        "of friends": _finish(friends=True),
        "clash of six lobbies": _finish_clash,
    },
    "push_event": {"": _push},
    "book_match": {"": _book_match},
    "book_tournament": {"": _book_tournament},
}

EXCEPTIONS: Exceptions = {
    **{
        ("list_running_matches", case): (5, "The list has four partitions; one batch reads the page.")
        for case in ("of one", "of 500", "of 500, the last page")
    },
    ("score_point", "winning in a tournament"): (
        4,
        "All participants of the tournament are shown the bracket.",
    ),
}
