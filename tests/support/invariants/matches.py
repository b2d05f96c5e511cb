"""Matches: seats, codes, histories, clocks and events of every match agree with its row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.support.invariants.table import Row, Table, players_of


def _matches(table: Table) -> Iterator[str]:
    running = table.running_matches()
    for match_id, row in table.matches.items():
        yield from (_running if match_id in running else _finished)(table, match_id, row["state"])
    for user_id, seat in table.seats.items():
        if "match_id" in seat and seat["match_id"] not in running:
            yield f"user {user_id} plays the match {seat['match_id']}, which doesn't run"
        if len({name in seat for name in ("match_id", "match_code", "match_players")}) > 1:
            yield f"user {user_id} has half a match"


def _running(table: Table, match_id: int, match: Row) -> Iterator[str]:
    players = players_of(match)
    for user_id in players:
        seat = table.seats.get(user_id, {})
        if seat.get("match_id") != match_id or seat.get("match_players") != set(players):
            yield f"match {match_id} runs without its player {user_id}"
        if seat.get("match_code") != match["code"]:
            yield f"user {user_id} has another code than the match {match_id}"


def _finished(table: Table, match_id: int, match: Row) -> Iterator[str]:
    for user_id in set(players_of(match)) & table.users.keys():
        times = sum(entry["state"]["id"] == match_id for entry in table.played[user_id].values())
        if times != 1:
            yield f"match {match_id} is {times} times in the history of {user_id}"


def _codes(table: Table) -> Iterator[str]:
    """Every running match, lobby and unfinished tournament has its code, and no other code is taken."""
    live = {(row["state"]["code"], f"MATCH#{match_id}") for match_id, row in table.running_matches().items()}
    live |= {(row["state"]["code"], row["pk"]) for row in table.kinds["lobby"]}
    live |= {(row["state"]["code"], row["pk"]) for row in table.unfinished_tournaments().values()}
    taken = {(row["pk"].removeprefix("CODE#"), row["place"]) for row in table.kinds["code"]}
    for code, place in live - taken:
        yield f"{place} has no row for its code {code}"
    for code, place in taken - live:
        yield f"the code {code} is kept for {place}, which is over"


def _list(table: Table) -> Iterator[str]:
    """The list of running matches has every running match and its players, and nothing else."""
    running = {(id_, *players_of(row["state"])) for id_, row in table.running_matches().items()}
    listed = {(int(row["sk"]), *row["players"]) for row in table.kinds["running"]}
    if {(one[0], frozenset(one[1:])) for one in running} != {(one[0], frozenset(one[1:])) for one in listed}:
        yield f"the list of running matches has {listed}, there are {running}"


def _feed(table: Table) -> Iterator[str]:
    """Services were told once of the start and once of the end of every match, in one partition."""
    told: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in sorted(table.kinds["outbox"], key=lambda row: row["id"]):
        for entry in row["entries"]:
            if entry["to"] == [0]:
                told[entry["event"]["data"]["id"]].append((entry["event"]["event_code"], row["pk"]))
    for match_id, row in table.matches.items():
        expected = ["match-start"] if row["state"]["winner"] is None else ["match-start", "match-finish"]
        codes, places = [code for code, _ in told[match_id]], {place for _, place in told[match_id]}
        if codes != expected or len(places) != 1:
            yield f"of match {match_id} services were told {told[match_id]}"
        if ("secret" in row) != (row["state"]["winner"] is None):
            yield f"match {match_id} has a secret although it is over, or none although it runs"


def _histories(table: Table) -> Iterator[str]:
    for user_id, user in table.users.items():
        entries = table.played[user_id]
        if sorted(entries) != list(range(user["matches_played"])):
            yield f"user {user_id} counts {user['matches_played']} matches and has {sorted(entries)}"
        for row in entries.values():
            if row["state"]["winner"] is None or user_id not in players_of(row["state"]):
                yield f"match {row['state']['id']} runs, or isn't of user {user_id}, who has it in the history"


def _starts(table: Table) -> Iterator[str]:
    """Every match has one clock, and every player of it got one game-start."""
    starts: dict[int, list[int]] = defaultdict(list)
    for row in table.kinds["outbox"]:
        if row["sk"] != f"OUTBOX#{row['id']:016d}" or "expires_at" not in row or not row["entries"]:
            yield f"the outbox item {row['pk']} {row['sk']} is not well-formed"
        for entry in row["entries"]:
            if entry["event"]["event_code"] == "game-start":
                match_id = entry["event"]["data"]["id"]
                starts[match_id] += entry["to"]
    clocks = Counter(
        row["input"]["match_id"] for row in table.kinds["timer"] if row["machine"] == "match-clock"
    )
    for match_id, row in table.matches.items():
        if sorted(starts[match_id]) != sorted(players_of(row["state"])) or clocks[match_id] != 1:
            yield f"match {match_id} has {clocks[match_id]} clocks, game-starts went to {starts[match_id]}"


OF_ROWS = (_matches, _codes, _list, _histories)
RULES = (*OF_ROWS, _feed, _starts)
