from __future__ import annotations

from game import physics
from game.match import MOST_AWAY, Absence, Match, Phase, Point, Timing
from game.messages import Message

TIMING = Timing(countdown=30, grace=600)
CONNECT_STEPS = 900


def begun(
    *, score: list[int] | None = None, connect_steps: int = CONNECT_STEPS, timing: Timing = TIMING
) -> Match:
    """A duel on this server: its players have so many steps to come."""
    match = Match(1, "1v1", 3, score or [0, 0], timing)
    match.expect_all(connect_steps)
    return match


def playing(match: Match | None = None) -> Match:
    match = match or begun()
    match.come(0)
    match.come(1)
    step_until(match, Phase.RALLY)
    return match


def step_until(match: Match, phase: Phase, most: int = 20_000) -> None:
    for _ in range(most):
        if phase_of(match) is phase:
            return
        match.step()
    raise AssertionError(f"{phase_of(match)} never became {phase}")


def phase_of(match: Match) -> Phase:
    return match.phase


def last(match: Match) -> Message:
    return match.messages[-1]


def names(match: Match) -> list[str]:
    return [message[0] for message in match.messages]


def let_in(match: Match, paddle: int) -> None:
    """A player stays away from the ball, the other one meets it, until there is a point."""
    while not match.reports:
        match.aim(paddle, physics.HALF_HEIGHT if match.field.y < 0 else -physics.HALF_HEIGHT)
        match.aim(1 - paddle, match.field.y)
        match.step()


def test_the_ball_is_served_a_countdown_after_the_last_player_has_come() -> None:
    match = begun()
    match.come(0)
    for _ in range(100):
        match.step()
    assert phase_of(match) is Phase.WAITING

    match.come(1)

    assert last(match) == ("countdown", 100, 130)
    for _ in range(30):
        match.step()
    assert (phase_of(match), match.field.vx) == (Phase.COUNTDOWN, 0)
    match.step()
    assert phase_of(match) is Phase.RALLY
    assert last(match)[:4] == ("serve", 130, 0, 0)


def test_a_point_is_reported_once_and_the_next_serve_waits_for_the_answer() -> None:
    match = playing()

    let_in(match, 0)

    assert match.reports == [Point(1, False, 0)]
    assert last(match) == ("point", match.field.step, 1, 1, 0, 0, 1)
    for _ in range(500):
        match.step()
    assert (phase_of(match), len(match.reports)) == (Phase.WAITING, 1)

    match.confirmed([0, 1])

    assert last(match) == ("countdown", match.field.step, match.field.step + 10)
    step_until(match, Phase.RALLY)
    assert match.field.vx < 0, "towards the side that has conceded"


def test_after_the_last_point_nothing_is_served() -> None:
    match = playing(begun(score=[0, 2]))
    let_in(match, 0)
    match.confirmed([0, 3])

    for _ in range(500):
        match.step()

    assert phase_of(match) is Phase.WAITING


def test_a_player_who_never_comes_is_reported_when_the_time_is_over() -> None:
    match = begun()
    match.come(1)

    for _ in range(CONNECT_STEPS - 1):
        match.step()
    assert match.reports == []
    match.step()

    assert (match.reports, phase_of(match)) == ([Absence(0, "player-not-connected")], Phase.LOST)


def test_after_a_restart_of_the_server_a_player_who_stays_away_has_disconnected() -> None:
    match = begun(connect_steps=-5)
    match.come(1)

    for _ in range(TIMING.grace):
        match.step()

    assert match.reports == [Absence(0, "player-disconnect")]


def test_a_rally_goes_on_without_a_player_but_the_next_serve_waits_for_the_return() -> None:
    match = playing()
    match.go(0)
    let_in(match, 0)
    match.confirmed([0, 1])
    assert phase_of(match) is Phase.WAITING

    match.come(0)

    assert phase_of(match) is Phase.COUNTDOWN
    assert match.serve_at == match.field.step + TIMING.countdown
    step_until(match, Phase.RALLY)
    assert not any(isinstance(report, Absence) for report in match.reports)


def test_a_player_who_goes_in_the_countdown_stops_it() -> None:
    match = begun()
    match.come(0)
    match.come(1)
    match.go(1)
    for _ in range(100):
        match.step()

    assert phase_of(match) is Phase.WAITING
    assert names(match) == ["player", "player", "countdown", "player"]


def test_of_two_who_are_away_the_one_who_went_first_loses() -> None:
    match = playing()
    match.go(1)
    match.step()
    match.go(0)

    while phase_of(match) is not Phase.LOST:
        match.step()
        if any(isinstance(report, Point) for report in match.reports):
            match.reports.clear()
            match.confirmed(match.score)

    assert match.reports == [Absence(1, "player-disconnect")]


def test_all_absences_of_a_player_together_are_bounded() -> None:
    match = begun(timing=Timing(countdown=10_000, grace=600))
    match.come(0)
    match.come(1)
    away = 0
    while phase_of(match) is not Phase.LOST:
        match.go(0)
        for _ in range(599):
            match.step()
            away += 1
            if phase_of(match) is Phase.LOST:
                break
        else:
            match.come(0)

    assert away == MOST_AWAY
    assert match.reports == [Absence(0, "player-disconnect")]


def test_the_end_is_told_once_also_after_an_absence() -> None:
    match = begun()
    match.come(1)
    for _ in range(CONNECT_STEPS):
        match.step()
    match.messages.clear()

    match.end("b", "player-not-connected", [0, 3])
    match.end("b", "player-not-connected", [0, 3])

    assert match.messages == [("end", "b", "player-not-connected", 0, 3)]
    step = match.field.step
    match.step()
    assert match.field.step == step
