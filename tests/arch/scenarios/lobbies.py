"""Lobbies: clash and custom games."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tests.arch.scenarios.common import Case, Exceptions, Request, Scenarios, online, two_players
from tests.support.calls import call
from tests.support.friends import befriend
from tests.support.lobbies import gather, make_lobby, ready, see
from tests.support.players import Player, made_player, open_streams

IN_LOBBY = "/play/lobby/{code}/"
"""The path of a lobby."""


def waiting_clash(*sizes: int) -> list[Player]:
    """Make clash lobbies of these sizes that are ready; returns all participants, each creator before the others."""
    everybody = []
    for n, size in enumerate(sizes):
        players = [made_player(f"Waiting-{n}-{m}") for m in range(size)]
        open_streams(*players)
        lobby = gather("clash", *players)
        for player in players:
            assert ready(player, lobby["code"]).status == 200
        everybody += players
    return everybody


def _make_lobby(*, elsewhere: bool = False) -> Case:
    def prepare() -> Request:
        alice, bobby = two_players()
        if elsewhere:
            gather("custom_game", bobby, alice)
        return partial(call, "POST", "/play/lobby/", alice.access, {"game_mode": "clash"})

    return prepare


def _in_lobby(
    method: str,
    path: str,
    body: object = None,
    *,
    who: int = 0,
    mode: str = "custom_game",
    count: int = 8,
    ready_ones: Sequence[int] = (),
    waiting: tuple[int, ...] = (),
    **settings: str,
) -> Case:
    """A request of participant `who` of a lobby of `count`; `{user}` in the path is the last participant."""

    def prepare() -> Request:
        waiting_clash(*waiting)
        players = online(count)
        code = gather(mode, *players, **settings)["code"]
        for n in ready_ones:
            assert ready(players[n], code).status == 200
        there = path.format(code=code, user=players[-1].id)
        return partial(call, method, there, players[who].access, body)

    return prepare


def _join_lobby(*, elsewhere: bool = False, members: int = 1, mode: str = "custom_game") -> Case:
    def prepare() -> Request:
        *players, me = online(members + 1)
        code = gather(mode, *players)["code"]
        if elsewhere:
            make_lobby(me)
        return partial(call, "POST", f"/play/lobby/{code}/", me.access)

    return prepare


def _join_waiting_lobby() -> Request:
    waiting, (carol,) = waiting_clash(2), online(1)
    return partial(call, "POST", f"/play/lobby/{see(waiting[0])['code']}/", carol.access)


def _waiting(method: str, path: str, body: object = None) -> Case:
    """A request of the creator of a clash lobby that waits for opponents; `{user}` is another participant."""

    def prepare() -> Request:
        creator, other, _ = waiting_clash(3)
        there = path.format(code=see(creator)["code"], user=other.id)
        return partial(call, method, there, creator.access, body)

    return prepare


def _make_lobby_from_queue() -> Request:
    alice, _ = two_players()
    call("POST", "/play/duel/", alice.access)
    return partial(call, "POST", "/play/lobby/", alice.access, {"game_mode": "clash"})


def _invite() -> Request:
    alice, bobby = two_players()
    befriend(alice, bobby)
    code = make_lobby(alice)["code"]
    return partial(call, "POST", f"/play/lobby/{code}/invite/{bobby.id}/", alice.access)


SCENARIOS: Scenarios = {
    "create_lobby": {
        "": _make_lobby(),
        "from a queue": _make_lobby_from_queue,
        "from another lobby": _make_lobby(elsewhere=True),
    },
    "get_lobby": {"8 participants": _in_lobby("GET", "/play/lobby/")},
    "update_lobby": {
        "8 participants": _in_lobby("PATCH", "/play/lobby/", {"match_type": "3v3"}),
        "starting the match": _in_lobby(
            "PATCH", "/play/lobby/", {"match_type": "1v1"}, ready_ones=(0, 3), count=4, match_type="3v3"
        ),
    },
    "join_lobby": {
        "": _join_lobby(),
        "8th of 8": _join_lobby(members=7),
        "from another lobby": _join_lobby(elsewhere=True),
        "that waits": _join_waiting_lobby,
    },
    "update_participant": {
        "team": _in_lobby("PATCH", IN_LOBBY, {"team": "spectator"}),
        "ready": _in_lobby("PATCH", IN_LOBBY, {"is_ready": True}),
        "last ready, custom game": _in_lobby(
            "PATCH", IN_LOBBY, {"is_ready": True}, ready_ones=range(1, 6), match_type="3v3"
        ),
        "ready alone, clash": _in_lobby("PATCH", IN_LOBBY, {"is_ready": True}, mode="clash", count=1),
        "last ready of three, clash": _in_lobby(
            "PATCH", IN_LOBBY, {"is_ready": True}, mode="clash", count=3, ready_ones=(1, 2)
        ),
        "last ready of three, clash, and pair": _in_lobby(
            "PATCH",
            IN_LOBBY,
            {"is_ready": True},
            mode="clash",
            count=3,
            ready_ones=(1, 2),
            waiting=(1, 1, 1),
        ),
    },
    "leave_lobby": {
        "": _in_lobby("DELETE", IN_LOBBY, who=1),
        "as creator": _in_lobby("DELETE", IN_LOBBY),
        "that waits": _waiting("DELETE", IN_LOBBY),
        "as the last one": _in_lobby("DELETE", IN_LOBBY, count=1),
    },
    "ban_from_lobby": {
        "": _in_lobby("DELETE", IN_LOBBY + "ban/{user}/"),
        "that waits": _waiting("DELETE", IN_LOBBY + "ban/{user}/"),
    },
    "invite_to_lobby": {"": _invite},
    "send_lobby_message": {"": _in_lobby("POST", IN_LOBBY + "message/", {"content": "hello"})},
}

EXCEPTIONS: Exceptions = {
    ("get_lobby", "8 participants"): (
        3,
        "The seat names the lobby, the lobby its participants, whom one batch reads.",
    ),
    ("update_lobby", "8 participants"): (4, "The lobby is read as by GET, then changed."),
    ("update_lobby", "starting the match"): (
        4,
        "The lobby is read as by GET, then changed; the match is part of the change.",
    ),
    ("join_lobby", "from another lobby"): (4, "The new lobby is found by its code, the old one by the seat."),
    ("update_participant", "last ready, custom game"): (
        4,
        "The match starts: the lobby names the players, who are shown to each other.",
    ),
    ("update_participant", "ready alone, clash"): (4, "After the change the queue is read."),
    ("update_participant", "last ready of three, clash"): (
        5,
        "The lobby names the participants, whose blocks are read; after the change the queue is read.",
    ),
    ("update_participant", "last ready of three, clash, and pair"): (
        7,
        "The match (lobbies and accounts, match) is a second change, as in a duel.",
    ),
    ("leave_lobby", "that waits"): (
        4,
        "The creator leaves: the first registered participant becomes the creator, so all are read.",
    ),
    ("leave_lobby", "as creator"): (
        4,
        "The first registered participant becomes the creator, so all are read.",
    ),
}
