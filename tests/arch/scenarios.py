"""What each endpoint is asked when its calls are counted: by route name, the cases that differ in what they read.

A case prepares the table and returns the request to be measured. A new route needs at least one case, and every
way in which it can take more calls than usual is a case of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from shared.domain.play.matches import team_of
from shared.store import keys
from shared.store.accounts.seats import Seat
from shared.store.accounts.users import Inbox, User
from shared.store.base import Action, Item, connection, utc_now
from shared.store.chat.conversations import Conversation, Membership
from shared.store.play.matches import PlayedMatch, TrophyChange
from shared.store.play.tournaments import OpenTournament
from shared.store.social.relations import FRIENDS, REQUEST, BlockRow, ListName, PairRow, Relation, Relations
from shared.usecases.social.friends import MIRROR
from tests.support import tournaments as cups
from tests.support.calls import (
    PASSWORD,
    Answer,
    Player,
    call,
    in_duel,
    made_player,
    open_streams,
    service,
    sign_up,
)
from tests.support.chats import fill, say, talk
from tests.support.friends import ask, befriend, block
from tests.support.lobbies import gather, make_lobby, ready, see

Request = Callable[[], Answer]
Case = Callable[[], Request]

LONG = 3 * keys.BUCKET
"""Entries of a list that is longer than a page and a partition."""


def _as_alice(method: str, path: str, body: object = None, query: Mapping[str, str] | None = None) -> Case:
    return lambda: partial(call, method, path, sign_up("Alice").access, body, query)


def _as_nobody(method: str, path: str, body: object = None) -> Case:
    return lambda: partial(call, method, path, None, body)


def _log_in() -> Request:
    sign_up("Alice")
    return partial(call, "POST", "/auth/login/", None, {"username": "Alice", "password": PASSWORD})


def _refresh() -> Request:
    sign_up("Alice")
    login = call("POST", "/auth/login/", body={"username": "Alice", "password": PASSWORD})
    return partial(call, "POST", "/auth/refresh/", None, {"refresh": login.body["refresh"]})


def _register_guest() -> Request:
    guest = call("POST", "/auth/guest/").body["access"]
    body = {"username": "Alice", "password": PASSWORD}
    return partial(call, "PUT", "/auth/register/guest/", guest, body)


def _get_other() -> Request:
    return partial(call, "GET", f"/users/{made_player('Bobby').id}/", made_player("Alice").access)


def _delete_in_queue() -> Request:
    alice = sign_up("Alice")
    open_streams(alice)
    call("POST", "/play/duel/", alice.access)
    return partial(call, "DELETE", "/users/me/", alice.access, {"password": PASSWORD})


def _pair() -> tuple[Player, Player]:
    alice, bobby = made_player("Alice"), made_player("Bobby")
    open_streams(alice, bobby)
    return alice, bobby


def _in_queue(method: str, path: str, *, waiting: int | None = None) -> Case:
    """A request of the first of two users, of whom one, by number, waits in the queue already."""

    def prepare() -> Request:
        pair = _pair()
        if waiting is not None:
            call("POST", path, pair[waiting].access)
        return partial(call, method, path, pair[0].access)

    return prepare


def _joins(path: str) -> dict[str, Case]:
    """Joining a queue."""
    return {
        "alone": _in_queue("POST", path),
        "again": _in_queue("POST", path, waiting=0),
        "and pair": _in_queue("POST", path, waiting=1),
    }


def _create_match() -> Request:
    alice, bobby = _pair()
    teams = {"a": [{"id": alice.id}], "b": [{"id": bobby.id}]}
    return partial(call, "POST", "/private/match/create/", service(), {"game_mode": "duel", "teams": teams})


def _running_match() -> Request:
    alice, bobby = _pair()
    in_duel(alice, bobby)
    return partial(call, "GET", f"/private/match/{alice.id}/", service())


def _connect() -> Request:
    alice, bobby = _pair()
    return partial(call, "GET", f"/private/match/{in_duel(alice, bobby)}/{alice.id}/", service())


def _score(points_before: int) -> Case:
    def prepare() -> Request:
        alice, bobby = _pair()
        in_duel(alice, bobby)
        request = partial(call, "PUT", f"/private/match/score/{alice.id}/", service(), {})
        for _ in range(points_before):
            request()
        return request

    return prepare


def _finish() -> Request:
    alice, bobby = _pair()
    body = {"user_id": alice.id, "finish_reason": "player-disconnect"}
    return partial(call, "PATCH", f"/private/match/finish/{in_duel(alice, bobby)}/", service(), body)


def _push() -> Request:
    alice, bobby = _pair()
    body = {"users_id": [alice.id], "event_code": "lobby-join", "kwargs": {"username": bobby.id}}
    return partial(call, "POST", "/private/users/", service(), body)


def _book_match() -> Request:
    alice, bobby = _pair()
    shares = {
        side: {"score": points, "players": [{"id": player.id, "score": points}]}
        for side, points, player in (("a", 3, alice), ("b", 0, bobby))
    }
    body = {"game_mode": "duel", "teams": shares, "winner": "a", "looser": "b"}
    return partial(call, "POST", "/private/users/result-match/", service(), body)


def _book_tournament() -> Request:
    body = {"winner": made_player("Alice").id}
    return partial(call, "POST", "/private/users/result-tournament/", service(), body)


def _with_long_lists(player: Player, opponent: Player, *, others: bool = False) -> None:
    """Give a player as many finished matches and trophy changes as fill several partitions.

    With `others`, every match was against somebody else.
    """
    match_id = in_duel(player, opponent)
    body = {"user_id": opponent.id, "finish_reason": "player-disconnect"}
    call("PATCH", f"/private/match/finish/{match_id}/", service(), body)
    connection()
    played = PlayedMatch.get(*keys.played(player.id, 0))
    change = TrophyChange.get(*keys.trophy_change(player.id, 0))
    with PlayedMatch.batch_write() as batch:
        for n in range(1, LONG):
            against = team_of((opponent.id + 8 * n,)) if others else played.state.b
            batch.save(PlayedMatch.at(keys.played(player.id, n), state=replace(played.state, b=against)))
    values = {name: getattr(change, name) for name in ("id", "change", "total", "changed_at")}
    with TrophyChange.batch_write() as batch:
        for n in range(1, LONG):
            batch.save(TrophyChange.at(keys.trophy_change(player.id, n), **values))
    lengths: list[Action] = [User.matches_played.set(LONG), User.trophy_changes.set(LONG)]
    User.at(keys.user(player.id)).update(actions=lengths)


def _matches(whose: str, limit: int, offset: int, *, others: bool = False) -> Case:
    def prepare() -> Request:
        alice, bobby = made_player("Alice"), made_player("Bobby")
        _with_long_lists(alice, bobby, others=others)
        asking = {"own": alice, "other": bobby}[whose]
        query = {"limit": str(limit), "offset": str(offset)}
        return partial(call, "GET", f"/game/matches/{alice.id}/", asking.access, None, query)

    return prepare


def _trophies(limit: int, offset: int) -> Case:
    def prepare() -> Request:
        alice = made_player("Alice")
        _with_long_lists(alice, made_player("Bobby"))
        query = {"limit": str(limit), "offset": str(offset)}
        return partial(call, "GET", "/users/me/stats/ranked/", alice.access, None, query)

    return prepare


def _clones(template: Player, count: int) -> list[int]:
    """Users like one who exists, without names of their own; their ids."""
    ids = [template.id + 8 * n for n in range(1, count + 1)]
    connection()
    user, seat = User.get(*keys.user(template.id)), Seat.get(*keys.seat(template.id))
    names = ("username", "is_guest", "created_at", "picture", "pictures")
    with Item.batch_write() as batch:
        for user_id in ids:
            values = {name: getattr(user, name) for name in names}
            batch.save(User.at(keys.user(user_id), id=user_id, **values))
            batch.save(Seat.at(keys.seat(user_id), rev=seat.rev))
            batch.save(Relations.of(user_id))
            batch.save(Inbox.of(user_id))
    return ids


def _with_pairs(player: Player, others: list[int], name: ListName) -> None:
    """Give a user a friendship with, or a request from or to, each of the others; or a block."""
    made, now = [], utc_now()
    with Item.batch_write() as batch:
        for n, other in enumerate(others):
            relation = Relation(other + n, other)
            made.append(relation.line())
            if name == "blocked":
                row: Item = BlockRow.at(
                    keys.block(player.id, other),
                    id=relation.id,
                    blocker=player.id,
                    blocked=other,
                    blocked_at=now,
                )
            else:
                is_sent = name == "sent"
                row = PairRow.at(
                    keys.friendship(player.id, other),
                    id=relation.id,
                    status=FRIENDS if name == "friends" else REQUEST,
                    sender=player.id if is_sent else other,
                    receiver=other if is_sent else player.id,
                    sent_at=now,
                    friends_since=now if name == "friends" else None,
                )
                line = Relation(relation.id, player.id).line()
                back = MIRROR[name]
                batch.save(Relations.at(keys.relations(other), **{back: {line}}))
            batch.save(row)
    Relations.of(player.id).update(actions=[getattr(Relations, name).set(set(made))])


def _related(
    name: ListName, count: int, path: str, method: str = "GET", query: Mapping[str, str] | None = None
) -> Case:
    """A request of a user with many relations of a kind; `{}` in the path is the id of the last of them."""

    def prepare() -> Request:
        alice = sign_up("Alice")
        others = _clones(made_player("Bobby"), count)
        _with_pairs(alice, others, name)
        last = others[-1] + count - 1
        body = {"password": PASSWORD} if path == "/users/me/" else None
        return partial(call, method, path.format(last), alice.access, body, query)

    return prepare


def _received(*, new: bool) -> Case:
    def prepare() -> Request:
        alice, bobby = _pair()
        ask(alice, bobby)
        request = partial(call, "GET", "/users/me/friend_requests/received/", bobby.access)
        if not new:
            request()
        return request

    return prepare


def _ask() -> Request:
    alice, bobby = _pair()
    return partial(call, "POST", "/users/me/friend_requests/", alice.access, {"username": bobby.name})


def _request(method: str) -> Case:
    def prepare() -> Request:
        alice, bobby = _pair()
        return partial(call, method, f"/users/me/friend_requests/{ask(alice, bobby)}/", bobby.access)

    return prepare


def _block(*, friends: bool) -> Case:
    def prepare() -> Request:
        alice, bobby = _pair()
        if friends:
            befriend(alice, bobby)
        return partial(call, "POST", "/users/me/blocked/", alice.access, {"user_id": bobby.id})

    return prepare


def _unblock() -> Request:
    alice, bobby = _pair()
    block_id = block(alice, bobby).body["id"]
    return partial(call, "DELETE", f"/users/me/blocked/{block_id}/", alice.access)


def _finish_among_friends() -> Request:
    alice, bobby = _pair()
    befriend(alice, bobby)
    body = {"user_id": alice.id, "finish_reason": "player-disconnect"}
    return partial(call, "PATCH", f"/private/match/finish/{in_duel(alice, bobby)}/", service(), body)


def _download() -> Request:
    alice, bobby = made_player("Alice"), made_player("Bobby")
    befriend(alice, bobby)
    _with_long_lists(alice, bobby)
    fill(talk(alice, bobby), alice, bobby, LONG)
    return partial(call, "GET", "/users/me/download-data/", alice.access)


def _create_chat(*, accepts: str) -> Case:
    def prepare() -> Request:
        alice, bobby = _pair()
        befriend(alice, bobby)
        call("PATCH", "/users/me/", bobby.access, {"accept_chat_from": accepts})
        return partial(call, "POST", "/chat/", alice.access, {"username": bobby.name})

    return prepare


def _in_chat(
    method: str,
    path: str,
    *,
    written: int = 1,
    unread: bool = False,
    body: object = None,
    query: Mapping[str, str] | None = None,
) -> Case:
    """A request in a conversation with so many messages; `{}` in the path is its id."""

    def prepare() -> Request:
        alice, bobby = _pair()
        chat = talk(alice, bobby)
        fill(chat, alice, bobby, written)
        if unread:
            say(bobby, chat, "Good game!")
        return partial(call, method, path.format(chat), alice.access, body, query)

    return prepare


MESSAGES = "/chat/{}/messages/"
"""The path of a conversation's messages."""


