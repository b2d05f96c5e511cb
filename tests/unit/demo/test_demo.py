"""The demo: its output, its checks, its errors."""

import asyncio
import io
import random
from pathlib import Path
from typing import Any

import pytest
import trustme
from pong_client import AsyncPong

from demo import __main__ as program
from demo.duel import Duelist, _left_over
from demo.event_log import Received
from demo.names import new_username
from demo.run import Run, together
from demo.running import NotRunningError, find_stack
from demo.terminal import Terminal, wants_colour, width_of


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colour_is_for_terminals_whose_user_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert wants_colour(Tty())
    assert not wants_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Tty())
    out = Tty()
    Terminal(out).say("SlyFox", "signs up", "POST")
    assert "\x1b" not in out.getvalue()


def test_a_wide_character_takes_two_columns_and_a_combining_one_none() -> None:
    assert [width_of(text) for text in ("fox", "漢", "e\u0301")] == [3, 2, 1]


def test_colours_take_no_room_in_the_columns() -> None:
    plain, painted = io.StringIO(), io.StringIO()
    for out, colour in ((plain, False), (painted, True)):
        terminal = Terminal(out, colour=colour, started=0)
        terminal.name("SlyFox")
        terminal.table(["player", "result"], [["SlyFox", "won"], ["é漢", "lost"]])
    lines = plain.getvalue().splitlines()
    assert len({width_of(line) for line in lines}) == 1
    stripped = painted.getvalue()
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[36m"):
        stripped = stripped.replace(code, "")
    assert stripped == plain.getvalue()


def test_a_problem_is_shown_and_remembered() -> None:
    out = io.StringIO()
    # Neither the API nor the game server is asked for anything here.
    run = Run(None, None, Terminal(out), 2, 0.0)  # type: ignore[arg-type]
    run.check(holds=True, problem="all is well")
    run.check(holds=False, problem="a game is counted twice")
    assert run.problems == ["a game is counted twice"]
    assert "a game is counted twice" in out.getvalue()
    assert "all is well" not in out.getvalue()


def test_the_first_error_ends_what_runs_beside_it() -> None:
    ended: list[str] = []

    async def long() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("long")

    async def failing() -> None:
        await asyncio.sleep(0)
        raise ValueError("the reason")

    async def test() -> None:
        with pytest.raises(ValueError, match="the reason"):
            await together([long(), failing()])
        assert ended == ["long"]

    asyncio.run(asyncio.wait_for(test(), 10))


def test_no_stack_is_one_clear_line_and_its_own_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NotRunningError, match="make run"):
        find_stack(tmp_path)
    assert program.main(["--state", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "make run" in error
    assert error.count("\n") == 1


def test_a_stack_that_left_its_files_but_does_not_answer_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    # No program listens on port 1.
    (tmp_path / "run.json").write_text('{"url": "https://localhost:1"}')
    assert program.main(["--state", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "doesn't answer" in error
    assert error.count("\n") == 1


def duelists(*opponents: int | None) -> list[Duelist]:
    """Players 1, 2, …, each with this opponent, or (None) still waiting."""
    made = []
    for user_id, opponent in enumerate(opponents, start=1):
        player = Duelist(AsyncPong("https://localhost:1"), f"p{user_id}")
        player.id = user_id
        if opponent is not None:
            match: dict[str, Any] = {
                "teams": {"a": {"players": [{"id": user_id}]}, "b": {"players": [{"id": opponent}]}}
            }
            player.start = Received("1-0", "game-start", {"data": match}, 0.0)
        made.append(player)
    return made


@pytest.mark.parametrize(
    ("opponents", "left_over"),
    [
        ((None, None), 0),
        ((2, 1), 0),
        ((2, 1, None), 1),
        ((99, None), 1),  # one met a stranger: the other has no opponent
        ((99, None, None), 0),  # one met a stranger: the others have each other
        ((99, 98, None), 1),
    ],
)
def test_a_player_who_meets_a_stranger_in_the_queue_leaves_another_one_over(
    opponents: tuple[int | None, ...], left_over: int
) -> None:
    assert _left_over(duelists(*opponents)) == left_over


def test_names_do_not_repeat_soon() -> None:
    dice = random.Random(1)
    names = [new_username(dice) for _ in range(200)]
    assert len(set(names)) == 200
