"""Queues, and the history of matches."""

from __future__ import annotations

from functools import partial

from shared.store import keys
from tests.arch.scenarios.common import Case, Exceptions, Request, Scenarios, add_long_lists, two_players
from tests.support.calls import call
from tests.support.lobbies import gather
from tests.support.matches import in_duel, running_match
from tests.support.players import made_player


def _in_queue(method: str, path: str, *, waiting: int | None = None) -> Case:
    """A request of the first of two users; user number `waiting` is in the queue already."""

    def prepare() -> Request:
        pair = two_players()
        if waiting is not None:
            call("POST", path, pair[waiting].access)
        return partial(call, method, path, pair[0].access)

    return prepare


def _joins(path: str) -> dict[str, Case]:
    """The cases of joining a queue."""
    return {
        "alone": _in_queue("POST", path),
        "again": _in_queue("POST", path, waiting=0),
        "and pair": _in_queue("POST", path, waiting=1),
    }


def _match() -> Request:
    alice, bobby = two_players()
    in_duel(alice, bobby)
    return partial(call, "GET", f"/play/match/{running_match(alice)['code']}/", alice.access)


def _matches(whose: str, limit: int, offset: int, *, others: bool = False) -> Case:
    def prepare() -> Request:
        alice, bobby = made_player("Alice"), made_player("Bobby")
        add_long_lists(alice, bobby, others=others)
        asking = {"own": alice, "other": bobby}[whose]
        query = {"limit": str(limit), "offset": str(offset)}
        return partial(call, "GET", f"/game/matches/{alice.id}/", asking.access, None, query)

    return prepare


def _duel_from_lobby() -> Request:
    alice, bobby = two_players()
    gather("custom_game", bobby, alice)
    return partial(call, "POST", "/play/duel/", alice.access)


SCENARIOS: Scenarios = {
    "join_duel": {**_joins("/play/duel/"), "from a lobby": _duel_from_lobby},
    "leave_duel": {"": _in_queue("DELETE", "/play/duel/", waiting=0)},
    "join_ranked": _joins("/play/ranked/"),
    "get_match": {"": _match},
    "leave_ranked": {"": _in_queue("DELETE", "/play/ranked/", waiting=0)},
    "list_matches": {
        "own": _matches("own", 20, 0),
        "another's": _matches("other", 20, 0),
        "another's, across two partitions": _matches("other", 20, keys.BUCKET - 10),
        "another's, the longest page": _matches("other", 100, keys.BUCKET - 10),
        "another's, the longest page, 100 opponents": _matches("other", 100, keys.BUCKET - 10, others=True),
    },
}

EXCEPTIONS: Exceptions = {
    ("join_duel", "and pair"): (
        5,
        "Joining (account, ticket, queue) and the match (accounts, match) are two changes.",
    ),
    ("join_duel", "from a lobby"): (
        4,
        "The change to the lobby depends on its participants, so it is read first.",
    ),
    ("join_ranked", "and pair"): (
        5,
        "Joining (account, ticket, queue) and the match (accounts, match) are two changes.",
    ),
    ("get_match", ""): (3, "The code says which match, and the match who plays."),
    ("list_matches", "own"): (
        3,
        "A page shows the players' present names and states: one batch reads them after the page.",
    ),
    ("list_matches", "another's"): (3, "As of one's own."),
    ("list_matches", "another's, across two partitions"): (
        4,
        "A list's partitions hold 64 entries, so a page of 20 lies in one or two.",
    ),
    ("list_matches", "another's, the longest page"): (5, "A page of 100 lies in two or three partitions."),
    ("list_matches", "another's, the longest page, 100 opponents"): (
        6,
        "A batch reads 100 items, which is 49 players.",
    ),
}