def with_chats(player: Player, others: list[int]) -> None:
    """Give a user a conversation with each of the others, with last messages but without the messages themselves.

    Their ids are the others'; the times of the last messages are in no order.
    """
    now = utc_now().replace(microsecond=0)
    with Item.batch_write() as batch:
        for n, other in enumerate(others):
            low, high = sorted((player.id, other))
            at = now.replace(microsecond=n * 7919 % len(others))
            row = Conversation.at(keys.conversation(other), id=other, low=low, high=high, created_at=now)
            row.messages, row.last_id, row.last_author, row.last_content = 5000, other, other, "Good game!"
            row.last_sent_at, row.last_is_read = at, True
            batch.save(row)
            side = {"chat_id": other, "other": other, "active_at": at}
            batch.save(Membership.at(keys.membership(player.id, other), **side))


def _chats(count: int, query: Mapping[str, str] | None = None) -> Case:
    def prepare() -> Request:
        alice = made_player("Alice")
        with_chats(alice, _clones(made_player("Bobby"), count))
        return partial(call, "GET", "/chat/", alice.access, None, query)

    return prepare


def _block_partner() -> Request:
    alice, bobby = _pair()
    say(bobby, talk(alice, bobby), "hello")
    return partial(call, "POST", "/users/me/blocked/", alice.access, {"user_id": bobby.id})


