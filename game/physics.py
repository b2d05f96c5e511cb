"""The rules of the ball and the paddles: pure, on integers, one step at a time. docs/game-protocol.md#physics.

The page has none of these rules but two: its own paddle's movement and the ball's line between bounces.
tests/game/recorded_matches.json is what another implementation must reproduce.

Lengths are in 1/16 of a pixel of a picture of 1600 × 900, speeds in such lengths per step, and a second has 60 steps.
The origin is the middle of the field, x grows to the right, where side b defends, y grows downwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

STEPS_PER_SECOND = 60

HALF_WIDTH = 12_800
HALF_HEIGHT = 7_200
BALL = 160
"""Half the side of the ball, which is a square."""
PADDLE_DEPTH = 160
"""Half a paddle's extent along x."""
PADDLE_SPEED = 170
FIRST_SPEED = 160
"""Of a serve, along x."""
SPEED_GROWTH = 20
"""With each paddle that the ball meets."""
LAST_SPEED = 480

WALL = HALF_HEIGHT - BALL
"""The ball's middle bounces here."""
CONTACT = PADDLE_DEPTH + BALL
"""Between the middles of ball and paddle when they touch."""

MatchType = Literal["1v1", "3v3"]
Side = Literal[0, 1]
LEFT: Side = 0
"""Side a."""
RIGHT: Side = 1
"""Side b."""

LEFT_PADDLES: dict[MatchType, tuple[int, ...]] = {"1v1": (-12_000,), "3v3": (-12_000, -8_000, -4_000)}
"""Where the paddles of side a are, along x, in the order of its players; those of side b are opposite."""
HALF_PADDLE: dict[MatchType, int] = {"1v1": 1_000, "3v3": 640}

SERVE_SLOPES = (-3, -2, -1, 1, 2, 3)
"""Sixths of the speed along x."""

RANDOM_FACTOR = 48_271
RANDOM_MODULUS = 2**31 - 1
"""Lehmer's generator, as in the C++ library's minstd_rand: its products fit into 2^53."""

HASH_START = 2_166_136_261
HASH_FACTOR = 16_777_619
"""FNV-1a of 32 bits."""


class Bounce(NamedTuple):
    """The ball met a paddle, or a wall: then `paddle` is None."""

    paddle: int | None


class Goal(NamedTuple):
    """The ball went out behind a side."""

    conceded: Side
    by: int
    """The paddle that the ball has met last."""
    own: bool
    """It is one of the side that concedes."""


@dataclass(slots=True)
class Field:
    """Ball and paddles. The paddles of side a come first, each side's in the order of its players."""

    match_type: MatchType
    seed: int
    """Of the serves; 1 to 2^31 − 2."""
    step: int = 0
    """How many steps there were."""
    x: int = 0
    y: int = 0
    vx: int = 0
    vy: int = 0
    speed: int = FIRST_SPEED
    """Along x, without a sign; also while the ball rests."""
    last: int = 0
    """The paddle that the ball has met last; after a serve, the first one of the side that serves."""
    columns: tuple[int, ...] = field(init=False)
    """Where the paddles are along x. They move along y only."""
    half_paddle: int = field(init=False)
    paddles: list[int] = field(init=False)
    targets: list[int] = field(init=False)
    """Where the players want their paddles."""

    def __post_init__(self) -> None:
        left = LEFT_PADDLES[self.match_type]
        self.columns = (*left, *(-x for x in left))
        self.half_paddle = HALF_PADDLE[self.match_type]
        self.paddles = [0] * len(self.columns)
        self.targets = [0] * len(self.columns)

    @property
    def paddle_limit(self) -> int:
        """How far from the middle a paddle's own middle may be."""
        return HALF_HEIGHT - self.half_paddle

    @property
    def numbers(self) -> list[int]:
        """All that changes, in the order in which it is hashed."""
        ball = [self.step, self.x, self.y, self.vx, self.vy, self.speed, self.last, self.seed]
        return [*ball, *self.paddles, *self.targets]


def seed_of(match_id: int) -> int:
    """The seed of a match."""
    return match_id % (RANDOM_MODULUS - 1) + 1


def first_of(field: Field, side: Side) -> int:
    """The first paddle of a side."""
    return len(field.columns) // 2 if side else 0


