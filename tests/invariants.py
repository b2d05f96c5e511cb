"""What must hold of the whole table at any instant, whatever was killed, raced or failed before.

`broken` walks over every item as DynamoDB stores it, without the store's own classes, and tells in sentences
what doesn't fit. It knows the table from docs/data-model.md only.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.accounts.pictures import Achievements, deserved
from shared.domain.accounts.statistics import Line, Statistics

MODES = ("duel", "clash", "ranked", "tournament")
JSON_ATTRIBUTES = {"state", "stats", "entries", "ends", "positions", "input"}
KINDS = {
    *("user", "seat", "inbox", "credential", "ticket", "code", "match", "played", "trophies"),
    *("relations", "friendship", "block"),
    *("pair_chat", "conversation", "membership", "message"),
    *("lobby", "group"),
    *("tournament", "open_tournament", "hosted", "entry"),
    *("outbox", "timer", "wake", "leases", "stream", "checkpoint"),
}

Row = dict[str, Any]


DEFAULTS = {"present": True, "still_in": True, "ready": False, "score": 0, "own_goal": 0, "banned": ()}
"""Fields that have these values aren't stored; others aren't stored as long as they are None."""


class _State(Row):
    def __missing__(self, name: str) -> Any:
        return DEFAULTS.get(name)


def assert_whole(items: Iterable[Mapping[str, Any]], booked: Collection[int] = ()) -> None:
    """Fail with every sentence of `broken`."""
    found = list(broken(items, booked))
    assert not found, "\n".join(["The table is not whole:", *found])


def broken(items: Iterable[Mapping[str, Any]], booked: Collection[int] = ()) -> Iterator[str]:
    """What doesn't fit in a table, given as DynamoDB's items of one scan.

    `booked` are users who have results from elsewhere (result-match, result-tournament), which leave no history.
    """
    table = _Table()
    for item in items:
        row = {name: _plain(name, value) for name, value in item.items()}
        if row.get("kind") not in KINDS:
            yield f"{row['pk']} {row['sk']} is of no known kind: {row.get('kind')}"
        else:
            table.add(row)
    for rule in (
        _accounts,
        _names,
        _places,
        _ranked_tickets,
        _streams,
        _matches,
        _codes,
        _histories,
        _trophies,
        _messages,
    ):
        yield from rule(table)
    for rule in (
        _pairs,
        _relations,
        _blocks,
        _inboxes,
        _conversations,
        _sides,
        _lobbies,
        _groups,
        _tournaments,
        _open_tournaments,
        _executions,
        _matches_of_tournaments,
    ):
        yield from rule(table)
    for user_id, user in table.users.items():
        if user_id not in booked:
            yield from _statistics(table, user_id, user)


@dataclass(slots=True)
class _Table:
    users: dict[int, Row] = field(default_factory=dict)
    seats: dict[int, Row] = field(default_factory=dict)
    relations: dict[int, Row] = field(default_factory=dict)
    """Those of deleted users last until the erasing task has ended all that they name."""
    inboxes: dict[int, Row] = field(default_factory=dict)
    matches: dict[int, Row] = field(default_factory=dict)
    kinds: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    played: dict[int, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))
    changes: dict[int, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, row: Row) -> None:
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

    def running(self) -> dict[int, Row]:
        return {id_: row for id_, row in self.matches.items() if row["state"]["winner"] is None}


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
        return json.loads(content, object_hook=_State if name == "state" else None)
    return content


def _accounts(table: _Table) -> Iterator[str]:
    for user_id in table.users.keys() ^ table.seats.keys():
        yield f"user {user_id} has a profile or a seat, but not both"
    for user_id, user in table.users.items():
        if user_id not in table.relations or user_id not in table.inboxes:
            yield f"user {user_id} has no relations or no inbox"
        if user["id"] != user_id:
            yield f"user {user_id} says to be {user['id']}"


def _names(table: _Table) -> Iterator[str]:
    owners = {row["pk"].removeprefix("NAME#"): row for row in table.kinds["credential"]}
    for name, row in owners.items():
        user = table.users.get(row["user_id"])
        if user is None or user["username"].lower() != name:
            yield f"the name {name} belongs to {row['user_id']}, who isn't called that"
    for user_id, user in table.users.items():
        credential = owners.get(user["username"].lower())
        if credential is None or credential["user_id"] != user_id:
            yield f"user {user_id} doesn't own the name {user['username']}"
        elif credential.get("generation", 0) != user["generation"]:
            yield f"user {user_id} is of another generation than the name {user['username']}"
        elif bool(credential.get("password_hash")) is user["is_guest"]:
            yield f"user {user_id} is a guest with a password or a registered user without"


def _places(table: _Table) -> Iterator[str]:
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
        yield f"the ticket {key} of user {tickets[key]['user_id']} is nobody's"


def _ranked_tickets(table: _Table) -> Iterator[str]:
    """A timer looks at everyone who waits for a ranked match, and guests can't."""
    looks = Counter(
        row["input"]["ticket"] for row in table.kinds["timer"] if row["machine"] == "ranked-window"
    )
    for row in table.kinds["ticket"]:
        if row["pk"] == "QUEUE#ranked":
            if table.users.get(row["user_id"], {}).get("is_guest"):
                yield f"the guest {row['user_id']} is in the ranked queue"
            if looks[row["sk"]] != 1:
                yield f"the ranked ticket {row['sk']} is looked at by {looks[row['sk']]} timers"


