"""Statistics and changes of trophies as the contract shows them."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from shared.domain.accounts.statistics import LINES, LineName, Statistics
from shared.store.play.matches import TrophyChange
from shared.wire.instance import Instance
from shared.wire.scalars import Id, Instant, OnlyIfSet


class StatsLine(Instance):
    """One game mode, or all of them. Fields that a mode doesn't have are left out."""

    model_config = ConfigDict(title="StatsInstance")

    id: Id
    """An id of this line."""
    game_mode: LineName
    """The mode; `global` is all of them."""
    game_played: int = Field(ge=0, examples=[12])
    """Finished matches."""
    wins: int = Field(ge=0, examples=[7])
    """Matches won."""
    scored: int = Field(ge=0, examples=[27])
    """Points scored."""
    longest_win_streak: int = Field(ge=0, examples=[4])
    """The most matches won in a row."""
    current_win_streak: int = Field(ge=0, examples=[2])
    """Matches won since the last defeat."""
    own_goals: OnlyIfSet = None
    """Only in clash."""
    tournament_wins: OnlyIfSet = None
    """Only in tournament."""


def stats_lines(user_id: int, statistics: Statistics) -> list[StatsLine]:
    """All lines of a user, `global` first. User ids are multiples of 8, so the ids in between are for the lines."""
    lines = []
    for n, name in enumerate(LINES):
        line = statistics.line(name)
        lines.append(
            StatsLine(
                id=user_id + n,
                game_mode=name,
                game_played=line.game_played,
                wins=line.wins,
                scored=line.scored,
                longest_win_streak=line.longest_win_streak,
                current_win_streak=line.current_win_streak,
                own_goals=line.own_goals if name == "clash" else None,
                tournament_wins=line.tournament_wins if name == "tournament" else None,
            )
        )
    return lines


class TrophyEntry(Instance):
    """One change of trophies and the total after it."""

    model_config = ConfigDict(title="RankedStatsInstance")

    id: Id
    """The change's id."""
    trophies: int = Field(examples=[32])
    """The change; negative after a defeat."""
    total_trophies: int = Field(ge=0, examples=[68])
    """The trophies after it."""
    at: Instant
    """When they changed."""

    @classmethod
    def of(cls, row: TrophyChange) -> TrophyEntry:
        """A stored change."""
        return cls(id=row.id, trophies=row.change, total_trophies=row.total, at=row.changed_at)