def _unblock_partner() -> Request:
    alice, bobby = _pair()
    say(bobby, talk(alice, bobby), "hello")
    block_id = block(alice, bobby).body["id"]
    return partial(call, "DELETE", f"/users/me/blocked/{block_id}/", alice.access)


def _in_tournament(size: int, entrants: int) -> tuple[list[Player], dict[str, Any]]:
    """Players of a tournament, and somebody who isn't in it, at the end of the list; the tournament as it was made."""
    stranger = made_player("Stranger")
    open_streams(stranger)
    players, made = cups.gather(size, entrants)
    return [*players, stranger], made


def _create_tournament() -> Request:
    alice, _ = _pair()
    return partial(call, "POST", cups.TOURNAMENT, alice.access, {"name": "Cup", "size": 8})


def _join_tournament(size: int, entrants: int, *, queue: bool = False) -> Case:
    def prepare() -> Request:
        players, made = _in_tournament(size, entrants)
        if queue:
            call("POST", "/play/duel/", players[-1].access)
        return partial(cups.enter, players[-1], made["code"])

    return prepare


def _as_creator(method: str, path: str, body: object = None) -> Case:
    """A request of a tournament's creator; `{}` are its code and the id of another participant, a friend."""

    def prepare() -> Request:
        players, made = _in_tournament(8, 2)
        befriend(players[0], players[-1])
        who = players[-1] if "invite" in path else players[1]
        return partial(call, method, path.format(made["code"], who.id), players[0].access, body)

    return prepare