TEAM_SIZES = {"1v1": 1, "3v3": 3}


def _lobbies(table: _Table) -> Iterator[str]:
    """Who is in a lobby, what may be in it, and which match it plays."""
    lobbies = {row["state"]["id"]: row for row in table.kinds["lobby"]}
    for user_id, seat in table.seats.items():
        if seat.get("place_kind") == "lobby":
            yield from _seat_in_lobby(user_id, seat, lobbies.get(int(seat["place"])))
    for lobby_id, row in lobbies.items():
        for user_id in _inside(row):
            seat = table.seats.get(user_id, {})
            if (seat.get("place_kind"), seat.get("place")) != ("lobby", str(lobby_id)):
                yield f"the lobby {lobby_id} has user {user_id}, who doesn't know"
        yield from _people_of_lobby(table, lobby_id, row)
        yield from _readiness(lobby_id, row)
    yield from _matches_of_lobbies(table, lobbies)


def _inside(row: Row) -> list[int]:
    return [participant["id"] for participant in row["state"]["participants"]]


def _seat_in_lobby(user_id: int, seat: Row, row: Row | None) -> Iterator[str]:
    if row is None or user_id not in _inside(row):
        yield f"user {user_id} is in the lobby {seat['place']}, which doesn't know"
    elif "match_id" in seat and seat["match_id"] != row.get("match_id"):
        yield f"user {user_id} plays another match than the lobby {seat['place']}"
    if not seat.get("containers"):
        yield f"user {user_id} is in the lobby {seat['place']} without a stream"


def _matches_of_lobbies(table: _Table, lobbies: Mapping[int, Row]) -> Iterator[str]:
    running = table.running()
    for lobby_id, row in lobbies.items():
        match_id = row.get("match_id")
        if match_id is not None and lobby_id not in (running.get(match_id, {}).get("lobbies") or ()):
            yield f"the lobby {lobby_id} plays the match {match_id}, which isn't its own or doesn't run"
    for match_id, match in running.items():
        for lobby_id in match.get("lobbies") or ():
            if lobby_id in lobbies and lobbies[lobby_id].get("match_id") != match_id:
                yield f"the match {match_id} is of the lobby {lobby_id}, which doesn't play it"
        for user_id in _players(match["state"]):
            if table.seats.get(user_id, {}).get("match_lobbies") != match.get("lobbies"):
                yield f"user {user_id} knows of other lobbies than the match {match_id}"


