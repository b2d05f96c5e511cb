from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game import physics
from game.physics import Bounce, Field, Goal, MatchType, Side
from tests.game import recording

ROOT = Path(__file__).parents[2]

LIMIT = 20_000
"""Further than any target of use."""

MATCH_TYPES: tuple[MatchType, ...] = ("1v1", "3v3")
match_types = st.sampled_from(MATCH_TYPES)
sides = st.sampled_from([physics.LEFT, physics.RIGHT])


@st.composite
def fields(draw: st.DrawFn) -> Field:
    """Any state in which the ball moves."""
    field = Field(draw(match_types), draw(st.integers(1, physics.RANDOM_MODULUS - 1)))
    field.speed = draw(st.integers(physics.FIRST_SPEED, physics.LAST_SPEED))
    field.vx = field.speed * draw(st.sampled_from([-1, 1]))
    steepest = field.speed * 3 // 4
    field.vy = draw(st.integers(-steepest, steepest))
    field.x = draw(st.integers(-physics.HALF_WIDTH, physics.HALF_WIDTH))
    field.y = draw(st.integers(-physics.WALL, physics.WALL))
    field.last = draw(st.integers(0, len(field.columns) - 1))
    places = st.integers(-field.paddle_limit, field.paddle_limit)
    for paddle in range(len(field.columns)):
        field.paddles[paddle] = draw(places)
        field.targets[paddle] = draw(places)
    return field


def copied(field: Field) -> Field:
    other = Field(field.match_type, field.seed)
    for name in ("step", "x", "y", "vx", "vy", "speed", "last"):
        setattr(other, name, getattr(field, name))
    other.paddles, other.targets = list(field.paddles), list(field.targets)
    return other


def other_side(field: Field, paddle: int) -> int:
    half = len(field.columns) // 2
    return (paddle + half) % (2 * half)


def seen_in_a_mirror(field: Field) -> Field:
    """Left is right."""
    other = copied(field)
    other.x, other.vx = -field.x, -field.vx
    other.last = other_side(field, field.last)
    half = len(field.columns) // 2
    other.paddles = field.paddles[half:] + field.paddles[:half]
    other.targets = field.targets[half:] + field.targets[:half]
    return other


def upside_down(field: Field) -> Field:
    other = copied(field)
    other.y, other.vy = -field.y, -field.vy
    other.paddles = [-y for y in field.paddles]
    other.targets = [-y for y in field.targets]
    return other


@settings(max_examples=300)
@given(fields())
def test_left_and_right_are_the_same(field: Field) -> None:
    mirrored = seen_in_a_mirror(field)

    happened, opposite = physics.step(field), physics.step(mirrored)

    assert mirrored == seen_in_a_mirror(field)
    match happened:
        case Bounce(paddle):
            assert opposite == Bounce(None if paddle is None else other_side(field, paddle))
        case Goal(conceded, by, own):
            assert opposite == Goal(physics.LEFT if conceded else physics.RIGHT, other_side(field, by), own)
        case None:
            assert opposite is None


@settings(max_examples=300)
@given(fields())
def test_up_and_down_are_the_same(field: Field) -> None:
    turned = upside_down(field)

    assert physics.step(turned) == physics.step(field)
    assert turned == upside_down(field)


@settings(max_examples=500)
@given(fields())
def test_the_ball_passes_no_paddle_that_covers_its_height(field: Field) -> None:
    """Computed anew with fractions, from where the ball comes from and the paddles have come to."""
    before = copied(field)

    happened = physics.step(field)

    for paddle, column in enumerate(field.columns):
        plane = column - (physics.CONTACT if before.vx > 0 else -physics.CONTACT)
        share = Fraction(plane - before.x, before.vx)
        if not 0 < share <= 1:
            continue
        height = before.y + before.vy * share
        if abs(height) > physics.WALL:
            height = (2 * physics.WALL - abs(height)) * (1 if height > 0 else -1)
        distance = abs(height - field.paddles[paddle])
        reach = field.half_paddle + physics.BALL
        if distance <= reach - 1:
            assert happened == Bounce(paddle)
        if distance >= reach + 1:
            assert happened != Bounce(paddle)


