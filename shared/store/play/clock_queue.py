"""The queue in which match clocks wait: a message comes back to us after its delay (infra/cloud/static/timers.yaml).

The trigger of the table's stream puts a clock there, which the transaction of the match's start has asked for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, Final, Literal

from shared.settings import settings
from shared.store.services import FOR_TIMERS, client

MATCH_CLOCK: Final = "match-clock"
"""In a timer item: its clock waits in the queue. Other timers name a state machine."""

Step = Literal["connect", "close"]
CONNECT: Final = "connect"
CLOSE: Final = "close"

LONGEST_DELAY_SECONDS = 900
"""SQS's limit. A longer clock goes into the queue several times."""

AT_ONCE = 10
"""SQS's limit of messages in one call."""


class NotSent(Exception):
    """SQS has refused some messages; these are its codes."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A match's clock on its way to a step."""

    match_id: int
    step: Step
    seconds: int
    """Until the step."""
    rest_seconds: int = 0
    """From the step `connect` to the step `close`."""

    @classmethod
    def asked_for(cls, text: str) -> Clock:
        """The clock that a timer item asks for by its input."""
        given = json.loads(text)
        return cls(given["match_id"], CONNECT, given["connect_seconds"], given["rest_seconds"])

    @classmethod
    def arrived(cls, text: str) -> Clock:
        """The clock in a message that has come back."""
        return cls(**json.loads(text))

    def next(self) -> Clock:
        """The same match's clock on its way to the last step."""
        return Clock(self.match_id, CLOSE, self.rest_seconds)


def send(clocks: Sequence[Clock]) -> None:
    """Put clocks into the queue; each comes back at its step, or on its way there. One call for every ten. NotSent."""
    for first in range(0, len(clocks), AT_ONCE):
        entries = [_entry(n, clock) for n, clock in enumerate(clocks[first : first + AT_ONCE])]
        answer = _client().send_message_batch(QueueUrl=settings().match_clocks_url, Entries=entries)
        if failed := answer.get("Failed"):
            raise NotSent(", ".join(sorted({failure["Code"] for failure in failed})))


def _entry(n: int, clock: Clock) -> dict[str, Any]:
    delay = min(clock.seconds, LONGEST_DELAY_SECONDS)
    left = replace(clock, seconds=clock.seconds - delay)
    return {"Id": str(n), "MessageBody": json.dumps(asdict(left)), "DelaySeconds": delay}


@cache
def _client() -> Any:
    """The one client of this process."""
    return client("sqs", FOR_TIMERS)