def _people_of_lobby(table: _Table, lobby_id: int, row: Row) -> Iterator[str]:
    state, inside = row["state"], _inside(row)
    most = 3 if state["game_mode"] == "clash" else 8
    if len(set(inside)) != len(inside) or not 1 <= len(inside) <= most:
        yield f"the lobby {lobby_id} has the participants {inside}"
    if state["creator"] not in inside or table.users.get(state["creator"], {}).get("is_guest", True):
        yield f"the creator of lobby {lobby_id} is {state['creator']}, who is a guest or not in it"
    if banned := set(state["banned"]) & set(inside):
        yield f"the lobby {lobby_id} has {banned}, who are banned"


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
            yield f"the lobby {lobby_id} is ready without a ticket, or has one and isn't: {dict(teams)}"
        return
    size = TEAM_SIZES[state["match_type"]]
    if set(teams) - {"a", "b", "spectator"} or any(teams["spectator"]) or "ticket" in row:
        yield f"the lobby {lobby_id} has the teams {dict(teams)}"
    if any(len(teams[name]) > size for name in "ab"):
        yield f"the lobby {lobby_id} has a team of more than {size}"
    if all(len(teams[name]) == size and all(teams[name]) for name in "ab"):
        yield f"the lobby {lobby_id} is ready and doesn't play"


def _groups(table: _Table) -> Iterator[str]:
    """Every ticket in the queue of ready clash lobbies is its lobby's, and names who is in it."""
    held = {row["ticket"]: row for row in table.kinds["lobby"] if "ticket" in row}
    tickets = {row["sk"]: row for row in table.kinds["group"]}
    for key in held.keys() ^ tickets.keys():
        yield f"the lobby's ticket {key} isn't in the queue, or no lobby's"
    for key in held.keys() & tickets.keys():
        if tickets[key]["lobby_id"] != held[key]["state"]["id"] or tickets[key]["members"] != set(
            _inside(held[key])
        ):
            yield f"the ticket {key} names {tickets[key]['members']} of lobby {tickets[key]['lobby_id']}"


def _living_tournaments(table: _Table) -> dict[int, Row]:
    rows = {row["state"]["id"]: row for row in table.kinds["tournament"]}
    return {id_: row for id_, row in rows.items() if row["state"]["finish_at"] is None}


def _tournaments(table: _Table) -> Iterator[str]:
    """Who is in a tournament, which matches it plays, and who has to know of it."""
    living = _living_tournaments(table)
    inside = {(user_id, id_) for id_, row in living.items() for user_id in _present(row["state"])}
    seated = {
        (user_id, int(seat["place"]))
        for user_id, seat in table.seats.items()
        if seat.get("place_kind") == "tournament"
    }
    for user_id, id_ in inside ^ seated:
        yield f"user {user_id} is in the tournament {id_}, which doesn't know, or the other way round"
    hosted = {(int(row["pk"].split("#")[1]), row["tournament_id"]) for row in table.kinds["hosted"]}
    hosts = {(row["state"]["created_by"], id_) for id_, row in living.items()}
    for user_id, id_ in hosted ^ hosts:
        if user_id in table.users:
            yield f"user {user_id} hosts the tournament {id_}, and only one of the two knows"
    entries = {(int(row["pk"].split("#")[1]), row["tournament_id"]) for row in table.kinds["entry"]}
    started = [row["state"] for row in table.kinds["tournament"] if row["state"]["bracket"] is not None]
    took_part = {(entrant["id"], state["id"]) for state in started for entrant in state["entrants"]}
    for user_id, id_ in entries - took_part:
        yield f"user {user_id} has an entry of the tournament {id_}, at whose start they weren't there"
    for state in started:
        yield from _bracket(table, state, entries)
        yield from _still_in(state)


def _open_tournaments(table: _Table) -> Iterator[str]:
    """What hasn't started, and that the search shows it as it is."""
    listed = {row["id"]: row for row in table.kinds["open_tournament"]}
    living = _living_tournaments(table)
    unstarted = {id_: row["state"] for id_, row in living.items() if row["state"]["bracket"] is None}
    for id_ in listed.keys() ^ unstarted.keys():
        yield f"the search knows the tournament {id_}, which isn't open, or misses it"
    for id_, state in unstarted.items():
        found = listed.get(id_, {})
        if (found.get("n_participants"), found.get("code")) != (len(state["entrants"]), state["code"]):
            yield f"the search shows something else than the tournament {id_}"
        yield from _unstarted(id_, state)
        for user_id in _present(state):
            if not table.seats.get(user_id, {}).get("containers"):
                yield f"user {user_id} waits for the tournament {id_} without a stream"


