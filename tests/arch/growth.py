"""What a page of a list costs as the list grows: calls of the database, and the capacity that they read.

    python -m tests.arch.growth --json growth.json

`make growth` runs it and writes it into docs/measurements.md (bench/document.py). The rows are written straight into
the table.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import tests.conftest  # noqa: F401 (sets the environment)
from bench.findings import new_findings
from infra.local.settings import ROOT
from shared.store.base import connection
from tests.arch.capacity import counting_capacity
from tests.arch.measuring import measure
from tests.arch.scenarios.chat import with_chats
from tests.arch.scenarios.common import Request, add_long_lists, clones_of, related
from tests.support.calls import call
from tests.support.chats import fill, talk
from tests.support.database import leading_to
from tests.support.engine import Engine
from tests.support.players import made_player

SIZES = (10, 100, 1000, 10_000)
PAGE = 20

Pages = Callable[[int], Callable[[int], Request]]
"""Prepares a list of this length; what it returns makes the request of the page at an offset."""


def _page(path: str, access: str, offset: int) -> Request:
    return partial(call, "GET", path, access, None, {"limit": str(PAGE), "offset": str(offset)})


def _messages(count: int) -> Callable[[int], Request]:
    alice, bobby = made_player("Alice"), made_player("Bobby")
    chat = talk(alice, bobby)
    fill(chat, alice, bobby, count)
    return partial(_page, f"/chat/{chat}/messages/", alice.access)


def _matches(count: int) -> Callable[[int], Request]:
    alice = made_player("Alice")
    add_long_lists(alice, made_player("Bobby"), length=count)
    return partial(_page, f"/game/matches/{alice.id}/", alice.access)


def _trophies(count: int) -> Callable[[int], Request]:
    alice = made_player("Alice")
    add_long_lists(alice, made_player("Bobby"), length=count)
    return partial(_page, "/users/me/stats/ranked/", alice.access)


def _conversations(count: int) -> Callable[[int], Request]:
    alice = made_player("Alice")
    with_chats(alice, clones_of(made_player("Bobby"), count))
    return partial(_page, "/chat/", alice.access)


def _friends(count: int) -> Callable[[int], Request]:
    request = related("friends", count, "/users/me/friends/")()
    access = request.args[2]  # type: ignore[attr-defined]
    return partial(_page, "/users/me/friends/", access)


LISTS: dict[str, tuple[Pages, int]] = {
    "messages": (_messages, SIZES[-1]),
    "matches": (_matches, SIZES[-1]),
    "trophy changes": (_trophies, SIZES[-1]),
    "conversations": (_conversations, SIZES[-1]),
    "friends": (_friends, 1000),
}
"""How each list is made, and how long it may be: a user has at most 1,000 friends."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one page costs."""

    list: str
    size: int
    page: str
    calls: int
    in_sequence: int
    read_units: float


def costs(engine: Engine, name: str, size: int) -> Iterator[Cost]:
    """The first and the deepest page of a list of this length, on a table of its own."""
    account = engine.account()
    with leading_to(account.environment):
        account.create_table(client=connection().client)
        request = LISTS[name][0](size)
        for page, offset in (("first", 0), ("deepest", max(0, size - PAGE))):
            # The first reading may mark entries as seen; what comes again and again is the second one.
            assert request(offset)().status == 200
            with counting_capacity() as capacity:
                calls = measure(request(offset))
            assert calls.status == 200
            yield Cost(name, size, page, len(calls.names), calls.in_sequence, capacity.units)


def measured(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """All lists at all sizes, as they stand in the findings."""
    found = []
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "engine.log") as engine:
        for name, (_, most) in LISTS.items():
            for size in sizes:
                if size <= most:
                    found += [asdict(cost) for cost in costs(engine, name, size)]
    return found


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(
        "growth", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", required=True, help="where the findings go")
    options = parser.parse_args()
    findings = new_findings(ROOT, "calls counted at MiniStack") | {"growth": measured(SIZES)}
    options.json.write_text(json.dumps(findings, indent=1) + "\n")


if __name__ == "__main__":
    main()
