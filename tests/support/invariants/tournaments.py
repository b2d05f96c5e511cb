"""Tournaments: entrants, bracket, executions and search agree with seats and matches."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from tests.support.invariants.table import Row, Table, players_of, stages, winner_of


def _entrants(table: Table) -> Iterator[str]:
    """A tournament, its entrants' seats, its creator and its entrants' histories name each other."""
    unfinished = table.unfinished_tournaments()
    present = {(user_id, id_) for id_, row in unfinished.items() for user_id in _present(row["state"])}
    seated = {
        (user_id, int(seat["place"]))
        for user_id, seat in table.seats.items()
        if seat.get("place_kind") == "tournament"
    }
    for id_, row in unfinished.items():
        yield from table.wrong_blocks(f"the tournament {id_}", row["state"], _present(row["state"]))
    for user_id, id_ in present ^ seated:
        yield f"either user {user_id} or the tournament {id_} doesn't name the other"
    hosted = {(int(row["pk"].split("#")[1]), row["tournament_id"]) for row in table.kinds["hosted"]}
    hosts = {(row["state"]["created_by"], id_) for id_, row in unfinished.items()}
    for user_id, id_ in hosted ^ hosts:
        if user_id in table.users:
            yield f"either creator {user_id} or the tournament {id_} doesn't name the other"
    entries = {(int(row["pk"].split("#")[1]), row["tournament_id"]) for row in table.kinds["entry"]}
    started = [row["state"] for row in table.kinds["tournament"] if row["state"]["bracket"] is not None]
    took_part = {(entrant["id"], state["id"]) for state in started for entrant in state["entrants"]}
    for user_id, id_ in entries - took_part:
        yield f"user {user_id} has an entry of the tournament {id_} without an entrant's place in it"
    for state in started:
        yield from _bracket(table, state, entries)
        yield from _still_in(state)


def _open_tournaments(table: Table) -> Iterator[str]:
    """The search shows the tournaments that haven't started, as they are."""
    listed = {row["id"]: row for row in table.kinds["open_tournament"]}
    unfinished = table.unfinished_tournaments()
    unstarted = {id_: row["state"] for id_, row in unfinished.items() if row["state"]["bracket"] is None}
    for id_ in listed.keys() ^ unstarted.keys():
        yield f"the search shows the tournament {id_}, which isn't open, or misses it"
    for id_, state in unstarted.items():
        found = listed.get(id_, {})
        if (found.get("n_participants"), found.get("code")) != (len(state["entrants"]), state["code"]):
            yield f"the search shows the tournament {id_} with an old count or code"
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
        yield f"the tournament {id_} has a banned participant"
    if len({entrant["id"] for entrant in state["entrants"]}) != count or count != len(_present(state)):
        yield f"the tournament {id_} has a participant twice, or one who has left"


def _executions(table: Table) -> Iterator[str]:
    """A countdown and a started tournament have one execution, which waits for a stage that isn't over."""
    begun = Counter(
        (row["input"]["tournament_id"], row["input"]["run"])
        for row in table.kinds["timer"]
        if row["machine"] == "tournament"
    )
    for (id_, run), times in begun.items():
        if times > 1:
            yield f"the run {run} of the tournament {id_} begins {times} times"
    answered = {row["token"] for row in table.kinds["wake"]}
    for row in table.kinds["tournament"]:
        state = row["state"]
        id_, run, waiting = state["id"], state["run"], state["callback"]
        if run is not None and not begun[id_, run]:
            yield f"the tournament {id_} has the run {run}, which never begins"
        if state["bracket"] is not None and (run is None) is (state["finish_at"] is None):
            yield f"the tournament {id_} has started, has the run {run} and finishes at {state['finish_at']}"
        if waiting is None:
            continue
        if run is None or waiting["run"] != run:
            yield f"the run {waiting['run']} waits for the tournament {id_}, whose run is {run}"
        if waiting["token"] in answered:
            yield f"the token {waiting['token']} waits for the tournament {id_} and is answered already"
        if not _is_to_come(state, waiting["stage"]):
            yield f"the tournament {id_} has an execution that waits for the past stage {waiting['stage']}"


def _next_steps(table: Table) -> Iterator[str]:
    """A tournament has a row for its next step while the time brings that: from a countdown on, between stages."""
    states = [row["state"] for row in table.unfinished_tournaments().values()]
    due = {(datetime.fromisoformat(state["due_at"]), state["id"]) for state in states if state["due_at"]}
    rows = [row["sk"].split("#") for row in table.kinds["due"]]
    listed = {(datetime.fromisoformat(time), int(id_)) for time, id_ in rows}
    if due != listed:
        yield f"tournaments are due at {due}, the list says {listed}"
    for state in states:
        if _waits_for_its_time(state) is (state["due_at"] is None):
            yield f"the tournament {state['id']} in stage {state['stage']} is due at {state['due_at']}"