def _present(state: Row) -> list[int]:
    return [entrant["id"] for entrant in state["entrants"] if entrant["present"]]


def _unstarted(id_: int, state: Row) -> Iterator[str]:
    count, size = len(state["entrants"]), state["size"]
    counting = 5 * count >= 4 * size
    if not 1 <= count < size or (state["start_at"] is not None) is not counting:
        yield f"the tournament {id_} of {size} has {count} participants and starts at {state['start_at']}"
    if (state["run"] is not None) is not counting:
        yield f"the tournament {id_} has {count} participants and the run {state['run']}"
    if set(state["banned"]) & set(_present(state)):
        yield f"the tournament {id_} has banned somebody who is in it"
    if len({entrant["id"] for entrant in state["entrants"]}) != count or count != len(_present(state)):
        yield f"the tournament {id_} has somebody twice, or who isn't there"


def _executions(table: _Table) -> Iterator[str]:
    """One execution per countdown, and one that plays the tournament; who waits waits for what is still to come."""
    begun = Counter(
        (row["input"]["tournament_id"], row["input"]["run"])
        for row in table.kinds["timer"]
        if row["machine"] == "tournament"
    )
    for (id_, run), times in begun.items():
        if times > 1:
            yield f"the run {run} of the tournament {id_} is begun {times} times"
    answered = {row["token"] for row in table.kinds["wake"]}
    for row in table.kinds["tournament"]:
        state = row["state"]
        id_, run, waiting = state["id"], state["run"], state["callback"]
        if run is not None and not begun[id_, run]:
            yield f"the tournament {id_} counts on the run {run}, which nobody begins"
        if state["bracket"] is not None and (run is None) is (state["finish_at"] is None):
            yield f"the tournament {id_} has started, and is run by {run} until {state['finish_at']}"
        if waiting is None:
            continue
        if run is None or waiting["run"] != run:
            yield f"the run {waiting['run']} waits for the tournament {id_}, which {run} runs"
        if waiting["token"] in answered:
            yield f"the token {waiting['token']} waits for the tournament {id_} and is answered already"
        if not _is_to_come(state, waiting["stage"]):
            yield f"somebody waits for what has been in the tournament {id_}: {waiting['what']}"


def _is_to_come(state: Row, stage: int) -> bool:
    """Whether a tournament hasn't got to what somebody waits for: the start (0), or the end of its present stage."""
    if stage == 0:
        return state["bracket"] is None
    results = ["finish_reason" in p for pairings in _stages(state) for p in pairings if p["stage"] == stage]
    return bool(stage == state["stage"]) and not all(results)


def _stages(state: Row) -> list[list[Row]]:
    """The bracket; without stages before the start."""
    return state["bracket"]["stages"] if state["bracket"] else []


def _matches_of_tournaments(table: _Table) -> Iterator[str]:
    """A match of a tournament is in its bracket, with the same result, and is played by those who are in it."""
    brackets = {row["state"]["id"]: _stages(row["state"]) for row in table.kinds["tournament"]}
    running = table.running()
    for match_id, row in table.matches.items():
        match = row["state"]
        id_ = match.get("tournament_id")
        if id_ is None:
            continue
        found = [
            p
            for stage in brackets.get(id_, ())
            for p in stage
            if p.get("game", {}).get("id") == match_id
            and (p["stage"], p["n"]) == (match["tournament_stage_id"], match["tournament_n"])
            and _pair(p) == _players(match)
        ]
        if len(found) != 1:
            yield f"the match {match_id} is {len(found)} times in the bracket of the tournament {id_}"
        if match_id not in running and any(p["game"] != match for p in found):
            yield f"the tournament {id_} has another result than its match {match_id}"
        for user_id in _players(match) if match_id in running else ():
            seat = table.seats.get(user_id, {})
            if (seat.get("place_kind"), seat.get("place")) != ("tournament", str(id_)):
                yield f"user {user_id} plays the match {match_id}, but isn't in its tournament {id_}"


