"""All that is held about a user, gathered area by area.

An area of the product that keeps something of a user joins in with an exporter in the list at the end of this file.
tests/behaviour/accounts/test_export.py fails for a kind of item without an exporter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast

from shared.domain.errors import RaceLost
from shared.domain.play.errors import NoSuchMatch
from shared.domain.play.matchmaking import QueueName
from shared.store import keys
from shared.store.accounts.seats import LOBBY, QUEUE, TOURNAMENT
from shared.store.accounts.users import Account, read_accounts, read_credential, without_statuses
from shared.store.base import read_item, read_items
from shared.store.chat.conversations import Conversation, MessageRow, key_of_message, read_memberships
from shared.store.lists import read_range
from shared.store.play.lobbies import read_lobby
from shared.store.play.matches import PlayedMatch, TrophyChange
from shared.store.play.tickets import TicketRow
from shared.store.play.tournaments import Hosted, read_tournament
from shared.store.social.relations import FRIENDS, REQUEST, Relations
from shared.usecases.play.matches import read_match_of
from shared.usecases.play.tournament_writes import read_view
from shared.usecases.play.tournaments import read_history
from shared.usecases.social.blocks import read_blocks
from shared.usecases.social.friends import new_requests, read_pairs
from shared.wire.accounts.export import (
    AccountData,
    Export,
    ExportedChat,
    ExportedFriendship,
    ExportedLobby,
    ExportedMatch,
    ExportedSession,
    ExportedTournament,
    FriendsData,
    GameData,
    PlaceData,
)
from shared.wire.accounts.pictures import ProfilePicture
from shared.wire.accounts.statistics import StatsLine, TrophyEntry, stats_lines
from shared.wire.accounts.users import Me
from shared.wire.play.matches import MatchInstance
from shared.wire.play.queues import QueueTicket
from shared.wire.social.relations import FriendRequest


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose data it is, as read with the request."""

    account: Account
    relations: Relations
    now: datetime

    @property
    def id(self) -> int:
        """The user's id."""
        return self.account.user.id


Exporter = Callable[[Owner], Any]
"""Reads all data of a user in one area, in the shapes of the API."""


def export(owner: Owner) -> Export:
    """Everything held about a user. The number of calls grows with the data."""
    return Export(**{name: exporter(owner) for name, exporter in EXPORTERS.items()})


def profile(owner: Owner) -> Me:
    """Name, settings, notifications."""
    return Me.of(owner.account)


def profile_pictures(owner: Owner) -> list[ProfilePicture]:
    """All pictures, and which are unlocked."""
    user = owner.account.user
    return ProfilePicture.all_of(user.pictures, user.picture)


def relations(owner: Owner) -> FriendsData:
    """Friends, friend requests and own blocks. Blocks by other users are their secret."""
    me, now = owner.account, owner.now

    def pairs(name: Any, status: str) -> Any:
        return read_pairs(owner.id, owner.relations.newest(name), status, now)

    new = new_requests(me)
    return FriendsData(
        friends=[
            ExportedFriendship.whole(row, owner.id, friend) for row, friend in pairs("friends", FRIENDS)
        ],
        friend_requests_sent=[FriendRequest.of(row, me, other) for row, other in pairs("sent", REQUEST)],
        friend_requests_received=[
            FriendRequest.of(row, me, other, new=row.id in new) for row, other in pairs("received", REQUEST)
        ],
        blocked_users=read_blocks(owner.id, owner.relations.newest("blocked"), now),
    )


def statistics(owner: Owner) -> list[StatsLine]:
    """The statistics, as `GET /users/me/stats/` shows them."""
    return stats_lines(owner.id, owner.account.user.statistics)


