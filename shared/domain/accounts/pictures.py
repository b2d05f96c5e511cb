"""Profile pictures and what unlocks them (docs/contract/accounts.md#pictures-and-what-unlocks-them)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.accounts.statistics import GLOBAL, LINES, MODES, Statistics

GUEST = 0
REGISTER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievements:
    """A user's results that unlock pictures. `friends` is the present number of friends."""

    is_guest: bool
    statistics: Statistics
    trophies: int = 0
    friends: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """`deserved` tells whether achievements unlock the picture."""

    id: int
    name: str
    unlock_reason: str
    deserved: Callable[[Achievements], bool]

    def url(self, size: str = "") -> str:
        """Path of the file; `size` is empty, `small`, `medium` or `large`."""
        file = self.name.lower().replace(" ", "_") + (f"_{size}" if size else "")
        return f"/assets/profile_pictures/{file}.png"


def _wins(mode: str, at_least: int) -> Callable[[Achievements], bool]:
    return lambda achievements: achievements.statistics.line(mode).wins >= at_least


def _tournaments(at_least: int) -> Callable[[Achievements], bool]:
    return lambda achievements: achievements.statistics.line("tournament").tournament_wins >= at_least


def _trophies(at_least: int) -> Callable[[Achievements], bool]:
    return lambda achievements: achievements.trophies >= at_least


def _goals(at_least: int) -> Callable[[Achievements], bool]:
    return lambda achievements: achievements.statistics.line(GLOBAL).scored >= at_least


def _friends(at_least: int) -> Callable[[Achievements], bool]:
    return lambda achievements: achievements.friends >= at_least


def _won_every_mode(achievements: Achievements) -> bool:
    return all(achievements.statistics.line(mode).wins for mode in MODES)


def _streak_of_ten(achievements: Achievements) -> bool:
    return any(achievements.statistics.line(line).longest_win_streak >= 10 for line in LINES)


PICTURES = (
    Picture(GUEST, "Guest", "Play as a guest.", lambda achievements: achievements.is_guest),
    Picture(REGISTER, "Register", "Register an account.", lambda achievements: not achievements.is_guest),
    Picture(2, "Tournament Winner", "Win a tournament.", _tournaments(1)),
    Picture(3, "Tournament Master", "Win 10 tournaments.", _tournaments(10)),
    Picture(4, "Tournament God", "Win 100 tournaments.", _tournaments(100)),
    Picture(5, "Clash Winner", "Win 10 clash matches.", _wins("clash", 10)),
    Picture(6, "Clash Master", "Win 50 clash matches.", _wins("clash", 50)),
    Picture(7, "Clash God", "Win 100 clash matches.", _wins("clash", 100)),
    Picture(8, "Duel Winner", "Win 10 duels.", _wins("duel", 10)),
    Picture(9, "Duel Master", "Win 50 duels.", _wins("duel", 50)),
    Picture(10, "Duel God", "Win 100 duels.", _wins("duel", 100)),
    Picture(11, "Ranked Bronze", "Reach 100 trophies.", _trophies(100)),
    Picture(12, "Silver", "Reach 500 trophies.", _trophies(500)),
    Picture(13, "Gold", "Reach 1000 trophies.", _trophies(1000)),
    Picture(14, "Diamond", "Reach 2000 trophies.", _trophies(2000)),
    Picture(15, "Master", "Reach 3000 trophies.", _trophies(3000)),
    Picture(16, "Mythic", "Reach 5000 trophies.", _trophies(5000)),
    Picture(17, "Fun Player", "Win a match in every game mode.", _won_every_mode),
    Picture(18, "Scorer", "Score 100 goals.", _goals(100)),
    Picture(19, "God Scorer", "Score 1000 goals.", _goals(1000)),
    Picture(20, "One Friend", "Make a friend.", _friends(1)),
    Picture(21, "Popular Guy", "Have 50 friends.", _friends(50)),
    Picture(22, "Win Streak Player", "Win 10 matches in a row.", _streak_of_ten),
)
"""Indexed by id."""


def deserved(achievements: Achievements) -> frozenset[int]:
    """Ids of all pictures that these achievements unlock."""
    return frozenset(picture.id for picture in PICTURES if picture.deserved(achievements))