def _still_in(state: Row) -> Iterator[str]:
    """Who may still win a tournament is in it, and has lost no match of it; who plays a match may still win."""
    pairings = [pairing for stage in _stages(state) for pairing in stage]
    lost = {user for p in pairings if "finish_reason" in p for user in _pair(p) if user != _winner(p)}
    plays = {user for p in pairings if "game" in p and "finish_reason" not in p for user in _pair(p)}
    for entrant in state["entrants"]:
        user_id, able = entrant["id"], entrant["still_in"]
        if (able and (user_id in lost or not entrant["present"])) or (user_id in plays and not able):
            yield f"user {user_id} is out of the tournament {state['id']}, or isn't, unlike the bracket"


def _winner(pairing: Row) -> int | None:
    winner: int | None = pairing.get({"a": "user_1", "b": "user_2", None: ""}[pairing.get("winner")])
    return winner


def _bracket(table: _Table, state: Row, entries: set[tuple[int, int]]) -> Iterator[str]:
    id_, running = state["id"], table.running()
    users = [entrant["id"] for entrant in state["entrants"]]
    if sorted(entrant["seed"] for entrant in state["entrants"]) != list(range(1, len(users) + 1)):
        yield f"the tournament {id_} has odd seeds"
    for user_id in users:
        if user_id in table.users and (user_id, id_) not in entries:
            yield f"user {user_id} has no entry of the tournament {id_}"
    pairings = [pairing for stage in _stages(state) for pairing in stage]
    first = [user for pairing in _stages(state)[0] for user in _pair(pairing)]
    if sorted(first) != sorted(users):
        yield f"the first stage of the tournament {id_} has {first}"
    for pairing in pairings:
        plays = "game" in pairing and "finish_reason" not in pairing
        if plays is not ("game" in pairing and pairing["game"]["id"] in running):
            yield f"match {pairing['n']} of stage {pairing['stage']} of {id_} is played, or isn't, unlike its game"
        known, stage = {"game", "finish_reason"} & set(pairing), state["stage"] or 0
        if pairing["stage"] > max(stage, _stages(state)[0][0]["stage"]) and known:
            yield f"the tournament {id_} has results of a stage that hasn't begun"
        if pairing["stage"] <= stage and not known:
            yield f"the tournament {id_} neither plays nor decides match {pairing['n']} of stage {stage}"
    yield from _advancing(id_, _stages(state))
    if state["finish_at"] and not all("finish_reason" in pairing for pairing in pairings):
        yield f"the tournament {id_} is over without all its results"


def _advancing(id_: int, bracket: list[list[Row]]) -> Iterator[str]:
    for earlier, later in itertools.pairwise(bracket):
        winners = [_winner(p) for p in earlier]
        places = [p.get(place) for p in later for place in ("user_1", "user_2")]
        if places != winners:
            yield f"in the tournament {id_} {places} come from {winners}"


def _pair(pairing: Row) -> list[int]:
    return [pairing[name] for name in ("user_1", "user_2") if name in pairing]


def _streams(table: _Table) -> Iterator[str]:
    rows = {(row["pk"].removeprefix("CONTAINER#"), row["user_id"]) for row in table.kinds["stream"]}
    seats = {(name, id_) for id_, seat in table.seats.items() for name in seat.get("containers") or ()}
    for container, user_id in seats - rows:
        yield f"user {user_id} is on {container}, which doesn't know"
    for container, user_id in rows - seats:
        # The stream of a deleted user closes a moment after the deletion.
        if user_id in table.seats:
            yield f"{container} has a stream of user {user_id}, who doesn't know"


def _matches(table: _Table) -> Iterator[str]:
    running = table.running()
    for match_id, row in table.matches.items():
        yield from (_running if match_id in running else _finished)(table, match_id, row["state"])
    for user_id, seat in table.seats.items():
        if "match_id" in seat and seat["match_id"] not in running:
            yield f"user {user_id} plays the match {seat['match_id']}, which doesn't run"
        if len({name in seat for name in ("match_id", "match_code", "match_players")}) > 1:
            yield f"user {user_id} has half a match"


