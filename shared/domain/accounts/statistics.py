"""A player's statistics: one line per game mode and one over all of them (docs/contract/accounts.md#statistics).

Custom games count nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

Mode = Literal["duel", "clash", "ranked", "tournament"]
LineName = Literal["global", Mode]

GLOBAL: Final = "global"
MODES: tuple[Mode, ...] = ("duel", "clash", "ranked", "tournament")
LINES: tuple[LineName, ...] = (GLOBAL, *MODES)
"""The API lists the lines in this order."""


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one mode."""

    game_played: int = 0
    wins: int = 0
    scored: int = 0
    longest_win_streak: int = 0
    current_win_streak: int = 0
    own_goals: int = 0
    tournament_wins: int = 0

    def after(self, *, won: bool, scored: int, own_goals: int) -> Line:
        """The line after one more match."""
        streak = self.current_win_streak + 1 if won else 0
        return replace(
            self,
            game_played=self.game_played + 1,
            wins=self.wins + won,
            scored=self.scored + scored,
            own_goals=self.own_goals + own_goals,
            current_win_streak=streak,
            longest_win_streak=max(self.longest_win_streak, streak),
        )


@dataclass(frozen=True, slots=True)
class Statistics:
    """All lines of one player. A missing line has only zeros."""

    lines: Mapping[str, Line] = field(default_factory=dict)

    def line(self, name: str) -> Line:
        """The line of a mode, or of `global`."""
        return self.lines.get(name, Line())

    def after_match(self, mode: str, *, won: bool, scored: int, own_goals: int = 0) -> Statistics:
        """The statistics after one more match of `mode`; a custom game changes nothing."""
        if mode not in MODES:
            return self
        changed = {
            name: self.line(name).after(won=won, scored=scored, own_goals=own_goals)
            for name in (GLOBAL, mode)
        }
        return Statistics({**self.lines, **changed})

    def after_tournament_win(self) -> Statistics:
        """The statistics after one more tournament won."""
        line = self.line("tournament")
        return Statistics(
            {**self.lines, "tournament": replace(line, tournament_wins=line.tournament_wins + 1)}
        )
