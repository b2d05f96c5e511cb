"""The checks of events and their delivery, on small histories with and without a violation."""

from __future__ import annotations

from typing import Any

import pytest

from faults.checker import delivery
from faults.checker.delivery import RESYNC_SECONDS
from faults.checker.facts import Entry, Facts
from faults.checker.findings import Finding
from faults.history import SIGNED_OUT, Delivery, Operation, Outcome, StreamLine, time_of

FIRST = 116_900_000_000_000
SECOND = FIRST + 4096
THIRD = SECOND + 4096
BEGIN = time_of(FIRST)


def entry(id_: int, *to: int, partition: str = "LOBBY#1", code: str = "lobby-message", **data: Any) -> Entry:
    return Entry(f"{id_}-0", time_of(id_), partition, code, to, data)


def line(
    user: int, *, opened: float = BEGIN - 1, closed: float | None = None, why: str = SIGNED_OUT
) -> StreamLine:
    return StreamLine(f"{user}/0", user, opened, closed, 1, 0, why="" if closed is None else why)


def deletion(user: int, start: float, outcome: Outcome = "acknowledged") -> Operation:
    return Operation(user, "accounts", "delete_me", None, {}, start, start + 1, outcome, None, None, 1)


def come(
    user: int, *ids: int | str, code: str = "lobby-message", at: float = BEGIN + 1, **data: Any
) -> list[Delivery]:
    return [Delivery(f"{user}/0", f"{id_}-0", "resync" if id_ == "resync" else code, at, data) for id_ in ids]


def facts(entries: list[Entry], lines: list[StreamLine], *deliveries: list[Delivery]) -> Facts:
    made = Facts(entries=entries, streams={line.stream: line for line in lines})
    for events in deliveries:
        made.deliveries[events[0].stream] = events
    return made


def found(made: Facts, says: str) -> Finding:
    (finding,) = [finding for finding in delivery.check(made) if says in finding.says]
    return finding


def counts(made: Facts, says: str) -> tuple[int, int]:
    finding = found(made, says)
    return finding.checked, finding.violations


ARRIVES = "every stream that its receivers had open"


def test_an_event_that_came_to_every_stream_is_no_violation() -> None:
    made = facts([entry(FIRST, 1, 2)], [line(1), line(2)], come(1, FIRST), come(2, FIRST))
    assert counts(made, ARRIVES) == (2, 0)
    assert not any(finding.violations for finding in delivery.check(made))


def test_an_event_that_is_missing_at_one_stream_is_a_violation() -> None:
    made = facts([entry(FIRST, 1, 2)], [line(1), line(2)], come(1, FIRST))
    assert counts(made, ARRIVES) == (2, 1)
    assert "missing at 2/0" in found(made, ARRIVES).examples[0]


def test_an_event_from_before_the_stream_is_not_expected() -> None:
    made = facts([entry(FIRST, 1)], [line(1, opened=BEGIN + 1)])
    assert counts(made, ARRIVES) == (0, 0)


def test_a_resync_excuses_what_was_committed_before_it_and_nothing_later() -> None:
    entries = [entry(FIRST, 1), entry(SECOND, 1)]
    made = facts(entries, [line(1)], come(1, "resync", at=time_of(FIRST)))
    assert counts(made, ARRIVES) == (1, 1)
    assert found(made, ARRIVES).excused == {"before a resync": 1}


def test_a_stream_that_ended_without_a_deletion_excuses_no_event() -> None:
    made = facts([entry(FIRST, 1)], [line(1, closed=BEGIN + 1)])
    assert counts(made, ARRIVES) == (1, 1)
    made.operations = [deletion(1, BEGIN, "refused"), deletion(2, BEGIN)]
    assert counts(made, ARRIVES) == (1, 1)


