"""Items that the table's stream carries on: events to the SSE container, clocks and answers to their machines."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from shared.store.attributes import IntegerAttribute
from shared.store.base import Item


class Outbox(Item, discriminator="outbox"):
    """The events of one change, written in its transaction.

    `entries` is a list of `{"to": [user ids], "event": {...}}`; an event's id on the wire is made of the id of this
    item, the index of the entry and the partition. An entry may have `tickets`, the match tickets of its receivers by
    their ids.
    """

    id = IntegerAttribute()
    entries = JSONAttribute()


class Wake(Item, discriminator="wake"):
    """An answer to an execution that waits in a callback task: `output` is the JSON that the task returns."""

    token = UnicodeAttribute()
    output = UnicodeAttribute()


class Timer(Item, discriminator="timer"):
    """A clock to start: `machine` is a state machine's name or `match-clock`, `input` its JSON input."""

    machine = UnicodeAttribute()
    input = UnicodeAttribute()
