"""Every committed event reaches every stream of its receivers once, in the order of its partition."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from math import inf

from faults.checker.facts import Entry, Facts
from faults.checker.findings import Finding
from faults.history import SIGNED_OUT, Delivery, StreamLine

DELIVERED = "a change has its events"
ORDER = "the events of a partition come in order"
ONCE = "no event comes twice"

SAYING = frozenset(
    {"send_message", "send_message_once", "send_lobby_message", "send_tournament_message", "push_event"}
)
"""Operations with a text of their own, which is in their event."""

RESYNC = "resync"
RESYNC_SECONDS = 5.0
"""An event before a resync may be missing if its id is at most so much older than the last one that came; one before
the end of a deleted user's stream if it is at most so much older than the request."""


def check(facts: Facts) -> Iterator[Finding]:
    """All of them."""
    yield _all_arrive(facts)
    yield _stay_open(facts)
    yield _known(facts)
    yield _once(facts)
    yield _ids(facts)
    yield _messages(facts)
    yield _one_after_another(facts)
    yield _same_order(facts)


def _all_arrive(facts: Facts) -> Finding:
    found = Finding(DELIVERED, "a committed event is at every stream that its receivers had open")
    streams: dict[int, list[StreamLine]] = defaultdict(list)
    for line in facts.streams.values():
        streams[line.user].append(line)
    come = {name: {event.id for event in events} for name, events in facts.deliveries.items()}
    deleted = facts.deleted()
    gaps = {name: list(_gaps(facts.deliveries[name], line)) for name, line in facts.streams.items()}
    for entry in facts.entries:
        for line in (line for user in entry.to for line in streams[user]):
            if entry.at < line.opened:
                continue
            if entry.id in come.get(line.stream, ()):
                found.checked += 1
            elif any(begin <= entry.at <= end for begin, end in gaps[line.stream]):
                found.excused["before a resync"] += 1
            elif line.closed is not None and entry.at >= deleted.get(line.user, inf) - RESYNC_SECONDS:
                found.excused["the account was deleted"] += 1
            else:
                found.check(
                    False, f"{entry.code} {entry.id} of {entry.partition} is missing at {line.stream}"
                )
    return found


def _stay_open(facts: Facts) -> Finding:
    found = Finding(
        DELIVERED, "a stream is open until the end of the run, or until its user is signed out by a deletion"
    )
    deleted = facts.deleted()
    for line in facts.streams.values():
        ended = line.why == SIGNED_OUT and (line.closed or 0.0) >= deleted.get(line.user, inf)
        found.check(line.closed is None or ended, f"{line.stream} ended at {line.closed} with {line.why}")
    return found


def _gaps(events: list[Delivery], line: StreamLine) -> Iterator[tuple[float, float]]:
    """The times of the events that a resync excuses."""
    last = line.opened
    for event in events:
        if event.code == RESYNC:
            yield last - RESYNC_SECONDS, event.at
        last = event.at


def _known(facts: Facts) -> Finding:
    found = Finding(DELIVERED, "an event that came was committed, for this receiver")
    committed: dict[str, list[Entry]] = defaultdict(list)
    for entry in facts.entries:
        committed[entry.id].append(entry)
    deleted = facts.deleted()
    for name, events in facts.deliveries.items():
        user = int(name.split("/")[0])
        for event in events:
            if event.code == RESYNC:
                continue
            fits = any(user in entry.to and entry.code == event.code for entry in committed.get(event.id, ()))
            if user in deleted and event.id not in committed:
                found.excused["the partition of a deleted account is erased"] += 1
            else:
                found.check(fits, f"{event.code} {event.id} at {name} was not committed for it")
    return found


def _once(facts: Facts) -> Finding:
    found = Finding(ONCE, "a stream gives an event to its program once")
    for name, events in facts.deliveries.items():
        for id_, times in Counter(event.id for event in events if event.code != RESYNC).items():
            found.check(times == 1, f"event {id_} came {times} times at {name}")
    return found


def _ids(facts: Facts) -> Finding:
    """A client drops an event with an id that it has seen: two events of one receiver must have two ids."""
    found = Finding(ONCE, "two events for the same receiver have different ids")
    times = Counter((entry.id, user) for entry in facts.entries for user in entry.to)
    for (id_, user), count in times.items():
        found.check(count == 1, f"{count} events for user {user} have the id {id_}")
    return found


def _messages(facts: Facts) -> Finding:
    found = Finding(ORDER, "the messages of a conversation come by their ids")
    for name, events in facts.deliveries.items():
        last: dict[int, int] = {}
        for event in events:
            if event.code == "receive-message":
                chat, id_ = event.data["chat_id"], event.data["id"]
                found.check(
                    id_ > last.get(chat, 0),
                    f"message {id_} of chat {chat} came after {last.get(chat)} at {name}",
                )
                last[chat] = id_
    return found


def _one_after_another(facts: Facts) -> Finding:
    """What has an unknown outcome may have been made at any later time, so it has no place in this order."""
    found = Finding(ORDER, "what was acknowledged before another request began comes before that one's event")
    said = {
        op.intent.get("content") or op.intent["data"]["content"]: (op.start, op.end)
        for op in facts.operations
        if op.name in SAYING and op.outcome == "acknowledged"
    }
    partitions = _partitions(facts)
    for name, events in facts.deliveries.items():
        begun: dict[str, float] = defaultdict(float)
        for event in events:
            times, partition = said.get(event.data.get("content", "")), partitions.get(event.id)
            if times and partition:
                start, end = times
                found.check(end >= begun[partition], f"{event.data} came too late at {name}")
                begun[partition] = max(begun[partition], start)
    return found


def _partitions(facts: Facts) -> dict[str, str]:
    """The partition of each event, by its id; empty where two partitions have the same id."""
    partitions: dict[str, str] = {}
    for entry in facts.entries:
        partitions[entry.id] = entry.partition if entry.id not in partitions else ""
    return partitions


def _same_order(facts: Facts) -> Finding:
    """All receivers see the events of a partition in one order: that of the stream that has most of them."""
    found = Finding(ORDER, "the events of a partition come to all streams in the same order")
    partitions = _partitions(facts)
    orders: dict[str, list[list[str]]] = defaultdict(list)
    for events in facts.deliveries.values():
        by_partition: dict[str, list[str]] = defaultdict(list)
        for event in events:
            if partition := partitions.get(event.id):
                by_partition[partition].append(event.id)
        for partition, ids in by_partition.items():
            orders[partition].append(ids)
    for partition, sequences in orders.items():
        sequences.sort(key=len, reverse=True)
        place = {id_: n for n, id_ in enumerate(sequences[0])}
        for sequence in sequences[1:]:
            places = [place[id_] for id_ in sequence if id_ in place]
            for earlier, later in pairwise(places):
                found.check(
                    earlier < later,
                    f"{partition}: {sequences[0][earlier]} and {sequences[0][later]} are swapped",
                )
    return found
