"""`make faults`: load of all chapters on a stack of its own while calls fail and processes die; what the checks found.

make faults                                        some ten minutes
make faults ARGS="--seed 7 --minutes 35 --kills 110 --deliveries 1000000 --write"
"""

from __future__ import annotations

import argparse
import json
import random
import sys

from faults import report, result
from faults.load.mix import SMALL, WHOLE
from faults.plan import Plan
from faults.planted_runs import control_run, damaged, planted_runs
from faults.run import Ran, run
from infra.local.settings import ROOT

KILLS_A_MINUTE = 2


def main() -> int:
    """Run, show, and write the result; 1 if a property was violated or the run proves nothing."""
    given = arguments()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    kills = round(given.minutes * KILLS_A_MINUTE) if given.kills is None else given.kills
    directory = ROOT / ".local" / "faults" / f"{seed}"
    while directory.exists():
        directory = directory.with_name(directory.name + "-again")
    mix = SMALL if given.small else WHOLE
    plan = Plan(seed, given.minutes, kills, given.deliveries, mix=mix, pace=given.pace)
    command = command_of(given, seed, kills)
    _say(f"{command}  (history, logs and result in {directory.relative_to(ROOT)})")
    ran = run(plan, directory, _say)
    planted, control = list(damaged(ran)), None
    if not given.no_planted:
        control = control_run(seed, directory, _say)
        planted += planted_runs(seed, directory, _say)
    found = result.as_json(ran, planted, command, control)
    result.place_of(directory).write_text(json.dumps(found, indent=1) + "\n")
    _show(ran, found)
    if given.write:
        report.RESULT.write_text(json.dumps(found, indent=1) + "\n")
        report.PAGE.write_text(report.page(found))
    return int(bool(ran.violations() or found["problems"] or any(not bug["violations"] for bug in planted)))


def command_of(given: argparse.Namespace, seed: int, kills: int) -> str:
    """The command that makes the same run."""
    options = [f"--seed {seed} --minutes {given.minutes:g} --kills {kills} --deliveries {given.deliveries}"]
    options += [f"--pace {given.pace:g}"] if given.pace != 1 else []
    options += ["--small"] if given.small else []
    options += ["--no-planted"] if given.no_planted else []
    return f'make faults ARGS="{" ".join(options)}"'


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument(
        "--seed",
        type=int,
        help="of faults, kills and players in Python; a random one if it isn't given",
    )
    parser.add_argument("--minutes", type=float, default=5.0, help="of load; default: %(default)s")
    parser.add_argument(
        "--kills", type=int, help=f"kills, and about as many pauses; default: {KILLS_A_MINUTE} a minute"
    )
    parser.add_argument(
        "--deliveries", type=int, default=0, help="go on until so many, twice as long at most"
    )
    parser.add_argument("--pace", type=float, default=1.0, help="multiplies the players' pauses")
    parser.add_argument("--small", action="store_true", help="with few players")
    parser.add_argument("--no-planted", action="store_true", help="without the runs with planted bugs")
    parser.add_argument("--write", action="store_true", help="write docs/faults.md and its JSON")
    return parser.parse_args()


def _show(ran: Ran, found: dict[str, object]) -> None:
    for finding in ran.findings:
        _say(
            f"{finding.checked:9} checked {finding.violations:6} violated  {finding.property}: {finding.says}"
        )
        for example in finding.examples:
            _say(f"          {example[:300]}")
    problems = found["problems"]
    assert isinstance(problems, list)  # noqa: S101 - made so
    for problem in problems:
        _say(f"The run proves nothing: {problem}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