def _running(table: _Table, match_id: int, match: Row) -> Iterator[str]:
    players = _players(match)
    for user_id in players:
        seat = table.seats.get(user_id, {})
        if seat.get("match_id") != match_id or seat.get("match_players") != set(players):
            yield f"match {match_id} runs without its player {user_id}"
        if seat.get("match_code") != match["code"]:
            yield f"user {user_id} has another code than the match {match_id}"


def _finished(table: _Table, match_id: int, match: Row) -> Iterator[str]:
    for user_id in set(_players(match)) & table.users.keys():
        times = sum(entry["state"]["id"] == match_id for entry in table.played[user_id].values())
        if times != 1:
            yield f"match {match_id} is {times} times in the history of {user_id}"


def _codes(table: _Table) -> Iterator[str]:
    running = {(row["state"]["code"], f"MATCH#{match_id}") for match_id, row in table.running().items()}
    running |= {(row["state"]["code"], row["pk"]) for row in table.kinds["lobby"]}
    running |= {(row["state"]["code"], row["pk"]) for row in _living_tournaments(table).values()}
    taken = {(row["pk"].removeprefix("CODE#"), row["place"]) for row in table.kinds["code"]}
    for code, place in running - taken:
        yield f"{place} lives without its code {code}"
    for code, place in taken - running:
        yield f"the code {code} is kept for {place}, which is over"


def _histories(table: _Table) -> Iterator[str]:
    for user_id, user in table.users.items():
        entries = table.played[user_id]
        if sorted(entries) != list(range(user["matches_played"])):
            yield f"user {user_id} counts {user['matches_played']} matches and has {sorted(entries)}"
        for row in entries.values():
            if row["state"]["winner"] is None or user_id not in _players(row["state"]):
                yield f"match {row['state']['id']} has no place in the history of {user_id}"


def _trophies(table: _Table) -> Iterator[str]:
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


def _statistics(table: _Table, user_id: int, user: Row) -> Iterator[str]:
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


def _has_won(state: Row, user_id: int) -> bool:
    """Whether a user has won a tournament that is over."""
    if state["finish_at"] is None:
        return False
    return _winner(_stages(state)[-1][0]) == user_id


def _messages(table: _Table) -> Iterator[str]:
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
        if sorted(starts[match_id]) != sorted(_players(row["state"])) or clocks[match_id] != 1:
            yield f"match {match_id} has {clocks[match_id]} clocks, game-starts went to {starts[match_id]}"


def _players(match: Mapping[str, Any]) -> list[int]:
    return [player["id"] for side in ("a", "b") for player in match[side]["players"]]


def _lines(relations: Mapping[str, Any], name: str) -> set[tuple[int, int]]:
    found = {tuple(int(part) for part in line.split("#")) for line in relations.get(name) or ()}
    return {(id_, other) for id_, other in found}


def _pairs(table: _Table) -> Iterator[str]:
    """A row per pair, and what it says in the relations of both."""
    for row in table.kinds["friendship"]:
        low, high = (int(part) for part in row["pk"].split("#")[1:])
        sender, receiver, id_ = row["sender"], row["receiver"], row["id"]
        if low >= high or {low, high} != {sender, receiver}:
            yield f"{row['pk']} is about {sender} and {receiver}"
        named = {"friends": ("friends", "friends"), "request": ("sent", "received")}[row["status"]]
        for user_id, other, name in ((sender, receiver, named[0]), (receiver, sender, named[1])):
            if (id_, other) not in _lines(table.relations.get(user_id, {}), name):
                yield f"{row['pk']} is {row['status']} {id_}, but not in what user {user_id} has {name}"
        counters = ("low_wins", "high_wins", "against", "together", "together_won")
        if row["status"] == "request" and ("friends_since" in row or any(row[name] for name in counters)):
            yield f"{row['pk']} is a request with the marks of a friendship"
        if row["low_wins"] + row["high_wins"] != row["against"] or row["together_won"] > row["together"]:
            yield f"the matches of {row['pk']} don't add up"


