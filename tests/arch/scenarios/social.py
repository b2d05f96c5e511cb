"""Friend requests, friends, blocks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.arch.scenarios.common import THOUSAND, Case, Exceptions, Request, Scenarios, related, two_players
from tests.arch.scenarios.lobbies import waiting_clash
from tests.support.calls import call
from tests.support.chats import say, talk
from tests.support.friends import ask, befriend, block
from tests.support.lobbies import gather
from tests.support.players import Player

FRIENDS_PATH = "/users/me/friends/"


def _received(*, new: bool) -> Case:
    def prepare() -> Request:
        alice, bobby = two_players()
        ask(alice, bobby)
        request = partial(call, "GET", "/users/me/friend_requests/received/", bobby.access)
        if not new:
            request()
        return request

    return prepare


def _ask() -> Request:
    alice, bobby = two_players()
    return partial(call, "POST", "/users/me/friend_requests/", alice.access, {"username": bobby.name})


def _request(method: str) -> Case:
    def prepare() -> Request:
        alice, bobby = two_players()
        return partial(call, method, f"/users/me/friend_requests/{ask(alice, bobby)}/", bobby.access)

    return prepare


def _unrelated(_alice: Player, _bobby: Player) -> None:
    """Nothing precedes the block."""


def _chat_partners(alice: Player, bobby: Player) -> None:
    say(bobby, talk(alice, bobby), "hello")


def _in_one_lobby(alice: Player, bobby: Player) -> None:
    gather("custom_game", alice, bobby)


def _block(before: Callable[[Player, Player], object]) -> Case:
    """Alice blocks Bobby, to whom something relates her before."""

    def prepare() -> Request:
        alice, bobby = two_players()
        before(alice, bobby)
        return partial(call, "POST", "/users/me/blocked/", alice.access, {"user_id": bobby.id})

    return prepare


def _block_in_waiting_lobby() -> Request:
    creator, other, _ = waiting_clash(3)
    return partial(call, "POST", "/users/me/blocked/", creator.access, {"user_id": other.id})


def _unblock(before: Callable[[Player, Player], object]) -> Case:
    def prepare() -> Request:
        alice, bobby = two_players()
        before(alice, bobby)
        block_id = block(alice, bobby).body["id"]
        return partial(call, "DELETE", f"/users/me/blocked/{block_id}/", alice.access)

    return prepare


SCENARIOS: Scenarios = {
    "send_friend_request": {"": _ask},
    "list_friend_requests": {"": related("sent", 20, "/users/me/friend_requests/")},
    "list_received_requests": {
        "with new ones": _received(new=True),
        "without": _received(new=False),
        "1,000 of them": related("received", THOUSAND, "/users/me/friend_requests/received/"),
    },
    "get_friend_request": {"": _request("GET")},
    "end_friend_request": {"": _request("DELETE")},
    "accept_friend_request": {"": _request("POST")},
    "list_friends": {
        "": related("friends", 3, FRIENDS_PATH),
        "1,000 friends": related("friends", THOUSAND, FRIENDS_PATH),
        "1,000 friends, the last page": related("friends", THOUSAND, FRIENDS_PATH, query={"offset": "980"}),
        "the longest page": related("friends", THOUSAND, FRIENDS_PATH, query={"limit": "100"}),
        "1,000 friends, offline ones": related("friends", THOUSAND, FRIENDS_PATH, query={"online": "false"}),
    },
    "get_friend": {"1,000 friends": related("friends", THOUSAND, FRIENDS_PATH + "{}/")},
    "remove_friend": {"1,000 friends": related("friends", THOUSAND, FRIENDS_PATH + "{}/", "DELETE")},
    "list_blocked": {"50 blocks": related("blocked", 50, "/users/me/blocked/")},
    "block_user": {
        "": _block(_unrelated),
        "a friend": _block(befriend),
        "a chat partner": _block(_chat_partners),
        "in one lobby": _block(_in_one_lobby),
        "in one lobby that waits": _block_in_waiting_lobby,
    },
    "unblock_user": {
        "": _unblock(_unrelated),
        "a chat partner": _unblock(_chat_partners),
        "in one lobby": _unblock(_in_one_lobby),
    },
}

EXCEPTIONS: Exceptions = {
    ("send_friend_request", ""): (4, "The name leads to the user; only then can the pair be read."),
    ("list_friends", "the longest page"): (4, "A batch reads 100 items, which is 33 friends."),
    ("list_friends", "1,000 friends, offline ones"): (
        12,
        "Presence stands in each friend's seat, and a batch reads 100 seats; a user has at most 1,000 friends.",
    ),
    ("unblock_user", "a chat partner"): (
        4,
        "The pair leads to the conversation, whose unread messages count again.",
    ),
}