def _waits_for_its_time(state: Row) -> bool:
    if state["bracket"] is None:
        return state["start_at"] is not None
    return all("finish_reason" in p for row in stages(state) for p in row if p["stage"] == state["stage"])


def _is_to_come(state: Row, stage: int) -> bool:
    """Whether an execution can still wait for the start (0), or for the end of a stage."""
    if stage == 0:
        return state["bracket"] is None
    results = ["finish_reason" in p for row in stages(state) for p in row if p["stage"] == stage]
    return bool(stage == state["stage"]) and not all(results)


def _matches(table: Table) -> Iterator[str]:
    """A tournament's match is in the bracket with the same players and result, and its players are seated there."""
    brackets = {row["state"]["id"]: stages(row["state"]) for row in table.kinds["tournament"]}
    running = table.running_matches()
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
            and _users(p) == players_of(match)
        ]
        if len(found) != 1:
            yield f"the match {match_id} is {len(found)} times in the bracket of the tournament {id_}"
        if match_id not in running and any(p["game"] != match for p in found):
            yield f"the tournament {id_} has another result than its match {match_id}"
        for user_id in players_of(match) if match_id in running else ():
            seat = table.seats.get(user_id, {})
            if (seat.get("place_kind"), seat.get("place")) != ("tournament", str(id_)):
                yield f"user {user_id} plays the match {match_id}, but isn't in its tournament {id_}"


def _still_in(state: Row) -> Iterator[str]:
    """A user who may still win is present and has lost no match; a user who plays a match may still win."""
    pairings = [pairing for stage in stages(state) for pairing in stage]
    lost = {user for p in pairings if "finish_reason" in p for user in _users(p) if user != winner_of(p)}
    plays = {user for p in pairings if "game" in p and "finish_reason" not in p for user in _users(p)}
    for entrant in state["entrants"]:
        user_id, able = entrant["id"], entrant["still_in"]
        if (able and (user_id in lost or not entrant["present"])) or (user_id in plays and not able):
            yield f"the bracket of the tournament {state['id']} contradicts still_in={able} of user {user_id}"


def _bracket(table: Table, state: Row, entries: set[tuple[int, int]]) -> Iterator[str]:
    id_, running = state["id"], table.running_matches()
    users = [entrant["id"] for entrant in state["entrants"]]
    if sorted(entrant["seed"] for entrant in state["entrants"]) != list(range(1, len(users) + 1)):
        yield f"the tournament {id_} doesn't have every seed once"
    for user_id in users:
        if user_id in table.users and (user_id, id_) not in entries:
            yield f"user {user_id} has no entry of the tournament {id_}"
    pairings = [pairing for stage in stages(state) for pairing in stage]
    first = [user for pairing in stages(state)[0] for user in _users(pairing)]
    if sorted(first) != sorted(users):
        yield f"the first stage of the tournament {id_} has {first}"
    for pairing in pairings:
        plays = "game" in pairing and "finish_reason" not in pairing
        if plays is not ("game" in pairing and pairing["game"]["id"] in running):
            yield f"pairing {pairing['n']} of stage {pairing['stage']} of {id_} disagrees with its match"
        known, stage = {"game", "finish_reason"} & set(pairing), state["stage"] or 0
        if pairing["stage"] > max(stage, stages(state)[0][0]["stage"]) and known:
            yield f"the tournament {id_} has results of a stage that hasn't begun"
        if pairing["stage"] <= stage and not known:
            yield f"the tournament {id_} neither plays nor decides match {pairing['n']} of stage {stage}"
    yield from _advancing(id_, stages(state))
    if state["finish_at"] and not all("finish_reason" in pairing for pairing in pairings):
        yield f"the tournament {id_} is over without all its results"


def _advancing(id_: int, bracket: list[list[Row]]) -> Iterator[str]:
    """The winners of a stage are the users of the next."""
    for earlier, later in itertools.pairwise(bracket):
        winners = [winner_of(p) for p in earlier]
        places = [p.get(place) for p in later for place in ("user_1", "user_2")]
        if places != winners:
            yield f"in the tournament {id_} the winners {winners} lead to {places}"


def _users(pairing: Row) -> list[int]:
    return [pairing[name] for name in ("user_1", "user_2") if name in pairing]


RULES = (_entrants, _open_tournaments, _executions, _next_steps, _matches)