def side_of(field: Field, paddle: int) -> Side:
    """Whose paddle it is."""
    return 1 if paddle >= len(field.columns) // 2 else 0


def aim(field: Field, paddle: int, y: int) -> None:
    """The paddle is to go to `y`, or as far as it can."""
    limit = field.paddle_limit
    field.targets[paddle] = max(-limit, min(limit, y))


def serve(field: Field, towards: Side) -> None:
    """The ball leaves the middle towards a side."""
    field.seed = field.seed * RANDOM_FACTOR % RANDOM_MODULUS
    field.x = field.y = 0
    field.speed = FIRST_SPEED
    field.vx = FIRST_SPEED if towards else -FIRST_SPEED
    field.vy = _divide(FIRST_SPEED * SERVE_SLOPES[field.seed % len(SERVE_SLOPES)], 6)
    field.last = first_of(field, 0 if towards else 1)


def step(field: Field) -> Bounce | Goal | None:
    """A sixtieth of a second: the paddles move, then the ball; what happened to the ball."""
    field.step += 1
    for paddle, (at, target) in enumerate(zip(field.paddles, field.targets, strict=True)):
        if at != target:
            field.paddles[paddle] = at + max(-PADDLE_SPEED, min(PADDLE_SPEED, target - at))
    return _move_ball(field) if field.vx else None


def _move_ball(field: Field) -> Bounce | Goal | None:
    """Within a step the ball can reach one paddle at most: the gaps between their columns are wider than its speed."""
    wall = field.y + field.vy > WALL or field.y + field.vy < -WALL
    paddle = _paddle_met(field)
    y = _folded(field.y + field.vy)
    if paddle is None:
        field.x += field.vx
        if wall:
            field.vy = -field.vy
    else:
        plane = _plane(field, paddle)
        offset = _height_at(field, plane) - field.paddles[paddle]
        field.x = 2 * plane - (field.x + field.vx)
        field.speed = min(LAST_SPEED, field.speed + SPEED_GROWTH)
        field.vx = -field.speed if field.vx > 0 else field.speed
        field.vy = _divide(field.speed * 3 * offset, 4 * (field.half_paddle + BALL))
        field.last = paddle
    field.y = y
    if abs(field.x) > HALF_WIDTH:
        conceded: Side = 1 if field.x > 0 else 0
        field.x = field.y = field.vx = field.vy = 0
        return Goal(conceded, field.last, side_of(field, field.last) == conceded)
    return Bounce(paddle) if wall or paddle is not None else None


def _paddle_met(field: Field) -> int | None:
    reach = field.half_paddle + BALL
    for paddle in range(len(field.columns)):
        plane = _plane(field, paddle)
        before, after = plane - field.x, plane - (field.x + field.vx)
        crosses = before > 0 >= after if field.vx > 0 else before < 0 <= after
        if crosses and abs(_height_at(field, plane) - field.paddles[paddle]) <= reach:
            return paddle
    return None


def _plane(field: Field, paddle: int) -> int:
    """Where the ball's middle is when it meets the face of the paddle that it moves towards."""
    return field.columns[paddle] - (CONTACT if field.vx > 0 else -CONTACT)


def _height_at(field: Field, x: int) -> int:
    """Where the ball is along y when its middle reaches `x` in this step."""
    return _folded(field.y + _divide(field.vy * abs(x - field.x), abs(field.vx)))


def _folded(y: int) -> int:
    """The height after a bounce off a wall, if one is between."""
    if y > WALL:
        return 2 * WALL - y
    if y < -WALL:
        return -2 * WALL - y
    return y


def _divide(dividend: int, divisor: int) -> int:
    """The quotient, rounded towards zero: the same up and down, left and right. The divisor is positive."""
    return dividend // divisor if dividend >= 0 else -(-dividend // divisor)


def hash_of(field: Field) -> int:
    """The hash of all that changes: FNV-1a over its numbers, each as four bytes, the lowest first."""
    value = HASH_START
    for number in field.numbers:
        for byte in (number & 0xFFFF_FFFF).to_bytes(4, "little"):
            value = (value ^ byte) * HASH_FACTOR & 0xFFFF_FFFF
    return value
