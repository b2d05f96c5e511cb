"""The rows of the table agree with each other: the rules that the tests check after every race, with their counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from faults.checker.facts import Facts
from faults.checker.findings import Finding
from tests.support.invariants import accounts, conversations, lobbies, matches, queues, relations, tournaments
from tests.support.invariants.table import Table

Rules = Iterable[Callable[[Table], Iterator[str]]]

PARTS: tuple[tuple[str, str, Rules, tuple[str, ...]], ...] = (
    ("a user is in one place", "seats and queues agree", queues.RULES, ("seat", "ticket", "group")),
    ("a user is in one place", "seats and lobbies agree", lobbies.RULES, ("seat", "lobby", "code")),
    ("a match has one result", "matches, histories and seats agree", matches.RULES, ("match", "running", "played")),
    (
        "a match has one result",
        "statistics are the sum of the histories",
        (accounts.statistics,),
        ("user", "played"),
    ),
    ("friends are friends of each other", "both sides and the row of the two agree", relations.RULES,
     ("relations", "friendship", "block")),
    ("messages have all numbers", "numbers are dense, counters and copies agree", conversations.RULES,
     ("conversation", "membership", "pair_chat", "message")),
    ("brackets are whole", "brackets, seats and matches agree", tournaments.RULES,
     ("tournament", "open_tournament", "hosted", "entry", "due")),
    ("accounts are whole", "profile, seat, name, sessions, streams and trophies agree", accounts.RULES,
     ("user", "seat", "inbox", "credential", "guest", "stream", "trophies")),
)  # fmt: skip


def check(facts: Facts) -> Iterator[Finding]:
    """One finding for each part; `checked` is the number of its rows."""
    for name, says, rules, kinds in PARTS:
        found = Finding(name, says, checked=sum(len(facts.table.kinds[kind]) for kind in kinds))
        for rule in rules:
            for sentence in rule(facts.table):
                found.violate(sentence)
        yield found
