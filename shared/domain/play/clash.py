"""Which clash lobbies play each other: a pure function of tickets (docs/contract/lobbies.md#clash-lobbies).

A match is six players in lobbies of 1 to 3, put together to three against three: no lobby is split, and no two of the
six have blocked each other. In the graph of lobbies that may meet, that is a clique of weight six, other than
2 + 2 + 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

TEAM = 3
PLAYERS = 2 * TEAM

STEPS = 20_000
STEPS_EACH = 50
"""How many lobbies are tried: so many for each one that waits, and so many more in all.

People's blocks ask for a handful. But looking for a clique takes for ever in graphs made for that, and a choice that
comes too late is worse than one that overlooks something.
"""


@dataclass(frozen=True, slots=True)
class PartyTicket:
    """The ticket of a ready lobby."""

    id: int
    lobby_id: int
    members: tuple[int, ...]
    joined_at: datetime
    blocked: frozenset[int] = frozenset()
    """Whom any of them had blocked as they got ready: a hint. The pairing transaction checks the present."""

    @property
    def owner(self) -> int:
        """Whose ticket it is."""
        return self.lobby_id

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.members)


@dataclass(frozen=True, slots=True)
class Teams:
    """The lobbies of one match, by side."""

    a: tuple[PartyTicket, ...]
    b: tuple[PartyTicket, ...]

    @property
    def parties(self) -> tuple[PartyTicket, ...]:
        """All of them."""
        return (*self.a, *self.b)


def put_together(
    groups: Iterable[PartyTicket], blocks: Mapping[int, frozenset[int]] | None = None
) -> list[Teams]:
    """The matches to start, that of the longest waiting lobby first.

    Each lobby, in the order of waiting, gets those who wait longest among the ones that it may play with. The outcome
    doesn't depend on the order of the input, and no match is possible among those left over. `blocks` are what is
    known of users' blocks beyond the tickets.
    """
    waiting = sorted(groups, key=lambda group: (group.joined_at, group.id))
    graph = _Graph.of(waiting, blocks or {})
    free = graph.playable
    matches = []
    for first in range(len(waiting)):
        # Those who wait longer have been looked at: either they play, or nobody who is left can play with them.
        free &= ~((1 << first) - 1)
        chosen = graph.match_with(first, free) if free >> first & 1 else None
        if chosen:
            matches.append(_sides([waiting[n] for n in chosen]))
            for n in chosen:
                free &= ~(1 << n)
    return matches


@dataclass(slots=True)
class _Graph:
    """Which of the lobbies may meet, as a set of bits for each of them."""

    sizes: Sequence[int]
    may_meet: Sequence[int]
    playable: int
    """Those without a block among themselves."""
    steps: int = STEPS
    """How many more may be tried."""

    @classmethod
    def of(cls, waiting: Sequence[PartyTicket], blocks: Mapping[int, frozenset[int]]) -> _Graph:
        """The graph; it takes as long as there are blocks, not pairs."""
        where = {member: n for n, group in enumerate(waiting) for member in group.members}
        everybody = (1 << len(waiting)) - 1
        may_meet = [everybody & ~(1 << n) for n in range(len(waiting))]
        playable = everybody
        for n, group in enumerate(waiting):
            known = (blocks.get(member, frozenset()) for member in group.members)
            for user_id in group.blocked.union(*known):
                other = where.get(user_id)
                if other == n:
                    # A lobby's blocks are those of all of it, so that one of them blocks another one here.
                    playable &= ~(1 << n)
                elif other is not None:
                    may_meet[n] &= ~(1 << other)
                    may_meet[other] &= ~(1 << n)
        return cls([group.size for group in waiting], may_meet, playable)

    def match_with(self, first: int, free: int) -> list[int] | None:
        """The first match, in the order of waiting, with this lobby and free ones."""
        in_store = self.steps
        self.steps += STEPS_EACH
        found = self._extend([first], PLAYERS - self.sizes[first], free & self.may_meet[first])
        self.steps = min(self.steps, in_store)
        return found

    def _extend(self, chosen: list[int], missing: int, candidates: int) -> list[int] | None:
        if not missing:
            return chosen
        for n in _bits(candidates):
            if self.steps <= 0 or not self._may_suffice(candidates, missing):
                return None
            candidates &= ~(1 << n)
            if self.sizes[n] > missing or self._is_all_twos(chosen, n):
                continue
            self.steps -= 1
            found = self._extend([*chosen, n], missing - self.sizes[n], candidates & self.may_meet[n])
            if found:
                return found
        return None

    def _is_all_twos(self, chosen: Sequence[int], n: int) -> bool:
        """Whether three lobbies of two would come together: they can't be divided into teams."""
        return self.sizes[n] == 2 and sum(self.sizes[m] == 2 for m in chosen) == 2

    def _may_suffice(self, candidates: int, missing: int) -> bool:
        """Whether there may be enough players among the candidates who can all meet.

        Of lobbies of which no two can meet only one can play. So the candidates are divided into such groups, and
        the largest of each is counted (a coloring, as in Tomita's search for cliques): it is never too little.
        """
        while candidates and missing > 0:
            largest, apart = 0, candidates
            while apart:
                n = (apart & -apart).bit_length() - 1
                largest = max(largest, self.sizes[n])
                candidates &= ~(1 << n)
                apart &= ~(1 << n) & ~self.may_meet[n]
            missing -= largest
        return missing <= 0


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _sides(groups: Sequence[PartyTicket]) -> Teams:
    """Lobbies of six players as two teams: with the longest waiting one those who wait longest."""
    for more in range(len(groups)):
        for mates in combinations(groups[1:], more):
            if groups[0].size + sum(mate.size for mate in mates) == TEAM:
                a = (groups[0], *mates)
                return Teams(a, tuple(group for group in groups if group not in a))
    raise AssertionError("lobbies that can't be divided were put together")
