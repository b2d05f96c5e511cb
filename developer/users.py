"""`make users`: every user with id, name, trophies, and where they are."""

from __future__ import annotations

from datetime import UTC, datetime

from demo.running import RunningStack
from demo.terminal import Terminal
from developer.table import all_users
from shared.store.accounts.users import Account, read_accounts


async def run(_stack: RunningStack, _subject: str) -> None:
    """List the users."""
    accounts = read_accounts((user.id for user in all_users()), datetime.now(UTC))
    terminal = Terminal()
    terminal.title(f"users: {len(accounts)}")
    if accounts:
        head = ["name", "id", "", "", "place", "match", "trophies", "played", "made at"]
        terminal.table(head, [_row(account) for account in accounts.values()], left=6)
    terminal.line()


def _row(account: Account) -> list[str]:
    user, seat = account.user, account.seat
    return [
        user.username,
        str(user.id),
        "guest" if user.is_guest else "",
        "online" if account.is_online else "",
        f"{seat.place_kind} {seat.place}" if seat.place_kind else "",
        str(seat.match_id or ""),
        str(user.trophies),
        str(user.matches_played),
        f"{user.created_at:%Y-%m-%d %H:%M:%S}",
    ]
