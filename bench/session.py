"""What all measurements of one run share."""

import sys
from dataclasses import dataclass

from bench.http1 import Target
from bench.people import People
from bench.plan import Plan
from bench.players import Players
from bench.readers import Readers
from bench.routes import Api


@dataclass(slots=True)
class Session:
    """One run against one stack."""

    target: Target
    api: Api
    people: People
    readers: Readers
    players: Players
    groups: dict[str, list[int]]
    """The stack's processes by name."""
    plan: Plan


def progress(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr, flush=True)
