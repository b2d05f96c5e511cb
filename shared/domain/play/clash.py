"""Pairs clash lobbies: a pure function of their tickets (docs/contract/lobbies.md#clash-lobbies).

A match is three players against three, from lobbies of 1 to 3. It splits no lobby, and no player has blocked another.
In the graph of lobbies that may meet, it is a clique of weight six other than 2 + 2 + 2.
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
"""The search tries at most STEPS_EACH lobbies for each waiting lobby, and STEPS more in all.

Real blocks need a handful. But the search for a clique can take exponential time, and a late match is worse than an
overlooked one.
"""


@dataclass(frozen=True, slots=True)
class PartyTicket:
    """The ticket of a ready lobby."""

    id: int
    lobby_id: int
    members: tuple[int, ...]
    joined_at: datetime
    blocked: frozenset[int] = frozenset()
    """Users blocked by a member when the lobby got ready: a hint. The pairing transaction checks the present."""

    @property
    def owner(self) -> int:
        """The lobby's id."""
        return self.lobby_id

    @property
    def size(self) -> int:
        """The number of members."""
        return len(self.members)


@dataclass(frozen=True, slots=True)
class Teams:
    """The lobbies of one match, by side."""

    a: tuple[PartyTicket, ...]
    b: tuple[PartyTicket, ...]

    @property
    def parties(self) -> tuple[PartyTicket, ...]:
        """The tickets of both sides."""
        return (*self.a, *self.b)


def put_together(
    tickets: Iterable[PartyTicket], blocks: Mapping[int, frozenset[int]] | None = None
) -> list[Teams]:
    """The matches to start, the longest waiting lobby's first.

    Each lobby, in the order of waiting, gets the longest waiting lobbies that it may play with. The outcome doesn't
    depend on the order of the input, and leaves no possible match over. `blocks` are blocks by user beyond those on
    the tickets.
    """
    waiting = sorted(tickets, key=lambda ticket: (ticket.joined_at, ticket.id))
    graph = _Graph.of(waiting, blocks or {})
    free = graph.playable
    matches = []
    for first in range(len(waiting)):
        # Lobbies that wait longer play already, or have no match with the remaining ones.
        free &= ~((1 << first) - 1)
        chosen = graph.match_with(first, free) if free >> first & 1 else None
        if chosen:
            matches.append(_sides([waiting[n] for n in chosen]))
            for n in chosen:
                free &= ~(1 << n)
    return matches


@dataclass(slots=True)
class _Graph:
    """The lobbies that each lobby may meet, as sets of bits."""

    sizes: Sequence[int]
    may_meet: Sequence[int]
    playable: int
    """Lobbies without a block between their own members."""
    steps: int = STEPS
    """The remaining tries."""

    @classmethod
    def of(cls, waiting: Sequence[PartyTicket], blocks: Mapping[int, frozenset[int]]) -> _Graph:
        """Build the graph in time that grows with the blocks, not with the pairs of lobbies."""
        lobby_of = {member: n for n, ticket in enumerate(waiting) for member in ticket.members}
        all_lobbies = (1 << len(waiting)) - 1
        may_meet = [all_lobbies & ~(1 << n) for n in range(len(waiting))]
        playable = all_lobbies
        for n, ticket in enumerate(waiting):
            more_blocks = (blocks.get(member, frozenset()) for member in ticket.members)
            for user_id in ticket.blocked.union(*more_blocks):
                other = lobby_of.get(user_id)
                if other == n:  # a member has blocked another one
                    playable &= ~(1 << n)
                elif other is not None:
                    may_meet[n] &= ~(1 << other)
                    may_meet[other] &= ~(1 << n)
        return cls([ticket.size for ticket in waiting], may_meet, playable)

    def match_with(self, first: int, free: int) -> list[int] | None:
        """The lobbies of the first match, in the order of waiting, of this lobby with free ones."""
        reserve = self.steps
        self.steps += STEPS_EACH
        match = self._extend([first], PLAYERS - self.sizes[first], free & self.may_meet[first])
        self.steps = min(self.steps, reserve)
        return match

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
            match = self._extend([*chosen, n], missing - self.sizes[n], candidates & self.may_meet[n])
            if match:
                return match
        return None

    def _is_all_twos(self, chosen: Sequence[int], n: int) -> bool:
        """Whether lobby `n` would be the third one of two players: no teams of three come of that."""
        return self.sizes[n] == 2 and sum(self.sizes[m] == 2 for m in chosen) == 2

    def _may_suffice(self, candidates: int, missing: int) -> bool:
        """False only if the candidates can't give enough players for a match.

        If no two lobbies of a set can meet, only one of them can play. So this divides the candidates into such sets
        and counts the largest lobby of each (a coloring, as in Tomita's search for cliques).
        """
        while candidates and missing > 0:
            largest, independent = 0, candidates
            while independent:
                n = (independent & -independent).bit_length() - 1
                largest = max(largest, self.sizes[n])
                candidates &= ~(1 << n)
                independent &= ~(1 << n) & ~self.may_meet[n]
            missing -= largest
        return missing <= 0


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _sides(tickets: Sequence[PartyTicket]) -> Teams:
    """Divide six players into two teams. The longest waiting lobby gets the longest waiting mates."""
    for count in range(len(tickets)):
        for mates in combinations(tickets[1:], count):
            if tickets[0].size + sum(mate.size for mate in mates) == TEAM:
                a = (tickets[0], *mates)
                return Teams(a, tuple(ticket for ticket in tickets if ticket not in a))
    raise AssertionError("lobbies that can't be divided were put together")
