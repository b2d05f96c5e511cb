"""The rows of the table agree with each other: the rules that the tests check after every race, with their counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from faults.checker.facts import Facts
from faults.checker.findings import Finding
from tests.support.invariants import accounts, conversations, lobbies, matches, queues, relations, tournaments
from tests.support.invariants.table import Table

Rules = tuple[Callable[[Table], Iterator[str]], ...]

KINDS_DURING = (
    *("user", "seat", "inbox", "ticket", "group", "lobby", "code", "match", "running", "played"),
    *("relations", "friendship", "block", "tournament", "open_tournament", "hosted", "entry", "due"),
    *("timer", "wake"),
)
"""The rows that the rules of the moments during the load read."""

AT_REST = "without a stream"
"""What a sentence ends with that holds at rest only: a stream's lease ends some time before its user's place does."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rules about some kinds of rows."""

    property: str
    says: str
    rules: Rules
    kinds: tuple[str, ...]
    """Of the rows that can break the rules: their number is that of the cases."""
    place: str = ""
    """Seats with this kind of place are cases, too."""
    during: Rules = ()
    """The rules that hold at each moment of the load, too."""

    def check(self, facts: Facts) -> Finding:
        """Over the moments during the load and the end."""
        found = Finding(self.property, self.says)
        for number, table in enumerate(facts.moments if self.during else (), 1):
            self._add(found, table, self.during, f"at moment {number} of the load: ")
        self._add(found, facts.table, self.rules, "")
        return found

    def _add(self, found: Finding, table: Table, rules: Rules, when: str) -> None:
        found.checked += sum(len(table.kinds[kind]) for kind in self.kinds)
        found.checked += sum(
            seat.get("place_kind") == self.place for seat in table.seats.values() if self.place
        )
        for rule in rules:
            for sentence in rule(table):
                if when and sentence.endswith(AT_REST):
                    found.excused["during the load, a stream has just ended"] += 1
                else:
                    found.violate(when + sentence)


PARTS = (
    Part("a user is in one place", "seats and queues agree", queues.RULES, ("ticket", "group"), "queue", queues.RULES),
    Part("a user is in one place", "seats and lobbies agree", lobbies.RULES, ("lobby",), "lobby", lobbies.RULES),
    Part("a match has one result", "matches, histories and seats agree", matches.RULES, ("match", "played"),
         during=matches.OF_ROWS),
    Part("a match has one result", "statistics are the sum of the histories", (accounts.statistics,),
         ("user", "played")),
    Part("friends are friends of each other", "both sides and the row of the two agree", relations.RULES,
         ("friendship", "block"), during=relations.RULES),
    Part("messages have all numbers", "numbers are dense, counters and copies agree", conversations.RULES,
         ("conversation", "membership", "pair_chat", "message")),
    Part("brackets are whole", "brackets, seats and matches agree", tournaments.RULES, ("tournament",),
         "tournament", tournaments.RULES),
    Part("accounts are whole", "profile, seat, name, sessions, streams and trophies agree", accounts.RULES,
         ("user", "seat", "inbox", "credential", "guest", "stream", "trophies")),
)  # fmt: skip


def check(facts: Facts) -> Iterator[Finding]:
    """One finding for each part."""
    return (part.check(facts) for part in PARTS)
