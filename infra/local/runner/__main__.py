"""`make run`, `make deploy-local`: start the local stack, say where it is, stay until told to stop.

    python -m infra.local.runner [--port 4443] [--persist directory] [--http | --deployed]

Ends with 0 after Ctrl-C, SIGTERM or SIGHUP, with 1 and one line when something fails.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from infra.local.runner.deployed_stack import DeployedStack
from infra.local.runner.given_settings import misspelt
from infra.local.runner.processes import StackError, relative
from infra.local.runner.stack import Stack
from infra.local.settings import given_settings

LEAST_INSTALLING_SECONDS = 2.0
"""Checking what is installed, and starting Python, takes less."""

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """A signal asks the runner to stop. Not an Exception: nothing on the way may take it for a failure."""


def say(sentence: str) -> None:
    """Print at once, also into a pipe. A closed pipe doesn't stop the stack."""
    with suppress(BrokenPipeError):
        print(sentence, flush=True)


def up_after(seconds: float, began: float | None) -> str:
    """How long the person has waited, since `began` (Unix time), and how much of it was installing."""
    waited = max(seconds, time.time() - began) if began else seconds
    installing = waited - seconds
    if installing < LEAST_INSTALLING_SECONDS:
        return f"{seconds:.1f} s"
    return f"{waited:.1f} s, {installing:.1f} s of them for installing"


def welcome(stack: Stack, after: str) -> str:
    """Where everything is, and what to try first."""
    curl = "curl" if stack.url.startswith("http:") else f"curl --cacert {relative(stack.ca)}"
    port = "" if stack.port == 4443 else f" PORT={stack.port}"
    return f"""
Pong is up after {after}.

  play     {stack.url}/
  API      {stack.url}/api/      its documentation: {stack.url}/api/docs/
  events   {stack.url}/sse/users/
  engine   {stack.engine_url}      for the aws command and boto3: DynamoDB, Step Functions, ...
  data     {stack.place_of_data}
  logs     {relative(stack.state.logs)}/

Try, in another terminal:

  {curl} {stack.url}/api/health/
  {curl} -X POST {stack.url}/api/auth/guest/
  make demo{port}                   two players sign up, meet and play
  make service-token{port}          a token for the private API

Ctrl-C stops it.
"""


def stack_of(arguments: argparse.Namespace) -> Stack:
    """The stack that the command line and the environment ask for."""
    settings = given_settings()
    # With GAME_URL players go elsewhere.
    game = arguments.game != "off" and not settings.get("GAME_URL")
    if arguments.deployed:
        engine = os.environ.get("AWS_ENDPOINT_URL")
        return DeployedStack(arguments.port, settings=settings, engine=engine, game=game, report=say)
    return Stack(
        arguments.port,
        settings=settings,
        persist=arguments.persist,
        http=arguments.http,
        game=game,
        report=say,
    )


def main() -> int:
    """Run the stack; the exit code."""
    parser = argparse.ArgumentParser(prog="make run", description="Start the whole product on this machine.")
    parser.add_argument("--port", default="4443", help="port of the edge (4443)")
    parser.add_argument("--began", type=float, help="when the person began to wait, as Unix time")
    parser.add_argument("--persist", type=Path, help="directory that keeps the data over restarts")
    parser.add_argument("--game", choices=["on", "off"], default="on", help="off: without the game server")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--http", action="store_true", help="plain HTTP on the loopback, without a certificate")
    way.add_argument(
        "--deployed",
        action="store_true",
        help="deploy the packaged functions, to what AWS_ENDPOINT_URL leads to or to an engine of our own",
    )
    arguments = parser.parse_args()
    if not (arguments.port.isascii() and arguments.port.isdigit() and 0 < int(arguments.port) < 65536):
        print(f"PORT={arguments.port} is no port: give a number from 1 to 65535", file=sys.stderr)
        return 1
    arguments.port = int(arguments.port)
    for warning in misspelt():
        say(f"warning: {warning}")

    def stop(number: int, _frame: FrameType | None) -> None:
        for other in STOP_SIGNALS:
            signal.signal(other, signal.SIG_IGN)
        raise StopRequested(signal.Signals(number).name)

    for number in STOP_SIGNALS:
        signal.signal(number, stop)
    started = time.monotonic()
    stack = stack_of(arguments)
    try:
        with stack:
            say(welcome(stack, up_after(time.monotonic() - started, arguments.began)))
            stack.ended.wait()
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)
    except StopRequested:
        say("stopped.")
        return 0
    except StackError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(stack.failure, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
