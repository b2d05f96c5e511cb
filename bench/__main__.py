"""Throughput, latency, event delay and memory of a stack: `make bench`, or `python -m bench --help`.

Measures the stack on the port. If there is none, it starts one of its own and stops it afterwards.
Exit code 0 if everything was measured, even if goals are missed; 1 if not; 2 without a stack.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from bench.findings import Findings
from bench.goals import GOAL_ROUTES
from bench.http1 import connect
from bench.own_stack import own_stack
from bench.parts import PARTS, measure_parts, target_of
from bench.plan import FULL, QUICK
from bench.report import markdown
from bench.session import progress
from bench.throughput import MEASURED
from demo.running import NotRunningError, RunningStack, find_stack, state_of
from infra.local.settings import ROOT


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--port", type=int, default=4443, help="port of the stack to measure (4443)")
    parser.add_argument("--state", type=Path, help="its state directory (.local/<port>)")
    parser.add_argument("--own", action="store_true", help="start a stack of its own even if one is running")
    parser.add_argument("--checkout", type=Path, default=ROOT, metavar="DIRECTORY",
                        help="start the stack of another checkout, which has its .venv and .venv-engine")  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="fewer and shorter: four minutes")
    parser.add_argument("--only", choices=[*PARTS, "goals", *sorted(MEASURED)], metavar="WHAT", action="append",
                        help=f"may be repeated: {', '.join(PARTS)};\ngoals (the routes that have goals, and depth);"
                        " or a route's name, like list_matches")  # fmt: skip
    parser.add_argument(
        "--connections", type=int, action="append", help="instead of 1, 16 and 64; may be repeated"
    )
    parser.add_argument(
        "--streams", type=int, help=f"that are idle or reconnect, instead of {FULL.idle} and {FULL.rush}"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the findings there too")
    options = parser.parse_args(argv)
    options.checkout = options.checkout.resolve()
    options.plan = (QUICK if options.quick else FULL).at(options.connections, options.streams)
    options.parts, options.routes = _chosen(options.only or list(PARTS))
    return options


def _chosen(words: list[str]) -> tuple[set[str], set[str]]:
    """The parts, and the routes of the part `requests`; no routes mean all of them."""
    parts, routes = {word for word in words if word in PARTS}, {word for word in words if word in MEASURED}
    if "goals" in words:
        parts.add("depth")
        routes |= GOAL_ROUTES
    if routes and "requests" not in parts:
        return parts | {"requests"}, routes
    return parts, set()


async def run(options: argparse.Namespace) -> Findings:
    """Measure the running stack or an own one."""
    state = options.state or state_of(options.port)
    if not options.own and options.checkout == ROOT:
        try:
            stack = find_stack(state)
            await _answers(stack)
        except NotRunningError as error:
            progress(f"{error} Starting one for the measurement instead.")
        else:
            return await measure_parts(stack, options, own=False)
    async with own_stack(checkout=options.checkout) as stack:
        return await measure_parts(stack, options, own=True)


async def _answers(stack: RunningStack) -> None:
    try:
        (await connect(target_of(stack))).close()
    except OSError as error:
        raise NotRunningError(f"The stack at {stack.url} doesn't answer ({error}).") from error


def main(argv: list[str] | None = None) -> int:
    """The program; returns its exit code."""
    options = _arguments(argv)
    try:
        findings = asyncio.run(run(options))
    except NotRunningError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    print(markdown(findings))
    if options.json is not None:
        options.json.write_text(json.dumps(findings, indent=1) + "\n")
    return 1 if findings["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