def _leave_tournament(when: str) -> Case:
    def prepare() -> Request:
        if when == "the last one":
            (player, _), made = _in_tournament(4, 1)
            return partial(cups.leave, player, made["code"])
        players, made = _in_tournament(4, 4)
        if when == "during a match":
            cups.step("start", made["id"])
            cups.step("play-stage", made["id"], stage=3, token="semi")
        return partial(cups.leave, players[0], made["code"])

    return prepare


def _read_tournament(size: int, entrants: int, *, started: bool, played: bool = False) -> Case:
    def prepare() -> Request:
        players, made = _in_tournament(size, entrants)
        if started:
            cups.step("start", made["id"])
            cups.step("play-stage", made["id"], stage=5 - size.bit_length() + 1, token="first")
        path = f"/game/tournaments/{made['id']}/" if played else cups.TOURNAMENT
        return partial(call, "GET", path, players[0].access)

    return prepare


def _win_in_tournament() -> Request:
    _, made = _in_tournament(4, 4)
    cups.step("start", made["id"])
    cups.step("play-stage", made["id"], stage=3, token="semi")
    player = cups.state_of(made["id"]).drawn.stage(3)[0].user_1
    request = partial(call, "PUT", f"/private/match/score/{player}/", service(), {})
    request()
    request()
    return request