def conversations(owner: Owner) -> list[ExportedChat]:
    """Every conversation with all its messages, hidden ones and those that a block closes included."""
    rows = {keys.conversation(row.chat_id): row for row in read_memberships(owner.id)}
    found = read_items(rows)
    others = read_accounts((row.other for row in rows.values()), owner.now)
    exported = []
    for key, mine in rows.items():
        row, other = found.get(key), others.get(mine.other)
        if isinstance(row, Conversation) and other:
            stored = read_range(key_of_message(row.id), 0, row.messages - 1)
            written = [each.message for each in reversed(stored) if isinstance(each, MessageRow)]
            exported.append(ExportedChat.of(row, mine, written, owner.account, other))
    return exported


def games(owner: Owner) -> GameData:
    """Every finished match, every tournament that has started."""
    rows = read_range(partial(keys.played, owner.id), 0, owner.account.user.matches_played - 1)
    matches = [row.state for row in rows if isinstance(row, PlayedMatch)]
    players = read_accounts((player for match in matches for player in match.user_ids), owner.now)
    accounts = without_statuses(owner.account.user, players)
    return GameData(
        matches=[ExportedMatch.whole(match, accounts, owner.now) for match in reversed(matches)],
        tournament=read_history(owner.account.user),
    )


def trophies(owner: Owner) -> list[TrophyEntry]:
    """How the trophies changed."""
    rows = read_range(partial(keys.trophy_change, owner.id), 0, owner.account.user.trophy_changes - 1)
    return [TrophyEntry.of(row) for row in rows if isinstance(row, TrophyChange)]


def security(owner: Owner) -> AccountData:
    """The password's existence, the sessions, and what is new in the inbox."""
    credential = read_credential(owner.account.user.username)
    if credential is None or credential.user_id != owner.id:
        raise RaceLost  # renamed since the first read
    return AccountData(
        has_password=credential.password_hash is not None,
        password_changes=owner.account.user.generation,
        new_friend_requests=sorted(new_requests(owner.account)),
        unread_chats=sorted(owner.account.inbox.unread_chats if owner.account.inbox else ()),
        sessions=[ExportedSession.whole(*session) for session in owner.account.user.sessions.items()],
    )


def place(owner: Owner) -> PlaceData:
    """Streams, queue, lobby or tournament, and running match."""
    hosted = read_item(keys.hosted(owner.id))
    seat = owner.account.seat
    ticket = None
    if seat.place_kind == QUEUE:
        row = read_item((keys.queue(seat.place), seat.ticket))
        if isinstance(row, TicketRow):
            ticket = QueueTicket.of(row.ticket, cast(QueueName, seat.place.partition("#")[0]))
    return PlaceData(
        event_streams=sorted(seat.containers),
        last_online=owner.account.last_online,
        queue=ticket,
        lobby=_lobby(owner) if seat.place_kind == LOBBY else None,
        tournament=_tournament(owner) if seat.place_kind == TOURNAMENT else None,
        hosted_tournament=hosted.tournament_id if isinstance(hosted, Hosted) else None,
        match=_running_match(owner) if seat.match_id else None,
    )


def _lobby(owner: Owner) -> ExportedLobby | None:
    row = read_lobby(int(owner.account.seat.place))
    if row is None or owner.id not in row.lobby.user_ids:
        return None  # left since the first read
    accounts = read_accounts(row.lobby.user_ids, owner.now)
    if len(accounts) < len(row.lobby.user_ids):
        raise RaceLost
    return ExportedLobby.whole(row.lobby, owner.id, accounts)


def _tournament(owner: Owner) -> ExportedTournament | None:
    row = read_tournament(int(owner.account.seat.place))
    if row is None or not row.state.has(owner.id):
        return None  # left, or over, since the first read
    view = read_view(row.state, owner.now)
    return ExportedTournament.whole(row.state, owner.id, view)


def _running_match(owner: Owner) -> MatchInstance | None:
    try:
        return read_match_of(owner.id, owner.now).instance(owner.now)
    except NoSuchMatch:
        return None  # over since the first read


EXPORTERS: Mapping[str, Exporter] = {
    "user_data": profile,
    "profile_pictures_data": profile_pictures,
    "friends_data": relations,
    "stats_data": statistics,
    "chat_data": conversations,
    "game_data": games,
    "trophies_data": trophies,
    "account_data": security,
    "place_data": place,
}
