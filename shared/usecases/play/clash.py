"""Ready clash lobbies: waiting for others, and starting the matches that those who wait allow.

Whoever makes a lobby ready pairs, as in duels (docs/decisions/0003): no matchmaker process, and nobody is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.domain.errors import Forbidden, RaceLost
from shared.domain.ids import new_id
from shared.domain.play.clash import PartyTicket, Teams, put_together
from shared.domain.play.lobby import Change, Lobby
from shared.store import keys
from shared.store.accounts.users import Account, User, account_keys, accounts_in
from shared.store.base import Condition, read_items, utc_now
from shared.store.play.lobbies import LobbyRow
from shared.store.play.tickets import CLASH, PartyTicketRow, read_party_tickets
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.lobby_writes import write_lobby
from shared.usecases.play.matches import PlayingLobby, start_match
from shared.usecases.play.matchmaking import Blocked, start_matches


def blocked_pair() -> Forbidden:
    """The 403 for being ready together with somebody whom one is never matched with."""
    return Forbidden("One of you has blocked another: you cannot play clash together.", "blocked_pair")


def wait(row: LobbyRow, lobby: Lobby, change: Change, accounts: Mapping[int, Account]) -> None:
    """Store a clash lobby that has just become ready, with a ticket for the queue.

    A block between two of them that comes after the accounts were read writes the lobby as well, so that this fails.
    """
    work = UnitOfWork()
    members = [accounts[user_id] for user_id in lobby.user_ids]
    blocked = frozenset[int]().union(*(account.user.blocked for account in members))
    if not blocked.isdisjoint(lobby.user_ids):
        raise blocked_pair()
    group = PartyTicket(new_id(work.now), lobby.id, lobby.user_ids, work.now, blocked)
    write_lobby(work, row, change, {}, ticket=PartyTicketRow.holding(group))
    work.commit()


def pair_up(lobby_id: int) -> None:
    """Start the match that the queue allows to a ready lobby, or one of others that is left lying."""
    blocks: dict[int, frozenset[int]] = {}

    def look() -> tuple[list[PartyTicket], list[Teams]]:
        groups = read_party_tickets()
        return groups, put_together(groups, blocks)

    start_matches(lobby_id, look, lambda teams: teams.groups, lambda teams: _start(teams, blocks))


def _start(teams: Teams, blocks: dict[int, frozenset[int]]) -> None:
    """Start a match. Blocked if some of them have blocked each other: whom each has blocked is in `blocks` then."""
    user_ids = [user_id for group in teams.groups for user_id in group.members]
    lobby_keys = {group.id: keys.lobby(group.lobby_id) for group in teams.groups}
    found = read_items([*lobby_keys.values(), *account_keys(user_ids)])
    accounts = accounts_in(found, user_ids, utc_now())
    entrants = {}
    for group in teams.groups:
        row = found.get(lobby_keys[group.id])
        if not isinstance(row, LobbyRow) or row.ticket != PartyTicketRow.holding(group).sk:
            raise RaceLost
        entrants[group.id] = PlayingLobby(row, row.lobby)
    if len(accounts) < len(user_ids):
        raise RaceLost
    fresh = {user_id: account.user.blocked for user_id, account in accounts.items()}
    if any(not blocked.isdisjoint(user_ids) for blocked in fresh.values()):
        blocks.update(fresh)
        raise Blocked

    a, b = (
        [accounts[user_id] for group in side for user_id in entrants[group.id].lobby.user_ids]
        for side in (teams.a, teams.b)
    )
    start_match(
        CLASH,
        a,
        b,
        lambda work: _require_no_blocks(work, [*a, *b]),
        lobbies=list(entrants.values()),
    )


def _require_no_blocks(work: UnitOfWork, members: Sequence[Account]) -> None:
    """Add to a unit of work that none of them has blocked another one."""
    for account in members:
        others = [other.user.id for other in members if other is not account]
        peaceful: Condition = User.pk.exists()
        for other in others:
            peaceful &= ~User.blocked.contains(other)
        work.check(account.user, peaceful)
