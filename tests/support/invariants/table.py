"""The rows of the table as plain values, by kind. docs/data-model.md says what they mean."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

JSON_ATTRIBUTES = {"state", "stats", "sessions", "entries", "ends", "positions", "input"}
KINDS = {
    *(
        "user",
        "guest",
        "seat",
        "inbox",
        "credential",
        "ticket",
        "code",
        "match",
        "running",
        "played",
        "trophies",
    ),
    *("relations", "friendship", "block"),
    *("pair_chat", "conversation", "membership", "message"),
    *("lobby", "group"),
    *("tournament", "open_tournament", "hosted", "entry", "due"),
    *("outbox", "timer", "wake", "leases", "stream", "checkpoint", "answer"),
}

Row = dict[str, Any]

DEFAULTS = {
    "present": True,
    "still_in": True,
    "ready": False,
    "score": 0,
    "own_goal": 0,
    "banned": (),
    "blocks": (),
}
"""A stored state leaves out fields that have these values, and all others that are None."""


class State(Row):
    """A stored state, or a part of it."""

    def __missing__(self, name: str) -> Any:
        return DEFAULTS.get(name)


def stages(state: Row) -> list[list[Row]]:
    """The bracket of a tournament; without stages before the start."""
    return state["bracket"]["stages"] if state["bracket"] else []


@dataclass(slots=True)
class Table:
    """Every row by its kind, and users' and matches' rows by their id."""

    users: dict[int, Row] = field(default_factory=dict)
    seats: dict[int, Row] = field(default_factory=dict)
    relations: dict[int, Row] = field(default_factory=dict)
    """A deleted user's row lasts until the cleanup task has ended every relation in it."""
    inboxes: dict[int, Row] = field(default_factory=dict)
    matches: dict[int, Row] = field(default_factory=dict)
    kinds: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    played: dict[int, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))
    """The match history of each user, by sequence number."""
    changes: dict[int, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))
    """The trophy changes of each user, by sequence number."""

    def add(self, row: Row) -> None:
        """Sort a row in."""
        kind = row["kind"]
        self.kinds[kind].append(row)
        owner = int(row["pk"].split("#")[1]) if row["pk"].startswith("USER#") else 0
        if kind == "user":
            self.users[owner] = row
        elif kind == "seat":
            self.seats[owner] = row
        elif kind == "relations":
            self.relations[owner] = row
        elif kind == "inbox":
            self.inboxes[owner] = row
        elif kind == "match":
            self.matches[row["state"]["id"]] = row
        elif kind == "played":
            self.played[owner][int(row["sk"])] = row
        elif kind == "trophies":
            self.changes[owner][int(row["sk"])] = row

    def wrong_blocks(self, room: str, state: Row, user_ids: list[int]) -> Iterator[str]:
        """A room knows whom its users block; users who were deleted since don't matter."""
        stored = {(user_id, other) for user_id, other in state["blocks"] if other in self.users}
        made = {
            (user_id, other)
            for user_id in user_ids
            for other in self.users.get(user_id, {}).get("blocked") or ()
        }
        if stored != {(user_id, other) for user_id, other in made if other in self.users}:
            yield f"{room} knows the blocks {stored}, its users make {made}"

    def running_matches(self) -> dict[int, Row]:
        """Matches without a winner, by id."""
        return {id_: row for id_, row in self.matches.items() if row["state"]["winner"] is None}

    def unfinished_tournaments(self) -> dict[int, Row]:
        """Tournaments that are open or played, by id."""
        rows = {row["state"]["id"]: row for row in self.kinds["tournament"]}
        return {id_: row for id_, row in rows.items() if row["state"]["finish_at"] is None}


def plain_row(item: Mapping[str, Mapping[str, Any]]) -> Row:
    """An item of DynamoDB's own form, as plain values."""
    return {name: _plain(name, value) for name, value in item.items()}


def _plain(name: str, value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    if kind == "N":
        return float(content) if "." in content else int(content)
    if kind == "NS":
        return {int(number) for number in content}
    if kind == "SS":
        return set(content)
    if kind == "NULL":
        return None
    if kind == "S" and name in JSON_ATTRIBUTES:
        return json.loads(content, object_hook=State if name == "state" else None)
    return content


def players_of(match: Mapping[str, Any]) -> list[int]:
    """The ids of a match's players, team a first."""
    return [player["id"] for side in ("a", "b") for player in match[side]["players"]]


def winner_of(pairing: Row) -> int | None:
    """The user who won a pairing of a bracket, if it is decided."""
    winner: int | None = pairing.get({"a": "user_1", "b": "user_2", None: ""}[pairing.get("winner")])
    return winner


def relation_lines(relations: Mapping[str, Any], name: str) -> set[tuple[int, int]]:
    """The lines `<id>#<other user>` of one list in a relations row, as pairs of numbers."""
    found = {tuple(int(part) for part in line.split("#")) for line in relations.get(name) or ()}
    return {(id_, other) for id_, other in found}
