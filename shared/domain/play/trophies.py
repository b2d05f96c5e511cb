"""Trophies won and lost in a ranked match (docs/contract/queues-and-matches.md#trophies)."""

from __future__ import annotations


def gain(winner: int, loser: int) -> int:
    """Trophies that the winner gets; both arguments are the totals before the match.

    Beating a stronger player is worth more, beating a weaker one less; by the customer's formula, beating a far weaker
    one can even cost trophies.
    """
    bonus = abs(winner - loser) / 10
    if winner > loser:
        bonus = -bonus
    elif winner > 1000:
        bonus /= winner / 1000
    return max(round(36 - winner / 200 + bonus), -winner)


def loss(loser: int) -> int:
    """Trophies that the loser gives up: a positive number, at most the total before the match."""
    return min(round(20 + 3 * loser / 400), loser)
