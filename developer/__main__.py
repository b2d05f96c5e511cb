"""A developer's tools on the running stack: `make seed`, `make users`, `make match`, `make events`, `make play`.

    python -m developer seed | users | match [ID] | events [USER] | play [USER]   [--port 4443]

seed and play use the published API alone; the others read the table. Exit code 1 and one line if something is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from importlib import import_module
from typing import get_args

from pong_client import PongError

from demo.event_log import EventTimeoutError, StreamEndedError
from demo.running import NotRunningError, RunningStack, find_stack, state_of
from developer.errors import ToolError
from game.bot import Skill
from infra.local.settings import CREDENTIALS

COMMANDS = {
    "seed": "make accounts with known logins, friends, conversations, a finished tournament, a running match",
    "users": "list the users",
    "match": "list the running matches, or show one match by its id or code",
    "events": "show events as they are committed, of all users or of one",
    "play": "an opponent who queues for duels and plays them, as a guest or as this account",
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("developer", description="A developer's tools on the running stack.")
    parser.add_argument("command", choices=COMMANDS, help="; ".join(f"{k}: {v}" for k, v in COMMANDS.items()))
    parser.add_argument(
        "subject", nargs="?", default="", help="of match: id or code; of events and play: user"
    )
    parser.add_argument("--skill", choices=get_args(Skill), default="well", help="of play: how (well)")
    parser.add_argument("--port", type=int, default=4443, help="port of the stack (4443)")
    return parser.parse_args()


def lead_to_table(stack: RunningStack) -> None:
    """Let the store of this process read the table of a stack. To be called before the store is imported."""
    facts = stack.run
    os.environ |= {
        "TABLE_NAME": facts["table"],
        "AWS_ENDPOINT_URL": facts["engine"],
        "AWS_DEFAULT_REGION": facts["region"],
        **CREDENTIALS,
    }


def main() -> int:
    """Run one command; the exit code."""
    options = _arguments()
    # A shell has programs in the background ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        stack = find_stack(state_of(options.port))
        lead_to_table(stack)
        command = import_module(f"developer.{options.command}")
        more = {"skill": options.skill} if options.command == "play" else {}
        asyncio.run(command.run(stack, options.subject, **more))
    except (
        ToolError,
        NotRunningError,
        PongError,
        EventTimeoutError,
        StreamEndedError,
    ) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
