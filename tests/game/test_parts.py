"""The clock, messages, allowances, settings and the token of the game server."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time

import pytest

from game.allowance import AT_ONCE, PER_SECOND, Allowance
from game.clock import MOST_BEHIND, Clock
from game.messages import Aim, NoMessage, Ping, decoded, encoded
from game.settings import BadSetting, Settings
from game.token import Token

STEP = 1 / 60


class Time:
    """A clock that only sleeping and working moves."""

    def __init__(self) -> None:
        self.now = 100.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def stepped(work: list[float]) -> tuple[Clock, list[float]]:
    """A clock whose steps take so long, and the time from the start to each step in steps."""
    moments: list[float] = []
    here = Time()
    left = list(work)
    done = asyncio.Event()

    def step() -> bool:
        moments.append((here.now - 100.0) / STEP)
        here.now += left.pop(0)
        if not left:
            done.set()
        return bool(left)

    clock = Clock(step, lambda: here.now, here.sleep)

    async def run() -> None:
        running = asyncio.create_task(clock.run())
        clock.wake()
        await done.wait()
        running.cancel()

    asyncio.run(run())
    return clock, moments


def test_a_slow_step_makes_the_next_ones_late_and_no_later_ones() -> None:
    clock, moments = stepped([0.0, 2.5 * STEP, 0.0, 0.0, 0.0])

    assert moments == pytest.approx([1, 2, 4.5, 4.5, 5])
    assert (clock.steps, clock.skipped) == (5, 0)
    assert clock.late[5] == 2


def test_after_a_long_stop_a_bounded_number_of_steps_is_made_up_for() -> None:
    clock, moments = stepped([0.0, 100 * STEP, *[0.0] * 10])

    assert sum(abs(moment - 102) < 0.001 for moment in moments) == MOST_BEHIND + 1
    assert moments[-1] > 102.5
    assert clock.skipped == 99 - MOST_BEHIND


def test_a_message_is_an_array_with_a_name() -> None:
    assert encoded(("point", 12, 1, 0, 0, 1, 2)) == '["point",12,1,0,0,1,2]'
    assert decoded('["aim",-7200]') == Aim(-7200)
    assert decoded('["ping", 9007199254740991]') == Ping(2**53 - 1)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '"aim"', '["aim"]', '["aim",1.5]', '["aim",true]', '["aim",1,2]', '["aim","1"]',
     '["ping",9007199254740992]', '["jump",1]', "[" * 200, '["aim",NaN]', '["aim",1', '["aim",' + "9" * 200 + "]"],
)  # fmt: skip
def test_all_else_is_no_message(text: str) -> None:
    with pytest.raises(NoMessage):
        decoded(text)


def test_a_client_may_send_many_messages_at_once_and_then_one_rate() -> None:
    allowance = Allowance()

    assert sum(allowance.takes(50.0) for _ in range(2 * AT_ONCE)) == AT_ONCE
    assert sum(allowance.takes(51.0) for _ in range(2 * AT_ONCE)) == PER_SECOND


def test_a_setting_that_cannot_be_is_named() -> None:
    good = {"PONG_URL": "https://localhost:4443", "TOKEN_COMMAND": "make -s 'service-token'"}

    assert Settings.of(good).token_command == ("make", "-s", "service-token")
    for name, text in (("GAME_PORT", "x"), ("GAME_RECONNECT_SECONDS", "-1"), ("GAME_SPECTATORS", "1e9")):
        with pytest.raises(BadSetting, match=name):
            Settings.of({**good, name: text})
    with pytest.raises(BadSetting, match="TOKEN_COMMAND"):
        Settings.of({"PONG_URL": "https://localhost:4443"})


def test_the_token_is_asked_for_until_the_command_prints_one(tmp_path: object) -> None:
    now = int(time.time())
    claims = (
        base64.urlsafe_b64encode(json.dumps({"iat": now, "exp": now + 43_200}).encode()).decode().rstrip("=")
    )
    program = (
        "import pathlib, sys\n"
        f"tried = pathlib.Path({str(tmp_path)!r}, 'tried')\n"
        "if not tried.exists():\n"
        "    tried.touch()\n"
        "    sys.exit('no stack runs')\n"
        f"print('head.{claims}.signature')\n"
    )
    token = Token([sys.executable, "-c", program])

    asyncio.run(token.get())

    assert token.ready.is_set()
    assert token.current() == f"head.{claims}.signature"