def _relations(table: _Table) -> Iterator[str]:
    """Every line has its row, and nobody has more lines than allowed."""
    pairs = {(row["id"], row["sender"], row["receiver"]): row["status"] for row in table.kinds["friendship"]}
    blocks = {(row["id"], row["blocker"], row["blocked"]) for row in table.kinds["block"]}
    for user_id, row in table.relations.items():
        for id_, other in _lines(row, "friends"):
            if "friends" not in (pairs.get((id_, user_id, other)), pairs.get((id_, other, user_id))):
                yield f"user {user_id} has the friend {other}, but there is no friendship {id_}"
        requests = [(id_, user_id, other) for id_, other in _lines(row, "sent")]
        requests += [(id_, other, user_id) for id_, other in _lines(row, "received")]
        for request in requests:
            if pairs.get(request) != "request":
                yield f"user {user_id} has a request that doesn't exist: {request}"
        made = {(id_, user_id, other) for id_, other in _lines(row, "blocked")}
        if user_id in table.users and made - blocks:
            yield f"user {user_id} has blocks that don't exist: {made - blocks}"
        if len(row.get("sent") or ()) > 20 or len(made) > 50:
            yield f"user {user_id} has sent or blocked too many"


def _blocks(table: _Table) -> Iterator[str]:
    """A block is in three places, is one-sided, and ends what the two had."""
    pairs = {frozenset((row["sender"], row["receiver"])) for row in table.kinds["friendship"]}
    blocking = {(row["blocker"], row["blocked"]) for row in table.kinds["block"]}
    for row in table.kinds["block"]:
        blocker, blocked = row["blocker"], row["blocked"]
        if row["pk"] != f"USER#{blocked}#BLOCKERS" or int(row["sk"]) != blocker:
            yield f"the block of {blocked} by {blocker} is in {row['pk']} {row['sk']}"
        if (blocked, blocker) in blocking:
            yield f"users {blocker} and {blocked} block each other"
        if frozenset((blocker, blocked)) in pairs:
            yield f"user {blocker} blocks {blocked}, and they still have a friendship or a request"
        if blocker in table.users and (row["id"], blocked) not in _lines(table.relations[blocker], "blocked"):
            yield f"user {blocker} doesn't list the block of {blocked}"
    for user_id, user in table.users.items():
        if set(user.get("blocked") or ()) != {blocked for blocker, blocked in blocking if blocker == user_id}:
            yield f"user {user_id} has blocked {user.get('blocked')}, but the blocks are {blocking}"


def _inboxes(table: _Table) -> Iterator[str]:
    """Only received requests can be new, and conversations with unread messages that no block closes are known."""
    sides = {(row["other"], row["chat_id"]): row["sealed"] for row in table.kinds["membership"]}
    unread: dict[int, set[int]] = defaultdict(set)
    for row in table.kinds["conversation"]:
        for side, other in (("low", "high"), ("high", "low")):
            if row[f"{side}_received"] > row[f"{side}_read"] and sides.get((row[other], row["id"])) is False:
                unread[row[side]].add(row["id"])
    for user_id in table.users:
        noted = set(table.inboxes[user_id].get("unread_chats") or ())
        if noted != unread[user_id]:
            yield f"user {user_id} is notified of the chats {noted}, and {unread[user_id]} have unread messages"
    for user_id, row in table.inboxes.items():
        received = {id_ for id_, _ in _lines(table.relations.get(user_id, {}), "received")}
        if stale := set(row.get("friend_requests") or ()) - received:
            yield f"user {user_id} is notified of the requests {stale}, which don't exist"


def _conversations(table: _Table) -> Iterator[str]:
    """Messages are dense and in order, and the row says what they are. Those of deleted users are being erased."""
    messages: dict[int, dict[int, Row]] = defaultdict(dict)
    for row in table.kinds["message"]:
        _, chat, bucket = row["pk"].split("#")
        messages[int(chat)][row["n"]] = row
        if int(row["sk"]) != row["n"] or int(bucket) != row["n"] // 64:
            yield f"message {row['n']} of chat {chat} is in {row['pk']} {row['sk']}"
    known = {row["id"]: row for row in table.kinds["conversation"]}
    for chat_id in messages.keys() - known.keys():
        yield f"there are messages of the chat {chat_id}, which doesn't exist"
    for chat_id, row in known.items():
        if row["pk"] != f"CHAT#{chat_id}" or row["low"] >= row["high"]:
            yield f"chat {chat_id} of {row['low']} and {row['high']} is in {row['pk']}"
        if {row["low"], row["high"]} <= table.users.keys():
            yield from _messages_of(chat_id, row, messages[chat_id])