@settings(max_examples=500)
@given(fields())
def test_without_a_bounce_the_ball_moves_along_a_straight_line(field: Field) -> None:
    before = copied(field)

    if physics.step(field) is None:
        assert (field.x, field.y) == (before.x + before.vx, before.y + before.vy)
        assert (field.vx, field.vy) == (before.vx, before.vy)


@settings(max_examples=60, deadline=None)
@given(
    match_types,
    st.integers(0, 2**53 - 1),
    sides,
    st.lists(st.integers(-LIMIT, LIMIT), min_size=1, max_size=30),
)
def test_nothing_ever_leaves_its_bounds(
    match_type: MatchType, match_id: int, towards: Side, targets: list[int]
) -> None:
    field = Field(match_type, physics.seed_of(match_id))
    physics.serve(field, towards)
    for now in range(30 * len(targets)):
        physics.aim(field, now % len(field.columns), targets[now // 30])
        paddles = list(field.paddles)
        match physics.step(field):
            case Goal(conceded, by, own):
                assert own == (physics.side_of(field, by) == conceded)
                assert (field.x, field.y, field.vx, field.vy) == (0, 0, 0, 0)
                physics.serve(field, conceded)
        assert abs(field.x) <= physics.HALF_WIDTH
        assert abs(field.y) <= physics.WALL
        assert abs(field.vx) == field.speed <= physics.LAST_SPEED
        assert abs(field.vy) <= physics.LAST_SPEED * 3 // 4
        assert 0 < field.seed < physics.RANDOM_MODULUS
        for before, after in zip(paddles, field.paddles, strict=True):
            assert abs(after) <= field.paddle_limit
            assert abs(after - before) <= physics.PADDLE_SPEED


@pytest.mark.parametrize("match_type", ["1v1", "3v3"])
def test_in_a_step_the_ball_reaches_one_paddle_at_most(match_type: MatchType) -> None:
    columns = sorted(Field(match_type, 1).columns)
    gaps = [right - left - 2 * physics.CONTACT for left, right in pairwise(columns)]

    assert min(gaps) > physics.LAST_SPEED
    assert 2 * physics.CONTACT > physics.LAST_SPEED


def test_a_ball_from_behind_comes_back_as_an_own_goal() -> None:
    field = Field("3v3", 1)
    physics.serve(field, physics.RIGHT)
    field.x, field.vy, field.last = (
        -10_000,
        0,
        0,
    )  # the keeper of side a has hit it; a team-mate is in the way

    happened: list[Bounce | Goal] = []
    while not happened or not isinstance(happened[-1], Goal):
        physics.aim(field, 0, LIMIT)
        event = physics.step(field)
        if event is not None:
            happened.append(event)

    assert happened == [Bounce(1), Goal(physics.LEFT, 1, True)]


def test_an_untouched_serve_is_a_point_of_the_side_that_served() -> None:
    field = Field("1v1", 1)
    physics.serve(field, physics.LEFT)
    event = None
    while not isinstance(event, Goal):
        physics.aim(field, 0, LIMIT if field.vy < 0 else -LIMIT)
        event = physics.step(field)

    assert event == Goal(physics.LEFT, 1, False)


@pytest.mark.parametrize("match_type", ["1v1", "3v3"])
def test_the_recorded_matches_are_played_the_same_again(match_type: MatchType) -> None:
    recorded = {match["match_type"]: match for match in json.loads(recording.FILE.read_text())}

    assert json.loads(json.dumps(recording.play(match_type))) == recorded[match_type]


def test_the_recorded_matches_have_all_that_can_happen() -> None:
    happened = [each for match in json.loads(recording.FILE.read_text()) for each in match["happened"]]

    assert {(kind, None if kind == "bounce" else own[-1]) for _, kind, *own in happened} == {
        ("bounce", None),
        ("goal", False),
        ("goal", True),
    }
    assert {paddle for _, kind, paddle, *_ in happened if kind == "bounce"} == {None, 0, 1, 2, 3, 4, 5}


def test_the_page_of_the_protocol_has_the_constants() -> None:
    page = (ROOT / "docs" / "game-protocol.md").read_text()
    table = page.partition("<!-- physics -->")[2].partition("<!-- /physics -->")[0]

    rows = [line.strip("| ").split(" | ") for line in table.strip().splitlines()[2:]]

    assert {name: int(value) for name, value in rows} == {name: getattr(physics, name) for name, _ in rows}
    assert len(rows) == 9
