"""Bots: what they see is what a player is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from game import physics
from game.bot import Bot, Skill
from game.match import Match, Timing
from game.messages import Message

TIMING = Timing(countdown=30, grace=600)
MOST_STEPS = 10 * 60 * 60


def welcome(match: Match, paddle: int) -> Message:
    """The parts of the first message that a bot reads."""
    field = match.field
    facts = {
        "field": {
            "columns": field.columns,
            "half_height": physics.HALF_HEIGHT,
            "ball": physics.BALL,
            "paddle_depth": physics.PADDLE_DEPTH,
            "half_paddle": field.half_paddle,
        },
        "you": {"paddle": paddle},
        "score": [0, 0],
        "state": [0, 0, 0, 0, 0, *field.paddles],
    }
    return ("welcome", facts)


def played(match_id: int, players: tuple[Bot | None, Bot | None], most: int = MOST_STEPS) -> Iterator[Match]:
    """A duel of two bots, or of those who do nothing, step by step."""
    match = Match(match_id, "1v1", 3, [0, 0], TIMING)
    match.expect_all(900)
    bots = [(paddle, bot) for paddle, bot in enumerate(players) if bot is not None]
    for paddle, bot in bots:
        bot(welcome(match, paddle))
    match.come(0)
    match.come(1)
    for _ in range(most):
        match.step()
        told: list[Message] = [*match.messages]
        match.messages.clear()
        if match.field.step % 3 == 0:
            field = match.field
            told.append(("s", field.step, field.x, field.y, field.vx, field.vy, *field.paddles))
        for message in told:
            for paddle, bot in bots:
                if (y := bot(message)) is not None:
                    match.aim(paddle, y)
        if match.reports:
            match.reports.clear()
            match.confirmed(match.score)
        yield match
        if max(match.score) == match.points_to_win:
            return


def points(matches: int, a: Skill | None, b: Skill) -> list[int]:
    """How many points each side has made in so many matches."""
    total = [0, 0]
    for n in range(1, matches + 1):
        *_, match = played(n * 7_919, (None if a is None else Bot(a, n), Bot(b, -n)))
        total = [had + made for had, made in zip(total, match.score, strict=True)]
    return total


@settings(max_examples=20, deadline=None)
@given(
    st.integers(min_value=1, max_value=2**48),
    st.integers(),
    st.sampled_from(get_args(Skill)),
)
def test_a_bot_plays_the_same_again_and_its_paddle_never_leaves_the_field(
    match_id: int, seed: int, skill: Skill
) -> None:
    limit = physics.HALF_HEIGHT - physics.HALF_PADDLE["1v1"]
    hashes = []
    for _ in range(2):
        for match in played(match_id, (Bot("well", 1), Bot(skill, seed)), most=1_200):
            assert abs(match.field.paddles[1]) <= limit
        hashes.append(physics.hash_of(match.field))
    assert hashes[0] == hashes[1]


def test_the_house_s_skill_loses_some_points_and_makes_some_and_is_between_the_others() -> None:
    against_itself = points(4, "fairly", "fairly")
    assert min(against_itself) >= 2

    well, fairly = points(4, "well", "fairly")
    assert well > 2 * fairly
    badly, fairly = points(4, "badly", "fairly")
    assert fairly > 2 * badly


def test_one_who_does_nothing_loses_to_the_house() -> None:
    idle, house = points(8, None, "fairly")
    assert house > 2 * idle
