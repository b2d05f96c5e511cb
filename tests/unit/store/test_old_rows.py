"""Rows that the version before has stored still load; `old_rows/` holds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.domain.accounts.statistics import Statistics
from shared.domain.play import tournament_rules as rules
from shared.domain.play.lobby import Lobby
from shared.domain.play.lobby_rules import change_participant, join, open_lobby
from shared.domain.play.matches import NORMAL_END, PLAYER_DISCONNECT, Match, team_of
from shared.domain.play.tournament import START, Tournament
from shared.store.accounts.users import User
from shared.store.attributes import DocumentAttribute
from shared.store.play.lobbies import LobbyRow
from shared.store.play.matches import MatchRow, PlayedMatch
from shared.store.play.tournaments import TournamentRow

NOW = datetime(2026, 11, 23, 18, 30, 1, 250000, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 18, 31, tzinfo=UTC)


def match() -> Match:
    begun = Match(
        id=101,
        code="0815",
        game_mode="clash",
        created_at=NOW,
        a=team_of((1, 2, 3)),
        b=team_of((4, 5, 6)),
    )
    scored = begun.connect(2).score(1, own_goal=False, points_to_win=3, now=LATER)
    return scored.score(4, own_goal=True, points_to_win=3, now=LATER)


def played_match() -> Match:
    begun = Match(id=102, code="4711", game_mode="ranked", created_at=NOW, a=team_of((7,)), b=team_of((8,)))
    over = begun.connect(7).connect(8).forfeit(8, reason=PLAYER_DISCONNECT, points_to_win=3, now=LATER)
    return over.with_team("a", over.a.with_player(replace(over.a.players[0], trophies=36)))


def lobby() -> Lobby:
    opened = open_lobby(103, "1234", "custom_game", "1v1", 1, NOW)
    for user_id in (2, 3):
        joined = join(opened, user_id, LATER).lobby
        assert joined
        opened = joined
    ready = change_participant(opened, 2, ready=True).lobby
    assert ready
    return replace(ready, banned=frozenset({9}))


def tournament_open() -> Tournament:
    opened = Tournament(
        id=104, name='The "Cup"', size=4, private=True, code="9876", created_at=NOW, created_by=1
    )
    for user_id in (1, 2, 3):
        opened, _ = rules.join(opened, user_id, LATER, start_at=LATER + timedelta(seconds=20), run=500)
    return replace(opened, banned=frozenset({9}))


def tournament_waiting_for_its_start() -> Tournament:
    counting = replace(tournament_open(), start_at=LATER, run=500)
    return counting.wait("token-of-the-start", 500, START)


def tournament_running() -> Tournament:
    counting = replace(tournament_open(), start_at=LATER, run=500)
    begun, _ = rules.start(counting, [3, 1, 2], LATER)
    games = {pairing.n: game(pairing.stage, pairing.n, pairing.users) for pairing in begun.pairs_to_play()}
    playing, _ = rules.begin_stage(begun, games)
    return playing.wait("token-of-the-stage", 500, playing.stage or 0)


def tournament_finished() -> Tournament:
    running = tournament_running()
    (semi_final,) = (pairing.game for pairing in running.drawn.running())
    assert semi_final
    decided, _ = rules.end_match(running, semi_final.won_by("b", NORMAL_END, LATER))
    (pairing,) = decided.pairs_to_play()
    final, _ = rules.begin_stage(decided, {pairing.n: game(pairing.stage, pairing.n, pairing.users)})
    assert final.drawn.final.game
    ended, _ = rules.end_match(final, final.drawn.final.game.won_by("a", NORMAL_END, LATER))
    finished, _ = rules.finish(ended, LATER)
    return finished


def game(stage: int, n: int, users: tuple[int, ...]) -> Match:
    return Match(
        id=1000 * stage + n,
        code="0815",
        game_mode="tournament",
        created_at=LATER,
        a=team_of(users[:1]),
        b=team_of(users[1:]),
        tournament_id=104,
        tournament_stage_id=stage,
        tournament_n=n,
    )


def statistics() -> Statistics:
    after = Statistics().after_match("duel", won=True, scored=3).after_match("clash", won=False, scored=0)
    return after.after_match("clash", won=True, scored=1, own_goals=1).after_tournament_win()


def stored_before(name: str) -> str:
    """The text of the attribute as the version before wrote it."""
    return (Path(__file__).parent / "old_rows" / f"{name}.json").read_text().strip()


OLD_ROWS: dict[str, tuple[DocumentAttribute[Any], Any]] = {
    "match": (MatchRow.state, match()),
    "played_match": (PlayedMatch.state, played_match()),
    "lobby": (LobbyRow.state, lobby()),
    "tournament_open": (TournamentRow.state, tournament_open()),
    "tournament_waiting_for_its_start": (TournamentRow.state, tournament_waiting_for_its_start()),
    "tournament_running": (TournamentRow.state, tournament_running()),
    "tournament_finished": (TournamentRow.state, tournament_finished()),
    "statistics": (User.stats, statistics().lines),
}


@pytest.mark.parametrize("name", OLD_ROWS)
def test_a_row_of_the_version_before_still_loads(name: str) -> None:
    attribute, expected = OLD_ROWS[name]
    assert attribute.deserialize(stored_before(name)) == expected


@pytest.mark.parametrize("name", OLD_ROWS)
def test_a_new_row_loads_and_is_no_larger_than_before(name: str) -> None:
    attribute, expected = OLD_ROWS[name]
    text = attribute.serialize(expected)
    assert attribute.deserialize(text) == expected
    assert len(text) <= len(stored_before(name))
