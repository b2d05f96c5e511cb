"""The kinds of faults: which actions each one befalls, and whether AWS itself may do it. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
SINGLE_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
WRITES = SINGLE_WRITES | {"BatchWriteItem", "TransactWriteItems"}
STREAM_READS = frozenset({"ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"})
TIMERS = frozenset({"StartExecution", "SendTaskSuccess", "SendMessageBatch"})
PAGE = "a page of records"
"""Stands for an action: GetRecords has returned records. Most calls of it return none."""

CHANGES = WRITES | TIMERS

Way = Literal[
    "refused", "refused after", "cut", "cut after", "silent", "silent after", "late", "delayed", "changed"
]
"""What the shim does. `refused`: it answers with an error. `cut`: it closes the connection. `silent`: it keeps the
connection and says nothing until the client gives up. All three before the call reaches the engine, or `after`.
`late`: the call reaches the engine when the client has given up. `changed`: the answer is another one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault."""

    name: str
    way: Way
    actions: frozenset[str]
    beyond_aws: str = ""
    """Why AWS promises that this doesn't happen; empty where it may."""


KINDS = {
    kind.name: kind
    for kind in (
        Kind("throttled", "refused", READS | WRITES | TIMERS),
        Kind("conflict", "refused", SINGLE_WRITES | {"TransactWriteItems", "TransactGetItems"}),
        Kind("in_progress", "refused after", frozenset({"TransactWriteItems"})),
        Kind("failed", "refused", READS | WRITES | STREAM_READS | TIMERS),
        Kind("failed_after", "refused after", CHANGES),
        Kind("cut", "cut", READS | WRITES | STREAM_READS | TIMERS),
        Kind("cut_after", "cut after", CHANGES),
        Kind("silent", "silent", READS | WRITES | STREAM_READS | TIMERS),
        Kind("silent_after", "silent after", CHANGES),
        Kind("late", "late", CHANGES),
        Kind("delayed", "delayed", READS | WRITES | STREAM_READS | TIMERS),
        Kind("in_part", "changed", frozenset({"BatchGetItem"})),
        Kind("stream_limited", "refused", STREAM_READS),
        Kind("iterator_expired", "refused", frozenset({"GetRecords"})),
        Kind(
            "trimmed", "refused", frozenset({"GetRecords", "GetShardIterator"}), "for 24 hours records stay"
        ),
        Kind("page_empty", "changed", frozenset({PAGE})),
        Kind("page_short", "changed", frozenset({PAGE})),
        Kind("records_repeated", "changed", frozenset({PAGE}), "a record appears exactly once in the stream"),
        Kind("records_shuffled", "changed", frozenset({PAGE}), "a shard gives its records in their order"),
    )
}
"""`in_progress` is what a second attempt is told while the first one commits, so it comes after the commit.
`records_shuffled` keeps the order of each partition key, and all readers get the same one. AWS's documentation promises
the order of one item's records only."""


TIME_OUTS = dict.fromkeys(STREAM_READS, 10.0) | dict.fromkeys(TIMERS, 3.0)
"""After how many seconds the product's clients give up (sse/dynamo_stream.py, shared/store/services.py)."""

TIME_OUT_OF_THE_TABLE = 1.0
"""The same of all other actions: the shortest is that of the rate limits (shared/settings.py)."""


def gave_up(action: str, seconds: float) -> bool:
    """Whether a client that has closed its connection after so many seconds waited its time-out.

    One that went earlier was killed. The shim sees a call later than its client has sent it: a quarter is granted.
    """
    return seconds >= 0.75 * TIME_OUTS.get(action, TIME_OUT_OF_THE_TABLE)


class WrongRates(ValueError):
    """The rates can't be drawn from; the text says why."""


def check(rates: Mapping[str, float]) -> None:
    """Raise WrongRates for an unknown kind, for no probability, or for more than one fault a call."""
    for name, rate in rates.items():
        if name not in KINDS:
            raise WrongRates(f"{name} is no kind of fault; there are {', '.join(KINDS)}")
        if not 0 <= rate <= 1:
            raise WrongRates(f"{name}={rate} is no probability")
    for action in READS | CHANGES | STREAM_READS | {PAGE}:
        if sum(rate for name, rate in rates.items() if action in KINDS[name].actions) > 1:
            raise WrongRates(f"the rates of {action} add up to more than 1")


def draw(
    seed: int, action: str, number: int, rates: Mapping[str, float]
) -> tuple[Kind | None, random.Random]:
    """The fault of the `number`-th call of an action, and the generator for its details.

    It depends on nothing else, so a seed gives the same faults however the calls of different actions mix.
    """
    generator = random.Random(f"{seed} {action} {number}")
    place = generator.random()
    for name, kind in KINDS.items():
        if action in kind.actions:
            place -= rates.get(name, 0.0)
            if place < 0:
                return kind, generator
    return None, generator
