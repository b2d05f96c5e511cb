"""A planted bug counts as caught by what the checks find with it and not without it."""

from __future__ import annotations

from faults.checker.findings import Finding
from faults.planted_runs import result_of
from faults.result import problems_of_planted

ONCE = "a change is there once"


def finding(violations: int, property_: str = ONCE) -> Finding:
    found = Finding(property_, "a message is there once")
    for n in range(10):
        found.check(n >= violations, f"message {n} is there twice")
    return found


def test_what_the_run_had_violated_before_a_damage_is_not_found_by_it() -> None:
    assert result_of(ONCE, "refused_made", 1, [finding(2)], [finding(2)])["violations"] == 0
    found = result_of(ONCE, "refused_made", 1, [finding(3)], [finding(2)])
    assert (found["violations"], found["example"]) == (1, "message 2 is there twice")


def test_violations_of_another_property_are_not_a_bugs() -> None:
    assert result_of(ONCE, "refused_made", 1, [finding(3, "no event comes twice")])["violations"] == 0


CAUGHT = {"bug": "message_gap", "times": 1, "violations": 1, "problems": []}
CONTROL = {"checked": 5, "violations": 0, "examples": [], "problems": []}


def test_runs_with_caught_bugs_and_one_without_any_have_no_problem() -> None:
    assert problems_of_planted([CAUGHT], CONTROL) == []


def test_errors_of_runs_with_bugs_and_bugs_that_never_struck_prove_nothing() -> None:
    found = problems_of_planted([CAUGHT | {"times": 0, "problems": ["the stack has ended"]}], None)
    assert found == [
        "with the planted bug message_gap: the stack has ended",
        "the planted bug message_gap never struck",
    ]


def test_a_violation_without_a_planted_bug_proves_nothing() -> None:
    control = CONTROL | {"violations": 1, "examples": ["message 1 is there twice"], "problems": ["an error"]}
    assert problems_of_planted([], control) == [
        "without a planted bug: an error",
        "violated without a planted bug: message 1 is there twice",
    ]
