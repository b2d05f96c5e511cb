"""The checks of operations and their events, on small histories with and without a violation."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from faults.checker import acknowledged, events
from faults.checker.facts import Entry, Facts
from faults.checker.findings import Finding
from faults.history import Operation, Outcome, time_of
from tests.support.invariants.table import Row, State

ALICE, BOBBY, CHAT, MATCH = 8, 16, 24, 116_900_000_000_000


def operation(
    name: str, outcome: Outcome, *, key: str | None = "key", caller: int = ALICE, **more: Any
) -> Operation:
    result, intent = more.pop("result", {}), more
    return Operation(caller, "chapter", name, key, intent, 1.0, 2.0, outcome, None, None, 1, result)


def message(content: str, n: int = 0, author: int = ALICE) -> Row:
    return {
        "kind": "message",
        "pk": f"CHAT#{CHAT}#0",
        "sk": f"{n}",
        "n": n,
        "id": 100 + n,
        "author": author,
        "content": content,
    }


def answer(key: str, caller: int = ALICE) -> Row:
    return {"kind": "answer", "pk": f"ANSWERS#{caller}", "sk": hashlib.sha256(key.encode()).hexdigest()}


def match(*points: int) -> Row:
    sides = {
        side: {"players": [State(id=user, score=score)], "score": score}
        for side, user, score in zip("ab", (ALICE, BOBBY), points, strict=True)
    }
    return {"kind": "played", "pk": f"USER#{ALICE}#MATCHES#0", "sk": "0", "state": State(id=MATCH, **sides)}


def facts(operations: list[Operation], *rows: Row, entries: tuple[Entry, ...] = ()) -> Facts:
    made = Facts(operations=operations, entries=list(entries))
    for row in rows:
        made.table.add(row)
    return made


def sent(code: str, id_: int, *to: int, **data: Any) -> Entry:
    return Entry("1-0", 1.0, "P", code, to, {"id": id_, **data})


def found(part: Any, made: Facts, says: str) -> Finding:
    findings: list[Finding] = [finding for finding in part.check(made) if says in finding.says]
    (finding,) = findings
    return finding


def counts(part: Any, made: Facts, says: str) -> tuple[int, int]:
    finding = found(part, made, says)
    return finding.checked, finding.violations


@pytest.mark.parametrize(
    ("outcome", "times", "violations"),
    [
        ("acknowledged", 0, 1), ("acknowledged", 1, 0), ("acknowledged", 2, 1),
        ("refused", 0, 0), ("refused", 1, 1),
        ("unknown", 0, 0), ("unknown", 1, 0), ("unknown", 2, 1),
    ],
)  # fmt: skip
def test_a_message_is_there_as_often_as_its_outcome_says(
    outcome: Outcome, times: int, violations: int
) -> None:
    said = operation("send_message", outcome, content="hello")
    made = facts([said], *(message("hello", n) for n in range(times)))
    assert counts(acknowledged, made, "a message is in its conversation") == (1, violations)


def test_an_acknowledged_change_without_its_stored_answer_is_a_violation() -> None:
    said = operation("send_message", "acknowledged", content="hello")
    says = "has its answer stored"
    assert counts(acknowledged, facts([said]), says) == (1, 1)
    assert counts(acknowledged, facts([said], answer("key")), says) == (1, 0)


def test_a_refused_change_with_a_stored_answer_is_a_violation() -> None:
    said = operation("join_lobby", "refused")
    assert counts(acknowledged, facts([said], answer("key")), "has stored nothing") == (1, 1)


def test_unknown_outcomes_are_counted_by_what_became_of_them() -> None:
    made = facts([operation("send_message", "unknown", content="a", key=key) for key in "ab"], answer("a"))
    excused = found(acknowledged, made, "has its answer stored").excused
    assert excused == {"outcome unknown, made": 1, "outcome unknown, not made": 1}


@pytest.mark.parametrize(("points", "violations"), [((2, 0), 1), ((3, 0), 0), ((3, 1), 0), ((3, 2), 1)])
def test_points_are_those_acknowledged_and_some_of_the_unknown(
    points: tuple[int, int], violations: int
) -> None:
    made = [operation("score_point", "acknowledged", args=[ALICE], result={"id": MATCH})] * 3
    late = operation("score_point", "unknown", args=[BOBBY])
    late = replace(late, start=time_of(MATCH))
    assert counts(acknowledged, facts([*made, late], match(*points)), "every acknowledged point") == (
        1,
        violations,
    )


def test_a_deleted_account_that_is_there_is_a_violation() -> None:
    made = operation("register_user", "acknowledged", username="alice", caller=0, result={"user": ALICE})
    ended = operation("delete_me", "acknowledged")
    row = {"kind": "user", "pk": f"USER#{ALICE}", "sk": "PROFILE", "username": "alice", "is_guest": False}
    says = "an account is there"
    assert counts(acknowledged, facts([made], row), says) == (1, 0)
    assert counts(acknowledged, facts([made]), says) == (1, 1)
    assert counts(acknowledged, facts([made, ended], row), says) == (1, 1)
    assert counts(acknowledged, facts([made, ended]), says) == (1, 0)


def test_a_name_that_was_not_the_last_one_is_a_violation() -> None:
    outcomes: list[tuple[Outcome, str]] = [
        ("acknowledged", "anna"),
        ("acknowledged", "berta"),
        ("unknown", "clara"),
    ]
    renamed = [operation("update_me", outcome, username=name) for outcome, name in outcomes]
    for name, violations in (("anna", 1), ("berta", 0), ("clara", 0)):
        row = {"kind": "user", "pk": f"USER#{ALICE}", "sk": "PROFILE", "username": name, "is_guest": False}
        assert counts(acknowledged, facts(renamed, row), "has the name") == (1, violations)


CONVERSATION = {"kind": "conversation", "pk": f"CHAT#{CHAT}", "id": CHAT, "low": ALICE, "high": BOBBY}


@pytest.mark.parametrize(
    ("receivers", "violations"), [([BOBBY], 0), ([], 1), ([ALICE], 1), ([BOBBY, BOBBY], 1)]
)
def test_a_message_has_one_event_for_its_reader(receivers: list[int], violations: int) -> None:
    entries = tuple(sent("receive-message", 100, to, chat_id=CHAT) for to in receivers)
    made = facts([], CONVERSATION, message("hello"), entries=entries)
    assert counts(events, made, "a message has one event") == (1, violations)


def test_a_match_that_was_told_twice_or_to_one_player_only_is_a_violation() -> None:
    start, finish = sent("game-start", MATCH, ALICE, BOBBY), sent("match-finish", MATCH, 0)
    assert counts(events, facts([], match(3, 0), entries=(start, finish)), "game-start") == (1, 0)
    half = sent("game-start", MATCH, ALICE)
    assert counts(events, facts([], match(3, 0), entries=(half, finish)), "game-start") == (1, 1)
    assert counts(events, facts([], match(3, 0), entries=(start, finish, finish)), "match-finish") == (1, 1)


@pytest.mark.parametrize(("told", "violations"), [(0, 1), (1, 1), (2, 0), (3, 0), (4, 1)])
def test_every_acknowledged_join_of_a_lobby_has_its_event(told: int, violations: int) -> None:
    outcomes: list[Outcome] = ["acknowledged", "acknowledged", "unknown", "refused"]
    joins = [operation("join_lobby", outcome) for outcome in outcomes]
    made = facts(joins, entries=(sent("lobby-join", ALICE, BOBBY),) * told)
    assert counts(events, made, "joins of lobbies") == (1, violations)


@pytest.mark.parametrize(
    ("codes", "status", "violations"),
    [
        (["receive"], "request", 0), (["receive", "accept"], "friends", 0), (["receive", "reject"], None, 0),
        (["receive"], "friends", 1), (["receive", "accept"], "request", 1), (["receive"], None, 1),
        (["receive", "cancel"], "request", 1), ([], "request", 1), (["receive", "receive"], "request", 1),
    ],
)  # fmt: skip
def test_the_row_of_two_users_is_what_the_events_say(
    codes: list[str], status: str | None, violations: int
) -> None:
    entries = tuple(sent(f"{code}-friend-request", 5, BOBBY) for code in codes)
    row = {"kind": "friendship", "pk": f"PAIR#{ALICE}#{BOBBY}", "sk": "FRIENDSHIP", "id": 5, "status": status}
    made = facts([], *([row] if status else []), entries=entries)
    assert counts(events, made, "a friend request has one event") == (1, violations)
