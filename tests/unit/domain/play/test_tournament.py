"""A tournament's life as pure rules: entry, start, stages, events (docs/contract/tournaments.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import Forbidden
from shared.domain.play import tournament_rules as rules
from shared.domain.play.bracket import SIZES, Pairing
from shared.domain.play.errors import (
    NoSuchTournament,
    NotCreator,
    NotParticipant,
    NotTournamentMember,
    TournamentFull,
    TournamentStarted,
)
from shared.domain.play.matches import NO_GAME, Match, team_of
from shared.domain.play.rooms import RoomEvent
from shared.domain.play.tournament import START, Tournament
from shared.store.play.tournaments import TournamentRow
from tests.support.stored_values import reloaded

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
LATER = NOW + timedelta(seconds=20)


def opened(size: int, *users: int) -> Tournament:
    """A tournament of this size whose users joined one after the other."""
    made = Tournament(
        id=1, name="Cup", size=size, private=False, code="4711", created_at=NOW, created_by=users[0]
    )
    for user_id in users:
        made, _ = enter(made, user_id)
    return made


def enter(tournament: Tournament, user_id: int, run: int = 100) -> tuple[Tournament, tuple[RoomEvent, ...]]:
    """A user joins."""
    return rules.join(tournament, user_id, NOW, start_at=LATER, run=run)


def started(size: int, entrants: int) -> Tournament:
    """A tournament that has just begun, of users numbered by their seeds."""
    return start(size, entrants)[0]


def start(size: int, entrants: int) -> tuple[Tournament, tuple[RoomEvent, ...]]:
    """The same, and its events."""
    full = opened(size, *range(1, entrants + 1))
    return rules.start(replace(full, run=full.run or 100), range(1, entrants + 1), NOW)


def game(pairing: Pairing) -> Match:
    """The game of a match of the bracket."""
    assert pairing.user_1
    assert pairing.user_2
    return Match(
        id=1000 * pairing.stage + pairing.n,
        code="0815",
        game_mode="tournament",
        created_at=NOW,
        a=team_of((pairing.user_1,)),
        b=team_of((pairing.user_2,)),
        tournament_id=1,
        tournament_stage_id=pairing.stage,
        tournament_n=pairing.n,
    )


def begin(
    tournament: Tournament,
) -> tuple[Tournament, tuple[RoomEvent, ...], list[Match]]:
    """The next stage begins."""
    games = {pairing.n: game(pairing) for pairing in tournament.pairs_to_play()}
    changed, notices = rules.begin_stage(tournament, games)
    return changed, notices, list(games.values())


def won(match: Match, user_id: int) -> Match:
    """A game that a user has won 3 to 1."""
    side, _ = match.find(user_id)
    scored = match.with_team(side, replace(match.team(side), score=3))
    return scored.won_by(side, "normal-end", NOW)


def codes(notices: Sequence[RoomEvent]) -> list[tuple[str, tuple[int, ...]]]:
    return [(notice.code, notice.to) for notice in notices]


# ── before the start ─────────────────────────────────────────────────────────────────────────────────────


def test_a_join_is_sent_to_the_participants_who_are_there() -> None:
    tournament, notices = enter(opened(8, 1, 2), 3)
    assert tournament.user_ids == (1, 2, 3)
    assert codes(notices) == [("tournament-join", (1, 2))]


def test_joining_twice_changes_nothing() -> None:
    tournament = opened(8, 1, 2)
    assert enter(tournament, 2) == (tournament, ())


@pytest.mark.parametrize(("size", "enough"), [(4, 4), (8, 7), (16, 13)])
def test_the_countdown_begins_at_80_percent_of_the_size(size: int, enough: int) -> None:
    before = opened(size, *range(1, enough))
    assert (before.start_at, before.run) == (None, None)
    after, notices = enter(before, enough)
    assert after.run == 100
    if enough < size:
        assert after.start_at == LATER
        assert codes(notices)[1:] == [("tournament-start-at", tuple(range(1, enough + 1)))]
    else:
        assert after.is_full


def test_a_join_during_the_countdown_doesnt_restart_it() -> None:
    counting = opened(16, *range(1, 14))
    after, notices = rules.join(counting, 14, NOW, start_at=LATER + timedelta(seconds=5), run=200)
    assert (after.start_at, after.run) == (LATER, 100)
    assert codes(notices) == [("tournament-join", tuple(range(1, 14)))]


def test_dropping_below_the_threshold_cancels_the_countdown() -> None:
    counting = opened(16, *range(1, 15))
    still, notices = rules.leave(counting, 3)
    assert (still.start_at, still.run) == (LATER, 100)
    assert [notice.code for notice in notices] == ["tournament-leave"]
    cancelled, notices = rules.leave(still, 1)
    assert (cancelled.start_at, cancelled.run) == (None, None)
    assert codes(notices) == [
        ("tournament-leave", cancelled.present),
        ("tournament-start-cancel", cancelled.present),
    ]
    again, _ = enter(cancelled, 3, run=300)
    assert again.run == 300


def test_a_tournament_ends_when_its_last_participant_leaves() -> None:
    tournament, notices = rules.leave(opened(4, 1), 1)
    assert tournament.is_abandoned
    assert codes(notices) == [("tournament-leave", ())]


def test_a_full_or_started_tournament_and_one_with_a_ban_refuse_to_be_joined() -> None:
    with pytest.raises(TournamentFull):
        enter(opened(4, 1, 2, 3, 4), 5)
    with pytest.raises(TournamentStarted):
        enter(started(8, 7), 8)
    banned, notices = rules.ban(opened(8, 1, 2, 3), 1, 2)
    assert codes(notices) == [("tournament-banned", (2,)), ("tournament-leave", (1, 3))]
    with pytest.raises(NoSuchTournament):
        enter(banned, 2)


def test_a_ban_needs_another_participant_and_a_tournament_that_hasnt_started() -> None:
    with pytest.raises(Forbidden, match="yourself"):
        rules.ban(opened(8, 1, 2), 1, 1)
    with pytest.raises(NotParticipant):
        rules.ban(opened(8, 1, 2), 1, 3)
    with pytest.raises(NotCreator):
        rules.ban(opened(8, 1, 2), 2, 1)
    with pytest.raises(NotTournamentMember):
        rules.ban(opened(8, 1, 2), 3, 1)
    with pytest.raises(TournamentStarted):
        rules.ban(started(8, 8), 1, 2)


def test_a_ban_that_drops_below_the_threshold_cancels_the_countdown() -> None:
    tournament, notices = rules.ban(opened(8, *range(1, 8)), 1, 2)
    assert tournament.start_at is None
    assert [notice.code for notice in notices] == [
        "tournament-banned", "tournament-leave", "tournament-start-cancel",
    ]  # fmt: skip


@given(st.sampled_from(SIZES), st.lists(st.integers(1, 20), max_size=80))
def test_any_joins_and_departures_leave_a_countdown_exactly_at_the_threshold(
    size: int, moves: list[int]
) -> None:
    tournament, run, runs = opened(size, 99), 100, set()
    for user_id in moves:
        run += 1
        if tournament.has(user_id):
            tournament, _ = rules.leave(tournament, user_id)
        elif not tournament.is_full:
            tournament, notices = enter(tournament, user_id, run)
            if tournament.is_full:
                break
            begun = "tournament-start-at" in [notice.code for notice in notices]
            assert begun == (tournament.run == run)
        enough = len(tournament.entrants) >= tournament.threshold
        assert (tournament.start_at is not None) == (tournament.run is not None) == enough
        if tournament.run:
            runs.add(tournament.run)
        assert reloaded(TournamentRow.state, tournament) == tournament


# ── the start ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_start_shows_the_bracket_with_its_byes_to_everyone() -> None:
    tournament, notices = rules.start(opened(8, *range(1, 8)), [7, 6, 5, 4, 3, 2, 1], NOW)
    everyone = tuple(range(1, 8))
    assert codes(notices) == [("tournament-start", everyone), ("tournament-match-finish", everyone)]
    assert tournament.bracket
    assert notices[1].pairing == tournament.bracket.pairing(2, 1)
    assert tournament.bracket.pairing(2, 1).winner_id == 7
    assert tournament.bracket.pairing(3, 1).users == (7,)
    assert [entrant.seed for entrant in tournament.entrants] == [7, 6, 5, 4, 3, 2, 1]
    assert [entrant.stage for entrant in tournament.entrants] == [2, 2, 2, 2, 2, 2, 3]
    assert tournament.stage is None


def test_a_stage_has_a_match_for_every_pair_that_is_present() -> None:
    tournament, notices, games = begin(started(8, 7))
    assert [match.user_ids for match in games] == [(4, 5), (2, 7), (3, 6)]
    assert tournament.stage == 2
    assert notices == ()


def test_a_user_who_is_absent_as_a_stage_begins_is_out_and_the_opponent_advances() -> None:
    gone, notices = rules.leave(started(4, 4), 4)
    assert codes(notices) == [("tournament-leave", (1, 2, 3))]
    tournament, notices, games = begin(gone)
    assert [match.user_ids for match in games] == [(2, 3)]
    assert codes(notices) == [("tournament-match-finish", (1, 2, 3))]
    assert tournament.bracket
    assert tournament.bracket.final.users == (1,)


def test_a_user_who_has_lost_may_watch_the_running_matches() -> None:
    tournament, _, games = begin(started(8, 8))
    tournament, notices = rules.end_match(tournament, won(games[0], 1))
    assert codes(notices) == [
        ("tournament-match-finish", tuple(range(1, 9))),
        ("tournament-available-spectate-matches", (8,)),
    ]
    for match in games[1:]:
        tournament, notices = rules.end_match(tournament, won(match, match.user_ids[0]))
    assert [notice.code for notice in notices] == ["tournament-match-finish"]  # nothing is left to watch
    tournament, notices, games = begin(tournament)
    assert codes(notices) == [("tournament-available-spectate-matches", (5, 6, 7, 8))]


def test_a_user_who_has_left_may_only_come_back_to_watch() -> None:
    tournament, _, games = begin(started(4, 4))
    tournament, _ = rules.end_match(tournament, won(games[0], 1))
    tournament, _ = rules.leave(tournament, 4)
    back, notices = enter(tournament, 4)
    assert codes(notices) == [
        ("tournament-join", (1, 2, 3)),
        ("tournament-available-spectate-matches", (4,)),
    ]
    assert back.has(4)
    assert not back.is_playing(4)
    assert back.is_playing(2)


def test_a_user_who_isnt_present_cannot_leave() -> None:
    tournament, _ = rules.leave(started(4, 4), 4)
    for outsider in (4, 5):
        with pytest.raises(NotTournamentMember):
            rules.leave(tournament, outsider)


def test_a_match_counts_once_and_only_while_it_runs() -> None:
    tournament, _, (first, second) = begin(started(4, 4))
    assert tournament.is_of(first)
    tournament, _ = rules.end_match(tournament, won(first, 1))
    assert not tournament.is_of(first)
    assert tournament.is_of(second)
    assert not tournament.is_of(replace(second, id=5))


def test_the_better_seed_is_the_one_with_the_lower_number() -> None:
    assert started(4, 4).better_seed((3, 2)) == 2


# ── executions ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_execution_waits_for_the_start_until_it_is_full_or_cancelled() -> None:
    counting = opened(8, *range(1, 8))
    assert counting.verdict(100, START) is None
    assert rules.leave(counting, 1)[0].verdict(100, START) == "cancelled"
    full, _ = enter(counting, 8)
    assert rules.start(full, range(1, 9), NOW)[0].verdict(100, START) == "start"


def test_an_execution_of_another_run_is_answered_that_it_is_gone() -> None:
    assert opened(8, *range(1, 8)).verdict(99, START) == "cancelled"
    assert started(4, 4).verdict(99, 3) == "gone"


def test_an_execution_waits_for_the_end_of_its_stage() -> None:
    tournament = started(4, 4)
    assert tournament.verdict(100, 3) is None
    tournament, _, games = begin(tournament)
    for match in games:
        assert tournament.verdict(100, 3) is None
        tournament, _ = rules.end_match(tournament, won(match, match.user_ids[0]))
    assert tournament.verdict(100, 3) == "pause"
    assert tournament.verdict(100, 4) is None
    tournament, _, (final,) = begin(tournament)
    assert tournament.verdict(100, 3) == "pause"
    tournament, _ = rules.end_match(tournament, won(final, 2))
    assert tournament.verdict(100, 4) == "finish"
    assert (tournament.is_decided, tournament.winner) == (True, 2)


class Played:
    """A tournament with results and departures that the drawn data decide."""

    def __init__(self, size: int, data: st.DataObject) -> None:
        self.data = data
        self.entrants = data.draw(st.integers(-(-4 * size // 5), size))
        self.tournament, (_, *byes) = start(size, self.entrants)
        self.everyone = self.tournament.present
        self.results: list[int | None] = []
        """The loser of every result in the events."""
        self.become(self.tournament, byes)

    def leave_some(self) -> None:
        """Some users outside a match leave."""
        playing = {user for pairing in self.tournament.drawn.running() for user in pairing.users}
        for user_id in self.data.draw(st.sets(st.sampled_from(self.everyone), max_size=4)) - playing:
            if self.tournament.has(user_id):
                self.tournament, _ = rules.leave(self.tournament, user_id)

    def become(self, tournament: Tournament, notices: Sequence[RoomEvent]) -> None:
        """Take the next state and its events."""
        self.tournament = tournament
        assert reloaded(TournamentRow.state, tournament) == tournament
        for notice in notices:
            assert set(notice.to) <= set(self.everyone)
            if notice.pairing:
                self.results.append(notice.pairing.looser_id)
            else:
                assert set(notice.to) <= set(tournament.eliminated)

    def play_stage(self) -> None:
        """Play a stage from its beginning to its end."""
        self.leave_some()
        tournament, notices, games = begin(self.tournament)
        self.become(tournament, notices)
        for match in self.data.draw(st.permutations(games)):
            self.leave_some()
            winner = self.data.draw(st.sampled_from(match.user_ids))
            self.become(*rules.end_match(self.tournament, won(match, winner)))
        assert self.tournament.drawn.is_decided(self.tournament.stage or 0)


@given(st.sampled_from(SIZES), st.data())
def test_every_tournament_ends_with_any_departures_at_any_time(size: int, data: st.DataObject) -> None:
    played = Played(size, data)
    while not played.tournament.is_decided:
        played.play_stage()
    assert len(played.results) == size - 1
    losers = [user_id for user_id in played.results if user_id]
    assert len(set(losers)) == len(losers)
    if played.tournament.winner is None:
        assert played.tournament.drawn.final.finish_reason == NO_GAME
    finished, notices = rules.finish(played.tournament, LATER)
    assert codes(notices) == [("tournament-finish", played.tournament.present)]
    assert finished.finish_at == LATER