def _search(count: int) -> Case:
    def prepare() -> Request:
        alice = made_player("Alice")
        with Item.batch_write() as batch:
            for n, creator in enumerate(_clones(made_player("Bobby"), count)):
                values = {"code": str(n), "name": "Cup", "size": 8, "n_participants": 1, "private": False}
                row = OpenTournament.at(
                    keys.open_tournament(creator), id=creator, created_by=creator, **values
                )
                batch.save(row)
        return partial(call, "GET", "/play/tournament/search/", alice.access, None, {"q": "cup"})

    return prepare


def _online(count: int) -> list[Player]:
    players = [made_player(f"Player-{n}") for n in range(count)]
    open_streams(*players)
    return players


def _waiting_clash(*sizes: int) -> list[Player]:
    """Clash lobbies of these sizes that are ready; who is in them, the creators first of each."""
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
        alice, bobby = _pair()
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
    """A request of one of so many in a lobby, of whom some are ready; `{user}` in the path is the last of them."""

    def prepare() -> Request:
        _waiting_clash(*waiting)
        players = _online(count)
        code = gather(mode, *players, **settings)["code"]
        for n in ready_ones:
            assert ready(players[n], code).status == 200
        there = path.format(code=code, user=players[-1].id)
        return partial(call, method, there, players[who].access, body)

    return prepare


def _join_lobby(*, elsewhere: bool = False, members: int = 1, mode: str = "custom_game") -> Case:
    def prepare() -> Request:
        *players, me = _online(members + 1)
        code = gather(mode, *players)["code"]
        if elsewhere:
            make_lobby(me)
        return partial(call, "POST", f"/play/lobby/{code}/", me.access)

    return prepare


def _join_waiting_lobby() -> Request:
    waiting, (carol,) = _waiting_clash(2), _online(1)
    return partial(call, "POST", f"/play/lobby/{see(waiting[0])['code']}/", carol.access)


def _waiting(method: str, path: str, body: object = None) -> Case:
    """A request of the creator of a clash lobby that waits for others, about the second one in it."""

    def prepare() -> Request:
        creator, other, _ = _waiting_clash(3)
        there = path.format(code=see(creator)["code"], user=other.id)
        return partial(call, method, there, creator.access, body)

    return prepare


def _make_lobby_from_queue() -> Request:
    alice, _ = _pair()
    call("POST", "/play/duel/", alice.access)
    return partial(call, "POST", "/play/lobby/", alice.access, {"game_mode": "clash"})


def _block_in_waiting_lobby() -> Request:
    creator, other, _ = _waiting_clash(3)
    return partial(call, "POST", "/users/me/blocked/", creator.access, {"user_id": other.id})


def _invite() -> Request:
    alice, bobby = _pair()
    befriend(alice, bobby)
    code = make_lobby(alice)["code"]
    return partial(call, "POST", f"/play/lobby/{code}/invite/{bobby.id}/", alice.access)


def _duel_from_lobby() -> Request:
    alice, bobby = _pair()
    gather("custom_game", bobby, alice)
    return partial(call, "POST", "/play/duel/", alice.access)


