"""`download-data` holds everything that the table keeps of a user, of every kind of item."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pynamodb.attributes import DiscriminatorAttribute

import app  # noqa: F401 (defines the kinds of items that functions use)
import shared.store.checkpoints  # noqa: F401 (defines one that no function uses)
from shared.store.base import Item, connection
from tests.support.calls import call
from tests.support.chats import say, talk
from tests.support.database import raw_items
from tests.support.deletion import run_cleanup
from tests.support.friends import ask, befriend, block
from tests.support.lobbies import ban, gather, ready
from tests.support.matches import finish, in_duel
from tests.support.players import PASSWORD, Player, made_player, new_guest, open_streams, sign_up

pytestmark = pytest.mark.usefixtures("table")

YES = "exported"

HELD: dict[str, dict[str, str]] = {
    "user": {
        **dict.fromkeys(("id", "username", "is_guest", "created_at", "generation", "picture"), YES),
        **dict.fromkeys(("accept_friend_request", "accept_chat_from", "pictures", "blocked"), YES),
        **dict.fromkeys(("trophies", "stats", "sessions"), YES),
        "session_changes": "counts writes, says nothing about a user",
        "old_tokens": "whether tokens from before sessions are taken, says nothing about a user",
        "matches_played": "the length of a list that is exported",
        "trophy_changes": "the length of a list that is exported",
        "rev": "counts writes, says nothing about a user",
    },
    "seat": {
        **dict.fromkeys(
            ("containers", "last_online", "place", "match_id", "match_code", "match_players"), YES
        ),
        "match_lobbies": "may be lobbies of others; the user's own is exported",
        "place_kind": "its place is exported under this word",
        "ticket": "the key of the ticket, which is exported",
        "rev": "counts writes, says nothing about a user",
    },
    "credential": {
        "user_id": YES,
        "generation": YES,
        "password_hash": "a secret of the service; has_password is exported",
    },
    "inbox": {"friend_requests": YES, "unread_chats": YES},
    "relations": dict.fromkeys(("friends", "sent", "received", "blocked"), YES),
    "friendship": {
        **dict.fromkeys(("id", "sender", "receiver", "sent_at", "friends_since"), YES),
        **dict.fromkeys(("low_wins", "high_wins", "against", "together", "together_won"), YES),
        "status": "friendships and requests are lists of their own",
    },
    "block": dict.fromkeys(("id", "blocker", "blocked", "blocked_at"), YES),
    "pair_chat": {"chat_id": YES},
    "conversation": {
        **dict.fromkeys(("id", "low", "high", "created_at"), YES),
        "messages": "the length of a list that is exported",
        **dict.fromkeys(
            (f"{side}_{what}" for side in ("low", "high") for what in ("seen", "received", "read")),
            "is_read of each message and unread_messages of the conversation are exported",
        ),
        **dict.fromkeys(
            (f"last_{name}" for name in ("id", "author", "content", "sent_at", "is_read")),
            "a copy of the last message",
        ),
    },
    "membership": {
        **dict.fromkeys(("chat_id", "other"), YES),
        "active_at": "the time of the last message, or the conversation's own",
        "hidden": "exported as its opposite, view_chat",
        "closed": "follows from a block, which is exported to the blocker",
        "ended": "only of deleted users",
    },
    "message": {
        **dict.fromkeys(("id", "author", "content", "sent_at"), YES),
        "n": "the order of a list that is exported",
        "is_read": "exported, computed with the conversation's counters",
    },
    "ticket": {
        **dict.fromkeys(("id", "user_id", "joined_at", "trophies"), YES),
        "blocked": "a copy of the user's",
    },
    "match": {
        "state": YES,
        "lobbies": "may be lobbies of others; the user's own is exported",
        "secret": "signs the tickets of the match; a secret",
        "rev": "counts writes, says nothing about a user",
    },
    "lobby": {
        "state": YES,
        **dict.fromkeys(("match_id", "match_code"), YES),
        "ticket": "the key of the ticket; is_ready is exported",
        "rev": "counts writes, says nothing about a user",
    },
    "group": {
        "lobby_id": YES,
        "members": YES,
        "id": "the key of the lobby's ticket; is_ready is exported",
        "joined_at": "when the lobby got ready",
        "blocked": "a copy of the members' own",
    },
    "tournament": {"state": YES, "rev": "counts writes, says nothing about a user"},
    "hosted": {"tournament_id": YES},
    "entry": {"tournament_id": YES},
    "played": {"state": YES},
    "trophies": dict.fromkeys(("id", "change", "total", "changed_at"), YES),
}
"""The attributes of each kind of item that keeps data of a user: exported, or the reason why not."""

NOT_OF_A_USER = {
    "outbox": "events on their way, an hour at most; their data is exported where it is kept",
    "open_tournament": "a copy of some attributes of a tournament, for the search",
    "due": "the time of a tournament's next step",
    "wake": "an answer to a state machine, two days at most",
    "answer": "answers to repeat, a day at most; their data is exported where it is kept",
    "timer": "ids of matches and users, two days at most",
    "guest": "lists a guest's id by its age",
    "code": "belongs to a match, which is exported",
    "running": "lists a match, which is exported",
    "stream": "the container's side of a seat's containers",
    "leases": "about containers",
    "checkpoint": "about the stream",
}

WITHIN = ("pk", "sk", "kind", "expires_at")
NOT_SHOWN = {"connected", "own_goal", "trophies", "tournament_id", "tournament_stage_id", "tournament_n"}
"""Keys of a match's state that only clash, ranked or tournaments show, and the connections of clients."""


