"""Tournaments."""

from __future__ import annotations

from functools import partial
from typing import Any

from shared.store import keys
from shared.store.base import Item
from shared.store.play.tournaments import OpenTournament
from tests.arch.scenarios.common import Case, Exceptions, Request, Scenarios, clones_of, two_players
from tests.support import tournaments as cups
from tests.support.calls import call
from tests.support.friends import befriend
from tests.support.players import Player, made_player, open_streams


def in_tournament(size: int, entrants: int) -> tuple[list[Player], dict[str, Any]]:
    """The participants of a new tournament and, last, a stranger to it; and the tournament as it was made."""
    stranger = made_player("Stranger")
    open_streams(stranger)
    players, made = cups.gather(size, entrants)
    return [*players, stranger], made


def _create_tournament() -> Request:
    alice, _ = two_players()
    return partial(call, "POST", cups.TOURNAMENT, alice.access, {"name": "Cup", "size": 8})


def _join_tournament(size: int, entrants: int, *, queue: bool = False) -> Case:
    def prepare() -> Request:
        players, made = in_tournament(size, entrants)
        if queue:
            call("POST", "/play/duel/", players[-1].access)
        return partial(cups.enter, players[-1], made["code"])

    return prepare


def _as_creator(method: str, path: str, body: object = None) -> Case:
    """A request of a tournament's creator; `{}` are its code and the id of a participant, or of a friend to invite."""

    def prepare() -> Request:
        players, made = in_tournament(8, 2)
        befriend(players[0], players[-1])
        who = players[-1] if "invite" in path else players[1]
        return partial(call, method, path.format(made["code"], who.id), players[0].access, body)

    return prepare


def _leave_tournament(when: str) -> Case:
    def prepare() -> Request:
        if when == "the last one":
            (player, _), made = in_tournament(4, 1)
            return partial(cups.leave, player, made["code"])
        players, made = in_tournament(4, 4)
        if when == "during a match":
            cups.step("start", made["id"])
            cups.step("play-stage", made["id"], stage=3, token="semi")
        return partial(cups.leave, players[0], made["code"])

    return prepare


def _read_tournament(size: int, entrants: int, *, started: bool, played: bool = False) -> Case:
    def prepare() -> Request:
        players, made = in_tournament(size, entrants)
        if started:
            cups.step("start", made["id"])
            cups.step("play-stage", made["id"], stage=5 - size.bit_length() + 1, token="first")
        path = f"/game/tournaments/{made['id']}/" if played else cups.TOURNAMENT
        return partial(call, "GET", path, players[0].access)

    return prepare


def _search(count: int) -> Case:
    def prepare() -> Request:
        alice = made_player("Alice")
        with Item.batch_write() as batch:
            for n, creator in enumerate(clones_of(made_player("Bobby"), count)):
                values = {
                    "code": f"{1000 + n}",
                    "name": "Cup",
                    "size": 8,
                    "n_participants": 1,
                    "private": False,
                }
                row = OpenTournament.at(
                    keys.open_tournament(creator), id=creator, created_by=creator, **values
                )
                batch.save(row)
        return partial(call, "GET", "/play/tournament/search/", alice.access, None, {"q": "cup"})

    return prepare


SCENARIOS: Scenarios = {
    "create_tournament": {"": _create_tournament},
    "get_tournament": {
        "": _read_tournament(8, 6, started=False),
        "16 playing": _read_tournament(16, 16, started=True),
    },
    "get_played_tournament": {
        "": _read_tournament(4, 4, started=True, played=True),
        "16 playing": _read_tournament(16, 16, started=True, played=True),
    },
    "join_tournament": {
        "": _join_tournament(8, 2),
        "beginning the countdown": _join_tournament(8, 6),
        "the last place": _join_tournament(16, 15),
        "from a queue": _join_tournament(8, 2, queue=True),
    },
    "leave_tournament": {
        "": _leave_tournament("before the start"),
        "the last one": _leave_tournament("the last one"),
        "during a match": _leave_tournament("during a match"),
    },
    "ban_from_tournament": {"": _as_creator("DELETE", "/play/tournament/{}/ban/{}/")},
    "invite_to_tournament": {"": _as_creator("POST", "/play/tournament/{}/invite/{}/")},
    "send_tournament_message": {
        "": _as_creator("POST", "/play/tournament/{}/message/", {"content": "Good luck!"})
    },
    "search_tournaments": {"": _search(3), "500 tournaments": _search(500)},
}

EXCEPTIONS: Exceptions = {
    ("get_tournament", ""): (3, "The tournament names its participants, whom one batch reads."),
    ("get_tournament", "16 playing"): (3, "The same batch reads the matches."),
    ("get_played_tournament", ""): (3, "The tournament names its participants, whom one batch reads."),
    ("get_played_tournament", "16 playing"): (3, "The same batch reads the matches."),
    ("join_tournament", "the last place"): (
        4,
        "The tournament starts: trophies seed all participants, and each is shown the bracket.",
    ),
    ("leave_tournament", "during a match"): (
        5,
        "Leaving loses the match, which the seat names; all participants are shown the bracket.",
    ),
    ("search_tournaments", ""): (
        4,
        "Blocks stand with the user, the creators' present names with the creators.",
    ),
    ("search_tournaments", "500 tournaments"): (4, "The number of tournaments changes nothing."),
}
