"""What must hold of the whole table at any instant, after every kill, race and failure.

`broken` reads every item as DynamoDB stores it, without the store's classes, and yields a sentence for each
rule that doesn't hold. The rules are in the modules beside this one, by area.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from tests.support.invariants import (
    accounts,
    conversations,
    lobbies,
    matches,
    queues,
    relations,
    tournaments,
)
from tests.support.invariants.table import KINDS, Table, plain_row

AREAS = (accounts, relations, conversations, queues, matches, lobbies, tournaments)


def assert_whole(items: Iterable[Mapping[str, Any]], booked: Collection[int] = ()) -> None:
    """Fail with every sentence of `broken`."""
    found = list(broken(items, booked))
    assert not found, "\n".join(["The table is not whole:", *found])


def broken(items: Iterable[Mapping[str, Any]], booked: Collection[int] = ()) -> Iterator[str]:
    """A sentence for each rule that the items of one scan break.

    `booked` are users with results that leave no history (from result-match and result-tournament).
    """
    table = Table()
    for item in items:
        row = plain_row(item)
        if row.get("kind") in KINDS:
            table.add(row)
        else:
            yield f"{row['pk']} {row['sk']} is of an unknown kind: {row.get('kind')}"
    for area in AREAS:
        for rule in area.RULES:
            yield from rule(table)
    yield from accounts.statistics(table, booked)
