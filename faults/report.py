"""docs/faults.md, written from the result of a run (docs/faults.json) and the text in report_page.txt.

.venv/bin/python -m faults.report
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template
from typing import Any

from infra.local.settings import ROOT

PAGE = ROOT / "docs" / "faults.md"
RESULT = ROOT / "docs" / "faults.json"
TEXT = Path(__file__).parent / "report_page.txt"

Result = dict[str, Any]

MOMENTS = """, and its places, relations, matches and tournaments also at {} moments of the load, while
no call reaches the engine"""

OLDER = """
The run above was made before some of the checks. It doesn't show this, either:

- The table was read once, after the players had left everything. No place, friendship or block was there any more, so
  "seats and queues agree", "seats and lobbies agree" and "both sides and the row of the two agree" compared nothing:
  their counts are of all seats and of all users' lists. Of matches and tournaments the rules saw what was left.
- A stream that had ended early, for any reason, excused the events that it missed ("the account was deleted"); nothing
  checked why it had ended.
- No run without a bug stands beside those with planted bugs, and errors of these runs themselves weren't looked at.
- Silent and late calls count as noticed even if their caller was killed before its time-out; a changed page of records
  whose reader was killed is in neither count.
- `leave_tournament` was not compared with its stored answer.
- The commit doesn't say whether files were changed.
"""
"""Of a result without moments."""

LANGUAGES = (
    " {} of them are of players with the JavaScript client, the others of players with the Python one."
)

CONTROL = """ So do a bug that never
struck and an error of its run. The last row is the same short run without a bug: any violation there
fails the run, too."""


def page(result: Result) -> str:
    """The page of a result."""
    planted = result["planted"]
    figures = {
        "command": result["command"],
        "minutes": f"{result['seconds'] / 60:.0f}",
        "deliveries": _number(sum(result["deliveries"].values())),
        "operations": _number(sum(_total(each) for each in result["operations"].values())),
        "strikes": _number(sum(each["times"] for each in result["strikes"])),
        "injected": _number(sum(each["injected"] for each in result["faults"].values())),
        "checked": _number(sum(each["checked"] for each in result["findings"])),
        "violations": _number(sum(each["violations"] for each in result["findings"])),
        "caught": f"{sum(bool(bug['violations']) for bug in planted)} of {len(planted)}",
        "environment_table": _table(
            ("", ""), [(name, value) for name, value in result["environment"].items()]
        ),
        "findings_table": _findings(result["findings"]),
        "planted_table": _planted(planted, result.get("control")),
        "operations_table": _operations(result["operations"]),
        "languages": LANGUAGES.format(_number(result["languages"].get("javascript", 0)))
        if "languages" in result
        else "",
        "refusals_table": _refusals(result["operations"]),
        "deliveries_table": _deliveries(result),
        "faults_table": _faults(result["faults"]),
        "control": CONTROL if result.get("control") else "",
        "moments": MOMENTS.format(result["moments"]) if "moments" in result else "",
        "older": "" if "moments" in result else OLDER,
        "strikes_table": _strikes(result["strikes"]),
        "without": " ".join(f"Left out on this machine: {each}." for each in result["without"]),
        "problems": "\n".join(f"- **The run proves nothing: {each}**" for each in result["problems"]),
    }
    return Template(TEXT.read_text()).substitute(figures)


def _findings(findings: Sequence[Result]) -> str:
    rows = [
        (
            each["property"],
            each["says"]
            + "".join(f"; {_number(count)}: {why}" for why, count in sorted(each["excused"].items())),
            _number(each["checked"]),
            _number(each["violations"]),
        )
        for each in sorted(findings, key=lambda each: str(each["property"]))
    ]
    examples = [f"- {example}" for each in findings for example in each["examples"]]
    return "\n".join(
        [_table(("property", "checked is that", "checked", "violated"), rows, right=2), "", *examples]
    )


def _planted(planted: Sequence[Result], control: Result | None) -> str:
    rows = [
        (
            bug["property"],
            f"`{bug['bug']}`",
            _number(bug["times"]),
            _number(bug["violations"]),
            bug["example"][:100],
        )
        for bug in sorted(planted, key=lambda bug: str(bug["property"]))
    ]
    if control:
        example = control["examples"][0] if control["examples"] else ""
        rows.append(("all of them", "none", "0", _number(control["violations"]), example[:100]))
    return _table(("property", "planted bug", "times", "violations found", "the first one"), rows, right=0)


def _operations(operations: Result) -> str:
    rows = [
        (
            chapter,
            _number(_total(each)),
            _number(each["acknowledged"]),
            _number(sum(each["refused"].values()) - _lost(each)),
            _number(_lost(each)),
            _number(each["unknown"]),
        )
        for chapter, each in operations.items()
    ]
    return _table(
        ("chapter", "operations", "acknowledged", "refused", "lost races (409, 429)", "unknown"), rows
    )


def _refusals(operations: Result) -> str:
    counts: dict[str, int] = {}
    for each in operations.values():
        for code, count in each["refused"].items():
            counts[code] = counts.get(code, 0) + count
    rows = [
        (f"`{code}`", _number(count)) for code, count in sorted(counts.items(), key=lambda pair: -pair[1])
    ]
    return _table(("code", "times"), rows)


CONFLICTS = frozenset(
    {
        "throttled",
        "already_playing",
        "in_tournament",
        "friend_request_exists",
        "already_friends",
        "already_blocked",
    }
    | {"chat_exists", "match_finished", "already_there"}
)
"""The codes of 409 and 429 that players get."""


def _lost(chapter: Result) -> int:
    return sum(count for code, count in chapter["refused"].items() if code in CONFLICTS)


def _total(chapter: Result) -> int:
    return int(chapter["acknowledged"] + chapter["unknown"] + sum(chapter["refused"].values()))


def _deliveries(result: Result) -> str:
    rows = [(f"`{code}`", _number(count)) for code, count in result["deliveries"].items()]
    rows += [(name, _number(count)) for name, count in result["streams"].items()]
    return _table(("event", "deliveries"), rows)


def _faults(faults: Result) -> str:
    rows = [
        (f"`{kind}`", _number(each["injected"]), _number(each["bitten"]), _number(each["committed"]))
        for kind, each in faults.items()
    ]
    return _table(("kind", "calls befallen", "of these noticed", "committed all the same"), rows)


ASKED = frozenset({("edge", "kill"), ("sse", "kill"), ("sse", "pause"), ("engine", "kill")})
"""The strikes after which the nemesis asks the struck process itself, or its successor (Nemesis in processes.py)."""


def _strikes(strikes: Sequence[Result]) -> str:
    rows = [
        (
            *(each["target"], each["act"], _number(each["times"])),
            *(
                f"{each[name]} s" if (each["target"], each["act"]) in ASKED else ""
                for name in ("median", "longest")
            ),
        )
        for each in strikes
    ]
    return _table(("process", "act", "times", "back after, median", "longest"), rows, right=2)


def _number(value: int) -> str:
    return f"{value:,}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], right: int = 1) -> str:
    """A Markdown table; columns from `right` on are of numbers, none if it is 0."""
    ruler = ["---:" if right and n >= right and head[n] else "---" for n in range(len(head))]
    lines = [head, ruler, *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Write the page of the stored result."""
    PAGE.write_text(page(json.loads(RESULT.read_text())))


if __name__ == "__main__":
    main()
