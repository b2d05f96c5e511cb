"""Accounts: profile, seat, name, streams, trophies, statistics and pictures of a user agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from shared.domain.accounts.pictures import Achievements, deserved
from shared.domain.accounts.sessions import MAX_SESSIONS
from shared.domain.accounts.statistics import Line, Statistics
from tests.support.invariants.table import Row, Table, stages, winner_of

MODES = ("duel", "clash", "ranked", "tournament")


def _rows_of_accounts(table: Table) -> Iterator[str]:
    for user_id in table.users.keys() ^ table.seats.keys():
        yield f"user {user_id} has a profile or a seat, but not both"
    for user_id, user in table.users.items():
        if user_id not in table.relations or user_id not in table.inboxes:
            yield f"user {user_id} has no relations or no inbox"
        if user["id"] != user_id:
            yield f"the profile of user {user_id} has the id {user['id']}"


def _names(table: Table) -> Iterator[str]:
    owners = {row["pk"].removeprefix("NAME#"): row for row in table.kinds["credential"]}
    for name, row in owners.items():
        user = table.users.get(row["user_id"])
        if user is None or user["username"].lower() != name:
            yield f"the name {name} belongs to user {row['user_id']}, who has another name"
    for user_id, user in table.users.items():
        credential = owners.get(user["username"].lower())
        if credential is None or credential["user_id"] != user_id:
            yield f"user {user_id} doesn't own the name {user['username']}"
        elif credential.get("generation", 0) != user["generation"]:
            yield f"user {user_id} is of another generation than the name {user['username']}"
        elif bool(credential.get("password_hash")) is user["is_guest"]:
            yield f"user {user_id} is a guest with a password or a registered user without"


def _guests(table: Table) -> Iterator[str]:
    listed = {int(row["sk"]) for row in table.kinds["guest"]}
    guests = {user_id for user_id, user in table.users.items() if user["is_guest"]}
    for user_id in listed ^ guests:
        yield f"user {user_id} is a guest or in the list of guests, but not both"


def _sessions(table: Table) -> Iterator[str]:
    for user_id, user in table.users.items():
        sessions = user.get("sessions") or {}
        if len(sessions) > MAX_SESSIONS:
            yield f"user {user_id} has {len(sessions)} sessions"
        if len(sessions) > user.get("session_changes", 0) + 1:
            yield f"user {user_id} has {len(sessions)} sessions after {user.get('session_changes', 0)} changes"


def _streams(table: Table) -> Iterator[str]:
    rows = {(row["pk"].removeprefix("CONTAINER#"), row["user_id"]) for row in table.kinds["stream"]}
    seats = {(name, id_) for id_, seat in table.seats.items() for name in seat.get("containers") or ()}
    for container, user_id in seats - rows:
        yield f"the seat of user {user_id} names {container}, which has no stream of that user"
    for container, user_id in rows - seats:
        # The stream of a deleted user closes a moment after the deletion.
        if user_id in table.seats:
            yield f"{container} has a stream of user {user_id}, whose seat doesn't name it"


def _trophies(table: Table) -> Iterator[str]:
    for user_id, user in table.users.items():
        entries = table.changes[user_id]
        if sorted(entries) != list(range(user["trophy_changes"])):
            yield f"user {user_id} counts {user['trophy_changes']} trophy changes and has {sorted(entries)}"
        if not user["is_guest"] and not entries:
            yield f"user {user_id} lacks the trophy entry of the registration"
        total = 0
        for _, row in sorted(entries.items()):
            total += row["change"]
            if total < 0 or row["total"] != total:
                yield f"the trophies of user {user_id} don't add up: {row['total']} instead of {total}"
        if user["trophies"] != total:
            yield f"user {user_id} has {user['trophies']} trophies, the changes make {total}"


def statistics(table: Table, booked: Collection[int] = ()) -> Iterator[str]:
    """Statistics follow from history and tournaments, and bring the pictures. Users in `booked` are left out."""
    for user_id, user in table.users.items():
        if user_id not in booked:
            yield from _statistics_of(table, user_id, user)


def _statistics_of(table: Table, user_id: int, user: Row) -> Iterator[str]:
    expected: dict[str, Counter[str]] = {}
    for _, row in sorted(table.played[user_id].items()):
        match = row["state"]
        if match["game_mode"] not in MODES:
            continue
        side = "a" if any(player["id"] == user_id for player in match["a"]["players"]) else "b"
        share = next(player for player in match[side]["players"] if player["id"] == user_id)
        for name in ("global", match["game_mode"]):
            line = expected.setdefault(name, Counter())
            line["game_played"] += 1
            line["wins"] += side == match["winner"]
            line["scored"] += share["score"]
            line["own_goals"] += share["own_goal"]
            line["current_win_streak"] = line["current_win_streak"] + 1 if side == match["winner"] else 0
            line["longest_win_streak"] = max(line["longest_win_streak"], line["current_win_streak"])
    won = sum(_has_won(row["state"], user_id) for row in table.kinds["tournament"])
    if won:
        expected.setdefault("tournament", Counter())["tournament_wins"] = won
    wanted = {name: {k: v for k, v in line.items() if v} for name, line in expected.items()}
    if user["stats"] != wanted:
        yield f"the statistics of user {user_id} are {user['stats']}, the history makes {wanted}"
    lines = {name: Line(**figures) for name, figures in user["stats"].items()}
    achievements = Achievements(
        is_guest=user["is_guest"],
        statistics=Statistics(lines),
        trophies=user["trophies"],
        friends=len(table.relations[user_id].get("friends") or ()),
    )
    if missing := deserved(achievements) - user["pictures"]:
        yield f"user {user_id} lacks the pictures {sorted(missing)}"


def _has_won(tournament: Row, user_id: int) -> bool:
    """Whether a user has won a tournament that is over."""
    if tournament["finish_at"] is None:
        return False
    return winner_of(stages(tournament)[-1][0]) == user_id


RULES = (_rows_of_accounts, _names, _guests, _sessions, _streams, _trophies)
