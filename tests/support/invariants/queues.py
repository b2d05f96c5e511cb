"""Queues: every user or lobby in a queue holds exactly one ticket there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.support.invariants.lobbies import members_of
from tests.support.invariants.table import Table


def _tickets(table: Table) -> Iterator[str]:
    tickets = {(row["pk"], row["sk"]): row for row in table.kinds["ticket"]}
    held = {}
    for user_id, seat in table.seats.items():
        if seat.get("place_kind") == "queue":
            key = (f"QUEUE#{seat['place']}", seat["ticket"])
            held[key] = user_id
            if key not in tickets or tickets[key]["user_id"] != user_id:
                yield f"user {user_id} is in the queue {seat['place']} without a ticket"
            if not seat.get("containers"):
                yield f"user {user_id} is in the queue {seat['place']} without a stream"
            if seat.get("match_id"):
                yield f"user {user_id} is in a queue and in a match"
        elif "ticket" in seat or ("place" in seat) != ("place_kind" in seat):
            yield f"user {user_id} has half a place"
    for key in tickets.keys() - held.keys():
        yield f"no seat names the ticket {key} of user {tickets[key]['user_id']}"


def _ranked_tickets(table: Table) -> Iterator[str]:
    """Every ranked ticket has one timer that widens its window, and guests have none."""
    timers = Counter(
        row["input"]["ticket"] for row in table.kinds["timer"] if row["machine"] == "ranked-window"
    )
    for row in table.kinds["ticket"]:
        if row["pk"].split("#")[1] == "ranked":
            if table.users.get(row["user_id"], {}).get("is_guest"):
                yield f"the guest {row['user_id']} is in the ranked queue"
            if timers[row["sk"]] != 1:
                yield f"the ranked ticket {row['sk']} has {timers[row['sk']]} timers"


def _party_tickets(table: Table) -> Iterator[str]:
    """Every ticket in the queue of ready clash lobbies belongs to a lobby and names its members."""
    held = {row["ticket"]: row for row in table.kinds["lobby"] if "ticket" in row}
    tickets = {row["sk"]: row for row in table.kinds["group"]}
    for key in held.keys() ^ tickets.keys():
        yield f"the ticket {key} is in the queue without a lobby, or in a lobby and not in the queue"
    for key in held.keys() & tickets.keys():
        lobby_id, members = held[key]["state"]["id"], set(members_of(held[key]))
        if tickets[key]["lobby_id"] != lobby_id or tickets[key]["members"] != members:
            yield f"the ticket {key} names {tickets[key]['members']} of lobby {tickets[key]['lobby_id']}"


RULES = (_tickets, _ranked_tickets, _party_tickets)