def kinds() -> dict[str, type[Item]]:
    """Every kind of item of the product, and its class."""
    register = Item.get_attributes()["kind"]
    assert isinstance(register, DiscriminatorAttribute)
    return {
        str(register.get_discriminator(model)): model
        for model in register.get_registered_subclasses(Item)
        if model.__module__.startswith("shared.")
    }


def test_every_kind_and_attribute_is_exported_or_has_a_reason_not_to_be() -> None:
    models = kinds()
    assert models.keys() == HELD.keys() | NOT_OF_A_USER.keys(), (
        "A kind of item is new or gone. Export the data of users in it (shared/usecases/accounts/export.py), "
        "then enter it into HELD or NOT_OF_A_USER."
    )
    for kind, attributes in HELD.items():
        assert set(models[kind].get_attributes()) - set(WITHIN) == attributes.keys(), kind


@pytest.fixture
def alice(table: None) -> Player:
    """A user with relations, a conversation, a match and a stream."""
    made = sign_up("Alice-Canary")
    bobby, carol, dave, eve, frank = (made_player(n) for n in ("Bobby", "Carol", "Dave", "Eve", "Frank"))
    befriend(made, bobby)
    ask(made, carol)
    ask(dave, made)
    assert block(made, eve).status == block(frank, made).status == 201
    chat = talk(made, bobby)
    assert say(made, chat, "a word of mine").status == say(bobby, chat, "a word to me").status == 201
    open_streams(made)
    win_duel(made, bobby)
    return made


def win_duel(winner: Player, loser: Player) -> None:
    assert finish(in_duel(winner, loser), loser).status == 200


NAMES_OF_USERS = ("user_id", "sender", "receiver", "blocker", "low", "high", "author", "other")


def is_about(item: dict[str, Any], user_id: int) -> bool:
    """Whether an item keeps data of a user. Blocks of the user by others stay secret."""
    owner = item["pk"]["S"].split("#")[:2] == ["USER", str(user_id)] and item["kind"]["S"] != "block"
    named = [item[name]["N"] for name in NAMES_OF_USERS if name in item]
    # The row of a finished match is left for late reports only: the match is in the history.
    playing = item["kind"]["S"] == "match" and "winner" not in json.loads(item["state"]["S"])
    inside = [each["id"] for each in state_of(item).get("participants", ())]
    waiting = item.get("members", {}).get("NS", ())
    return owner or str(user_id) in named or playing or user_id in inside or str(user_id) in waiting


def state_of(item: dict[str, Any]) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(item["state"]["S"]) if "state" in item else {}
    return state


