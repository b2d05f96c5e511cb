"""What readers of the table's stream get: pages with faults, in one order for all readers of a shard."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any

from faults.shim.calls import Call
from faults.shim.kinds import Kind
from faults.shim.records import Orders, Readers, Record, repeated, sequence_of, shuffled

Page = dict[str, Any]
ReadAgain = Callable[[int], Awaitable[Page]]
"""Reads the same page with at most so many records."""


class Pages:
    """The pages of one shard: the engine's streams have one."""

    def __init__(self) -> None:
        self._readers = Readers()
        self._orders = Orders()
        self._trimmed = ""
        """The last record before the horizon, for the reader that was told that older ones are gone."""

    def trim(self, call: Call) -> bool:
        """Whether the records that a reader has read so far can be said to be trimmed: it has read some.

        DynamoDB trims from the oldest record on. A reader that was told so begins at the horizon, after its last
        record: one that got older records again would get what DynamoDB has dropped.
        """
        last = call.body.get("SequenceNumber", "")
        if call.action == "GetRecords":
            before = self._readers.before(call.body["ShardIterator"])
            last = sequence_of(before[-1]) if before else ""
        self._trimmed = last or self._trimmed
        return bool(last)

    def beginning(self, call: Call) -> dict[str, Any]:
        """What GetShardIterator asks the engine."""
        if call.body["ShardIteratorType"] != "TRIM_HORIZON" or not self._trimmed:
            return call.body
        after, self._trimmed = self._trimmed, ""
        return {**call.body, "ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}

    def opened(self, iterator: str) -> None:
        """GetShardIterator has answered."""
        self._readers.opened(iterator)

    def given(self, iterator: str, page: Page) -> None:
        """GetRecords has answered."""
        self._readers.moved(iterator, page)

    async def ordered(self, page: Page, read_again: ReadAgain) -> Page:
        """A page in the order in which its records were given before."""
        whole = self._orders.whole(page["Records"])
        if 0 < whole < len(page["Records"]):
            page = await read_again(whole)
        return {**page, "Records": self._orders.known(page["Records"])}

    async def changed(
        self, iterator: str, page: Page, kind: Kind, generator: random.Random, read_again: ReadAgain
    ) -> Page:
        """A page with its fault. It may be as it was."""
        records: list[Record] = page["Records"]
        if kind.name == "page_empty":
            return {"Records": [], "NextShardIterator": iterator}
        if kind.name == "page_short":
            fewer = sorted(records, key=sequence_of)[: generator.randint(1, len(records))]
            number = self._orders.whole(fewer)
            return await self.ordered(await read_again(number), read_again) if number else page
        if kind.name == "records_repeated":
            return {**page, "Records": repeated(records, self._readers.before(iterator), generator)}
        if self._orders.knows_any(records):
            return page
        new = shuffled(records, generator)
        self._orders.remember(new)
        return {**page, "Records": new}