def _block_in_lobby() -> Request:
    alice, bobby = _pair()
    gather("custom_game", alice, bobby)
    return partial(call, "POST", "/users/me/blocked/", alice.access, {"user_id": bobby.id})


def _delete_in_lobby() -> Request:
    alice = sign_up("Alice")
    open_streams(alice)
    gather("custom_game", alice, *_online(7))
    return partial(call, "DELETE", "/users/me/", alice.access, {"password": PASSWORD})


def _create_match_from_lobby() -> Request:
    alice, bobby = _pair()
    gather("custom_game", alice, bobby)
    teams = {"a": [{"id": alice.id}], "b": [{"id": bobby.id}]}
    return partial(call, "POST", "/private/match/create/", service(), {"game_mode": "duel", "teams": teams})


def _finish_clash() -> Request:
    players = _waiting_clash(1, 1, 1, 1, 1, 1)
    match = call("GET", f"/private/match/{players[0].id}/", service()).body
    body = {"user_id": players[0].id, "finish_reason": "player-disconnect"}
    return partial(call, "PATCH", f"/private/match/finish/{match['id']}/", service(), body)


def _score_in_clash() -> Request:
    players = _waiting_clash(1, 1, 1, 1, 1, 1)
    return partial(call, "PUT", f"/private/match/score/{players[0].id}/", service(), {})


IN_LOBBY = "/play/lobby/{code}/"
"""The path of a lobby."""

THOUSAND = 1000
"""As many friends as anybody can have."""

FRIENDS_PATH = "/users/me/friends/"