def plant(user_id: int) -> set[str]:
    """Give every number that is kept of a user a unique value; returns these values."""
    # Ten digits: five might occur within an id.
    numbers, planted = iter(range(7_000_000_001, 7_000_010_000)), set()

    def canary() -> int:
        planted.add(str(number := next(numbers)))
        return number

    plain = {
        "user": ("trophies", "generation"),
        "friendship": ("low_wins", "high_wins", "against", "together", "together_won"),
        "trophies": ("change", "total"),
        "ticket": ("trophies",),
    }
    for item in raw_items():
        kind = item["kind"]["S"]
        if not is_about(item, user_id) or (kind == "friendship" and item["status"]["S"] == "request"):
            continue
        values = {name: {"N": str(canary())} for name in plain.get(kind, ())}
        if kind == "user":
            line = ("game_played", "wins", "scored", "longest_win_streak", "current_win_streak")
            stats: dict[str, dict[str, int]] = {
                mode: {name: canary() for name in line} for mode in ("global", "duel", "ranked")
            }
            stats |= {"clash": {"own_goals": canary()}, "tournament": {"tournament_wins": canary()}}
            values["stats"] = {"S": json.dumps(stats)}
            sessions = json.loads(item["sessions"]["S"])
            kept = {"client": str(canary()), "counter": canary()}
            values["sessions"] = {"S": json.dumps({id_: {**one, **kept} for id_, one in sessions.items()})}
        if kind in ("played", "match"):
            state = json.loads(item["state"]["S"])
            for side in ("a", "b"):
                state[side]["score"] = canary()
                state[side]["players"][0]["score"] = canary()
            values["state"] = {"S": json.dumps(state)}
        if values:
            connection().client.put_item(TableName=Item.Meta.table_name, Item={**item, **values})
    return planted


def leaves(value: Any, name: str = "") -> Iterator[str]:
    """Every plain value inside a stored value, as text; times as the API writes them."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in NOT_SHOWN:
                yield from leaves(part, key)
    elif isinstance(value, list | set):
        for part in value:
            yield from leaves(part, name)
    elif name in ("created", "used", "ends"):
        yield datetime.fromtimestamp(int(value), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    elif isinstance(value, str) and re.fullmatch(r"\d{16}#\d{16}", value):
        yield from (str(int(part)) for part in value.split("#"))
    elif isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        yield datetime.fromisoformat(value).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    elif value is not None:
        yield str(value)


def stored(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Attribute and value of everything in an item that the export has to hold."""
    for name, typed in item.items():
        ((kind, content),) = typed.items()
        if name in WITHIN or HELD[item["kind"]["S"]].get(name) != YES or kind == "NULL":
            continue
        is_json = kind == "S" and name in ("state", "stats", "sessions")
        for leaf in leaves(json.loads(content) if is_json else content):
            yield name, leaf


def assert_holds_everything(export: dict[str, Any], user_id: int) -> None:
    found = set(leaves_of_export(export))
    mine = [item for item in raw_items() if is_about(item, user_id)]
    missing = [
        (item["kind"]["S"], name, value)
        for item in mine
        if item["kind"]["S"] not in NOT_OF_A_USER
        for name, value in stored(item)
        if value not in found
    ]
    assert missing == []


