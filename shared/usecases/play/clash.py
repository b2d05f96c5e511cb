"""Clash: ready lobbies wait in a queue, and start the matches that it allows (matchmaking.py says why all get one)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.domain.errors import RaceLost
from shared.domain.ids import new_id
from shared.domain.play.clash import PartyTicket, Teams, put_together
from shared.domain.play.errors import BlockedPair
from shared.domain.play.lobby import Lobby
from shared.domain.play.lobby_rules import LobbyChange
from shared.store import keys
from shared.store.accounts.users import Account, User, account_keys, accounts_in
from shared.store.base import Condition, read_items, utc_now
from shared.store.play.lobbies import LobbyRow
from shared.store.play.tickets import CLASH, PartyTicketRow, read_party_tickets
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.lobby_writes import write_lobby
from shared.usecases.play.match_start import PlayingLobby, start_match
from shared.usecases.play.matchmaking import Blocked, measure_waits, start_matches


def wait(row: LobbyRow, lobby: Lobby, change: LobbyChange, accounts: Mapping[int, Account]) -> None:
    """Store a clash lobby that has just become ready, with a ticket for the queue. BlockedPair.

    A later block between two members writes the lobby as well, so it makes this fail.
    """
    work = UnitOfWork()
    members = [accounts[user_id] for user_id in lobby.user_ids]
    blocked = frozenset[int]().union(*(account.user.blocked for account in members))
    if not blocked.isdisjoint(lobby.user_ids):
        raise BlockedPair
    party = PartyTicket(new_id(work.now), lobby.id, lobby.user_ids, work.now, blocked)
    write_lobby(work, row, change, {}, ticket=PartyTicketRow.holding(party))
    work.commit()


def pair_up(lobby_id: int) -> None:
    """Start the match that the queue allows for a ready lobby, or another one that it allows."""
    blocks: dict[int, frozenset[int]] = {}

    def find_matches() -> tuple[list[PartyTicket], list[Teams]]:
        parties = read_party_tickets()
        return parties, put_together(parties, blocks)

    start_matches(lobby_id, find_matches, lambda teams: teams.parties, lambda teams: _start(teams, blocks))


def _start(teams: Teams, blocks: dict[int, frozenset[int]]) -> None:
    """Start a match. Blocked if two players have blocked each other; then `blocks` has the players' present blocks."""
    user_ids = [user_id for party in teams.parties for user_id in party.members]
    lobby_keys = {party.id: keys.lobby(party.lobby_id) for party in teams.parties}
    found = read_items([*lobby_keys.values(), *account_keys(user_ids)])
    accounts = accounts_in(found, user_ids, utc_now())
    lobbies = {}
    for party in teams.parties:
        row = found.get(lobby_keys[party.id])
        if not isinstance(row, LobbyRow) or row.ticket != PartyTicketRow.holding(party).sk:
            raise RaceLost
        lobbies[party.id] = PlayingLobby(row, row.lobby)
    if len(accounts) < len(user_ids):
        raise RaceLost
    fresh = {user_id: account.user.blocked for user_id, account in accounts.items()}
    if any(not blocked.isdisjoint(user_ids) for blocked in fresh.values()):
        blocks.update(fresh)
        raise Blocked

    a, b = (
        [accounts[user_id] for party in side for user_id in lobbies[party.id].lobby.user_ids]
        for side in (teams.a, teams.b)
    )

    def guard(work: UnitOfWork) -> None:
        measure_waits(work, CLASH, teams.parties)
        _require_no_blocks(work, [*a, *b])

    start_match(
        CLASH,
        a,
        b,
        guard,
        lobbies=list(lobbies.values()),
    )


def _require_no_blocks(work: UnitOfWork, members: Sequence[Account]) -> None:
    """Add to a unit of work the conditions that none of these accounts has blocked another."""
    for account in members:
        others = [other.user.id for other in members if other is not account]
        unblocked: Condition = User.pk.exists()
        for other in others:
            unblocked &= ~User.blocked.contains(other)
        work.check(account.user, unblocked)
