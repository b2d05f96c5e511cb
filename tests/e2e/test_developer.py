"""A developer's tools: `make seed`, `make users`, `make match`, `make events`, `make play`."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from demo.names import new_username
from infra.local.runner.stack import Stack
from infra.local.settings import ROOT
from tests.support.e2e.world import World, in_world

SECONDS = 120


def command(stack: Stack, *words: str) -> list[str]:
    return [sys.executable, "-m", "developer", *words, "--port", str(stack.port)]


def tool(stack: Stack, *words: str) -> str:
    """What a tool prints; it has to succeed."""
    done = subprocess.run(command(stack, *words), cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@contextmanager
def running(stack: Stack, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A tool that runs until the end of the block."""
    with subprocess.Popen(command(stack, *words), cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
            process.send_signal(signal.SIGINT)
            process.wait(SECONDS)
        finally:
            process.kill()


def line_with(process: subprocess.Popen[str], words: str) -> str:
    """The next line of a tool that has these words."""
    assert process.stdout
    return next(line for line in process.stdout if words in line)


@pytest.mark.one_mode
def test_a_seed_can_be_logged_in_to_and_sown_again_and_the_lists_show_it(stack: Stack) -> None:
    first, second = tool(stack, "seed"), tool(stack, "seed")
    assert "has won tournament" in first
    assert "has won tournament" not in second
    match = first.splitlines()[-1]
    assert second.splitlines()[-1] == match
    assert "eve and finn play match" in match
    match_id = match.split()[5].rstrip(",")

    assert match_id in tool(stack, "match")
    assert "connected" in tool(stack, "match", match_id)
    for name in ("ada", "finn"):
        assert any(line.split()[:1] == [name] for line in tool(stack, "users").splitlines())

    async def entered(here: World) -> None:
        login = {"username": "ada", "password": "correct-horse-7"}
        access = (await here.api.call("POST", "/auth/login/", json=login)).body["access"]
        for path, count in (
            ("/users/me/friends/", 2),
            ("/chat/", 2),
            ("/users/me/friend_requests/received/", 1),
        ):
            assert (await here.api.call("GET", path, token=access)).body["count"] == count

    in_world(stack, entered)


@pytest.mark.one_mode
def test_an_opponent_plays_a_duel_and_its_events_are_shown_as_they_are_committed(stack: Stack) -> None:
    name = new_username()
    with running(stack, "play", name) as opponent:
        assert name in line_with(opponent, "waits in the duel queue")
        with running(stack, "events", name) as events:
            assert name in line_with(events, "Events for")

            async def duel(here: World) -> str:
                me = await here.guest()
                stream = await here.listen(me)
                await me.join_duel()
                return str((await stream.next("game-start")).data["id"])

            match_id = in_world(stack, duel)
            assert name in line_with(events, "game-start")
        assert match_id in line_with(opponent, "plays:")
        line_with(opponent, "the match is over")
        assert "won by" in tool(stack, "match", match_id)
        line_with(opponent, "waits in the duel queue")

    async def pair(here: World) -> None:
        players = [await here.guest() for _ in range(2)]
        streams = [await here.listen(player) for player in players]
        for player in players:
            await player.join_duel()
        first, second = [(await stream.next("game-start")).data["id"] for stream in streams]
        assert first == second

    in_world(stack, pair)  # the opponent has left the queue


def test_a_tool_says_in_one_line_why_it_cannot(stack: Stack) -> None:
    for words, reason in (
        (("match", "none"), "no match none"),
        (("events", "none-such"), "no user none-such"),
    ):
        done = subprocess.run(
            command(stack, *words), cwd=ROOT, capture_output=True, text=True, timeout=SECONDS
        )
        assert done.returncode == 1
        assert reason in done.stderr
        assert len(done.stderr.splitlines()) == 1
