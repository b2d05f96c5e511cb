"""Items that the table's stream carries on: events to the SSE container, timers and answers to Step Functions."""

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
    """An execution to start: `machine` is the state machine's name, `input` its JSON input."""

    machine = UnicodeAttribute()
    input = UnicodeAttribute()