def _messages_of(chat_id: int, row: Row, messages: Mapping[int, Row]) -> Iterator[str]:
    written = [messages[n] for n in sorted(messages)]
    if sorted(messages) != list(range(row["messages"])):
        yield f"chat {chat_id} counts {row['messages']} messages and has {sorted(messages)}"
    for earlier, later in itertools.pairwise(written):
        if earlier["id"] >= later["id"] or earlier["sent_at"] > later["sent_at"]:
            yield f"messages {earlier['n']} and {later['n']} of chat {chat_id} are out of order"
    last = {name: row.get(f"last_{name}") for name in ("id", "author", "content", "sent_at", "is_read")}
    if last != {name: written[-1][name] if written else None for name in last}:
        yield f"the last message of chat {chat_id} is another than the row says"
    if {message["author"] for message in written} - {row["low"], row["high"]}:
        yield f"a stranger writes in chat {chat_id}"
    for side, other in (("low", "high"), ("high", "low")):
        came = [
            message["n"] for message in written if message["author"] == row[other] and not message["is_read"]
        ]
        seen = [n for n in came if n < row[f"{side}_seen"]]
        counted = row[f"{side}_received"], row[f"{side}_read"]
        if counted != (len(came), len(seen)):
            yield f"the {side} user of chat {chat_id} counts {counted} received and read, not {len(came)}, {len(seen)}"


def _sides(table: _Table) -> Iterator[str]:
    """Two users have one conversation at most, and a side of it each, closed while one has blocked the other."""
    known = {row["id"]: row for row in table.kinds["conversation"]}
    blocked = {frozenset((row["blocker"], row["blocked"])) for row in table.kinds["block"]}
    sides = {(int(row["pk"].split("#")[1]), row["chat_id"]): row for row in table.kinds["membership"]}
    pairs = {row["chat_id"]: row["pk"] for row in table.kinds["pair_chat"]}
    for chat_id, row in known.items():
        both = [(row["low"], row["high"]), (row["high"], row["low"])]
        if pairs.get(chat_id) not in (None, f"PAIR#{row['low']}#{row['high']}"):
            yield f"chat {chat_id} is that of {pairs[chat_id]}"
        if {row["low"], row["high"]} <= table.users.keys() and chat_id not in pairs:
            yield f"chat {chat_id} is not that of its two users"
        if (chat_id in pairs) != all((user_id, chat_id) in sides for user_id, _ in both):
            yield f"chat {chat_id} has a pair without two sides, or two sides without a pair"
    for chat_id in pairs.keys() - known.keys():
        yield f"{pairs[chat_id]} has the chat {chat_id}, which doesn't exist"
    for (user_id, chat_id), side in sides.items():
        if user_id in table.users:  # of deleted ones a side is left as long as there is something to erase
            is_blocked = frozenset((user_id, side["other"])) in blocked
            yield from _side(table, user_id, side, known.get(chat_id), is_blocked=is_blocked)


def _side(
    table: _Table, user_id: int, side: Row, conversation: Row | None, *, is_blocked: bool
) -> Iterator[str]:
    chat_id = side["chat_id"]
    if conversation is None:
        yield f"user {user_id} has a side of chat {chat_id}, which doesn't exist"
        return
    if {user_id, side["other"]} != {conversation["low"], conversation["high"]} or int(side["sk"]) != chat_id:
        yield f"user {user_id} has a side of chat {chat_id}, which is of others"
    if side["active_at"] != conversation.get("last_sent_at", conversation["created_at"]):
        yield f"chat {chat_id} was last active at another time than user {user_id} sorts it by"
    if side["other"] in table.users and side["sealed"] != is_blocked:
        yield f"chat {chat_id} is closed for user {user_id} without a block, or open with one"
