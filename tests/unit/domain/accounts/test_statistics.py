"""Statistics of a player, match by match."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.accounts.statistics import GLOBAL, LINES, MODES, Line, Statistics
from shared.store.accounts.users import User
from tests.support.stored_values import reloaded

RESULTS = st.lists(
    st.tuples(st.sampled_from([*MODES, "custom_game"]), st.booleans(), st.integers(0, 9), st.integers(0, 3))
)


def played(results: list[tuple[str, bool, int, int]]) -> Statistics:
    statistics = Statistics()
    for mode, won, scored, own_goals in results:
        statistics = statistics.after_match(mode, won=won, scored=scored, own_goals=own_goals)
    return statistics


def longest_run(wins: list[bool]) -> int:
    return max((len(run) for run in "".join("x" if won else " " for won in wins).split()), default=0)


def test_the_lines_are_global_and_the_four_modes_in_this_order() -> None:
    assert LINES == ("global", "duel", "clash", "ranked", "tournament")


def test_a_user_without_matches_has_zeros_everywhere() -> None:
    assert all(Statistics().line(name) == Line() for name in LINES)


@given(RESULTS)
def test_every_line_counts_the_matches_of_its_mode_and_global_counts_all(
    results: list[tuple[str, bool, int, int]],
) -> None:
    statistics = played(results)
    for name in LINES:
        mine = [r for r in results if r[0] == name or (name == GLOBAL and r[0] in MODES)]
        line = statistics.line(name)
        assert line.game_played == len(mine)
        assert line.wins == sum(won for _, won, _, _ in mine)
        assert line.scored == sum(scored for _, _, scored, _ in mine)
        assert line.own_goals == sum(own for _, _, _, own in mine)
        wins = [won for _, won, _, _ in mine]
        assert line.longest_win_streak == longest_run(wins)
        trailing = wins[::-1].index(False) if False in wins else len(wins)
        assert line.current_win_streak == trailing


def test_a_defeat_ends_a_streak_and_keeps_the_longest() -> None:
    line = played([("duel", won, 0, 0) for won in (True, True, False, True)]).line("duel")
    assert (line.current_win_streak, line.longest_win_streak) == (1, 2)


def test_streaks_of_modes_and_of_all_are_separate() -> None:
    statistics = played([("duel", True, 3, 0), ("ranked", True, 3, 0), ("ranked", False, 0, 0)])
    assert statistics.line("duel").current_win_streak == 1
    assert statistics.line(GLOBAL).current_win_streak == 0
    assert statistics.line(GLOBAL).longest_win_streak == 2


def test_a_custom_game_counts_nowhere() -> None:
    before = played([("duel", True, 3, 0)])
    assert before.after_match("custom_game", won=False, scored=5, own_goals=1) == before


def test_a_tournament_win_counts_in_the_tournament_line_only() -> None:
    statistics = played([("tournament", True, 3, 0)]).after_tournament_win().after_tournament_win()
    assert statistics.line("tournament").tournament_wins == 2
    assert statistics.line("tournament").wins == 1
    assert statistics.line(GLOBAL).tournament_wins == 0


@given(RESULTS)
def test_statistics_survive_being_stored(results: list[tuple[str, bool, int, int]]) -> None:
    statistics = played(results)
    assert reloaded(User.stats, dict(statistics.lines)) == statistics.lines
