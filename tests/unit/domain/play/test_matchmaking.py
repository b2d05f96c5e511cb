"""Pairing the duel queue: docs/contract/queues-and-matches.md#pairing-of-duels."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.play.matchmaking import Ticket, compatible, pair_duels

OPENED = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


def ticket(id_: int, *blocked: int, waited: int = 0) -> Ticket:
    """The ticket `id_` of the user of the same number."""
    return Ticket(id_, id_, OPENED - timedelta(seconds=waited), 0, frozenset(blocked))


@st.composite
def queues(draw: st.DrawFn) -> list[Ticket]:
    ids = draw(st.lists(st.integers(1, 30), unique=True, max_size=14))
    return [
        ticket(id_, *draw(st.sets(st.integers(1, 30), max_size=6)), waited=draw(st.integers(0, 4)))
        for id_ in ids
    ]


def waiting_order(tickets: list[Ticket]) -> list[Ticket]:
    return sorted(tickets, key=lambda one: (one.joined_at, one.id))


def test_an_empty_queue_and_a_lone_ticket_give_no_match() -> None:
    assert pair_duels([]) == []
    assert pair_duels([ticket(1)]) == []


def test_first_come_first_served() -> None:
    tickets = [ticket(n, waited=10 - n) for n in (4, 2, 3, 1)]
    assert [(a.id, b.id) for a, b in pair_duels(tickets)] == [(1, 2), (3, 4)]


def test_a_blocked_pair_is_passed_over_for_the_next_in_line() -> None:
    tickets = [ticket(1, 2, waited=3), ticket(2, waited=2), ticket(3, waited=1)]
    assert [(a.id, b.id) for a, b in pair_duels(tickets)] == [(1, 3)]


def test_a_block_by_either_user_keeps_the_two_apart() -> None:
    assert not compatible(ticket(1, 2), ticket(2))
    assert not compatible(ticket(2), ticket(1, 2))
    assert compatible(ticket(1, 3), ticket(2, 3))


def test_a_user_never_plays_themselves() -> None:
    assert pair_duels([Ticket(1, 7, OPENED), Ticket(2, 7, OPENED)]) == []


@given(queues())
def test_no_ticket_is_used_twice_and_all_are_from_the_queue(tickets: list[Ticket]) -> None:
    used = [one for pair in pair_duels(tickets) for one in pair]
    assert len(used) == len({one.id for one in used})
    assert set(used) <= set(tickets)


@given(queues())
def test_no_blocked_pair_meets(tickets: list[Ticket]) -> None:
    for a, b in pair_duels(tickets):
        assert a.user_id not in b.blocked
        assert b.user_id not in a.blocked


@given(queues())
def test_no_possible_pair_is_left_over(tickets: list[Ticket]) -> None:
    used = {one.id for pair in pair_duels(tickets) for one in pair}
    left = [one for one in tickets if one.id not in used]
    assert not [pair for pair in itertools.combinations(left, 2) if compatible(*pair)]


@given(queues())
def test_the_longest_waiting_user_meets_the_longest_waiting_possible_opponent(
    tickets: list[Ticket],
) -> None:
    waiting, pairs = waiting_order(tickets), iter(pair_duels(tickets))
    while waiting:
        first = waiting.pop(0)
        best = next((one for one in waiting if compatible(first, one)), None)
        if best:
            assert next(pairs) == (first, best)
            waiting.remove(best)
    assert next(pairs, None) is None


@given(queues(), st.randoms(use_true_random=False))
def test_the_order_in_which_tickets_are_read_does_not_matter(tickets: list[Ticket], draw: object) -> None:
    shuffled = list(tickets)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    assert pair_duels(shuffled) == pair_duels(tickets)


def test_the_caller_may_forbid_more_than_the_tickets_do() -> None:
    tickets = [ticket(1, waited=3), ticket(2, waited=2), ticket(3, waited=1)]
    pairs = pair_duels(tickets, lambda a, b: {a.id, b.id} != {1, 2})
    assert [(a.id, b.id) for a, b in pairs] == [(1, 3)]
