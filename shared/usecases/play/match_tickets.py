"""The way to a running match, and who comes with a ticket (docs/contract/private-api.md#tickets)."""

from __future__ import annotations

from shared.domain.play.errors import MatchFinished, NoSuchMatch, TicketNotValid
from shared.domain.play.match_tickets import MatchTicket, Role
from shared.events import game_url
from shared.store import keys
from shared.store.accounts.seats import LOBBY, TOURNAMENT
from shared.store.accounts.users import Account, read_accounts, without_statuses
from shared.store.base import read_item, utc_now
from shared.store.play.codes import Code
from shared.store.play.matches import MatchRow
from shared.wire.play.matches import Admission, MatchToJoin


def find(me: Account, place: Code | None) -> MatchToJoin:
    """The running match with a code, for its players and spectators. NoSuchMatch for all others."""
    match_id = keys.match_id_of(place.place) if place else None
    row = read_item(keys.match(match_id)) if match_id is not None else None
    if not isinstance(row, MatchRow) or not row.secret:
        raise NoSuchMatch
    role = _role(row, me)
    if role is None:
        raise NoSuchMatch
    now, match = utc_now(), row.state
    accounts = without_statuses(me.user, read_accounts(match.user_ids, now))
    return MatchToJoin.to(match, accounts, now, role=role, url=game_url(match.code, row.ticket(me.user.id)))


def admit(text: str, code: str) -> Admission:
    """Check a ticket for the match with this code.

    NoSuchMatch, MatchFinished; TicketNotValid for any other text, also if its user may no longer watch.
    """
    ticket = MatchTicket.read(text)
    if ticket is None:
        raise TicketNotValid
    row = read_item(keys.match(ticket.match_id))
    if not isinstance(row, MatchRow):
        raise NoSuchMatch
    match = row.state
    if match.winner or not row.secret:
        raise MatchFinished
    if match.code != code or not ticket.is_genuine(row.secret):
        raise TicketNotValid
    now = utc_now()
    accounts = read_accounts([*match.user_ids, ticket.user_id], now)
    holder = accounts.get(ticket.user_id)
    role = _role(row, holder) if holder else None
    if holder is None or role is None:
        raise TicketNotValid
    return Admission.of(holder, role, match, accounts, now)


def _role(row: MatchRow, account: Account) -> Role | None:
    """What a user is in a match: its lobbies and its tournament may watch. None for all others."""
    match, seat = row.state, account.seat
    if account.user.id in match.user_ids:
        return "player"
    places = {(TOURNAMENT, str(match.tournament_id)), *((LOBBY, str(lobby)) for lobby in row.lobbies or ())}
    return "spectator" if (seat.place_kind, seat.place) in places else None
