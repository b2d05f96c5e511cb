"""Which fault befalls which call."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any

import pytest

from faults.shim.kinds import (
    KINDS,
    PAGE,
    READS,
    STREAM_READS,
    TIMERS,
    WRITES,
    WrongRates,
    check,
    draw,
    gave_up,
)
from shared.settings import Settings
from shared.store.services import FOR_TIMERS

EVERY_ACTION = sorted(READS | WRITES | STREAM_READS | TIMERS | {PAGE})


def drawn(action: str, rates: dict[str, float], seed: int = 1, calls: int = 2000) -> Counter[str | None]:
    kinds = (draw(seed, action, number, rates)[0] for number in range(calls))
    return Counter(kind.name if kind else None for kind in kinds)


@pytest.mark.parametrize("action", EVERY_ACTION)
def test_a_call_gets_only_the_faults_of_its_action(action: str) -> None:
    possible = {name for name, kind in KINDS.items() if action in kind.actions}

    assert set(drawn(action, dict.fromkeys(KINDS, 0.05))) == possible | {None}


def test_a_call_without_rates_gets_no_fault() -> None:
    assert drawn("PutItem", {}) == {None: 2000}


def test_a_rate_of_one_befalls_every_call() -> None:
    assert drawn("PutItem", {"cut": 1.0}) == {"cut": 2000}


def test_faults_are_as_frequent_as_their_rates() -> None:
    found = drawn("TransactWriteItems", {"conflict": 0.1, "cut_after": 0.2})

    assert 150 < found["conflict"] < 250
    assert 340 < found["cut_after"] < 460


def test_a_seed_repeats_the_faults_of_an_action_and_another_seed_gives_others() -> None:
    rates = {"conflict": 0.5}

    def faults(seed: int) -> list[bool]:
        return [draw(seed, "PutItem", number, rates)[0] is not None for number in range(64)]

    assert faults(1) == faults(1)
    assert faults(1) != faults(2)


def test_details_of_a_fault_repeat_as_well() -> None:
    assert draw(1, "PutItem", 5, {})[1].random() == draw(1, "PutItem", 5, {})[1].random()


@pytest.mark.parametrize(
    ("rates", "problem"),
    [
        ({"cutt": 0.1}, "cutt is no kind of fault"),
        ({"cut": 1.5}, "cut=1.5 is no probability"),
        ({"cut": -0.1}, "cut=-0.1 is no probability"),
        ({"cut": 0.6, "failed": 0.6}, "add up to more than 1"),
    ],
)
def test_rates_that_can_not_be_drawn_are_refused(rates: dict[str, float], problem: str) -> None:
    with pytest.raises(WrongRates, match=problem):
        check(rates)


def test_rates_of_faults_of_different_actions_may_add_up_to_more_than_one() -> None:
    check({"conflict": 0.9, "iterator_expired": 0.9})


@pytest.mark.parametrize("action", EVERY_ACTION)
def test_what_comes_after_the_commit_befalls_changes_only(action: str) -> None:
    after = {
        name
        for name, kind in KINDS.items()
        if action in kind.actions and (kind.way.endswith("after") or kind.way == "late")
    }

    assert bool(after) == (action in WRITES | TIMERS)


def test_a_client_that_goes_before_its_time_out_was_killed() -> None:
    default: dict[str, Any] = {field.name: field.default for field in fields(Settings)}
    time_outs = {
        "PutItem": min(default["limiter_timeout_seconds"], default["dynamodb_timeout_seconds"]),
        "StartExecution": FOR_TIMERS.read_timeout,
    }
    for action, seconds in time_outs.items():
        assert gave_up(action, seconds)
        assert not gave_up(action, seconds / 2)
