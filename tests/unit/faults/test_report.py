"""The page of a result shows every count, and says so where a run proves nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from faults import report
from faults.__main__ import arguments, command_of
from faults.checker.facts import Facts
from faults.checker.findings import Finding
from faults.plan import Plan
from faults.processes import Strike
from faults.result import as_json
from faults.run import Ran

PLANTED = {
    "property": "a change is there once",
    "bug": "change_made_twice",
    "times": 9,
    "violations": 3,
    "example": "two",
}


CONTROL = {"checked": 9, "violations": 0, "examples": [], "problems": []}


def ran() -> Ran:
    finding = Finding("a change is there once", "a message is there once")
    for n in range(1_500):
        finding.check(n != 7, f"message {n} is there twice")
    finding.excused["before a resync"] += 12
    made = Ran(Plan(7, 35, kills=1, rates={"throttled": 0.1, "conflict": 0.1}), seconds=2100, facts=Facts())
    made.findings = [finding, Finding("no event comes twice", "an event comes once")]
    made.strikes = [Strike(10.0, "pause", "edge", 1, 2.0, 12.5), Strike(20.0, "kill", "sse", 2, 0.0, 21.0)]
    made.counts = {"faults": {"throttled": {"GetItem": {"injected": 30, "bitten": 29}}}}
    made.operations.update({("chat", "acknowledged", ""): 1_000, ("chat", "refused", "throttled"): 2})
    made.operations.update({("chat", "refused", "chat_hidden"): 3, ("chat", "unknown", ""): 4})
    made.deliveries.update({"receive-message": 123_456})
    return made


def result() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(as_json(ran(), [PLANTED], "make faults", CONTROL)))
    return found


@pytest.mark.parametrize(
    "shown",
    [
        "123,456 deliveries",
        "**1 violated**",
        "1 of 1 planted bugs",
        "| a change is there once | a message is there once; 12: before a resync | 1,500 | 1 |",
        "- message 7 is there twice",
        "| chat | 1,009 | 1,000 | 3 | 2 | 4 |",
        "| `throttled` | 30 | 29 | 0 |",
        "| sse | kill | 1 | 1.0 s | 1.0 s |",
        "| edge | pause | 1 |  |  |",
        "| all of them | none | 0 | 0 |  |",
        "also at 0 moments of the load",
        "| a change is there once | `change_made_twice` | 9 | 3 | two |",
    ],
)
def test_the_page_shows(shown: str) -> None:
    assert shown in report.page(result())


def test_a_fault_that_never_bit_and_a_check_without_a_case_prove_nothing() -> None:
    assert result()["problems"] == ["the fault conflict never bit", "never checked: an event comes once"]
    assert "**The run proves nothing: the fault conflict never bit**" in report.page(result())


def test_the_page_in_the_documentation_is_that_of_its_result() -> None:
    assert report.PAGE.read_text() == report.page(json.loads(report.RESULT.read_text()))


def test_the_page_of_an_older_result_says_what_its_run_did_not_check() -> None:
    newer = result()
    older = {name: value for name, value in newer.items() if name not in ("moments", "control")}
    assert report.OLDER in report.page(older)
    assert report.OLDER not in report.page(newer)


def test_the_command_repeats_every_choice_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    for given in ("", " --pace 0.5 --small --no-planted"):
        same = f"--seed 7 --minutes 3 --kills 4 --deliveries 5{given}"
        monkeypatch.setattr("sys.argv", ["faults", *same.split(), "--write"])
        assert command_of(arguments(), 7, 4) == f'make faults ARGS="{same}"'
