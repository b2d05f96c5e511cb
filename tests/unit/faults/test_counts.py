"""What follows a fault is counted with it."""

from __future__ import annotations

from faults.shim.calls import Call
from faults.shim.counts import Counts


def attempt(call: str) -> Call:
    headers = {"X-Amz-Target": "DynamoDB_20120810.PutItem", "amz-sdk-invocation-id": call}
    found = Call.of(headers, b"{}")
    assert found is not None
    return found


def outcomes(counts: Counts) -> dict[str, int]:
    found: dict[str, int] = counts.report()["faults"]["cut"]["PutItem"]
    return found


def test_another_attempt_of_the_call_counts_once_for_each_fault() -> None:
    counts = Counts()
    for _ in range(2):
        counts.add("injected", "cut", "PutItem")
        counts.awaits("cut", attempt("a"))
        counts.arrives(attempt("a"))
    counts.arrives(attempt("a"))

    assert outcomes(counts) == {"injected": 2, "retried": 2}


def test_another_call_is_no_attempt() -> None:
    counts = Counts()
    counts.add("injected", "cut", "PutItem")
    counts.awaits("cut", attempt("a"))
    counts.arrives(attempt("b"))

    assert outcomes(counts) == {"injected": 1}


def test_calls_of_an_action_have_numbers_of_their_own() -> None:
    counts = Counts()

    assert [counts.number("PutItem"), counts.number("GetItem"), counts.number("PutItem")] == [0, 0, 1]


def test_what_is_no_call_of_a_service_with_faults_is_none() -> None:
    assert Call.of({"X-Amz-Target": "AWSLambda.Invoke"}, b"{}") is None
    assert Call.of({}, b"not JSON") is None
