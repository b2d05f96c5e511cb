"""Scripted players against the running stack: `make demo`, or `python -m demo --help`.

Exit code 0 if everything was right, 1 if there were problems, 2 if there is no running stack.
"""

import argparse
import asyncio
import sys
import time
import traceback
from pathlib import Path

from demo.api import Api, ApiError, UnreachableError
from demo.game_server import GameServer
from demo.run import Run
from demo.running import NotRunningError, find_stack, service_token, state_of
from demo.scenarios import SCENARIOS
from demo.stream import EventTimeoutError, StreamEndedError
from demo.terminal import Terminal

ALL = "all"


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("demo", description="Scripted players against the running stack.")
    scenarios = "; ".join(f"{name}: {scenario.title}" for name, scenario in SCENARIOS.items())
    scenarios += f"; {ALL}: one after the other (the default)"
    parser.add_argument("scenario", nargs="?", default=ALL, choices=[*SCENARIOS, ALL], help=scenarios)
    parser.add_argument("--players", type=_count, help="how many take part (2 to 8)")
    parser.add_argument("--tournaments", type=_count, default=1, help="how many at once (1)")
    parser.add_argument("--port", type=int, default=4443, help="port of the stack (4443)")
    parser.add_argument("--state", type=Path, help="state directory of the stack (.local/<port>)")
    parser.add_argument("--url", help="public base of the API where it isn't the stack's own, without /api")
    parser.add_argument("--pace", type=float, help="seconds between points (0.3 on a terminal, else 0)")
    return parser.parse_args(argv)


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 500:
        raise argparse.ArgumentTypeError("between 1 and 500, please")
    return count


async def run(options: argparse.Namespace, terminal: Terminal) -> list[str]:
    """Play the scenarios; returns the problems that they noted."""
    stack = find_stack(options.state or state_of(options.port))
    wanted = SCENARIOS if options.scenario == ALL else {options.scenario: SCENARIOS[options.scenario]}
    problems: list[str] = []
    pace = options.pace if options.pace is not None else 0.3 if sys.stdout.isatty() else 0.0
    async with Api(options.url or stack.url, stack.cacert, throttle_retries=5) as api:
        await _check_answers(api)
        token = await service_token(stack.state)
        for name, scenario in wanted.items():
            players = options.players or scenario.players
            current = Run(api, GameServer(api, token), terminal, players, pace, options.tournaments)
            terminal.title(f"Pong · {name} · {players} players · {api.url}")
            await scenario.play(current)
            problems += current.problems
    return problems


async def _check_answers(api: Api) -> None:
    try:
        await api.get("/health/")
    except UnreachableError as error:
        raise NotRunningError(f"The stack at {api.url} doesn't answer ({error}): start it again.") from error


def main(argv: list[str] | None = None) -> int:
    """The program; returns its exit code."""
    options = _arguments(argv)
    terminal = Terminal()
    try:
        problems = asyncio.run(run(options, terminal))
    except NotRunningError as error:
        print(error, file=sys.stderr)
        return 2
    except (ApiError, UnreachableError, EventTimeoutError, StreamEndedError) as error:
        print(f"The demo stopped: {error}", file=sys.stderr)
        return 1
    except (KeyError, IndexError, TypeError, ValueError) as error:
        traceback.print_exc()
        print(
            f"The demo stopped: an answer has another shape than the API's ({error!r}).",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    terminal.line()
    if problems:
        print(f"Not as it should be: {len(problems)} problem(s), shown above.", file=sys.stderr)
        return 1
    terminal.success(f"All as it should be, in {time.monotonic() - terminal.started:.1f} s.")
    terminal.line()
    return 0


if __name__ == "__main__":
    sys.exit(main())