SCENARIOS: dict[str, dict[str, Case]] = {
    "register_user": {"": _as_nobody("POST", "/auth/register/", {"username": "Alice", "password": PASSWORD})},
    "log_in": {"": _log_in},
    "create_guest": {"": _as_nobody("POST", "/auth/guest/")},
    "refresh_token": {"": _refresh},
    "register_guest": {"": _register_guest},
    "get_me": {"": _as_alice("GET", "/users/me/")},
    "get_user": {"": _get_other},
    "update_me": {
        "settings": _as_alice("PATCH", "/users/me/", {"accept_friend_request": False}),
        "name": _as_alice("PATCH", "/users/me/", {"username": "Alicia"}),
        "password": _as_alice(
            "PATCH", "/users/me/", {"password": "another-horse-8", "old_password": PASSWORD}
        ),
    },
    "delete_me": {
        "": _as_alice("DELETE", "/users/me/", {"password": PASSWORD}),
        "in a queue": _delete_in_queue,
        "creator of a lobby of 8": _delete_in_lobby,
        "1,000 friends": _related("friends", THOUSAND, "/users/me/", "DELETE"),
    },
    "send_friend_request": {"": _ask},
    "list_friend_requests": {"": _related("sent", 20, "/users/me/friend_requests/")},
    "list_received_requests": {
        "with new ones": _received(new=True),
        "without": _received(new=False),
        "1,000 of them": _related("received", THOUSAND, "/users/me/friend_requests/received/"),
    },
    "get_friend_request": {"": _request("GET")},
    "end_friend_request": {"": _request("DELETE")},
    "accept_friend_request": {"": _request("POST")},
    "list_friends": {
        "": _related("friends", 3, FRIENDS_PATH),
        "1,000 friends": _related("friends", THOUSAND, FRIENDS_PATH),
        "1,000 friends, the last page": _related("friends", THOUSAND, FRIENDS_PATH, query={"offset": "980"}),
        "the longest page": _related("friends", THOUSAND, FRIENDS_PATH, query={"limit": "100"}),
        "1,000 friends, those who are offline": _related(
            "friends", THOUSAND, FRIENDS_PATH, query={"online": "false"}
        ),
    },
    "get_friend": {"1,000 friends": _related("friends", THOUSAND, FRIENDS_PATH + "{}/")},
    "remove_friend": {"1,000 friends": _related("friends", THOUSAND, FRIENDS_PATH + "{}/", "DELETE")},
    "list_blocked": {"50 blocks": _related("blocked", 50, "/users/me/blocked/")},
    "block_user": {
        "": _block(friends=False),
        "a friend": _block(friends=True),
        "somebody one talks to": _block_partner,
        "somebody in one's lobby": _block_in_lobby,
        "somebody in one's lobby that waits": _block_in_waiting_lobby,
    },
    "unblock_user": {"": _unblock, "somebody one talks to": _unblock_partner},
    "create_chat": {"": _create_chat(accepts="everyone"), "a friend": _create_chat(accepts="friends_only")},
    "list_chats": {
        "": _chats(3),
        "500 conversations": _chats(500),
        "500 conversations, the last page": _chats(500, {"offset": "480"}),
        "the longest page": _chats(500, {"limit": "100"}),
        "500 conversations, by name": _chats(500, {"q": "bobby"}),
    },
    "get_chat": {"": _in_chat("GET", "/chat/{}/")},
    "hide_chat": {"": _in_chat("DELETE", "/chat/{}/")},
    "list_messages": {
        "": _in_chat("GET", MESSAGES),
        "with unread ones": _in_chat("GET", MESSAGES, unread=True),
        "192 messages": _in_chat("GET", MESSAGES, written=LONG),
        "192 messages, the last page": _in_chat("GET", MESSAGES, written=LONG, query={"offset": "172"}),
        "the longest page": _in_chat("GET", MESSAGES, written=LONG, query={"limit": "100"}),
    },
    "send_message": {
        "": _in_chat("POST", MESSAGES, body={"content": "Good game!"}),
        "192 messages": _in_chat("POST", MESSAGES, written=LONG, body={"content": "Good game!"}),
    },
    "list_pictures": {"": _as_alice("GET", "/users/profile-pictures/")},
    "use_picture": {"": _as_alice("PUT", "/users/profile-picture/1/")},
    "download_data": {"a friend, 192 matches, 192 messages": _download},
    "list_stats": {"": _as_alice("GET", "/users/me/stats/")},
    "list_trophies": {
        "": _trophies(20, 0),
        "across two partitions": _trophies(20, keys.BUCKET - 10),
        "the longest page": _trophies(100, keys.BUCKET - 10),
    },
    "join_duel": {**_joins("/play/duel/"), "from a lobby": _duel_from_lobby},
    "leave_duel": {"": _in_queue("DELETE", "/play/duel/", waiting=0)},
    "join_ranked": _joins("/play/ranked/"),
    "leave_ranked": {"": _in_queue("DELETE", "/play/ranked/", waiting=0)},
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
    "list_matches": {
        "own": _matches("own", 20, 0),
        "another's": _matches("other", 20, 0),
        "another's, across two partitions": _matches("other", 20, keys.BUCKET - 10),
        "another's, the longest page": _matches("other", 100, keys.BUCKET - 10),
        "another's, the longest page, everyone differs": _matches(
            "other", 100, keys.BUCKET - 10, others=True
        ),
    },
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
    "create_match": {"": _create_match, "of two in a lobby": _create_match_from_lobby},
    "get_running_match": {"": _running_match},
    "connect_player": {"": _connect},
    "score_point": {
        "": _score(0),
        "winning": _score(2),
        "clash of six lobbies": _score_in_clash,
        "winning in a tournament": _win_in_tournament,
    },
    "finish_match": {"": _finish, "of friends": _finish_among_friends, "clash of six lobbies": _finish_clash},
    "push_event": {"": _push},
    "book_match": {"": _book_match},
    "book_tournament": {"": _book_tournament},
    "get_docs": {"": _as_nobody("GET", "/docs/")},
    "get_openapi": {"": _as_nobody("GET", "/openapi.json")},
    "get_health": {"": _as_nobody("GET", "/health/")},
}
"""By route name, and within it by what is special about the case (empty for the usual one)."""