@pytest.mark.parametrize(
    ("begun", "violations"), [(BEGIN + RESYNC_SECONDS - 1, 0), (BEGIN + RESYNC_SECONDS + 1, 1)]
)
@pytest.mark.parametrize("outcome", ["acknowledged", "unknown"])
def test_a_deletion_excuses_events_from_shortly_before_its_beginning_on(
    begun: float, violations: int, outcome: Outcome
) -> None:
    made = facts([entry(FIRST, 1)], [line(1, closed=begun + 1)])
    made.operations = [deletion(1, begun, outcome), deletion(1, begun + 100, outcome)]
    assert counts(made, ARRIVES) == (violations, violations)


STAYS = "a stream is open until the end of the run"


@pytest.mark.parametrize(
    ("ended", "violations"),
    [(line(1), 0), (line(1, closed=BEGIN + 1), 0), (line(1, closed=BEGIN - 1), 1), (line(2, closed=BEGIN + 1), 1),
     (line(1, closed=BEGIN + 1, why="ProtocolError"), 1)],
)  # fmt: skip
def test_a_stream_that_ends_otherwise_than_by_its_users_deletion_is_a_violation(
    ended: StreamLine, violations: int
) -> None:
    made = facts([], [ended])
    made.operations = [deletion(1, BEGIN)]
    assert counts(made, STAYS) == (1, violations)


def test_an_event_that_was_never_committed_is_a_violation() -> None:
    assert counts(facts([], [line(1)], come(1, FIRST)), "was committed, for this receiver") == (1, 1)


def test_an_event_of_another_receiver_is_a_violation() -> None:
    made = facts([entry(FIRST, 2)], [line(1)], come(1, FIRST))
    assert counts(made, "was committed, for this receiver") == (1, 1)


def test_an_event_that_comes_twice_is_a_violation() -> None:
    made = facts([entry(FIRST, 1)], [line(1)], come(1, FIRST, FIRST))
    assert counts(made, "gives an event to its program once") == (1, 1)


def test_two_events_with_one_id_for_one_receiver_are_a_violation() -> None:
    made = facts([entry(FIRST, 1), entry(FIRST, 1, 2, partition="LOBBY#2")], [])
    assert counts(made, "have different ids") == (2, 1)


def test_messages_out_of_order_are_a_violation() -> None:
    events = [
        *come(1, SECOND, code="receive-message", chat_id=5, id=2),
        *come(1, FIRST, code="receive-message", chat_id=5, id=1),
    ]
    assert counts(facts([], [line(1)], events), "come by their ids") == (2, 1)


def test_messages_of_two_conversations_have_no_order() -> None:
    events = [
        *come(1, SECOND, code="receive-message", chat_id=5, id=2),
        *come(1, FIRST, code="receive-message", chat_id=6, id=1),
    ]
    assert counts(facts([], [line(1)], events), "come by their ids") == (2, 0)


@pytest.mark.parametrize(("second_start", "violations"), [(2.0, 1), (1.0, 0)])
def test_what_was_acknowledged_before_another_request_and_comes_after_it_is_a_violation(
    second_start: float, violations: int
) -> None:
    events = [*come(1, SECOND, id=3, content="second"), *come(1, FIRST, id=2, content="first")]
    made = facts([entry(FIRST, 1), entry(SECOND, 1)], [line(1)], events)
    made.operations = [said("first", 1.0, 1.5), said("second", second_start, 2.5)]
    assert counts(made, "before another request began") == (2, violations)


def said(content: str, start: float, end: float) -> Operation:
    intent = {"args": ["4711"], "content": content}
    return Operation(
        2, "lobbies", "send_lobby_message", "k", intent, start, end, "acknowledged", 201, None, 1
    )


def test_two_streams_that_see_a_partition_in_two_orders_are_a_violation() -> None:
    entries = [entry(FIRST, 1, 2), entry(SECOND, 1, 2), entry(THIRD, 1, 2)]
    made = facts(entries, [line(1), line(2)], come(1, FIRST, SECOND, THIRD), come(2, SECOND, FIRST, THIRD))
    assert counts(made, "to all streams in the same order") == (2, 1)
