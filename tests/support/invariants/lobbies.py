"""Lobbies: members, readiness and match agree with seats and matches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from tests.support.invariants.table import Row, Table, players_of

TEAM_SIZES = {"1v1": 1, "3v3": 3}


def _lobbies(table: Table) -> Iterator[str]:
    lobbies = {row["state"]["id"]: row for row in table.kinds["lobby"]}
    for user_id, seat in table.seats.items():
        if seat.get("place_kind") == "lobby":
            yield from _seat(user_id, seat, lobbies.get(int(seat["place"])))
    for lobby_id, row in lobbies.items():
        for user_id in members_of(row):
            seat = table.seats.get(user_id, {})
            if (seat.get("place_kind"), seat.get("place")) != ("lobby", str(lobby_id)):
                yield f"the lobby {lobby_id} has user {user_id}, whose seat doesn't name it"
        yield from _members(table, lobby_id, row)
        yield from table.wrong_blocks(f"the lobby {lobby_id}", row["state"], members_of(row))
        yield from _readiness(lobby_id, row)
    yield from _matches(table, lobbies)


def members_of(row: Row) -> list[int]:
    """The ids of a lobby's members, in the order of joining."""
    return [participant["id"] for participant in row["state"]["participants"]]


def _seat(user_id: int, seat: Row, row: Row | None) -> Iterator[str]:
    if row is None or user_id not in members_of(row):
        yield f"the seat of user {user_id} names the lobby {seat['place']}, which doesn't have that user"
    elif "match_id" in seat and seat["match_id"] != row.get("match_id"):
        yield f"user {user_id} plays another match than the lobby {seat['place']}"
    if not seat.get("containers"):
        yield f"user {user_id} is in the lobby {seat['place']} without a stream"


def _matches(table: Table, lobbies: Mapping[int, Row]) -> Iterator[str]:
    running = table.running_matches()
    for lobby_id, row in lobbies.items():
        match_id = row.get("match_id")
        if match_id is not None and lobby_id not in (running.get(match_id, {}).get("lobbies") or ()):
            yield f"the lobby {lobby_id} plays the match {match_id}, which doesn't name it or doesn't run"
    for match_id, match in running.items():
        for lobby_id in match.get("lobbies") or ():
            if lobby_id in lobbies and lobbies[lobby_id].get("match_id") != match_id:
                yield f"the match {match_id} names the lobby {lobby_id}, which doesn't play it"
        for user_id in players_of(match["state"]):
            if table.seats.get(user_id, {}).get("match_lobbies") != match.get("lobbies"):
                yield f"the seat of user {user_id} names other lobbies than the match {match_id}"


def _members(table: Table, lobby_id: int, row: Row) -> Iterator[str]:
    state, members = row["state"], members_of(row)
    most = 3 if state["game_mode"] == "clash" else 8
    if len(set(members)) != len(members) or not 1 <= len(members) <= most:
        yield f"the lobby {lobby_id} has the participants {members}"
    if state["creator"] not in members or table.users.get(state["creator"], {}).get("is_guest", True):
        yield f"the creator of lobby {lobby_id} is {state['creator']}, who is a guest or not a member"
    if banned := set(state["banned"]) & set(members):
        yield f"the lobby {lobby_id} has the members {banned}, who are banned"


def _readiness(lobby_id: int, row: Row) -> Iterator[str]:
    state = row["state"]
    teams: dict[str | None, list[bool]] = defaultdict(list)
    for participant in state["participants"]:
        teams[participant["team"]].append(participant["ready"])
    if ("match_id" in row) is not ("match_code" in row):
        yield f"the lobby {lobby_id} has half a match"
    if "match_id" in row and any(ready for team in teams.values() for ready in team):
        yield f"the lobby {lobby_id} plays and is ready"
    if state["game_mode"] == "clash":
        if set(teams) != {None} or all(teams[None]) is not ("ticket" in row):
            yield f"the lobby {lobby_id} is ready without a ticket, or has one and isn't ready: {dict(teams)}"
        return
    size = TEAM_SIZES[state["match_type"]]
    if set(teams) - {"a", "b", "spectator"} or any(teams["spectator"]) or "ticket" in row:
        yield f"the lobby {lobby_id} has the teams {dict(teams)}"
    if any(len(teams[name]) > size for name in "ab"):
        yield f"the lobby {lobby_id} has a team of more than {size}"
    if all(len(teams[name]) == size and all(teams[name]) for name in "ab"):
        yield f"the lobby {lobby_id} is ready and doesn't play"


RULES = (_lobbies,)