def leaves_of_export(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves_of_export(part)
    else:
        yield str(value)


def download(player: Player) -> dict[str, Any]:
    answer = call("GET", "/users/me/download-data/", player.access)
    assert answer.status == 200, answer
    body: dict[str, Any] = answer.body
    return body


def test_everything_kept_of_a_user_in_a_match_is_in_the_file(alice: Player) -> None:
    in_duel(alice, made_player("Opponent"))
    planted = plant(alice.id)
    assert len(planted) > 25
    export = download(alice)
    assert_holds_everything(export, alice.id)
    assert planted <= set(leaves_of_export(export))
    in_file = json.dumps(export)
    assert "Frank" not in in_file, "a block is a secret of the blocker"
    assert "argon2" not in in_file


def test_everything_kept_of_a_user_in_a_queue_is_in_the_file(alice: Player) -> None:
    assert call("POST", "/play/duel/", alice.access).status == 201
    planted = plant(alice.id)
    export = download(alice)
    assert_holds_everything(export, alice.id)
    assert planted <= set(leaves_of_export(export))
    assert export["place_data"]["queue"]["game_mode"] == "duel"


@pytest.mark.parametrize("mode", ["clash", "custom_game"])
def test_everything_kept_of_a_user_in_a_lobby_is_in_the_file(alice: Player, mode: str) -> None:
    others = [made_player(name) for name in ("Grace", "Heidi")]
    open_streams(*others)
    code = gather(mode, alice, *others)["code"]
    assert ban(alice, code, others[1].id).status == 204
    assert ready(alice, code).status == ready(others[0], code).status == 200
    export = download(alice)
    assert_holds_everything(export, alice.id)
    assert export["place_data"]["lobby"]["banned"] == [others[1].id]
    assert download(others[0])["place_data"]["lobby"]["banned"] == []


def test_the_file_has_the_sections_of_the_contract_in_its_shapes(alice: Player) -> None:
    export = download(alice)
    assert list(export)[:6] == [
        *("user_data", "profile_pictures_data", "friends_data", "stats_data", "chat_data", "game_data")
    ]
    me = call("GET", "/users/me/", alice.access).body
    assert export["user_data"] == me
    assert export["profile_pictures_data"] == call("GET", "/users/profile-pictures/", alice.access).body
    assert export["stats_data"] == call("GET", "/users/me/stats/", alice.access).body
    lists = {
        "friends": "friends",
        "friend_requests": "friend_requests_sent",
        "blocked": "blocked_users",
        "friend_requests/received": "friend_requests_received",
    }
    assert set(export["friends_data"]) == set(lists.values())
    for path, name in lists.items():
        shown = call("GET", f"/users/me/{path}/", alice.access).body["results"]
        (exported,) = export["friends_data"][name]
        assert [{key: exported[key] for key in entry} for entry in shown] == shown
        assert len(shown) == 1
    (request,) = call("GET", "/users/me/friend_requests/received/", alice.access).body["results"]
    (session,) = call("GET", "/users/me/sessions/", alice.access).body
    (exported,) = export["account_data"].pop("sessions")
    shown = {name: value for name, value in session.items() if name != "current"}
    assert exported.items() >= shown.items()
    assert exported["rotations"] == 0
    assert export["account_data"] == {
        "has_password": True,
        "password_changes": 0,
        "new_friend_requests": [request["id"]],
        "unread_chats": [export["chat_data"][0]["id"]],
    }
    (chat,) = export["chat_data"]
    assert [message["content"] for message in chat["messages"]] == ["a word to me", "a word of mine"]
    assert chat["unread_messages"] == 1
    (match,) = call("GET", f"/game/matches/{alice.id}/", alice.access).body["results"]
    assert export["game_data"]["tournament"] == []
    assert export["game_data"]["matches"][0].items() >= match.items()
    assert export["game_data"]["matches"][0]["finish_reason"] == "player-disconnect"


@pytest.mark.usefixtures("short_partitions")
def test_matches_of_every_partition_are_in_the_file(alice: Player) -> None:
    other = made_player("Opponent")
    fresh = made_player("Fresh")
    for _ in range(5):
        win_duel(fresh, other)
    listed = call("GET", f"/game/matches/{fresh.id}/", fresh.access).body["results"]
    exported = download(fresh)["game_data"]["matches"]
    assert [match["id"] for match in exported] == [match["id"] for match in listed]
    assert len(exported) == 5


def test_a_guest_gets_a_file_too() -> None:
    export = download(new_guest())
    assert export["account_data"]["has_password"] is False
    assert export["friends_data"]["friends"] == []


@pytest.mark.usefixtures("large_transactions")
def test_after_the_deletion_only_the_id_in_the_matches_of_others_is_left_of_the_export(alice: Player) -> None:
    assert call("POST", "/play/duel/", alice.access).status == 201
    (credential,) = [
        item for item in raw_items() if item["kind"]["S"] == "credential" and is_about(item, alice.id)
    ]
    planted = plant(alice.id) | {"alice-canary", credential["password_hash"]["S"].lower()}
    body = {"password": PASSWORD}
    assert call("DELETE", "/users/me/", alice.access, {"password": "wrong"}).status == 401
    assert call("DELETE", "/users/me/", alice.access, body).status == 204
    run_cleanup()
    lasting = [item for item in raw_items() if item["kind"]["S"] not in ("outbox", "timer", "match")]
    for value in planted:
        assert [item for item in lasting if value in json.dumps(item).lower()] == []
    named = [item for item in lasting if str(alice.id) in json.dumps(item)]
    # The stream closes with `delete-user`; the opponent's history keeps the id, and shows `deleted-user`.
    assert {item["kind"]["S"] for item in named} == {"played", "stream"}
    (played,) = [item for item in named if item["kind"]["S"] == "played"]
    assert not is_about(played, alice.id)
    passing = [item for item in raw_items() if item["kind"]["S"] in ("outbox", "timer")]
    assert all("expires_at" in item for item in passing)
