"""What the scenarios share: their types, users with few or many relations, long lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from shared.domain.play.matches import team_of
from shared.store import keys
from shared.store.accounts.seats import Seat
from shared.store.accounts.users import Inbox, User
from shared.store.base import Action, Item, connection, utc_now
from shared.store.play.matches import PlayedMatch, TrophyChange
from shared.store.social.relations import FRIENDS, REQUEST, BlockRow, ListName, PairRow, Relation, Relations
from shared.usecases.social.friends import MIRROR
from tests.support.calls import Answer, call, service
from tests.support.matches import in_duel
from tests.support.people import PASSWORD
from tests.support.players import Player, made_player, open_streams, sign_up

Request = Callable[[], Answer]
"""Sends the request whose calls are counted."""

Case = Callable[[], Request]
"""Prepares the table."""

Scenarios = dict[str, dict[str, Case]]
"""By route name, and within it by what is special about the case (empty for the usual one)."""

Exceptions = dict[tuple[str, str], tuple[int, str]]
"""By route name and case: how many calls in sequence it may make beyond the bounds, and why that is right."""

LONG = 3 * keys.BUCKET
"""Entries of a list that is longer than a page and a partition."""

THOUSAND = 1000
"""The most friends that a user can have."""


def as_user(method: str, path: str, body: object = None, query: Mapping[str, str] | None = None) -> Case:
    """A request of a registered user."""
    return lambda: partial(call, method, path, sign_up("Alice").access, body, query)


def without_token(method: str, path: str, body: object = None) -> Case:
    """A request without a token."""
    return lambda: partial(call, method, path, None, body)


def two_players() -> tuple[Player, Player]:
    """Two registered users who are connected to the event stream."""
    alice, bobby = made_player("Alice"), made_player("Bobby")
    open_streams(alice, bobby)
    return alice, bobby


def add_long_lists(player: Player, opponent: Player, *, others: bool = False, length: int = LONG) -> None:
    """Give a player many finished matches and trophy changes; with `others`, each match has another opponent."""
    match_id = in_duel(player, opponent)
    body = {"user_id": opponent.id, "finish_reason": "player-disconnect"}
    call("PATCH", f"/private/match/finish/{match_id}/", service(), body)
    connection()
    played = PlayedMatch.get(*keys.played(player.id, 0))
    change = TrophyChange.get(*keys.trophy_change(player.id, 0))
    with PlayedMatch.batch_write() as batch:
        for n in range(1, length):
            against = team_of((opponent.id + 8 * n,)) if others else played.state.b
            batch.save(PlayedMatch.at(keys.played(player.id, n), state=replace(played.state, b=against)))
    values = {name: getattr(change, name) for name in ("id", "change", "total", "changed_at")}
    with TrophyChange.batch_write() as batch:
        for n in range(1, length):
            batch.save(TrophyChange.at(keys.trophy_change(player.id, n), **values))
    lengths: list[Action] = [User.matches_played.set(length), User.trophy_changes.set(length)]
    User.at(keys.user(player.id)).update(actions=lengths)


def clones_of(template: Player, count: int) -> list[int]:
    """Make copies of a user, with the same name; returns their ids."""
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
    """Give a user a friendship with each of the others, a request from or to each, or a block of each."""
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


def related(
    name: ListName, count: int, path: str, method: str = "GET", query: Mapping[str, str] | None = None
) -> Case:
    """A request of a user with many relations of a kind; `{}` in the path is the id of the last of them."""

    def prepare() -> Request:
        alice = sign_up("Alice")
        others = clones_of(made_player("Bobby"), count)
        _with_pairs(alice, others, name)
        last = others[-1] + count - 1
        body = {"password": PASSWORD} if path == "/users/me/" else None
        return partial(call, method, path.format(last), alice.access, body, query)

    return prepare


def online(count: int) -> list[Player]:
    """Registered users who are connected to the event stream."""
    players = [made_player(f"Player-{n}") for n in range(count)]
    open_streams(*players)
    return players
