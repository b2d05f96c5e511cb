"""Acknowledged changes are there once; refused ones are not; of the others it is one or none."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from faults.checker.facts import Facts
from faults.checker.findings import Finding
from faults.history import SERVICE, Operation, time_of
from tests.support.invariants.table import players_of

THERE = "an acknowledged change is there"
ONCE = "a change is there once"

ALWAYS_CHANGE = frozenset(
    {"send_message", "create_chat", "create_lobby", "create_tournament", "send_friend_request"}
    | {"accept_friend_request", "end_friend_request", "remove_friend", "block_user", "unblock_user"}
    | {"score_point", "finish_match", "push_event"}
    | {"leave_lobby", "leave_duel", "leave_ranked", "leave_tournament"}
)
"""Operations that store an answer under their key if they are acknowledged. Others, such as joining a queue again, may
change nothing."""

LATE_SECONDS = 120.0
"""A point without an answer may be counted so much later, in a further match of its player."""


def check(facts: Facts) -> Iterator[Finding]:
    """All of them."""
    yield from _answers(facts)
    yield _messages(facts)
    yield _room_messages(facts)
    yield _points(facts)
    yield from _accounts(facts)
    yield _tournaments(facts)


def _answers(facts: Facts) -> Iterator[Finding]:
    """The answer to a keyed request is stored in the transaction of its change."""
    there = Finding(THERE, "an acknowledged operation that always changes something has its answer stored")
    refused = Finding(ONCE, "a refused operation has stored nothing under its key")
    stored = {(row["pk"].removeprefix("ANSWERS#"), row["sk"]) for row in facts.table.kinds["answer"]}
    deleted = facts.deleted()
    for op in facts.operations:
        if op.key is None or op.caller in deleted:
            continue
        is_stored = _place_of_answer(op) in stored
        if op.outcome == "acknowledged" and op.name in ALWAYS_CHANGE:
            there.check(is_stored, f"{_named(op)} was acknowledged, and is not stored")
        elif op.outcome == "refused":
            refused.check(not is_stored, f"{_named(op)} was refused with {op.code}, and is stored")
        elif op.outcome == "unknown":
            there.excused[f"outcome unknown, {'made' if is_stored else 'not made'}"] += 1
    yield there
    yield refused


def _place_of_answer(op: Operation) -> tuple[str, str]:
    digest = hashlib.sha256((op.key or "").encode()).hexdigest()
    return (f"service#{digest[:2]}" if op.caller == SERVICE else str(op.caller)), digest


def _named(op: Operation) -> str:
    return f"{op.name} {op.intent} of user {op.caller} at {op.start:.3f}"


def _messages(facts: Facts) -> Finding:
    """Every message of the load has a text of its own."""
    found = Finding(ONCE, "a message is in its conversation once if acknowledged, never if refused")
    written = Counter(row["content"] for row in facts.table.kinds["message"])
    for op in facts.operations:
        if op.name in ("send_message", "send_message_once"):
            _count(found, op, written[op.intent["content"]])
    return found


def _room_messages(facts: Facts) -> Finding:
    """Messages in rooms are events only. One without a receiver isn't committed."""
    found = Finding(ONCE, "a message in a lobby or tournament, or an announcement, is sent once at most")
    sent = Counter(entry.data.get("content") for entry in facts.entries)
    for op in facts.operations:
        if op.name == "push_event":
            _count(found, op, sent[op.intent["data"]["content"]])
        elif op.name in ("send_lobby_message", "send_tournament_message"):
            _count(found, op, sent[op.intent["content"]], least=0)
    return found


def _count(found: Finding, op: Operation, times: int, least: int = 1) -> None:
    allowed = {"acknowledged": range(least, 2), "refused": range(1), "unknown": range(2)}[op.outcome]
    found.check(times in allowed, f"{_named(op)}: {op.outcome}, and there {times} times")


def _points(facts: Facts) -> Finding:
    """The points of a match are those acknowledged, and some of those with an unknown outcome."""
    found = Finding(ONCE, "a match has every acknowledged point once, and none that was refused")
    acknowledged: Counter[int] = Counter()
    unknown: dict[int, list[float]] = defaultdict(list)
    for op in facts.operations:
        if op.name == "score_point" and op.outcome == "acknowledged":
            acknowledged[op.result["id"]] += 1
        elif op.name == "score_point" and op.outcome == "unknown":
            unknown[op.intent["args"][0]].append(op.start)
    finished = {row["state"]["id"]: row["state"] for row in facts.table.kinds["played"]}
    for match_id, state in finished.items():
        scored = sum(_scored(state[side]["players"]) for side in "ab")
        begun = time_of(match_id)
        possible = sum(
            begun - LATE_SECONDS <= at <= begun + LATE_SECONDS
            for user_id in players_of(state)
            for at in unknown[user_id]
        )
        least = acknowledged[match_id]
        found.check(
            least <= scored <= least + possible,
            f"match {match_id} has {scored} points, {least} were acknowledged, {possible} are unknown",
        )
    return found


def _scored(players: list[Mapping[str, Any]]) -> int:
    return sum(player["score"] + player["own_goal"] for player in players)


SIGN_UPS = frozenset({"register_user", "create_guest"})
RENAMINGS = frozenset({"register_user", "register_guest", "update_me"})


def _accounts(facts: Facts) -> Iterator[Finding]:
    """An account is there, with its newest name, until its deletion."""
    there = Finding(THERE, "an account is there from its acknowledged beginning to its acknowledged end")
    names = Finding(
        ONCE, "an account has the name that was acknowledged last, or a later one of an unknown outcome"
    )
    begun, ended = set(), defaultdict(set)
    for op in facts.operations:
        if op.name in SIGN_UPS and op.outcome == "acknowledged":
            begun.add(op.result["user"])
        elif op.name == "delete_me":
            ended[op.caller].add(op.outcome)
    for user_id in begun:
        is_there = user_id in facts.table.users
        if "acknowledged" in ended[user_id]:
            there.check(not is_there, f"user {user_id} is deleted, and there")
        elif "unknown" not in ended[user_id]:
            there.check(is_there, f"user {user_id} was made, and isn't there")
    for user_id, allowed in _names(facts).items():
        row = facts.table.users.get(user_id)
        if row and not row["is_guest"]:
            names.check(row["username"] in allowed, f"user {user_id} is {row['username']}, not {allowed}")
    yield there
    yield names


def _names(facts: Facts) -> dict[int, set[str]]:
    """The names that a user may have."""
    possible: dict[int, set[str]] = defaultdict(set)
    for op in facts.operations:
        name = op.intent.get("username") if op.name in RENAMINGS else None
        user_id = op.result.get("user", op.caller)
        if name and op.outcome == "acknowledged":
            possible[user_id] = {name}
        elif name and op.outcome == "unknown" and user_id != SERVICE:
            possible[user_id].add(name)
    return possible


def _tournaments(facts: Facts) -> Finding:
    """Every tournament of the load has a name of its own. One that all left before its start is gone."""
    found = Finding(ONCE, "a tournament is made once at most, and not if refused")
    made = Counter(row["state"]["name"] for row in facts.table.kinds["tournament"])
    for op in facts.operations:
        if op.name == "create_tournament":
            _count(found, op, made[op.intent["name"]], least=0)
    return found
